/**
 * Page faults: what happens when the processor, or the kernel on behalf of a task, meets a page without the right
 * it needs. Linux's mm/memory.c, with the copy-on-write of cow.ts and the coherence of page-cache.ts.
 */
import {
  BUS_ADRERR,
  isErrno,
  PAGE_SHIFT,
  PAGE_SIZE,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
  RLIMIT_STACK,
  SEGV_ACCERR,
  SEGV_MAPERR,
  SI_KERNEL,
  SIGBUS,
  SIGKILL,
  SIGSEGV,
} from "@kernelet/abi";
import { type PAGE_R, PAGE_W, PAGE_X } from "../arch/x86/processor.ts";
import { MMAP_MIN_ADDR, STACK_GUARD_GAP } from "./layout.ts";
import { mayExpand } from "./limits.ts";
import type { MemoryManager } from "./memory-manager.ts";
import type { PageCache } from "./page-cache.ts";
import {
  PTE_ANON,
  PTE_CLEAN,
  PTE_COW_HOLDER,
  PTE_COW_REF,
  PTE_NONE,
  PTE_SHARED_READ,
  PTE_SHARED_WRITE,
  pteId,
  pteKind,
} from "./page-table.ts";
import { VM_LOCKED, type Vma } from "./vma.ts";

export type FaultAccess = typeof PAGE_R | typeof PAGE_W | typeof PAGE_X;

/** The signal that a bad access gives: siginfo's si_signo, si_code, si_addr. */
export interface FaultSignal {
  readonly signo: number;
  readonly code: number;
  readonly addr: number;
}

/** Pages of a file that are brought in together: Linux's fault_around_bytes, 64 KiB. */
const FAULT_AROUND = 16;
/** The most pages that a run of faults on fresh anonymous memory brings at once. */
const MAX_FAULT_WINDOW = 64;
/** Pages after a fork whose write bit is given back together when the child is gone. */
const REUSE_AROUND = 64;

/** Makes `access` at `addr` possible. @returns 0: try again; else the signal for the task. */
export function handleFault(mm: MemoryManager, addr: number, access: FaultAccess): 0 | FaultSignal {
  if (!(addr >= 0 && addr < mm.space.end)) return { signo: SIGSEGV, code: SEGV_MAPERR, addr };
  const vma = mm.vmas.find(addr) ?? growStack(mm, addr);
  if (vma === undefined) return { signo: SIGSEGV, code: SEGV_MAPERR, addr };
  if (!allows(vma.prot, access)) return { signo: SIGSEGV, code: SEGV_ACCERR, addr };
  return resolveFault(mm, vma, addr, access);
}

/**
 * For a debugger: makes the page of `addr` present for reading, whatever its protection, or a private page its own, so that
 * what is written there is seen by nobody else (FOLL_FORCE). What the process itself may do with the page stays.
 */
export function forceFault(
  mm: MemoryManager,
  addr: number,
  access: typeof PAGE_R | typeof PAGE_W,
): boolean {
  const vma = addr >= 0 && addr < mm.space.end ? mm.vmas.find(addr) : undefined;
  if (vma === undefined) return false;
  if (access === PAGE_W && vma.isShared && !allows(vma.prot, PAGE_W)) return false;
  // A page that comes in now is still that of the file: the second time it becomes the process's own.
  for (let i = 0; i < 2; i++) {
    const kind = pteKind(mm.pages.get(addr >>> PAGE_SHIFT));
    if (access !== PAGE_W ? isPresent(kind) : kind === PTE_ANON || kind === PTE_SHARED_WRITE) break;
    if (resolveFault(mm, vma, addr, access) !== 0) return false;
  }
  return true;
}

/** Whether the bytes are in this address space. */
function isPresent(kind: number): boolean {
  return kind !== PTE_NONE && kind !== PTE_COW_REF;
}

function resolveFault(
  mm: MemoryManager,
  vma: Vma,
  addr: number,
  access: FaultAccess,
): 0 | FaultSignal {
  const page = addr >>> PAGE_SHIFT;
  const pte = mm.pages.get(page);
  let done: boolean;
  switch (pteKind(pte)) {
    case PTE_NONE: {
      mm.minorFaults++;
      const cache = vma.cache;
      if (cache === null) {
        done = bringAnonymous(mm, vma, page);
        break;
      }
      const index = vma.indexOf(page);
      if (index >= cache.pageCount) return { signo: SIGBUS, code: BUS_ADRERR, addr };
      cache.show(index);
      const result = vma.isShared
        ? bringShared(mm, vma, cache, page, access)
        : bringPrivate(mm, vma, cache, page, access);
      // The file could not be read: EIO of the host is a bus error here.
      if (result === "unreadable") return { signo: SIGBUS, code: BUS_ADRERR, addr };
      done = result;
      break;
    }
    case PTE_CLEAN:
      if (access === PAGE_W) mm.setPages(vma, page, page + 1, PTE_ANON);
      else mm.reprotect(vma, page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
      done = true;
      break;
    case PTE_COW_HOLDER:
      if (access === PAGE_W) reuse(mm, vma, page, pteId(pte));
      else mm.reprotect(vma, page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
      done = true;
      break;
    case PTE_COW_REF:
      mm.minorFaults++;
      done = copyFromHolder(mm, vma, page, pteId(pte));
      break;
    case PTE_SHARED_READ: {
      if (access === PAGE_W) {
        const cache = vma.cache as PageCache;
        const lent = cache.lend(vma.indexOf(page), vma, mm.pageBytes(page), true);
        if (isErrno(lent)) return { signo: SIGBUS, code: BUS_ADRERR, addr };
        mm.setPages(vma, page, page + 1, PTE_SHARED_WRITE);
      } else mm.reprotect(vma, page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
      done = true;
      break;
    }
    default:
      // Already present with every right that the vma gives.
      mm.reprotect(vma, page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
      done = true;
  }
  // No memory and no one else to take it from: the OOM killer's choice is this task.
  return done ? 0 : { signo: SIGKILL, code: SI_KERNEL, addr };
}

function allows(prot: number, access: FaultAccess): boolean {
  if (access === PAGE_W) return (prot & PROT_WRITE) !== 0;
  if (access === PAGE_X) return (prot & PROT_EXEC) !== 0;
  return (prot & (PROT_READ | PROT_WRITE | PROT_EXEC)) !== 0;
}

/** An access below a stack makes it longer, within RLIMIT_STACK and away from what lies below (expand_stack). */
function growStack(mm: MemoryManager, addr: number): Vma | undefined {
  const i = mm.vmas.indexAfter(addr);
  const stack = mm.vmas.at(i);
  if (stack === undefined || !stack.isStack) return undefined;
  const start = addr - (addr % PAGE_SIZE);
  if (stack.end - start > mm.soft(RLIMIT_STACK)) return undefined;
  const below = i > 0 ? mm.vmas.at(i - 1) : undefined;
  const isFree = below === undefined || below.isStack || below.prot === 0;
  const room = isFree ? 0 : STACK_GUARD_GAP;
  if (start < (below?.end ?? MMAP_MIN_ADDR) + room) return undefined;
  const more = stack.start - start;
  if (!mayExpand(mm, stack.prot, stack.flags, more)) return undefined;
  if ((stack.flags & VM_LOCKED) !== 0) mm.lockedPages += more / PAGE_SIZE;
  mm.vmas.growDown(stack, start);
  return stack;
}

/** Fresh zero pages: one, or more and more while faults go upwards page by page. */
function bringAnonymous(mm: MemoryManager, vma: Vma, page: number): boolean {
  mm.faultWindow = page === mm.nextFaultPage ? Math.min(mm.faultWindow * 2, MAX_FAULT_WINDOW) : 1;
  let end = freeRunEnd(mm, page, Math.min(page + mm.faultWindow, vma.end >>> PAGE_SHIFT));
  if (!mm.charge(end - page)) {
    end = page + 1;
    if (!mm.charge(1)) return false;
  }
  mm.space.zero(page * PAGE_SIZE, end * PAGE_SIZE);
  mm.setPages(vma, page, end, PTE_ANON);
  mm.nextFaultPage = end;
  return true;
}

/** All pages of [start, end) that are not there yet, and no others. @returns false if there is no memory for them. */
export function bringAnonymousRange(
  mm: MemoryManager,
  vma: Vma,
  start: number,
  end: number,
): boolean {
  const last = end >>> PAGE_SHIFT;
  let page = mm.pages.nextFree(start >>> PAGE_SHIFT, last);
  while (page < last) {
    const stop = freeRunEnd(mm, page, Math.min(page + MAX_FAULT_WINDOW, last));
    if (!mm.charge(stop - page)) return false;
    mm.minorFaults += stop - page;
    mm.space.zero(page * PAGE_SIZE, stop * PAGE_SIZE);
    mm.setPages(vma, page, stop, PTE_ANON);
    page = mm.pages.nextFree(stop, last);
  }
  return true;
}

/** A private copy of pages of a file: those around, too, as they are likely to be next. */
function bringPrivate(
  mm: MemoryManager,
  vma: Vma,
  cache: PageCache,
  page: number,
  access: FaultAccess,
): boolean | "unreadable" {
  const [first, end] = windowAround(mm, vma, cache, page);
  if (!mm.charge(end - first)) return false;
  const bytes = mm.space.bytes.subarray(first * PAGE_SIZE, end * PAGE_SIZE);
  if (isErrno(cache.fetch(vma.indexOf(first), end - first, bytes, false))) {
    mm.uncharge(end - first);
    return "unreadable";
  }
  if (cache.backing !== null) mm.majorFaults++;
  if (access !== PAGE_W) mm.setPages(vma, first, end, PTE_CLEAN);
  else {
    if (first < page) mm.setPages(vma, first, page, PTE_CLEAN);
    mm.setPages(vma, page, page + 1, PTE_ANON);
    if (page + 1 < end) mm.setPages(vma, page + 1, end, PTE_CLEAN);
  }
  return true;
}

function bringShared(
  mm: MemoryManager,
  vma: Vma,
  cache: PageCache,
  page: number,
  access: FaultAccess,
): boolean | "unreadable" {
  if (access === PAGE_W) {
    if (!mm.charge(1)) return false;
    if (isErrno(cache.lend(vma.indexOf(page), vma, mm.pageBytes(page), false))) {
      mm.uncharge(1);
      return "unreadable";
    }
    mm.setPages(vma, page, page + 1, PTE_SHARED_WRITE);
    return true;
  }
  // Only pages with a backing come in company: taking pages from a writer that goes on writing costs two faults.
  const [first, end] =
    cache.backing === null ? [page, page + 1] : windowAround(mm, vma, cache, page);
  if (!mm.charge(end - first)) return false;
  const bytes = mm.space.bytes.subarray(first * PAGE_SIZE, end * PAGE_SIZE);
  if (isErrno(cache.fetch(vma.indexOf(first), end - first, bytes, false))) {
    mm.uncharge(end - first);
    return "unreadable";
  }
  mm.setPages(vma, first, end, PTE_SHARED_READ);
  return true;
}

/**
 * The pages around `page` that are in the vma and in the file, not present here and not lent to a writer. Holes of a
 * file in memory have a fault of their own: filemap_map_pages() brings only what is in the cache.
 */
function windowAround(
  mm: MemoryManager,
  vma: Vma,
  cache: PageCache,
  page: number,
): [number, number] {
  const low = Math.max(page - (page % FAULT_AROUND), vma.start >>> PAGE_SHIFT);
  const high = Math.min(
    page - (page % FAULT_AROUND) + FAULT_AROUND,
    vma.end >>> PAGE_SHIFT,
    vma.pageOf(cache.pageCount),
  );
  const canCome = (other: number) => {
    const index = vma.indexOf(other);
    if (mm.pages.get(other) !== 0 || cache.isLent(index)) return false;
    return cache.backing !== null || cache.hasData(index);
  };
  let first = page;
  while (first > low && canCome(first - 1)) first--;
  let end = page + 1;
  while (end < high && canCome(end)) end++;
  return [first, end];
}

function freeRunEnd(mm: MemoryManager, page: number, limit: number): number {
  let end = page + 1;
  while (end < limit && mm.pages.get(end) === 0) end++;
  return end;
}

/** The holder of a copy-on-write page writes: others get the bytes if they need them, the page is its own again. */
function reuse(mm: MemoryManager, vma: Vma, page: number, id: number): void {
  const cow = mm.system.cow;
  if (cow.removeHolder(id)) {
    mm.setPages(vma, page, page + 1, PTE_ANON);
    return;
  }
  // No one else wants this page: mostly the child has gone, and its neighbours are free, too.
  const limit = Math.min(page + REUSE_AROUND, vma.end >>> PAGE_SHIFT);
  let end = page + 1;
  while (end < limit) {
    const pte = mm.pages.get(end);
    if (pteKind(pte) !== PTE_COW_HOLDER || cow.refs(pteId(pte)) > 1) break;
    cow.removeHolder(pteId(pte));
    end++;
  }
  mm.setPages(vma, page, end, PTE_ANON);
}

/** A sharer of a copy-on-write page touches it: it takes a copy of its own. */
function copyFromHolder(mm: MemoryManager, vma: Vma, page: number, id: number): boolean {
  if (!mm.charge(1)) return false;
  mm.system.cow.copyTo(id, mm.pageBytes(page));
  mm.setPages(vma, page, page + 1, PTE_ANON);
  return true;
}
