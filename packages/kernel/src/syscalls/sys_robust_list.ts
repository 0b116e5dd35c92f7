/** set_robust_list(2), get_robust_list(2). */
import { CAP_SYS_PTRACE, EINVAL, EPERM, ESRCH, isErrno, ROBUST_LIST_HEAD } from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

/** set_robust_list(2). */
export function setRobustList(task: Task, args: SyscallArgs): SyscallResult {
  if (args.size(1) !== ROBUST_LIST_HEAD.size) return EINVAL;
  task.robustListHead = args.pointer(0);
  return 0;
}

/** get_robust_list(2): another thread's, for whoever may trace it. */
export function getRobustList(task: Task, args: SyscallArgs): SyscallResult {
  const pid = args.int(0);
  const target = pid === 0 ? task : task.pids.task(pid);
  if (target === undefined) return ESRCH;
  const same = target.credentials.uid === task.credentials.uid;
  if (!same && !task.credentials.has(CAP_SYS_PTRACE)) return EPERM;
  const stored = task.mm.writeU64(args.pointer(2), ROBUST_LIST_HEAD.size);
  if (isErrno(stored)) return stored;
  return task.mm.writeU64(args.pointer(1), target.robustListHead);
}
