/**
 * How much memory an address space uses, as proc_pid_statm(5), proc_pid_status(5) and proc_pid_smaps(5) count it:
 * mappings by kind, and present pages by where they come from. A page that is shared since a fork counts in each
 * process that has it, wherever its bytes are.
 */
import { PAGE_SHIFT, PAGE_SIZE, PROT_EXEC, PROT_WRITE } from "@kernelet/abi";
import type { MemoryManager } from "./memory-manager.ts";
import type { CacheMapping, PageCache } from "./page-cache.ts";
import { PTE_ANON, PTE_CLEAN, PTE_COW_HOLDER, PTE_COW_REF, pteId, pteKind } from "./page-table.ts";
import { VM_GROWSDOWN, VM_SHARED, Vma } from "./vma.ts";

/** Bytes of mappings. */
export interface MappedBytes {
  /** Private and writable, not a stack. */
  data: number;
  stack: number;
  /** Executable and not writable: the program's text and libraries. */
  exec: number;
}

/** Present pages. */
export interface PageCounts {
  anon: number;
  file: number;
  shmem: number;
  /** Each page divided by the number of those that have it. */
  proportional: number;
  sharedClean: number;
  sharedDirty: number;
  privateClean: number;
  privateDirty: number;
}

export function mappedBytes(mm: MemoryManager): MappedBytes {
  const bytes: MappedBytes = { data: 0, stack: 0, exec: 0 };
  for (const vma of mm.vmas) {
    const size = vma.end - vma.start;
    if ((vma.flags & VM_GROWSDOWN) !== 0) bytes.stack += size;
    else if ((vma.prot & (PROT_EXEC | PROT_WRITE)) === PROT_EXEC) bytes.exec += size;
    else if ((vma.prot & PROT_WRITE) !== 0 && (vma.flags & VM_SHARED) === 0) bytes.data += size;
  }
  return bytes;
}

export function noPages(): PageCounts {
  return {
    anon: 0,
    file: 0,
    shmem: 0,
    proportional: 0,
    sharedClean: 0,
    sharedDirty: 0,
    privateClean: 0,
    privateDirty: 0,
  };
}

/** Pages of the whole address space. */
export function countAllPages(mm: MemoryManager): PageCounts {
  const counts = noPages();
  for (const vma of mm.vmas) countPages(vma, counts);
  return counts;
}

/** Adds the pages of `vma` to `counts`. */
export function countPages(vma: Vma, counts: PageCounts): void {
  const { pages, system } = vma.mm;
  const end = vma.end >>> PAGE_SHIFT;
  let page = pages.nextUsed(vma.start >>> PAGE_SHIFT, end);
  for (; page < end; page = pages.nextUsed(page + 1, end)) {
    const pte = pages.get(page);
    switch (pteKind(pte)) {
      case PTE_ANON:
        counts.anon++;
        count(counts, 1, true);
        break;
      case PTE_COW_HOLDER:
      case PTE_COW_REF:
        counts.anon++;
        count(counts, system.cow.refs(pteId(pte)), true);
        break;
      case PTE_CLEAN:
        if (isShmem(vma)) counts.shmem++;
        else counts.file++;
        count(counts, 1, false);
        break;
      default: {
        if (isShmem(vma)) counts.shmem++;
        else counts.file++;
        const cache = vma.cache as PageCache;
        const index = vma.indexOf(page);
        count(counts, usersOf(cache, index), !cache.isAbsent(index));
      }
    }
  }
}

function count(counts: PageCounts, users: number, isDirty: boolean): void {
  counts.proportional += 1 / users;
  if (users > 1) counts[isDirty ? "sharedDirty" : "sharedClean"]++;
  else counts[isDirty ? "privateDirty" : "privateClean"]++;
}

/** A file that lives in memory only: tmpfs, memfd, shared anonymous memory. */
function isShmem(vma: Vma): boolean {
  return vma.cache !== null && vma.cache.backing === null;
}

/** Mappings that have the page `index` of a file present. */
function usersOf(cache: PageCache, index: number): number {
  let users = 0;
  for (const mapping of cache.mappings) if (hasPage(mapping, index)) users++;
  return Math.max(users, 1);
}

function hasPage(mapping: CacheMapping, index: number): boolean {
  if (index < mapping.firstIndex || index >= mapping.firstIndex + mapping.pageCount) return false;
  return mapping instanceof Vma && mapping.mm.pages.get(mapping.pageOf(index)) !== 0;
}

/** Pages of `counts`, in KiB. */
export function kib(pages: number): number {
  return Math.floor((pages * PAGE_SIZE) / 1024);
}
