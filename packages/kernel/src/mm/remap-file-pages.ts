/** remap_file_pages(2): since Linux 4.0 a mapping anew of part of a shared mapping, at another place of its file. */
import {
  EINVAL,
  type Errno,
  isErrno,
  MAP_FIXED,
  MAP_LOCKED,
  MAP_NONBLOCK,
  MAP_POPULATE,
  MAP_SHARED,
  PAGE_SIZE,
} from "@kernelet/abi";
import type { MemoryManager } from "./memory-manager.ts";
import { VM_LOCKED } from "./vma.ts";

export interface RemapRequest {
  readonly addr: number;
  readonly size: number;
  /** Page of the file. */
  readonly index: number;
  readonly flags: number;
  /** As for mmap. */
  readonly lockLimit: number;
}

/** Preconditions: `prot` was 0. */
export function remapFilePages(mm: MemoryManager, request: RemapRequest): 0 | Errno {
  const addr = request.addr - (request.addr % PAGE_SIZE);
  const len = request.size - (request.size % PAGE_SIZE);
  if (len === 0 || addr + len >= 2 ** 64) return EINVAL;
  if (request.index + len / PAGE_SIZE >= 2 ** 64) return EINVAL;
  const vma = mm.vmas.find(addr);
  if (vma === undefined || !vma.isShared || vma.file === null) return EINVAL;
  // Earlier calls may have cut the mapping; its parts still show the same file.
  for (const part of mm.vmas.overlapping(addr, addr + len)) {
    if (part.file !== vma.file || part.flags !== vma.flags || part.prot !== vma.prot) return EINVAL;
  }
  if (!mm.vmas.covers(addr, addr + len)) return EINVAL;
  let flags = (request.flags & MAP_NONBLOCK) | MAP_SHARED | MAP_FIXED | MAP_POPULATE;
  if ((vma.flags & VM_LOCKED) !== 0) flags |= MAP_LOCKED;
  const { prot, file } = vma;
  // The mapping may be all that holds the file.
  file.addRef();
  const off = request.index * PAGE_SIZE;
  const result = mm.mmap({ addr, len, prot, flags, file, off, lockLimit: request.lockLimit });
  file.removeRef();
  return isErrno(result) ? result : 0;
}
