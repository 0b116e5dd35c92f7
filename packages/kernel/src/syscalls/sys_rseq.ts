/** rseq(2): where this thread says in which restartable sequence it is; kernel/rseq.ts. */
import {
  EBUSY,
  EFAULT,
  EINVAL,
  EPERM,
  isErrno,
  RSEQ,
  RSEQ_CPU_ID_UNINITIALIZED,
  RSEQ_FLAG_UNREGISTER,
  TASK_SIZE,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import { type RseqArea, resumeRseq } from "../kernel/rseq.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

export function rseq(task: Task, args: SyscallArgs): SyscallResult {
  const area = { addr: args.pointer(0), len: args.uint(1), signature: args.uint(3) };
  const flags = args.int(2);
  if ((flags & RSEQ_FLAG_UNREGISTER) !== 0) {
    return flags === RSEQ_FLAG_UNREGISTER ? unregister(task, area) : EINVAL;
  }
  if (flags !== 0) return EINVAL;
  if (task.rseq !== null) return compare(task.rseq, area) || EBUSY;
  if (area.addr % RSEQ.size !== 0 || area.len !== RSEQ.size) return EINVAL;
  if (area.addr + area.len > TASK_SIZE) return EFAULT;
  // A sequence of whoever had this memory before is none of the caller's.
  const cleared = task.mm.writeU64(area.addr + RSEQ.rseq_cs, 0);
  if (isErrno(cleared)) return cleared;
  task.rseq = area;
  // As on the way back to user space: memory that is not there is found then, and gives SIGSEGV.
  resumeRseq(task, area, 0);
  return 0;
}

function unregister(task: Task, area: RseqArea): SyscallResult {
  if (task.rseq === null) return EINVAL;
  const differs = compare(task.rseq, area);
  if (differs !== 0) return differs;
  const written = resetProcessor(task, area);
  if (isErrno(written)) return written;
  task.rseq = null;
  task.isRseqDue = false;
  return 0;
}

function compare(registered: RseqArea, { addr, len, signature }: RseqArea): SyscallResult {
  if (registered.addr !== addr || registered.len !== len) return EINVAL;
  return registered.signature === signature ? 0 : EPERM;
}

/** rseq_reset_rseq_cpu_id(). */
function resetProcessor({ mm }: Task, { addr }: RseqArea): SyscallResult {
  const written = mm.writeUint32(addr + RSEQ.cpu_id_start, 0);
  return isErrno(written) ? written : mm.writeInt32(addr + RSEQ.cpu_id, RSEQ_CPU_ID_UNINITIALIZED);
}
