import { ENOSPC, ENXIO, PAGE_SIZE } from "@kernelet/abi";
import { expect, test } from "vitest";
import { type PageBacking, PageCache } from "./page-cache.ts";
import { PhysicalMemory } from "./physical-memory.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

function read(cache: PageCache, off: number, len: number): number[] {
  const into = new Uint8Array(len);
  return [...into.subarray(0, cache.read(off, into))];
}

test("reads what was written, zeros in holes, nothing after the end", () => {
  const cache = new PageCache(new PhysicalMemory());
  expect(cache.write(3 * PAGE_SIZE - 1, bytes(1, 2))).toBe(2);
  expect(cache.size).toBe(3 * PAGE_SIZE + 1);
  expect(cache.allocatedPages).toBe(2);
  expect(read(cache, 3 * PAGE_SIZE - 2, 10)).toEqual([0, 1, 2]);
  expect(read(cache, 10, 2)).toEqual([0, 0]);
  expect(read(cache, 4 * PAGE_SIZE, 2)).toEqual([]);
});

test("a file that shrinks and grows again has zeros where it was cut", () => {
  const cache = new PageCache(new PhysicalMemory());
  cache.write(0, new Uint8Array(2 * PAGE_SIZE).fill(7));
  cache.truncate(5);
  expect(cache.allocatedPages).toBe(1);
  cache.truncate(10);
  expect(read(cache, 3, 10)).toEqual([7, 7, 0, 0, 0, 0, 0]);
});

test("an allocation that memory has no room for leaves nothing behind", () => {
  const memory = new PhysicalMemory(8);
  const cache = new PageCache(memory);
  cache.write(PAGE_SIZE, bytes(7));
  expect(cache.allocate(0, 5 * PAGE_SIZE, false)).toBe(ENOSPC);
  expect(cache.allocatedPages).toBe(1);
  expect(memory.usedPages).toBe(1);
  expect(cache.size).toBe(PAGE_SIZE + 1);
  expect(cache.allocate(0, 4 * PAGE_SIZE, false)).toBe(0);
  expect(read(cache, PAGE_SIZE, 1)).toEqual([7]);
});

test("holes are punched by whole pages and by parts", () => {
  const cache = new PageCache(new PhysicalMemory());
  cache.write(0, new Uint8Array(4 * PAGE_SIZE).fill(7));
  cache.punchHole(PAGE_SIZE - 1, 2 * PAGE_SIZE + 2);
  expect(cache.allocatedPages).toBe(2);
  expect(read(cache, PAGE_SIZE - 2, 3)).toEqual([7, 0, 0]);
  expect(read(cache, 3 * PAGE_SIZE, 2)).toEqual([0, 7]);
  cache.punchHole(3 * PAGE_SIZE + 1, 1);
  expect(read(cache, 3 * PAGE_SIZE, 3)).toEqual([0, 0, 7]);
  expect(cache.size).toBe(4 * PAGE_SIZE);
});

test("SEEK_DATA and SEEK_HOLE", () => {
  const cache = new PageCache(new PhysicalMemory());
  cache.write(2 * PAGE_SIZE, bytes(1));
  cache.truncate(10 * PAGE_SIZE);
  expect(cache.seekData(0)).toBe(2 * PAGE_SIZE);
  expect(cache.seekData(2 * PAGE_SIZE + 5)).toBe(2 * PAGE_SIZE + 5);
  expect(cache.seekData(3 * PAGE_SIZE)).toBe(ENXIO);
  expect(cache.seekHole(0)).toBe(0);
  expect(cache.seekHole(2 * PAGE_SIZE)).toBe(3 * PAGE_SIZE);
  expect(cache.seekHole(10 * PAGE_SIZE)).toBe(ENXIO);
});

test("files have at most half of the memory: ENOSPC after what fitted", () => {
  const memory = new PhysicalMemory(8);
  const cache = new PageCache(memory);
  expect(cache.write(0, new Uint8Array(6 * PAGE_SIZE))).toBe(4 * PAGE_SIZE);
  expect(cache.write(4 * PAGE_SIZE, bytes(1))).toBe(ENOSPC);
  expect(cache.allocate(0, 6 * PAGE_SIZE, true)).toBe(ENOSPC);
  cache.truncate(0);
  expect(memory.usedPages).toBe(0);
});

test("a backed file keeps only dirty pages, and writes them back within its size", () => {
  const disk = new Uint8Array(3 * PAGE_SIZE).fill(9);
  const written: [number, number][] = [];
  const backing: PageBacking = {
    fill: (off, into) => {
      const part = disk.subarray(off, off + into.length);
      into.set(part);
      return part.length;
    },
    writeBack: (off, from) => {
      written.push([off, from.length]);
      disk.set(from, off);
      return from.length;
    },
  };
  const cache = new PageCache(new PhysicalMemory(), backing, 2 * PAGE_SIZE + 5);
  expect(read(cache, 2 * PAGE_SIZE, 100)).toEqual([9, 9, 9, 9, 9]);
  expect(cache.allocatedPages).toBe(0);
  cache.write(2 * PAGE_SIZE + 1, bytes(1));
  expect(read(cache, 2 * PAGE_SIZE, 3)).toEqual([9, 1, 9]);
  expect(cache.sync()).toBe(0);
  expect(written).toEqual([[2 * PAGE_SIZE, 5]]);
  expect(cache.allocatedPages).toBe(0);
});

test("slabs go back after a burst", () => {
  const memory = new PhysicalMemory();
  const cache = new PageCache(memory);
  cache.write(0, new Uint8Array(2000 * PAGE_SIZE));
  expect(memory.usedFrames).toBe(2000);
  cache.release();
  expect(memory.usedFrames).toBe(0);
  expect(memory.usedPages).toBe(0);
  expect(memory.peakPages).toBe(2000);
});
