/**
 * Restartable sequences: kernel/rseq.c. User code that is interrupted between its first instruction and the one that commits
 * begins again at an address of its choice, and so needs no atomic instruction for what only its processor touches.
 *
 *   struct rseq (user memory, one per thread)         struct rseq_cs
 *     cpu_id_start, cpu_id   written here      ┌───▶    start_ip, post_commit_offset: [start, start + offset)
 *     rseq_cs ─────────────────────────────────┘        abort_ip: behind the signature that was registered
 *
 * There is one processor, number 0, and a task is interrupted at the end of its slice and by signals.
 */
import { EFAULT, EINVAL, type Errno, isErrno, RSEQ, RSEQ_CS, TASK_SIZE } from "@kernelet/abi";
import { PAGE_R } from "../arch/x86/processor.ts";
import { forceSegv } from "./signal.ts";
import type { Task } from "./task.ts";

/** What rseq(2) has registered for a thread. */
export interface RseqArea {
  readonly addr: number;
  readonly len: number;
  /** Before every address where a sequence begins again. */
  readonly signature: number;
}

interface CriticalSection {
  readonly start: number;
  readonly length: number;
  readonly abort: number;
}

/**
 * Before user code goes on after an interruption, or a handler's frame is made: an unfinished sequence is aborted.
 *
 * @param signo the signal that is being delivered, 0 if none: bad memory gives SIGSEGV.
 */
export function resumeRseq(task: Task, area: RseqArea, signo: number): void {
  const done = abortSection(task, area);
  if (isErrno(done) || isErrno(writeProcessor(task, area))) forceSegv(task, signo);
}

/** rseq_update_cpu_id(). */
function writeProcessor(task: Task, { addr }: RseqArea): 0 | Errno {
  const start = task.mm.readUint32(addr + RSEQ.cpu_id_start);
  const id = task.mm.readUint32(addr + RSEQ.cpu_id);
  // As it nearly always is: nothing is written, and no page copied.
  if (start === 0 && id === 0) return 0;
  const written = task.mm.writeUint32(addr + RSEQ.cpu_id_start, 0);
  return isErrno(written) ? written : task.mm.writeUint32(addr + RSEQ.cpu_id, 0);
}

/** rseq_ip_fixup(). */
function abortSection(task: Task, area: RseqArea): 0 | Errno {
  const { registers, mm } = task;
  const field = area.addr + RSEQ.rseq_cs;
  const at = mm.readU64(field);
  if (at === 0 || isErrno(at)) return at;
  const section = readSection(task, area, at);
  if (typeof section === "number") return section;
  const done = registers.rip - section.start;
  const isInside = done >= 0 && done < section.length;
  if (isInside && hasFlags(task, area, at)) return EINVAL;
  const cleared = mm.writeU64(field, 0);
  if (isErrno(cleared)) return cleared;
  if (isInside) registers.rip = section.abort;
  return 0;
}

/** rseq_get_rseq_cs(). */
function readSection(task: Task, area: RseqArea, at: number): CriticalSection | Errno {
  const { mm } = task;
  if (at >= TASK_SIZE) return EINVAL;
  if (mm.accessibleLength(at, RSEQ_CS.size, PAGE_R) < RSEQ_CS.size) return EFAULT;
  const start = mm.readU64(at + RSEQ_CS.start_ip);
  const length = mm.readU64(at + RSEQ_CS.post_commit_offset);
  const abort = mm.readU64(at + RSEQ_CS.abort_ip);
  if (start >= TASK_SIZE || start + length >= TASK_SIZE || abort >= TASK_SIZE) return EINVAL;
  if (mm.readUint32(at + RSEQ_CS.version) !== 0) return EINVAL;
  if (abort >= start && abort < start + length) return EINVAL;
  const signature = mm.readUint32(abort - 4);
  if (isErrno(signature)) return signature;
  return signature === area.signature ? { start, length, abort } : EINVAL;
}

/** Flags that once said what is not to abort: all are refused since Linux 6.1. */
function hasFlags(task: Task, { addr }: RseqArea, at: number): boolean {
  return (
    task.mm.readUint32(at + RSEQ_CS.flags) !== 0 || task.mm.readUint32(addr + RSEQ.flags) !== 0
  );
}
