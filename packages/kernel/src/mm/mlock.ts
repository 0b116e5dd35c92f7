/** mlock(2) and its kin. Nothing is ever paged out; what counts is that pages are there, and the accounting. */
import {
  CAP_IPC_LOCK,
  EAGAIN,
  ENOMEM,
  EPERM,
  type Errno,
  isErrno,
  PAGE_SHIFT,
  PAGE_SIZE,
  RLIMIT_MEMLOCK,
} from "@kernelet/abi";
import type { Credentials } from "../kernel/credentials.ts";
import { changeFlags } from "./madvise.ts";
import type { MemoryManager } from "./memory-manager.ts";
import { pageAlign, populate } from "./mmap.ts";
import { VM_LOCKED, VM_LOCKED_MASK } from "./vma.ts";

/** Locks the pages of [addr, addr + len); `onFault`: without bringing them in now. */
export function lockRange(
  mm: MemoryManager,
  credentials: Credentials,
  addr: number,
  len: number,
  onFault: boolean,
): 0 | Errno {
  const start = addr - (addr % PAGE_SIZE);
  const end = pageAlign(addr + len);
  const refused = mayLock(
    mm,
    credentials,
    (end - start) / PAGE_SIZE,
    lockedPagesIn(mm, start, end),
  );
  if (isErrno(refused)) return refused;
  const result = setLocked(mm, start, end, onFault ? VM_LOCKED_MASK : VM_LOCKED);
  if (isErrno(result)) return result;
  if (onFault) return 0;
  for (const vma of mm.vmas.overlapping(start, end)) {
    // Linux: a page that cannot be brought in (PROT_NONE, beyond the file) is ENOMEM.
    if (vma.prot === 0) return ENOMEM;
    if (!populate(mm, vma, Math.max(vma.start, start), Math.min(vma.end, end))) return EAGAIN;
  }
  return 0;
}

export function unlockRange(mm: MemoryManager, addr: number, len: number): 0 | Errno {
  return setLocked(mm, addr - (addr % PAGE_SIZE), pageAlign(addr + len), 0);
}

/** mlockall(2), and munlockall(2) with 0 for both. `now`, `future`: VM_LOCKED, perhaps with VM_LOCKONFAULT, or 0. */
export function lockAll(
  mm: MemoryManager,
  credentials: Credentials,
  now: number,
  future: number,
): 0 | Errno {
  if ((now | future) !== 0 && !credentials.has(CAP_IPC_LOCK)) {
    const limit = mm.soft(RLIMIT_MEMLOCK);
    if (limit === 0) return EPERM;
    if (now !== 0 && mm.vmas.totalBytes > limit) return ENOMEM;
  }
  mm.lockFuture = future;
  if (now === 0 && future !== 0) return 0;
  for (const vma of [...mm.vmas]) setLocked(mm, vma.start, vma.end, now);
  if (now !== VM_LOCKED) return 0;
  for (const vma of [...mm.vmas]) populate(mm, vma, vma.start, vma.end);
  return 0;
}

/** Pages in [start, end) that are locked already. */
function lockedPagesIn(mm: MemoryManager, start: number, end: number): number {
  let pages = 0;
  for (const vma of mm.vmas.overlapping(start, end)) {
    if ((vma.flags & VM_LOCKED) === 0) continue;
    pages += (Math.min(vma.end, end) - Math.max(vma.start, start)) / PAGE_SIZE;
  }
  return pages;
}

/** Whether `pages` pages, mapped or not, may be locked; those of them that are locked do not count twice. */
function mayLock(
  mm: MemoryManager,
  credentials: Credentials,
  pages: number,
  alreadyLocked: number,
): 0 | Errno {
  if (credentials.has(CAP_IPC_LOCK)) return 0;
  const limit = mm.soft(RLIMIT_MEMLOCK);
  if (limit === 0) return EPERM;
  const after = mm.lockedPages + pages - alreadyLocked;
  return after > Math.floor(limit / PAGE_SIZE) ? ENOMEM : 0;
}

/** Gives all of [start, end) the flags `locked` of VM_LOCKED_MASK, up to the first hole. */
function setLocked(mm: MemoryManager, start: number, end: number, locked: number): 0 | Errno {
  let at = start;
  for (const vma of mm.vmas.overlapping(start, end)) {
    if (vma.start > at) return ENOMEM;
    const from = Math.max(vma.start, start);
    const to = Math.min(vma.end, end);
    at = to;
    const change = (locked & VM_LOCKED) - (vma.flags & VM_LOCKED);
    const result = changeFlags(mm, vma, from, to, locked, VM_LOCKED_MASK & ~locked);
    if (isErrno(result)) return ENOMEM; // Too many mappings.
    mm.lockedPages += ((to - from) >>> PAGE_SHIFT) * Math.sign(change);
  }
  return at < end ? ENOMEM : 0;
}
