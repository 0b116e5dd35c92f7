import { EINVAL } from "@kernelet/abi";
import { expect, test } from "vitest";
import { IdMap, INVALID_ID, OVERFLOW_ID, parseIdMap } from "./id-map.ts";

test.each([
  { title: "one line", text: "0 1000 1\n", count: 1 },
  { title: "no newline at the end", text: "0 1000 1", count: 1 },
  { title: "several", text: "0 1000 1\n  1 100000  65536\n", count: 2 },
])("$title", ({ text, count }) => {
  expect(parseIdMap(text)).toHaveLength(count);
});

test.each([
  ["nothing", ""],
  ["two fields", "0 1000\n"],
  ["four fields", "0 1000 1 1\n"],
  ["words", "a b c\n"],
  ["a count of zero", "0 0 0\n"],
  ["the number that stands for none", "0 4294967295 1\n"],
  ["ranges that overlap inside", "0 0 10\n9 100 10\n"],
  ["ranges that overlap outside", "0 0 10\n100 9 10\n"],
])("%s is refused", (_title, text) => {
  expect(parseIdMap(text)).toBe(EINVAL);
});

test("numbers go there and back, and others have none", () => {
  const map = new IdMap([
    { first: 0, lowerFirst: 1000, count: 1 },
    { first: 10, lowerFirst: 100_000, count: 10 },
  ]);
  expect(map.toKernel(0)).toBe(1000);
  expect(map.toKernel(19)).toBe(100_009);
  expect(map.toKernel(20)).toBe(INVALID_ID);
  expect(map.fromKernel(100_003)).toBe(13);
  expect(map.shown(0)).toBe(OVERFLOW_ID);
});
