/** kcmp(2): whether two tasks share something, and an order over what they have. */
import {
  CAP_SYS_PTRACE,
  EBADF,
  EINVAL,
  EOPNOTSUPP,
  EPERM,
  ESRCH,
  KCMP_EPOLL_TFD,
  KCMP_FILE,
  KCMP_FILES,
  KCMP_FS,
  KCMP_IO,
  KCMP_SIGHAND,
  KCMP_SYSVSEM,
  KCMP_VM,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

/** Everything of a kind that tasks hold, in the order of their numbers. */
type Holdings = (task: Task) => Iterable<object>;

/**
 * 0 the same, 1 less, 2 greater: by who comes first among all tasks, which is the same order as long as
 * nothing changes (Linux's is by obscured addresses).
 */
function compare(
  task: Task,
  a: object | null,
  b: object | null,
  holdings: Holdings,
): SyscallResult {
  if (a === null || b === null) return EBADF;
  if (a === b) return 0;
  for (const other of task.kernel.pids.tasks.values()) {
    for (const held of holdings(other)) {
      if (held === a) return 1;
      if (held === b) return 2;
    }
  }
  return 2;
}

function* files(task: Task): Iterable<object> {
  for (const fd of task.fdTable.fds()) {
    const file = task.fdTable.get(fd);
    if (file !== null) yield file;
  }
}

export function kcmp(task: Task, args: SyscallArgs): SyscallResult {
  const { pids } = task;
  const a = pids.task(args.int(0));
  const b = pids.task(args.int(1));
  if (a === undefined || b === undefined) return ESRCH;
  const mine = (other: Task) => other.credentials.uid === task.credentials.uid;
  if (!(mine(a) && mine(b)) && !task.credentials.has(CAP_SYS_PTRACE)) return EPERM;
  switch (args.int(2)) {
    case KCMP_FILE:
      return compare(task, a.fdTable.get(args.uint(3)), b.fdTable.get(args.uint(4)), files);
    case KCMP_VM:
      return compare(task, a.mm, b.mm, (other) => [other.mm]);
    case KCMP_FILES:
      return compare(task, a.fdTable, b.fdTable, (other) => [other.fdTable]);
    case KCMP_FS:
      return compare(task, a.fs, b.fs, (other) => [other.fs]);
    case KCMP_SIGHAND:
      return compare(task, a.signalHandlers, b.signalHandlers, (other) => [other.signalHandlers]);
    case KCMP_IO:
    case KCMP_SYSVSEM:
      return 0; // Nobody has either.
    case KCMP_EPOLL_TFD:
      return EOPNOTSUPP;
    default:
      return EINVAL;
  }
}
