import { expect, test } from "vitest";
import { PrelinkTable } from "./prelink.ts";

const BOTTOM = 0x1000_0000;
const TOP = 0x2000_0000;
const MIB = 0x10_0000;

const place = (table: PrelinkTable, identity: string, len: number = MIB): number | null =>
  table.placeFor(identity, len, BOTTOM, TOP);

test("a file's place does not depend on what came before it", () => {
  const alone = place(new PrelinkTable(), "1:77");
  const table = new PrelinkTable();
  for (let ino = 100; ino < 110; ino++) place(table, `1:${ino}`);
  expect(place(table, "1:77")).toBe(alone);
  expect(place(table, "1:77")).toBe(alone);
});

test("places are within the area, aligned, and apart from each other", () => {
  const table = new PrelinkTable();
  const starts: number[] = [];
  for (let ino = 0; ino < 200; ino++) starts.push(place(table, `1:${ino}`) as number);
  starts.sort((a, b) => a - b);
  starts.forEach((start, i) => {
    expect(start % 0x10000).toBe(0);
    expect(start).toBeGreaterThanOrEqual(BOTTOM);
    expect(start + MIB).toBeLessThanOrEqual(starts[i + 1] ?? TOP);
  });
});

test("a full area has no place, and one that a file grows out of is given up", () => {
  const table = new PrelinkTable();
  expect(place(table, "1:1", TOP - BOTTOM)).toBe(BOTTOM);
  expect(place(table, "1:2")).toBeNull();
  expect(place(table, "1:3", 2 * (TOP - BOTTOM))).toBeNull();
  const other = new PrelinkTable();
  place(other, "1:1");
  const grown = place(other, "1:1", 4 * MIB) as number;
  expect(place(other, "1:1", 4 * MIB)).toBe(grown);
});

test("the area fills up to where nothing more fits", () => {
  const table = new PrelinkTable();
  let n = 0;
  while (place(table, `1:${n}`, 16 * MIB) !== null) n++;
  expect(n).toBeGreaterThan(8);
  expect(n).toBeLessThanOrEqual(16);
});
