/** madvise(2). */
import {
  EACCES,
  EAGAIN,
  EFAULT,
  EINVAL,
  ENOMEM,
  type Errno,
  FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_PUNCH_HOLE,
  isErrno,
  MADV_COLD,
  MADV_COLLAPSE,
  MADV_DODUMP,
  MADV_DOFORK,
  MADV_DONTDUMP,
  MADV_DONTFORK,
  MADV_DONTNEED,
  MADV_DONTNEED_LOCKED,
  MADV_FREE,
  MADV_HUGEPAGE,
  MADV_KEEPONFORK,
  MADV_MERGEABLE,
  MADV_NOHUGEPAGE,
  MADV_NORMAL,
  MADV_PAGEOUT,
  MADV_POPULATE_READ,
  MADV_POPULATE_WRITE,
  MADV_RANDOM,
  MADV_REMOVE,
  MADV_SEQUENTIAL,
  MADV_UNMERGEABLE,
  MADV_WILLNEED,
  MADV_WIPEONFORK,
  PAGE_SHIFT,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
  SIGBUS,
  SIGKILL,
} from "@kernelet/abi";
import { PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import { bringAnonymousRange } from "./fault.ts";
import type { MemoryManager } from "./memory-manager.ts";
import { pageAlign, rangeEnd } from "./user-range.ts";
import {
  VM_DONTCOPY,
  VM_DONTDUMP,
  VM_LOCKED,
  VM_MAYWRITE,
  VM_SPECIAL,
  VM_WIPEONFORK,
  type Vma,
} from "./vma.ts";

export type MadviseResult = 0 | Errno;

type Advice = (mm: MemoryManager, vma: Vma, start: number, end: number) => 0 | Errno;

/** What is done for each vma of the range. Advice about speed is taken note of by doing nothing. */
const ADVICE: ReadonlyMap<number, Advice> = new Map<number, Advice>([
  [MADV_NORMAL, ignore],
  [MADV_RANDOM, ignore],
  [MADV_SEQUENTIAL, ignore],
  [MADV_WILLNEED, ignore],
  [MADV_COLD, cold],
  [MADV_PAGEOUT, cold],
  [MADV_MERGEABLE, ignore],
  [MADV_UNMERGEABLE, ignore],
  [MADV_HUGEPAGE, ignore],
  [MADV_NOHUGEPAGE, ignore],
  // It needs huge pages, which this machine has not.
  [MADV_COLLAPSE, () => EINVAL],
  [MADV_DONTNEED, dontNeed],
  [MADV_DONTNEED_LOCKED, (mm, vma, start, end) => drop(mm, vma, start, end)],
  [MADV_FREE, free],
  [MADV_REMOVE, remove],
  [MADV_DONTFORK, (mm, vma, start, end) => changeFlags(mm, vma, start, end, VM_DONTCOPY, 0)],
  [MADV_DOFORK, doFork],
  [MADV_WIPEONFORK, wipeOnFork],
  [MADV_KEEPONFORK, (mm, vma, start, end) => changeFlags(mm, vma, start, end, 0, VM_WIPEONFORK)],
  [MADV_DONTDUMP, (mm, vma, start, end) => changeFlags(mm, vma, start, end, VM_DONTDUMP, 0)],
  [MADV_DODUMP, doDump],
  [MADV_POPULATE_READ, (mm, vma, start, end) => bringIn(mm, vma, start, end, PAGE_R)],
  [MADV_POPULATE_WRITE, (mm, vma, start, end) => bringIn(mm, vma, start, end, PAGE_W)],
]);

/** Holes give ENOMEM, after the mapped parts were done. */
export function madvise(
  mm: MemoryManager,
  addr: number,
  len: number,
  advice: number,
): MadviseResult {
  const act = ADVICE.get(advice);
  if (act === undefined) return EINVAL;
  if (addr % PAGE_SIZE !== 0) return EINVAL;
  const size = pageAlign(len);
  if (size === 0 && len !== 0) return EINVAL;
  const end = rangeEnd(addr, size);
  if (end === null) return EINVAL;
  if (end === addr) return 0;

  // These two stop at the first hole; the others go on behind it.
  const stopsAtHole = advice === MADV_POPULATE_READ || advice === MADV_POPULATE_WRITE;
  let at = addr;
  let hasHole = false;
  for (const vma of mm.vmas.overlapping(addr, end)) {
    if (vma.start > at) {
      hasHole = true;
      if (stopsAtHole) return ENOMEM;
    }
    const to = Math.min(vma.end, end);
    const result = act(mm, vma, Math.max(vma.start, addr), to);
    if (isErrno(result)) return result;
    at = to;
  }
  return hasHole || at < end ? ENOMEM : 0;
}

function ignore(): 0 {
  return 0;
}

/** Nothing is paged out, but what Linux refuses is refused. */
function cold(_mm: MemoryManager, vma: Vma): 0 | Errno {
  return (vma.flags & (VM_LOCKED | VM_SPECIAL)) !== 0 ? EINVAL : 0;
}

function dontNeed(mm: MemoryManager, vma: Vma, start: number, end: number): 0 | Errno {
  if ((vma.flags & VM_LOCKED) !== 0) return EINVAL;
  return drop(mm, vma, start, end);
}

/** Private pages are as new at the next access; pages of shared mappings keep their contents in the file. */
function drop(mm: MemoryManager, vma: Vma, start: number, end: number): 0 | Errno {
  if ((vma.flags & VM_SPECIAL) !== 0) return EINVAL;
  mm.zap(vma, start >>> PAGE_SHIFT, end >>> PAGE_SHIFT, true);
  return 0;
}

/** Linux frees the pages when it is short of memory, at the latest; freeing at once is allowed, too. */
function free(mm: MemoryManager, vma: Vma, start: number, end: number): 0 | Errno {
  if (vma.cache !== null || (vma.flags & VM_LOCKED) !== 0) return EINVAL;
  return drop(mm, vma, start, end);
}

/** A hole in the file behind a shared mapping. */
function remove(_mm: MemoryManager, vma: Vma, start: number, end: number): 0 | Errno {
  if ((vma.flags & VM_LOCKED) !== 0) return EINVAL;
  if (vma.cache === null || vma.cache.backing !== null) return EINVAL;
  if (!vma.isShared || (vma.flags & VM_MAYWRITE) === 0) return EACCES;
  const off = vma.off + (start - vma.start);
  if (vma.file === null) {
    vma.cache.punchHole(off, end - start);
    return 0;
  }
  const mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
  const result = vma.file.allocate(mode, off, end - start); // Seals may forbid it.
  if (result === 0) vma.file.modified();
  return result;
}

function doFork(mm: MemoryManager, vma: Vma, start: number, end: number): 0 | Errno {
  if ((vma.flags & VM_SPECIAL) !== 0) return EINVAL;
  return changeFlags(mm, vma, start, end, 0, VM_DONTCOPY);
}

function wipeOnFork(mm: MemoryManager, vma: Vma, start: number, end: number): 0 | Errno {
  if (vma.cache !== null || vma.isShared) return EINVAL;
  return changeFlags(mm, vma, start, end, VM_WIPEONFORK, 0);
}

function doDump(mm: MemoryManager, vma: Vma, start: number, end: number): 0 | Errno {
  if ((vma.flags & VM_SPECIAL) !== 0) return EINVAL;
  return changeFlags(mm, vma, start, end, 0, VM_DONTDUMP);
}

function bringIn(
  mm: MemoryManager,
  vma: Vma,
  start: number,
  end: number,
  access: typeof PAGE_R | typeof PAGE_W,
): 0 | Errno {
  // The vma does not allow the access at all: EINVAL; a page of it cannot be had: EFAULT.
  if ((vma.prot & (access === PAGE_W ? PROT_WRITE : PROT_READ)) === 0) return EINVAL;
  if (vma.cache === null && !bringAnonymousRange(mm, vma, start, end)) return ENOMEM;
  for (let addr = start; addr < end; addr += PAGE_SIZE) {
    if ((mm.space.protection(addr) & access) !== 0) continue;
    const fault = mm.handleFault(addr, access);
    if (fault === 0) continue;
    if (fault.signo === SIGBUS) return EFAULT;
    return fault.signo === SIGKILL ? ENOMEM : EFAULT;
  }
  return 0;
}

/** Changes flags of [start, end), which lies in `vma`. */
export function changeFlags(
  mm: MemoryManager,
  vma: Vma,
  start: number,
  end: number,
  set: number,
  clear: number,
): 0 | Errno {
  const flags = (vma.flags | set) & ~clear;
  if (flags === vma.flags) return 0;
  const splits = (vma.start < start ? 1 : 0) + (vma.end > end ? 1 : 0);
  if (splits > 0 && mm.vmas.count + splits > mm.system.maxMapCount) return EAGAIN;
  mm.vmas.splitAt(start);
  mm.vmas.splitAt(end);
  const part = mm.vmas.find(start);
  if (part === undefined) return ENOMEM;
  part.flags = flags;
  mm.vmas.mergeAround(part);
  return 0;
}
