import {
  isErrno,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_PRIVATE,
  PAGE_SIZE,
  PROT_EXEC,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
} from "@kernelet/abi";
import { expect, test } from "vitest";
import { createMemory } from "../testing/memory.ts";
import { Random } from "../testing/random.ts";
import type { MemoryManager } from "./memory-manager.ts";

const BASE = 0x60_0000;
const PAGES = 40;
const PROTECTIONS = [PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC];

/** Protection per page; undefined: not mapped. */
type Model = (number | undefined)[];

function check(mm: MemoryManager, model: Model): void {
  let mapped = 0;
  for (let i = 0; i < PAGES; i++) {
    const vma = mm.vmas.find(BASE + i * PAGE_SIZE);
    expect(vma?.prot).toBe(model[i]);
    if (model[i] !== undefined) mapped++;
    const access = mm.space.protection(BASE + i * PAGE_SIZE);
    expect(access & ~(model[i] === undefined ? 0 : (vma?.accessFor(1) ?? 0))).toBe(0);
  }
  expect(mm.vmas.totalBytes).toBe(mapped * PAGE_SIZE);
  let end = 0;
  let previous: number | undefined;
  for (const vma of mm.vmas) {
    expect(vma.start).toBeGreaterThanOrEqual(end);
    // Neighbours that are alike are one.
    if (vma.start === end) expect(vma.prot).not.toBe(previous);
    expect(vma.end).toBeGreaterThan(vma.start);
    end = vma.end;
    previous = vma.prot;
  }
}

test.each([1, 2, 3, 4])(
  "random mmap, munmap and mprotect agree with a page-by-page model, seed %i",
  (seed) => {
    const random = new Random(seed * 7919);
    const system = createMemory();
    const mm = system.createMemoryManager();
    const model: Model = new Array<number | undefined>(PAGES).fill(undefined);
    for (let step = 0; step < 400; step++) {
      const first = random.below(PAGES);
      const count = 1 + random.below(Math.min(12, PAGES - first));
      const addr = BASE + first * PAGE_SIZE;
      const len = count * PAGE_SIZE;
      const prot = random.pick(PROTECTIONS);
      switch (random.below(4)) {
        case 0:
          mm.mmap({ addr, len, prot, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED });
          model.fill(prot, first, first + count);
          break;
        case 1:
          expect(mm.munmap(addr, len)).toBe(0);
          model.fill(undefined, first, first + count);
          break;
        case 2: {
          const part = model.slice(first, first + count);
          const hole = part.indexOf(undefined);
          const end = hole < 0 ? first + count : first + hole;
          expect(isErrno(mm.mprotect(addr, len, prot))).toBe(hole >= 0);
          model.fill(prot, first, end);
          break;
        }
        default: {
          const page = first + random.below(count);
          const canWrite = ((model[page] ?? 0) & PROT_WRITE) !== 0;
          const result = mm.writeUint8(BASE + page * PAGE_SIZE, step & 0xff);
          expect(result === 0).toBe(canWrite);
        }
      }
      check(mm, model);
    }
    mm.release();
    expect(system.memory.usedPages).toBe(0);
  },
);

test("finds the highest gap, and finds freed places again", () => {
  const mm = createMemory().createMemoryManager();
  const map = (len: number) =>
    mm.mmap({ addr: 0, len, prot: PROT_READ, flags: MAP_PRIVATE | MAP_ANONYMOUS }) as number;
  const a = map(PAGE_SIZE);
  const b = map(3 * PAGE_SIZE);
  const c = map(PAGE_SIZE);
  expect(a).toBe(mm.layout.mmapTop - PAGE_SIZE);
  expect(b).toBe(a - 3 * PAGE_SIZE);
  expect(c).toBe(b - PAGE_SIZE);
  mm.munmap(b, 3 * PAGE_SIZE);
  expect(map(4 * PAGE_SIZE)).toBe(c - 4 * PAGE_SIZE);
  expect(map(2 * PAGE_SIZE)).toBe(b + PAGE_SIZE);
  expect(map(PAGE_SIZE)).toBe(b);
});
