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
import { VM_LOCKED } from "./vma.ts";

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
  const refused = mayLock(mm, credentials, newlyLocked(mm, start, end));
  if (isErrno(refused)) return refused;
  const result = setLocked(mm, start, end, true);
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
  return setLocked(mm, addr - (addr % PAGE_SIZE), pageAlign(addr + len), false);
}

/** mlockall(2), and munlockall(2) with both false. */
export function lockAll(
  mm: MemoryManager,
  credentials: Credentials,
  now: boolean,
  future: boolean,
): 0 | Errno {
  if (now || future) {
    const refused = mayLock(mm, credentials, now ? mm.vmas.totalBytes >>> PAGE_SHIFT : 0);
    if (isErrno(refused)) return refused;
  }
  mm.lockFuture = future;
  if (!now && future) return 0;
  for (const vma of [...mm.vmas]) {
    setLocked(mm, vma.start, vma.end, now);
    if (now) populate(mm, vma, vma.start, vma.end);
  }
  return 0;
}

/** Pages in [start, end) that are mapped and not locked yet. */
function newlyLocked(mm: MemoryManager, start: number, end: number): number {
  let pages = 0;
  for (const vma of mm.vmas.overlapping(start, end)) {
    if ((vma.flags & VM_LOCKED) !== 0) continue;
    pages += (Math.min(vma.end, end) - Math.max(vma.start, start)) >>> PAGE_SHIFT;
  }
  return pages;
}

function mayLock(mm: MemoryManager, credentials: Credentials, morePages: number): 0 | Errno {
  if (credentials.has(CAP_IPC_LOCK)) return 0;
  const limit = mm.soft(RLIMIT_MEMLOCK);
  if (limit < PAGE_SIZE) return EPERM;
  return (mm.lockedPages + morePages) * PAGE_SIZE > limit ? ENOMEM : 0;
}

function setLocked(mm: MemoryManager, start: number, end: number, lock: boolean): 0 | Errno {
  let at = start;
  for (const vma of mm.vmas.overlapping(start, end)) {
    if (vma.start > at) return ENOMEM;
    const from = Math.max(vma.start, start);
    const to = Math.min(vma.end, end);
    at = to;
    if (((vma.flags & VM_LOCKED) !== 0) === lock) continue;
    const result = changeFlags(mm, vma, from, to, lock ? VM_LOCKED : 0, lock ? 0 : VM_LOCKED);
    if (isErrno(result)) return result;
    mm.lockedPages += ((to - from) >>> PAGE_SHIFT) * (lock ? 1 : -1);
  }
  return at < end ? ENOMEM : 0;
}
