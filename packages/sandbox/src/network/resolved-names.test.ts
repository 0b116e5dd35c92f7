import { expect, test } from "vitest";
import { ResolvedNames } from "./resolved-names.ts";

const MINUTE = 60_000;

test("an address keeps the names that it was told for", () => {
  const resolved = new ResolvedNames();
  resolved.remember("192.0.2.1", "a.example", 60, 0);
  resolved.remember("192.0.2.1", "b.example", 3600, 0);
  expect(resolved.namesOf("192.0.2.1", 9 * MINUTE)).toEqual(["a.example", "b.example"]);
  expect(resolved.namesOf("192.0.2.1", 11 * MINUTE)).toEqual(["b.example"]);
  expect(resolved.namesOf("192.0.2.1", 61 * MINUTE)).toEqual([]);
  expect(resolved.namesOf("192.0.2.2", 0)).toEqual([]);
});

test("an answer with less time takes nothing away", () => {
  const resolved = new ResolvedNames();
  resolved.remember("192.0.2.1", "a.example", 3600, 0);
  resolved.remember("192.0.2.1", "a.example", 0, MINUTE);
  expect(resolved.namesOf("192.0.2.1", 30 * MINUTE)).toEqual(["a.example"]);
});

test("what a guest can make it remember has an end, and the newest stays", () => {
  const resolved = new ResolvedNames();
  for (let i = 0; i < 5000; i++) resolved.remember(`10.0.${i >> 8}.${i & 255}`, "a.example", 1, 0);
  for (let i = 0; i < 100; i++) resolved.remember("192.0.2.1", `n${i}.example`, 1, 0);
  expect(resolved.namesOf("10.0.0.0", 0)).toEqual([]);
  expect(resolved.namesOf("10.0.19.135", 0)).toEqual(["a.example"]);
  expect(resolved.namesOf("192.0.2.1", 0)).toHaveLength(64);
  expect(resolved.namesOf("192.0.2.1", 0).at(-1)).toBe("n99.example");
});
