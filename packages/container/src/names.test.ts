import { expect, test } from "vitest";
import { madeUpName } from "./names.ts";

test("made-up names are two words, and none that is taken", () => {
  const name = madeUpName(() => false);
  expect(name).toMatch(/^[a-z]+_[a-z]+$/);
  // Where all pairs are taken, a number is added.
  expect(madeUpName((candidate) => /^[a-z]+_[a-z]+$/.test(candidate))).toMatch(
    /^[a-z]+_[a-z]+_\d+$/,
  );
});
