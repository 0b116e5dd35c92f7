/**
 * The address space of a process (Linux's mm_struct): vmas, page table, and what system calls do with them.
 * Shared by all tasks made with CLONE_VM; counted; released with the last.
 *
 * This class keeps state and the operations on pages that all parts need. The calls live beside it by name:
 * mmap.ts, mprotect.ts, mremap.ts, madvise.ts, brk.ts, fault.ts, fork.ts.
 *
 * Invariants:
 *   - a page-table entry exists only inside a vma;
 *   - `space` lets the processor do what `vma.accessFor(kind)` says for resident pages, nothing for others;
 *   - each resident page is charged once to `memory`.
 */

import { EFAULT, type Errno, PAGE_SHIFT, PAGE_SIZE } from "@kernelet/abi";
import { type AddressSpace, PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import type { FileDescription } from "../fs/file-description.ts";
import type { Cgroup } from "../kernel/cgroup/cgroup.ts";
import { brk } from "./brk.ts";
import { type FaultAccess, type FaultSignal, forceFault, handleFault } from "./fault.ts";
import { forkMemory } from "./fork.ts";
import { type Layout, layoutFor } from "./layout.ts";
import { type MadviseResult, madvise } from "./madvise.ts";
import type { MemorySystem } from "./memory-system.ts";
import { mincore } from "./mincore.ts";
import { type MmapRequest, mmap, munmap } from "./mmap.ts";
import { mprotect } from "./mprotect.ts";
import { type MremapRequest, mremap } from "./mremap.ts";
import { msync } from "./msync.ts";
import { NO_SPACE } from "./no-space.ts";
import type { PageCache } from "./page-cache.ts";
import {
  isResident,
  PageTable,
  PTE_ANON,
  PTE_CLEAN,
  PTE_COW_HOLDER,
  PTE_COW_REF,
  PTE_NONE,
  PTE_SHARED_WRITE,
  pteId,
  pteKind,
} from "./page-table.ts";
import { ADDRESS_SPACE_PAGES } from "./physical-memory.ts";
import { type UserAccess, UserMemory } from "./user-access.ts";
import type { Vma } from "./vma.ts";
import { VmaSet } from "./vma-set.ts";

/** The resource limits that mm asks for: the thread group's. */
export interface MemoryLimits {
  /** The soft limit of RLIMIT_*; Infinity for none. */
  soft(resource: number): number;
  /** The hard limit. */
  hard(resource: number): number;
}

/** Where a futex lives: an object all its users have in common, and a place there. */
export interface FutexKey {
  readonly object: MemoryManager | PageCache;
  readonly offset: number;
}

export class MemoryManager extends UserMemory {
  readonly system: MemorySystem;
  /** NO_SPACE once the last user has gone. */
  space: AddressSpace;
  readonly layout: Layout;
  readonly vmas: VmaSet = new VmaSet();
  readonly pages: PageTable = new PageTable();

  /** Limits of the thread group; null: none. Set by exec and fork. */
  limits: MemoryLimits | null = null;
  /** Whom its pages are charged to, for life; null: nobody but the sandbox. */
  cgroup: Cgroup | null = null;
  /** Pages whose bytes are in this address space. */
  residentPages = 0;
  peakResidentPages = 0;
  /** Pages of vmas under mlock. */
  lockedPages = 0;
  /** mlockall(MCL_FUTURE): VM_LOCKED, perhaps with VM_LOCKONFAULT, for new vmas; else 0. */
  lockFuture = 0;
  minorFaults = 0;
  majorFaults = 0;

  // What exec found out; for brk, /proc and core files. Byte addresses.
  startCode = 0;
  endCode = 0;
  startData = 0;
  endData = 0;
  startBrk = 0;
  brkEnd = 0;
  startStack = 0;
  argStart = 0;
  argEnd = 0;
  envStart = 0;
  envEnd = 0;
  /** The auxiliary vector as it was put on the stack. */
  auxv: Uint8Array = new Uint8Array(0);
  #exeFile: FileDescription | null = null;
  /** PR_SET_DUMPABLE: 0 no, 1 yes, 2 root only. */
  dumpable = 1;

  // Sequential faults on anonymous memory bring more pages each time; see fault.ts.
  nextFaultPage = -1;
  faultWindow = 1;
  // Where the search for a free place starts; see mmap.ts.
  searchTop = 0;
  searchHole = 0;

  #refs = 1;

  constructor(system: MemorySystem) {
    super();
    this.system = system;
    this.space = system.processor.createAddressSpace();
    this.layout = layoutFor(this.space.end);
    system.addressSpaces++;
    system.memory.overheadPages += ADDRESS_SPACE_PAGES;
  }

  /** Another task or borrower uses this address space. */
  addRef(): this {
    this.#refs++;
    return this;
  }

  /** One user fewer; the last frees everything. */
  release(): void {
    if (--this.#refs > 0) return;
    // The processor is not told page by page: it forgets all of the space at once.
    for (const vma of [...this.vmas]) {
      this.#dropAll(vma);
      this.vmas.remove(vma);
    }
    this.exeFile = null;
    this.space.release();
    this.space = NO_SPACE;
    this.system.addressSpaces--;
    this.system.memory.overheadPages -= ADDRESS_SPACE_PAGES;
  }

  /** /proc/[pid]/exe. This holds a reference, and keeps the file from being written (ETXTBSY). */
  get exeFile(): FileDescription | null {
    return this.#exeFile;
  }

  set exeFile(file: FileDescription | null) {
    const old = this.#exeFile;
    this.#exeFile = file;
    if (file !== null) file.addRef().inode.writeCount--;
    if (old !== null) {
      old.inode.writeCount++;
      old.removeRef();
    }
  }

  get users(): number {
    return this.#refs;
  }

  /** One task's, and nothing was ever mapped: as good as a new one. */
  get isUnused(): boolean {
    return this.#refs === 1 && this.vmas.peakBytes === 0;
  }

  /** mmap(2). @returns the address. */
  mmap(request: MmapRequest): number | Errno {
    return mmap(this, request);
  }

  munmap(addr: number, len: number): 0 | Errno {
    return munmap(this, addr, len);
  }

  mprotect(addr: number, len: number, prot: number): 0 | Errno {
    return mprotect(this, addr, len, prot);
  }

  mremap(request: MremapRequest): number | Errno {
    return mremap(this, request);
  }

  /** brk(2). @returns the new end of the heap, or the old one if that is not possible. */
  brk(addr: number, lockLimit: number = Number.POSITIVE_INFINITY): number {
    return brk(this, addr, lockLimit);
  }

  madvise(addr: number, len: number, advice: number): MadviseResult {
    return madvise(this, addr, len, advice);
  }

  msync(addr: number, len: number, flags: number): 0 | Errno {
    return msync(this, addr, len, flags);
  }

  /** mincore(2): writes one byte per page to `vec`. */
  mincore(addr: number, len: number, vec: number): 0 | Errno {
    return mincore(this, addr, len, vec);
  }

  /** A copy for a child; private pages are shared by copy-on-write. */
  fork(): MemoryManager {
    return forkMemory(this);
  }

  /** The processor, or the kernel for it, found no right for `access` at `addr`. @returns 0: try again. */
  /**
   * A view of [addr, addr + len) for a debugger, which may also what the process may not. Shorter if only the first part
   * is there; EFAULT if nothing is.
   */
  forcedBuffer(addr: number, len: number, access: UserAccess): Uint8Array | Errno {
    let at = addr;
    while (at < addr + len && forceFault(this, at, access)) at += PAGE_SIZE - (at % PAGE_SIZE);
    const end = Math.min(at, addr + len);
    if (end <= addr) return EFAULT;
    if (access === PAGE_W) this.space.willWrite(addr, end);
    return this.space.bytes.subarray(addr, end);
  }

  handleFault(addr: number, access: FaultAccess): 0 | FaultSignal {
    return handleFault(this, addr, access);
  }

  override faultIn(addr: number, access: UserAccess): boolean {
    return handleFault(this, addr, access) === 0;
  }

  /**
   * The key of a futex word, get_futex_key(). `isPrivate`: FUTEX_PRIVATE_FLAG, no look at the mapping. `access`: what the
   * call does with the word. Null: bad address.
   */
  futexKey(addr: number, isPrivate: boolean, access: UserAccess): FutexKey | null {
    if (isPrivate) return { object: this, offset: addr };
    const isWritable = this.accessibleLength(addr, 4, PAGE_W) === 4;
    if (!isWritable && (access === PAGE_W || this.accessibleLength(addr, 4, PAGE_R) < 4))
      return null;
    const vma = this.vmas.find(addr);
    if (vma === undefined) return null;
    const isOwnPage = !vma.isShared && pteKind(this.pages.get(addr >>> PAGE_SHIFT)) !== PTE_CLEAN;
    if (vma.cache !== null && !isOwnPage) {
      return { object: vma.cache, offset: vma.off + (addr - vma.start) };
    }
    // Anonymous memory that cannot be written never changes: nobody could be woken by it.
    return isWritable ? { object: this, offset: addr } : null;
  }

  soft(resource: number): number {
    return this.limits?.soft(resource) ?? Number.POSITIVE_INFINITY;
  }

  hard(resource: number): number {
    return this.limits?.hard(resource) ?? Number.POSITIVE_INFINITY;
  }

  // Pages. -------------------------------------------------------------------------------------------------

  pageBytes(page: number): Uint8Array {
    const start = page * PAGE_SIZE;
    return this.space.bytes.subarray(start, start + PAGE_SIZE);
  }

  /** Accounts for `n` pages about to become resident. @returns false if there is no memory for them. */
  charge(n: number): boolean {
    if (this.cgroup !== null && !this.cgroup.memory.charge(n)) return false;
    if (!this.system.memory.charge(n)) {
      this.cgroup?.memory.uncharge(n);
      return false;
    }
    this.residentPages += n;
    if (this.residentPages > this.peakResidentPages) this.peakResidentPages = this.residentPages;
    return true;
  }

  uncharge(n: number): void {
    this.residentPages -= n;
    this.cgroup?.memory.uncharge(n);
    this.system.memory.uncharge(n);
  }

  /** Sets the entries of [page, end) and what the processor may do there. */
  setPages(vma: Vma, page: number, end: number, kind: number): void {
    this.pages.fill(page, end, kind);
    this.space.protect(page * PAGE_SIZE, end * PAGE_SIZE, vma.accessFor(kind));
  }

  /**
   * Takes the pages [page, end) of `vma` out of the page table. `evenPrivate`: also private pages that were
   * written, else only copies of the file's pages.
   */
  zap(vma: Vma, page: number, end: number, evenPrivate: boolean): void {
    const { pages, space } = this;
    let p = pages.nextUsed(page, end);
    const first = p;
    while (p < end) {
      const pte = pages.get(p);
      const kind = pteKind(pte);
      const isPrivate = kind === PTE_ANON || kind === PTE_COW_HOLDER || kind === PTE_COW_REF;
      if (evenPrivate || !isPrivate) {
        this.#dropPage(vma, p, pte);
        if (!evenPrivate) space.protect(p * PAGE_SIZE, (p + 1) * PAGE_SIZE, 0);
      }
      p = pages.nextUsed(p + 1, end);
    }
    // One call where everything goes: the processor's work per call is dearer than per page.
    if (first < end && evenPrivate) space.protect(first * PAGE_SIZE, end * PAGE_SIZE, 0);
  }

  #dropAll(vma: Vma): void {
    const end = vma.end >>> PAGE_SHIFT;
    let page = this.pages.nextUsed(vma.start >>> PAGE_SHIFT, end);
    while (page < end) {
      this.#dropPage(vma, page, this.pages.get(page));
      page = this.pages.nextUsed(page + 1, end);
    }
  }

  #dropPage(vma: Vma, page: number, pte: number): void {
    const kind = pteKind(pte);
    if (kind === PTE_COW_REF) this.system.cow.removeSharer(pteId(pte));
    else if (kind === PTE_COW_HOLDER) this.system.cow.removeHolder(pteId(pte));
    else if (kind === PTE_SHARED_WRITE)
      vma.cache?.giveBack(vma.indexOf(page), this.pageBytes(page));
    this.pages.set(page, PTE_NONE);
    if (isResident(pte)) this.uncharge(1);
  }

  /**
   * Tells the processor about changed protection of `vma`, in runs of pages of the same kind.
   */
  reprotect(vma: Vma, start: number, end: number): void {
    const { pages, space } = this;
    const last = end >>> PAGE_SHIFT;
    let p = pages.nextUsed(start >>> PAGE_SHIFT, last);
    while (p < last) {
      const pte = pages.get(p);
      const access = isResident(pte) ? vma.accessFor(pteKind(pte)) : 0;
      let next = p + 1;
      while (next < last) {
        const other = pages.get(next);
        if (other === 0 || (isResident(other) ? vma.accessFor(pteKind(other)) : 0) !== access)
          break;
        next++;
      }
      space.protect(p * PAGE_SIZE, next * PAGE_SIZE, access);
      p = pages.nextUsed(next, last);
    }
  }
}
