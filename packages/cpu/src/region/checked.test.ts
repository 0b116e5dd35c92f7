/** What two ways to a block have both checked. */
import { expect, test } from "vitest";
import { type Checks, CONSTANT, common, covers, keep, without } from "./checked.ts";

const range = (low: number, high: number, write = false) => ({ low, high, write });
const of = (entries: [number, ReturnType<typeof range>[]][]): Checks => new Map(entries);

test("a check for writing covers reads, not the other way round", () => {
  expect(covers(range(-8, 8, true), 0, 8, false)).toBe(true);
  expect(covers(range(-8, 8), 0, 8, true)).toBe(false);
  expect(covers(range(-8, 8), 4, 12, false)).toBe(false);
});

test("what is covered already is not kept twice, and a wider one replaces it", () => {
  const narrow = keep([], range(0, 8));
  expect(keep(narrow, range(0, 4))).toBe(narrow);
  expect(keep(narrow, range(-8, 8, true))).toEqual([range(-8, 8, true)]);
  expect(keep(narrow, range(16, 24))).toEqual([range(16, 24), range(0, 8)]);
});

test("two ways have the overlap in common, for what both allow", () => {
  const a = of([
    [3, [range(0, 16, true)]],
    [5, [range(0, 8)]],
  ]);
  const b = of([
    [3, [range(8, 32)]],
    [CONSTANT, [range(0, 8)]],
  ]);
  expect(common(a, b)).toEqual(of([[3, [range(8, 16)]]]));
  expect(common(a, a)).toEqual(a);
});

test("a register that changes loses its own", () => {
  const a = of([
    [3, [range(0, 16)]],
    [CONSTANT, [range(0, 8)]],
  ]);
  expect(without(a, 1 << 3)).toEqual(of([[CONSTANT, [range(0, 8)]]]));
});
