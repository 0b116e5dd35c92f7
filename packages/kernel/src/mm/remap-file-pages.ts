/**
 * remap_file_pages(2): other pages of its file in a part of a shared mapping. As Linux has done it since 4.0: the part
 * becomes a mapping of its own.
 */
import {
  EINVAL,
  ENOMEM,
  EOVERFLOW,
  type Errno,
  isErrno,
  MAP_NONBLOCK,
  PAGE_SIZE,
} from "@kernelet/abi";
import type { MemoryManager } from "./memory-manager.ts";
import { populate, unmapRange } from "./mmap.ts";
import type { CacheMapping } from "./page-cache.ts";
import { VM_LOCKED, Vma } from "./vma.ts";

export interface RemapRequest {
  readonly addr: number;
  readonly len: number;
  /** Must be 0: the protection stays. */
  readonly prot: number;
  /** In pages. */
  readonly pgoff: number;
  readonly flags: number;
}

/** Stands in for the mapping to come, so that shared anonymous memory outlives the one that goes. */
const PLACEHOLDER: CacheMapping = {
  firstIndex: 0,
  pageCount: 0,
  lentBytes: () => null,
  downgrade: () => {},
  willWrite: () => {},
  dropCopies: () => {},
};

export function remapFilePages(mm: MemoryManager, request: RemapRequest): 0 | Errno {
  const { addr, pgoff } = request;
  const start = addr - (addr % PAGE_SIZE);
  const len = request.len - (request.len % PAGE_SIZE);
  const end = start + len;
  if (request.prot !== 0 || len === 0 || end >= 2 ** 64) return EINVAL;
  if (pgoff + len / PAGE_SIZE >= 2 ** 64) return EINVAL;
  const vma = mm.vmas.find(start);
  if (vma === undefined || !vma.isShared || vma.cache === null) return EINVAL;
  if (!isAlike(mm, vma, end)) return EINVAL;
  if (pgoff + len / PAGE_SIZE > Number.MAX_SAFE_INTEGER / PAGE_SIZE) return EOVERFLOW;
  if (mm.vmas.count + 2 > mm.system.maxMapCount) return ENOMEM;

  const { prot, flags, file, cache, name } = vma;
  file?.addRef();
  cache.addMapping(PLACEHOLDER);
  const result = unmapRange(mm, start, end);
  if (!isErrno(result)) {
    const part = { start, end, prot, flags, file, cache, firstIndex: pgoff, name };
    const added = mm.vmas.insert(new Vma(mm, part));
    if ((flags & VM_LOCKED) !== 0) mm.lockedPages += len / PAGE_SIZE;
    if ((request.flags & MAP_NONBLOCK) === 0) populate(mm, added, start, end);
  }
  cache.removeMapping(PLACEHOLDER);
  file?.removeRef();
  return result;
}

/** Whether mappings like `vma`, of the same file, go on without a gap up to `end`. */
function isAlike(mm: MemoryManager, vma: Vma, end: number): boolean {
  let at = vma.end;
  while (at < end) {
    const next = mm.vmas.find(at);
    if (next === undefined || next.cache !== vma.cache || next.file !== vma.file) return false;
    if (next.flags !== vma.flags || next.prot !== vma.prot) return false;
    at = next.end;
  }
  return true;
}
