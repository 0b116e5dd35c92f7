/** Where a new mapping goes if its place is not fixed: get_unmapped_area(). */
import { ENOMEM, type Errno, MAP_PRIVATE, MAP_TYPE, PAGE_SIZE } from "@kernelet/abi";
import { hasElfMagic } from "../fs/binfmt/elf-file.ts";
import type { FileDescription } from "../fs/file-description.ts";
import { MMAP_MIN_ADDR, STACK_GUARD_GAP } from "./layout.ts";
import type { MemoryManager } from "./memory-manager.ts";
import type { MmapRequest } from "./mmap.ts";
import { PageCache } from "./page-cache.ts";
import { pageAlign } from "./user-range.ts";
import type { Vma } from "./vma.ts";

/** A free place: the hint, if it is one; a library's own place; else the highest gap that is large enough. */
export function findPlace(mm: MemoryManager, request: MmapRequest, len: number): number | Errno {
  if (isFreeHint(mm, request.addr, len)) return hintPage(request.addr);
  if (isLibrary(request)) return findFilePlace(mm, request.file as FileDescription, len);
  return findFreePlace(mm, len);
}

/** A free place for `len` bytes: at `hint` if that is one, else anywhere. */
export function findPlaceNear(mm: MemoryManager, hint: number, len: number): number | Errno {
  return isFreeHint(mm, hint, len) ? hintPage(hint) : findFreePlace(mm, len);
}

function hintPage(hint: number): number {
  return hint - (hint % PAGE_SIZE);
}

function isFreeHint(mm: MemoryManager, hint: number, len: number): boolean {
  const addr = hintPage(hint);
  return addr >= MMAP_MIN_ADDR && addr + len <= mm.space.end && isFree(mm, addr, len);
}

/** A place for `len` bytes of an ELF file: the one that the kernel keeps for it, if that is free. */
export function findFilePlace(
  mm: MemoryManager,
  file: FileDescription,
  len: number,
): number | Errno {
  const { mmapTop, libraryTop } = mm.layout;
  const identity = `${file.inode.superblock.dev}:${file.inode.ino}`;
  const size = pageAlign(len);
  const place = mm.system.prelink.placeFor(identity, size, mmapTop, libraryTop);
  if (place !== null && isFree(mm, place, size)) return place;
  return findFreePlace(mm, size);
}

/** A free place for `len` bytes, below `mmapTop` if possible. */
export function findFreePlace(mm: MemoryManager, len: number): number | Errno {
  const found = findGap(mm, len) ?? gapBelow(mm, len, mm.layout.lowEnd, MMAP_MIN_ADDR).addr;
  return found ?? gapBelow(mm, len, mm.space.end, MMAP_MIN_ADDR).addr ?? ENOMEM;
}

/** Free, and far enough from a stack above that may grow. */
function isFree(mm: MemoryManager, addr: number, len: number): boolean {
  const next = mm.vmas.after(addr);
  if (next === undefined) return true;
  return addr + len <= ceilingUnder(next);
}

/** Whether an ELF file is mapped from its start: ld.so's first mmap of a library. */
function isLibrary(request: MmapRequest): boolean {
  const file = request.file;
  if (file === null || file === undefined) return false;
  if ((request.flags & MAP_TYPE) !== MAP_PRIVATE || (request.off ?? 0) !== 0) return false;
  const source = file.mmapSource();
  if (!(source instanceof PageCache)) return false;
  const head = new Uint8Array(4);
  return source.read(0, head) === 4 && hasElfMagic(head);
}

/**
 * The highest gap below `mmapTop`. `searchTop` remembers that there is no gap larger than `searchHole` above it, so
 * that many small mappings in a row do not search from the top each time.
 */
function findGap(mm: MemoryManager, len: number): number | null {
  const top = mm.layout.mmapTop;
  if (mm.searchTop === 0 || len <= mm.searchHole) {
    mm.searchTop = top;
    mm.searchHole = 0;
  }
  const gap = gapBelow(mm, len, mm.searchTop, MMAP_MIN_ADDR);
  mm.searchHole = Math.max(mm.searchHole, gap.largestSkipped);
  if (gap.addr === null) return null;
  mm.searchTop = gap.addr;
  return gap.addr;
}

/** The highest gap of `len` bytes in [bottom, top), and the size of the largest that was too small. */
function gapBelow(
  mm: MemoryManager,
  len: number,
  top: number,
  bottom: number,
): { addr: number | null; largestSkipped: number } {
  const { vmas } = mm;
  let largestSkipped = 0;
  let i = vmas.indexAfter(top - 1);
  let ceiling = Math.min(top, ceilingUnder(vmas.at(i)));
  for (;;) {
    i--;
    const below = vmas.at(i);
    const floor = Math.max(below?.end ?? 0, bottom);
    if (ceiling - floor >= len) return { addr: ceiling - len, largestSkipped };
    largestSkipped = Math.max(largestSkipped, ceiling - floor);
    if (below === undefined || floor === bottom) return { addr: null, largestSkipped };
    ceiling = Math.min(ceiling, ceilingUnder(below));
  }
}

/** Where a mapping below `vma` must end: stacks keep their distance. */
function ceilingUnder(vma: Vma | undefined): number {
  if (vma === undefined) return Number.POSITIVE_INFINITY;
  return vma.start - (vma.isStack ? STACK_GUARD_GAP : 0);
}
