import { expect, test } from "vitest";
import { type FilterRows, hasLabel, parseFilters, parsePattern, parseYesNo } from "./filter.ts";

interface Thing {
  readonly name: string;
  readonly size: number;
}

const ROWS: FilterRows<Thing> = {
  name: (value) => (thing) => thing.name === value,
  size: (value) => (thing) => thing.size === Number(value),
};

test.each([
  { filters: [], want: ["a1", "a2", "b1"] },
  { filters: ["name=a"], want: ["a1", "a2"] },
  { filters: ["size=2", "size=3"], want: ["a2"] },
  { filters: ["name=a", "name=b", "size=1"], want: ["a1", "b1"] },
])("of one key any, of different keys all: $filters", ({ filters, want }) => {
  const all = ["a1", "a2", "b1"].map((id) => ({ id, name: id[0] ?? "", size: Number(id[1]) }));
  expect(all.filter(parseFilters(filters, ROWS)).map(({ id }) => id)).toEqual(want);
});

test("what is wrong is said", () => {
  expect(() => parseFilters(["nosuch=1"], ROWS)).toThrow("'nosuch=1' is none of name=, size=");
  expect(() => parseFilters(["toString=1"], ROWS)).toThrow("is none of");
  expect(() => parsePattern("(")).toThrow("is no regular expression");
  expect(() => parseYesNo("dangling", "maybe")).toThrow("dangling=maybe");
});

test("labels", () => {
  const labels = { a: "1", b: "" };
  const asked = ["a", "a=1", "a=2", "b=", "c", "toString"].map((text) => hasLabel(labels, text));
  expect(asked).toEqual([true, true, false, true, false, false]);
});
