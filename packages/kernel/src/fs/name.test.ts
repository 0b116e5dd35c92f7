import { expect, test } from "vitest";
import { Random } from "../testing/random.ts";
import { decodeName, encodeName, nameLength } from "./name.ts";

test.each(["", "plain", "grüße", "日本語", "🐧 tux"])("%s is what its bytes say", (text) => {
  const bytes = new TextEncoder().encode(text);
  expect(decodeName(bytes)).toBe(text);
  expect(encodeName(text)).toEqual(bytes);
  expect(nameLength(text)).toBe(bytes.length);
});

test("any bytes come back as they were", () => {
  const random = new Random(3);
  for (let i = 0; i < 3000; i++) {
    const bytes = Uint8Array.from({ length: random.below(9) }, () =>
      random.below(3) === 0 ? random.below(128) : 128 + random.below(128),
    );
    expect(encodeName(decodeName(bytes))).toEqual(bytes);
  }
});
