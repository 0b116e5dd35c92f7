/** msync(2): writes changes of shared mappings back to their files. */
import {
  EBUSY,
  EINVAL,
  ENOMEM,
  type Errno,
  isErrno,
  MS_ASYNC,
  MS_INVALIDATE,
  MS_SYNC,
  PAGE_SIZE,
} from "@kernelet/abi";
import type { MemoryManager } from "./memory-manager.ts";
import { pageAlign, rangeEnd } from "./user-range.ts";
import { VM_LOCKED } from "./vma.ts";

export function msync(mm: MemoryManager, addr: number, len: number, flags: number): 0 | Errno {
  if ((flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) !== 0) return EINVAL;
  if (addr % PAGE_SIZE !== 0) return EINVAL;
  if ((flags & MS_ASYNC) !== 0 && (flags & MS_SYNC) !== 0) return EINVAL;
  const end = rangeEnd(addr, pageAlign(len));
  if (end === null) return ENOMEM;
  let at = addr;
  let hasHole = false;
  for (const vma of mm.vmas.overlapping(addr, end)) {
    if (vma.start > at) hasHole = true;
    if ((flags & MS_INVALIDATE) !== 0 && (vma.flags & VM_LOCKED) !== 0) return EBUSY;
    const from = Math.max(vma.start, addr);
    at = Math.min(vma.end, end);
    if ((flags & MS_SYNC) !== 0 && vma.isShared && vma.cache !== null) {
      const result = vma.cache.sync(vma.off + (from - vma.start), at - from);
      if (isErrno(result)) return result;
    }
  }
  return hasHole || at < end ? ENOMEM : 0;
}
