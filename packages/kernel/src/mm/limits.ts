/** How much more memory RLIMIT_AS and RLIMIT_DATA let a process have (getrlimit(2)). */
import { PROT_WRITE, RLIMIT_AS, RLIMIT_DATA } from "@kernelet/abi";
import type { MemoryManager } from "./memory-manager.ts";
import { VM_GROWSDOWN, VM_SHARED } from "./vma.ts";

/** Whether `bytes` more of such memory stay within RLIMIT_AS and RLIMIT_DATA. */
export function mayExpand(
  mm: MemoryManager,
  prot: number,
  vmFlags: number,
  bytes: number,
): boolean {
  if (mm.vmas.totalBytes + bytes > mm.soft(RLIMIT_AS)) return false;
  return (prot & PROT_WRITE) === 0 || mayBecomeData(mm, vmFlags, bytes);
}

/** Whether `bytes` of memory with these flags may become writable: RLIMIT_DATA. */
export function mayBecomeData(mm: MemoryManager, vmFlags: number, bytes: number): boolean {
  if (!isData(PROT_WRITE, vmFlags)) return true;
  // A soft limit of 0 stands for the hard one: Valgrind sets it so.
  const soft = mm.soft(RLIMIT_DATA);
  const limit = soft === 0 ? mm.hard(RLIMIT_DATA) : soft;
  return limit === Number.POSITIVE_INFINITY || dataBytes(mm) + bytes <= limit;
}

function isData(prot: number, vmFlags: number): boolean {
  return (prot & PROT_WRITE) !== 0 && (vmFlags & (VM_SHARED | VM_GROWSDOWN)) === 0;
}

/** Bytes of private writable memory, stacks not counted: what RLIMIT_DATA limits. */
function dataBytes(mm: MemoryManager): number {
  let bytes = 0;
  for (const v of mm.vmas) if (isData(v.prot, v.flags)) bytes += v.end - v.start;
  return bytes;
}
