/** kcmp(2): whether two tasks share something, and an order over what they have. */
import {
  EBADF,
  EINVAL,
  EPERM,
  ESRCH,
  isErrno,
  KCMP_EPOLL_SLOT,
  KCMP_EPOLL_TFD,
  KCMP_FILE,
  KCMP_FILES,
  KCMP_FS,
  KCMP_IO,
  KCMP_SIGHAND,
  KCMP_SYSVSEM,
  KCMP_VM,
} from "@kernelet/abi";
import { EpollDescription } from "../fs/epoll/epoll.ts";
import type { FileDescription } from "../fs/file-description.ts";
import { mayInspect } from "../kernel/inspect.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

/** Everything of a kind that tasks hold, in the order of their numbers. */
type Holdings = (task: Task) => Iterable<object>;

/**
 * 0 the same, 1 less, 2 greater: by who comes first among all tasks, which is the same order as long as
 * nothing changes (Linux's is by obscured addresses). Null, for what a task has not, comes first.
 */
function compare(
  task: Task,
  a: object | null,
  b: object | null,
  holdings: Holdings,
): SyscallResult {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : 2;
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

/** What not every task has. */
function one(held: object | null): Iterable<object> {
  return held === null ? [] : [held];
}

export function kcmp(task: Task, args: SyscallArgs): SyscallResult {
  const { pids } = task;
  const a = pids.task(args.int(0));
  const b = pids.task(args.int(1));
  if (a === undefined || b === undefined) return ESRCH;
  if (!mayInspect(task, a, "real") || !mayInspect(task, b, "real")) return EPERM;
  switch (args.int(2)) {
    case KCMP_FILE:
      return compareFiles(task, a.fdTable.get(args.uint(3)), b.fdTable.get(args.uint(4)));
    case KCMP_VM:
      return compare(task, a.mm, b.mm, (other) => [other.mm]);
    case KCMP_FILES:
      return compare(task, a.fdTable, b.fdTable, (other) => [other.fdTable]);
    case KCMP_FS:
      return compare(task, a.fs, b.fs, (other) => [other.fs]);
    case KCMP_SIGHAND:
      return compare(task, a.signalHandlers, b.signalHandlers, (other) => [other.signalHandlers]);
    case KCMP_IO:
      return compare(task, a.ioContext, b.ioContext, (other) => one(other.ioContext));
    case KCMP_SYSVSEM:
      return compare(task, a.undoList, b.undoList, (other) => one(other.undoList));
    case KCMP_EPOLL_TFD:
      return compareWatched(task, a, b, args);
    default:
      return EINVAL;
  }
}

function compareFiles(
  task: Task,
  a: FileDescription | null,
  b: FileDescription | null,
): SyscallResult {
  return a === null || b === null ? EBADF : compare(task, a, b, files);
}

/** KCMP_EPOLL_TFD: a file of `a` and one that an epoll instance of `b` watches (struct kcmp_epoll_slot). */
function compareWatched(task: Task, a: Task, b: Task, args: SyscallArgs): SyscallResult {
  const slot = task.mm.copyIn(args.pointer(4), KCMP_EPOLL_SLOT.size);
  if (isErrno(slot)) return slot;
  const view = new DataView(slot.buffer);
  const file = a.fdTable.get(args.uint(3));
  if (file === null) return EBADF;
  const epoll = b.fdTable.get(view.getUint32(KCMP_EPOLL_SLOT.efd, true));
  if (epoll === null) return EBADF;
  if (!(epoll instanceof EpollDescription)) return EINVAL;
  const tfd = view.getUint32(KCMP_EPOLL_SLOT.tfd, true);
  const watched = epoll.target(tfd, view.getUint32(KCMP_EPOLL_SLOT.toff, true));
  return isErrno(watched) ? watched : compare(task, file, watched, files);
}
