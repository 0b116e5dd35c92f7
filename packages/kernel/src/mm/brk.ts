/** brk(2): the heap right after the program's data. */
import {
  isErrno,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_PRIVATE,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
  RLIMIT_DATA,
} from "@kernelet/abi";
import { STACK_GUARD_GAP } from "./layout.ts";
import type { MemoryManager } from "./memory-manager.ts";
import { unmapRange } from "./mmap.ts";
import { pageAlign } from "./user-range.ts";

/** Moves the end of the heap; `lockLimit` as for mmap. @returns the end as it is now: errors show as "not moved". */
export function brk(mm: MemoryManager, addr: number, lockLimit: number): number {
  if (addr < mm.startBrk || addr > mm.space.end) return mm.brkEnd;
  if (addr - mm.startBrk + (mm.endData - mm.startData) > mm.soft(RLIMIT_DATA)) return mm.brkEnd;
  const oldEnd = pageAlign(mm.brkEnd);
  const newEnd = pageAlign(addr);
  if (newEnd < oldEnd) {
    if (isErrno(unmapRange(mm, newEnd, oldEnd))) return mm.brkEnd;
  } else if (newEnd > oldEnd) {
    // The heap keeps a page away from what lies above, more from a stack.
    const next = mm.vmas.after(oldEnd);
    const room = next?.isStack === true ? STACK_GUARD_GAP : PAGE_SIZE;
    if (next !== undefined && next.start < newEnd + room) return mm.brkEnd;
    const result = mm.mmap({
      addr: oldEnd,
      len: newEnd - oldEnd,
      prot: PROT_READ | PROT_WRITE,
      flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
      name: "[heap]",
      lockLimit,
    });
    if (isErrno(result)) return mm.brkEnd;
  }
  mm.brkEnd = addr;
  return addr;
}
