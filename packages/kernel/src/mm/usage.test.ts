/** Sizes as /proc shows them, and what is left when address spaces go. */
import {
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_PRIVATE,
  MAP_SHARED,
  PAGE_SIZE,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
} from "@kernelet/abi";
import { expect, test } from "vitest";
import { createMemory } from "../testing/memory.ts";
import type { MemoryManager } from "./memory-manager.ts";
import { countAllPages, mappedBytes } from "./usage.ts";

const BASE = 0x60_0000;
const ANON = MAP_ANONYMOUS | MAP_FIXED;

function map(mm: MemoryManager, at: number, pages: number, prot: number, flags: number): void {
  const addr = BASE + at * PAGE_SIZE;
  expect(mm.mmap({ addr, len: pages * PAGE_SIZE, prot, flags: flags | ANON })).toBe(addr);
}

test("mappings count by kind", () => {
  const mm = createMemory().createMemoryManager();
  map(mm, 0, 4, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  map(mm, 4, 2, PROT_READ | PROT_EXEC, MAP_PRIVATE);
  map(mm, 6, 8, PROT_READ | PROT_WRITE, MAP_SHARED);
  map(mm, 14, 1, PROT_READ, MAP_PRIVATE);
  expect(mappedBytes(mm)).toEqual({ data: 4 * PAGE_SIZE, stack: 0, exec: 2 * PAGE_SIZE });
});

test("a page that is shared since a fork counts in both, and half in each proportionally", () => {
  const parent = createMemory().createMemoryManager();
  map(parent, 0, 4, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  parent.writeInt32(BASE, 1);
  // Not the next page: faults in a row bring more than they ask for.
  parent.writeInt32(BASE + 2 * PAGE_SIZE, 1);
  const child = parent.fork();
  child.writeInt32(BASE, 2);
  expect(countAllPages(parent)).toMatchObject({ anon: 2, privateDirty: 1, sharedDirty: 1 });
  expect(countAllPages(child)).toMatchObject({ anon: 2, proportional: 1.5 });
});

test("nothing is left when the last user of shared memory goes", () => {
  const system = createMemory();
  const parent = system.createMemoryManager();
  map(parent, 0, 4, PROT_READ | PROT_WRITE, MAP_SHARED);
  map(parent, 8, 4, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  for (let i = 0; i < 4; i++) parent.writeInt32(BASE + i * PAGE_SIZE, i);
  parent.writeInt32(BASE + 8 * PAGE_SIZE, 8);
  const child = parent.fork();
  parent.release();
  expect(child.readInt32(BASE + 3 * PAGE_SIZE)).toBe(3);
  expect(child.readInt32(BASE + 8 * PAGE_SIZE)).toBe(8);
  expect(system.memory.sharedMemories).toBe(1);
  child.release();
  expect(system.memory).toMatchObject({ usedPages: 0, usedFrames: 0, sharedMemories: 0 });
  expect(system.cow.size).toBe(0);
  expect(system.addressSpaces).toBe(0);
});
