/** mincore(2): which pages are in memory. */
import {
  EFAULT,
  EINVAL,
  ENOMEM,
  type Errno,
  isErrno,
  PAGE_SHIFT,
  PAGE_SIZE,
  TASK_SIZE,
} from "@kernelet/abi";
import type { MemoryManager } from "./memory-manager.ts";
import { PTE_NONE } from "./page-table.ts";
import { pageAlign } from "./user-range.ts";
import type { Vma } from "./vma.ts";

/**
 * Pages of a file count as in memory wherever they are (Linux: in the page cache); anonymous ones if touched. At a hole
 * the result so far has been written.
 */
export function mincore(mm: MemoryManager, addr: number, len: number, vec: number): 0 | Errno {
  if (addr % PAGE_SIZE !== 0) return EINVAL;
  if (addr > TASK_SIZE || len > TASK_SIZE - addr) return ENOMEM;
  const end = addr + pageAlign(len);
  if (vec + (end - addr) / PAGE_SIZE > TASK_SIZE) return EFAULT;
  let at = addr;
  for (const vma of mm.vmas.overlapping(addr, end)) {
    if (vma.start > at) return ENOMEM;
    const to = Math.min(vma.end, end);
    const result = mm.copyOut(vec + (at - addr) / PAGE_SIZE, presence(mm, vma, at, to));
    if (isErrno(result)) return result;
    at = to;
  }
  return at < end ? ENOMEM : 0;
}

/** A byte for each page of [start, end), which lies in `vma`. */
function presence(mm: MemoryManager, vma: Vma, start: number, end: number): Uint8Array {
  const first = start >>> PAGE_SHIFT;
  const { cache } = vma;
  return Uint8Array.from({ length: (end - start) >>> PAGE_SHIFT }, (_, i) => {
    const isHere = mm.pages.get(first + i) !== PTE_NONE;
    return isHere || (cache !== null && !cache.isAbsent(vma.indexOf(first + i))) ? 1 : 0;
  });
}
