/**
 * A vma: one stretch of an address space with the same protection and the same backing, like Linux's
 * vm_area_struct. Ends are page aligned, `end` exclusive.
 */
import { PAGE_SHIFT, PAGE_SIZE, PROT_EXEC, PROT_READ, PROT_WRITE } from "@kernelet/abi";
import { PAGE_R, PAGE_W, PAGE_X } from "../arch/x86/processor.ts";
import type { FileDescription } from "../fs/file-description.ts";
import type { MemoryManager } from "./memory-manager.ts";
import type { CacheMapping, PageCache } from "./page-cache.ts";
import { PTE_ANON, PTE_SHARED_READ, PTE_SHARED_WRITE, pteKind } from "./page-table.ts";

// Flags of a vma, with the letters of /proc/[pid]/smaps' VmFlags.
export const VM_SHARED = 0x1;
/** mprotect may add PROT_WRITE: private, or the file was opened for writing. */
export const VM_MAYWRITE = 0x2;
/** mprotect may add PROT_EXEC: not on a noexec mount. */
export const VM_MAYEXEC = 0x4;
export const VM_GROWSDOWN = 0x8;
export const VM_LOCKED = 0x10;
/** MADV_DONTFORK. */
export const VM_DONTCOPY = 0x20;
export const VM_WIPEONFORK = 0x40;
export const VM_DONTDUMP = 0x80;
/** The kernel's own: the vDSO. Cannot be remapped over piecemeal. */
export const VM_SPECIAL = 0x100;
export const VM_NORESERVE = 0x200;
/** mlock2(MLOCK_ONFAULT): with VM_LOCKED, pages are not brought in ahead. */
export const VM_LOCKONFAULT = 0x400;
export const VM_LOCKED_MASK: number = VM_LOCKED | VM_LOCKONFAULT;

/** What /proc/[pid]/maps shows for a vma that is no file's: "[stack]" and such. */
export type VmaName = "" | "[heap]" | "[stack]" | "[vdso]" | `[anon:${string}]`;

export class Vma implements CacheMapping {
  readonly mm: MemoryManager;
  start: number;
  end: number;
  /** PROT_READ | PROT_WRITE | PROT_EXEC. */
  prot: number;
  flags: number;
  /** The mapped file, on which this vma holds a reference; null for anonymous memory. */
  readonly file: FileDescription | null;
  /** Where pages come from; null for private anonymous memory. Shared anonymous memory has one without a file. */
  readonly cache: PageCache | null;
  /** Page of the file at `start`. */
  firstIndex: number;
  name: VmaName;

  constructor(mm: MemoryManager, init: VmaInit) {
    this.mm = mm;
    this.start = init.start;
    this.end = init.end;
    this.prot = init.prot;
    this.flags = init.flags;
    this.file = init.file ?? null;
    this.cache = init.cache ?? null;
    this.firstIndex = init.firstIndex ?? 0;
    this.name = init.name ?? "";
  }

  get isShared(): boolean {
    return (this.flags & VM_SHARED) !== 0;
  }
  get isStack(): boolean {
    return (this.flags & VM_GROWSDOWN) !== 0;
  }
  get pageCount(): number {
    return (this.end - this.start) >>> PAGE_SHIFT;
  }
  /** Byte offset in the file at `start`. */
  get off(): number {
    return this.firstIndex * PAGE_SIZE;
  }

  /** Page of the file that is at page `page` of the address space. */
  indexOf(page: number): number {
    return this.firstIndex + (page - (this.start >>> PAGE_SHIFT));
  }

  pageOf(index: number): number {
    return index - this.firstIndex + (this.start >>> PAGE_SHIFT);
  }

  /** What the processor may do with a resident page of kind `kind`. On x86 whatever can be accessed can be read. */
  accessFor(kind: number): number {
    const prot = this.prot;
    let access = (prot & (PROT_READ | PROT_WRITE | PROT_EXEC)) !== 0 ? PAGE_R : 0;
    if ((prot & PROT_EXEC) !== 0) access |= PAGE_X;
    if ((prot & PROT_WRITE) !== 0 && (kind === PTE_ANON || kind === PTE_SHARED_WRITE))
      access |= PAGE_W;
    return access;
  }

  /** Whether `next`, which starts where this ends, could be the same vma. */
  canMerge(next: Vma): boolean {
    return (
      this.end === next.start &&
      this.prot === next.prot &&
      this.flags === next.flags &&
      this.file === next.file &&
      this.cache === next.cache &&
      this.name === next.name &&
      (this.flags & VM_SPECIAL) === 0 &&
      (this.cache === null || this.firstIndex + this.pageCount === next.firstIndex)
    );
  }

  // CacheMapping.

  lentBytes(index: number): Uint8Array | null {
    if (!this.isShared) return null;
    const page = this.pageOf(index);
    if (pteKind(this.mm.pages.get(page)) !== PTE_SHARED_WRITE) return null;
    return this.mm.pageBytes(page);
  }

  downgrade(index: number): void {
    const page = this.pageOf(index);
    this.mm.pages.set(page, PTE_SHARED_READ);
    this.mm.space.protect(
      page * PAGE_SIZE,
      (page + 1) * PAGE_SIZE,
      this.accessFor(PTE_SHARED_READ),
    );
  }

  willWrite(index: number): void {
    const start = this.pageOf(index) * PAGE_SIZE;
    this.mm.space.willWrite(start, start + PAGE_SIZE);
  }

  dropCopies(from: number, to: number, evenPrivate: boolean): void {
    const first = this.pageOf(from);
    this.mm.zap(this, first, first + (to - from), evenPrivate);
  }
}

export interface VmaInit {
  readonly start: number;
  readonly end: number;
  readonly prot: number;
  readonly flags: number;
  readonly file?: FileDescription | null;
  readonly cache?: PageCache | null;
  readonly firstIndex?: number;
  readonly name?: VmaName;
}
