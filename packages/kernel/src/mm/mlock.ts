/** mlock(2) and its kin. Nothing is ever paged out; what counts is that pages are there, and the accounting. */
import {
  CAP_IPC_LOCK,
  EAGAIN,
  EFAULT,
  EINVAL,
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
import { populate } from "./mmap.ts";
import { pageAlign, rangeEnd } from "./user-range.ts";
import { VM_LOCKED, VM_LOCKED_MASK, VM_SPECIAL } from "./vma.ts";

/**
 * Locks the pages of [addr, addr + len); `onFault`: without bringing them in now.
 * @param len as a signed number, exact where it stands for one near 2^64.
 */
export function lockRange(
  mm: MemoryManager,
  credentials: Credentials,
  addr: number,
  len: number,
  onFault: boolean,
): 0 | Errno {
  const start = addr - (addr % PAGE_SIZE);
  const size = lockedSize(addr, len);
  const refused = mayLock(mm, credentials, start, size);
  if (isErrno(refused)) return refused;
  const result = setLocked(mm, start, size, onFault ? VM_LOCKED_MASK : VM_LOCKED);
  if (isErrno(result) || onFault) return result;
  return bringIn(mm, start, start + size);
}

export function unlockRange(mm: MemoryManager, addr: number, len: number): 0 | Errno {
  return setLocked(mm, addr - (addr % PAGE_SIZE), lockedSize(addr, len), 0);
}

/** The pages that [addr, addr + len) touches, in bytes: PAGE_ALIGN(len + offset in the page), in 64 bits. */
function lockedSize(addr: number, len: number): number {
  const bytes = len + (addr % PAGE_SIZE);
  return pageAlign(bytes > -PAGE_SIZE ? bytes : bytes + 2 ** 64);
}

/** __mm_populate(), with the errors of mlock: EAGAIN if there is no memory, ENOMEM for a page that is not to be had. */
function bringIn(mm: MemoryManager, start: number, end: number): 0 | Errno {
  for (const vma of mm.vmas.overlapping(start, end)) {
    if (vma.prot === 0) return ENOMEM;
    const result = populate(mm, vma, Math.max(vma.start, start), Math.min(vma.end, end));
    if (isErrno(result)) return result === EFAULT ? ENOMEM : EAGAIN;
  }
  return 0;
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
  for (const vma of [...mm.vmas]) setLocked(mm, vma.start, vma.end - vma.start, now);
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

/** Whether `size` bytes, mapped or not, may be locked; those of them that are locked do not count twice. */
function mayLock(
  mm: MemoryManager,
  credentials: Credentials,
  start: number,
  size: number,
): 0 | Errno {
  if (credentials.has(CAP_IPC_LOCK)) return 0;
  const limit = mm.soft(RLIMIT_MEMLOCK);
  if (limit === 0) return EPERM;
  const after = mm.lockedPages + size / PAGE_SIZE - lockedPagesIn(mm, start, start + size);
  return after > Math.floor(limit / PAGE_SIZE) ? ENOMEM : 0;
}

/** Gives `size` bytes from `start` on the flags `locked` of VM_LOCKED_MASK, up to the first hole. */
function setLocked(mm: MemoryManager, start: number, size: number, locked: number): 0 | Errno {
  const end = rangeEnd(start, size);
  if (end === null) return EINVAL;
  if (end === start) return 0;
  let at = start;
  for (const vma of mm.vmas.overlapping(start, end)) {
    if (vma.start > at) return ENOMEM;
    const from = Math.max(vma.start, start);
    const to = Math.min(vma.end, end);
    at = to;
    if ((vma.flags & VM_SPECIAL) !== 0) continue;
    const change = (locked & VM_LOCKED) - (vma.flags & VM_LOCKED);
    const result = changeFlags(mm, vma, from, to, locked, VM_LOCKED_MASK & ~locked);
    if (isErrno(result)) return ENOMEM; // Too many mappings.
    mm.lockedPages += ((to - from) >>> PAGE_SHIFT) * Math.sign(change);
  }
  return at < end ? ENOMEM : 0;
}
