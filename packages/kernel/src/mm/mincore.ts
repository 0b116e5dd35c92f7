/** mincore(2): which pages are in memory. */
import { EINVAL, ENOMEM, type Errno, PAGE_SHIFT, PAGE_SIZE } from "@kernelet/abi";
import type { MemoryManager } from "./memory-manager.ts";
import { pageAlign } from "./mmap.ts";
import { PTE_NONE } from "./page-table.ts";

/** Pages of a file count as in memory wherever they are (Linux: in the page cache); anonymous ones if touched. */
export function mincore(mm: MemoryManager, addr: number, len: number, vec: number): 0 | Errno {
  if (addr % PAGE_SIZE !== 0) return EINVAL;
  const end = addr + pageAlign(len);
  if (len === 0) return 0;
  if (!mm.vmas.covers(addr, end)) return ENOMEM;
  const first = addr >>> PAGE_SHIFT;
  const bytes = new Uint8Array((end - addr) >>> PAGE_SHIFT);
  for (const vma of mm.vmas.overlapping(addr, end)) {
    const last = Math.min(vma.end, end) >>> PAGE_SHIFT;
    for (let page = Math.max(vma.start, addr) >>> PAGE_SHIFT; page < last; page++) {
      const here = mm.pages.get(page) !== PTE_NONE;
      bytes[page - first] =
        here || (vma.cache !== null && !vma.cache.isAbsent(vma.indexOf(page))) ? 1 : 0;
    }
  }
  return mm.copyOut(vec, bytes);
}
