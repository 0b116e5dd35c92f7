/** mprotect(2). */
import {
  EACCES,
  EINVAL,
  ENOMEM,
  type Errno,
  PAGE_SIZE,
  PROT_EXEC,
  PROT_GROWSDOWN,
  PROT_GROWSUP,
  PROT_READ,
  PROT_SEM,
  PROT_WRITE,
} from "@kernelet/abi";
import { mayBecomeData } from "./limits.ts";
import type { MemoryManager } from "./memory-manager.ts";
import { pageAlign, rangeEnd } from "./user-range.ts";
import { VM_MAYEXEC, VM_MAYWRITE } from "./vma.ts";

const RWX = PROT_READ | PROT_WRITE | PROT_EXEC;

/** Changes the protection of [addr, addr + len); what comes before an error or a hole stays changed. */
export function mprotect(mm: MemoryManager, addr: number, len: number, prot: number): 0 | Errno {
  const grows = prot & (PROT_GROWSDOWN | PROT_GROWSUP);
  if (grows === (PROT_GROWSDOWN | PROT_GROWSUP)) return EINVAL;
  if (addr % PAGE_SIZE !== 0) return EINVAL;
  if (len === 0) return 0;
  const end = rangeEnd(addr, pageAlign(len));
  if (end === null || end === addr) return ENOMEM;
  const wanted = prot & ~grows;
  if ((wanted & ~(RWX | PROT_SEM)) !== 0) return EINVAL;

  let start = addr;
  const first = mm.vmas.after(addr);
  if (first === undefined || first.start >= end) return ENOMEM;
  if (grows === PROT_GROWSDOWN) {
    // From the start of the stack on, wherever that is by now.
    if (!first.isStack) return EINVAL;
    start = first.start;
  } else if (first.start > addr) return ENOMEM;
  // No mapping grows upwards on x86.
  if (grows === PROT_GROWSUP) return EINVAL;

  const newProt = wanted & RWX;
  let at = start;
  for (const vma of mm.vmas.overlapping(start, end)) {
    if (vma.start > at) return ENOMEM;
    if ((newProt & PROT_WRITE) !== 0 && (vma.flags & VM_MAYWRITE) === 0) return EACCES;
    if ((newProt & PROT_EXEC) !== 0 && (vma.flags & VM_MAYEXEC) === 0) return EACCES;
    const from = Math.max(vma.start, start);
    const to = Math.min(vma.end, end);
    const result = changeOne(mm, from, to, newProt);
    if (result !== 0) return result;
    at = to;
  }
  return at < end ? ENOMEM : 0;
}

/** Changes [from, to), which lies in one vma. */
function changeOne(mm: MemoryManager, from: number, to: number, prot: number): 0 | Errno {
  const old = mm.vmas.find(from);
  if (old === undefined || old.prot === prot) return 0;
  const splits = (old.start < from ? 1 : 0) + (old.end > to ? 1 : 0);
  if (splits > 0 && mm.vmas.count + splits > mm.system.maxMapCount) return ENOMEM;
  const becomesData = (prot & PROT_WRITE) !== 0 && (old.prot & PROT_WRITE) === 0;
  // The size stays, the data grow.
  if (becomesData && !mayBecomeData(mm, old.flags, to - from)) return ENOMEM;
  mm.vmas.splitAt(from);
  mm.vmas.splitAt(to);
  const vma = mm.vmas.find(from);
  if (vma === undefined) return ENOMEM;
  vma.prot = prot;
  mm.reprotect(vma, from, to);
  mm.vmas.mergeAround(vma);
  return 0;
}
