import {
  MADV_DONTFORK,
  MADV_WIPEONFORK,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_PRIVATE,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
} from "@kernelet/abi";
import { expect, test } from "vitest";
import { PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import { createMemory } from "../testing/memory.ts";
import type { MemoryManager } from "./memory-manager.ts";
import { ADDRESS_SPACE_PAGES } from "./physical-memory.ts";

const BASE = 0x60_0000;

function withPages(count: number, limit?: number, size?: number): MemoryManager {
  const mm = createMemory(limit, size).createMemoryManager();
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  mm.mmap({ addr: BASE, len: count * PAGE_SIZE, prot: PROT_READ | PROT_WRITE, flags });
  for (let i = 0; i < count; i++) mm.writeInt32(BASE + i * PAGE_SIZE, i + 1);
  return mm;
}

test("fork copies nothing until someone writes", () => {
  const parent = withPages(8);
  const before = parent.system.memory.usedPages;
  const child = parent.fork();
  expect(child.residentPages).toBe(0);
  expect(parent.system.memory.usedPages).toBe(before);
  expect(parent.space.protection(BASE) & PAGE_W).toBe(0);
  expect(parent.space.protection(BASE) & PAGE_R).toBe(PAGE_R);
  expect(child.readInt32(BASE + PAGE_SIZE)).toBe(2);
  expect(child.residentPages).toBe(1);
});

test("parent and child write apart, in either order", () => {
  const parent = withPages(2);
  const child = parent.fork();
  parent.writeInt32(BASE, 100);
  child.writeInt32(BASE + PAGE_SIZE, 200);
  expect([parent.readInt32(BASE), parent.readInt32(BASE + PAGE_SIZE)]).toEqual([100, 2]);
  expect([child.readInt32(BASE), child.readInt32(BASE + PAGE_SIZE)]).toEqual([1, 200]);
});

test("a grandchild sees what its forefathers had, though they are gone", () => {
  const parent = withPages(3);
  const { system } = parent;
  const child = parent.fork();
  child.writeInt32(BASE, 50);
  const grandchild = child.fork();
  parent.release();
  child.release();
  expect([0, 1, 2].map((i) => grandchild.readInt32(BASE + i * PAGE_SIZE))).toEqual([50, 2, 3]);
  grandchild.release();
  expect(system.memory.usedPages).toBe(0);
  expect(system.cow.size).toBe(0);
});

test("when the child is gone the parent gets its write bits back in runs", () => {
  const parent = withPages(10);
  parent.fork().release();
  parent.writeInt32(BASE, 7);
  for (let i = 0; i < 10; i++) {
    expect(parent.space.protection(BASE + i * PAGE_SIZE) & PAGE_W).toBe(PAGE_W);
  }
  expect(parent.system.cow.size).toBe(0);
});

test("MADV_DONTFORK and MADV_WIPEONFORK", () => {
  const parent = withPages(3);
  parent.madvise(BASE, PAGE_SIZE, MADV_DONTFORK);
  parent.madvise(BASE + PAGE_SIZE, PAGE_SIZE, MADV_WIPEONFORK);
  const child = parent.fork();
  expect(child.readInt32(BASE)).toBe(null);
  expect(child.readInt32(BASE + PAGE_SIZE)).toBe(0);
  expect(child.readInt32(BASE + 2 * PAGE_SIZE)).toBe(3);
});

test("a fork of 100 MiB takes no memory", () => {
  const parent = withPages(25_600, undefined, 256 * 1024 * 1024);
  const used = parent.system.memory.usedPages;
  for (let i = 0; i < 5; i++) parent.fork().release();
  expect(parent.system.memory.peakPages).toBe(used);
  expect(parent.system.cow.copies).toBe(0);
});

test("what nobody writes is copied nowhere, what one writes is copied once", () => {
  const parent = withPages(100);
  const { cow } = parent.system;
  const child = parent.fork();
  parent.readInt32(BASE);
  expect(cow.copies).toBe(0);
  child.writeInt32(BASE, 7);
  child.writeInt32(BASE, 8);
  parent.writeInt32(BASE, 9);
  expect(cow.copies).toBe(1);
  parent.writeInt32(BASE + PAGE_SIZE, 10);
  expect(cow.copies).toBe(2);
  child.release();
  parent.writeInt32(BASE + 2 * PAGE_SIZE, 11);
  expect(cow.copies).toBe(2);
  parent.release();
  expect(cow.size).toBe(0);
});

test("pages beyond the memory limit are refused", () => {
  const mm = withPages(4, 4 + ADDRESS_SPACE_PAGES);
  const flags = MAP_PRIVATE | MAP_ANONYMOUS;
  const more = mm.mmap({ addr: 0, len: PAGE_SIZE, prot: PROT_READ | PROT_WRITE, flags });
  expect(mm.handleFault(more, PAGE_W)).toMatchObject({ signo: 9 });
  mm.munmap(BASE, PAGE_SIZE);
  expect(mm.handleFault(more, PAGE_W)).toBe(0);
});
