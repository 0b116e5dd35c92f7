/** The end of tasks, and waiting for it: _exit(2), exit_group(2), wait4(2), waitid(2). */
import {
  __WALL,
  __WCLONE,
  __WNOTHREAD,
  EAGAIN,
  EFAULT,
  EINVAL,
  type Errno,
  ESRCH,
  exitStatus,
  isErrno,
  P_ALL,
  P_PGID,
  P_PID,
  P_PIDFD,
  PTRACE_EVENT_EXIT,
  PTRACE_O_TRACEEXIT,
  SIGINFO,
  WCONTINUED,
  WEXITED,
  WNOHANG,
  WNOWAIT,
  WSTOPPED,
  WUNTRACED,
} from "@kernelet/abi";
import { pidfdTarget } from "../fs/pidfd.ts";
import { exitGroup as exitAllThreads, exitTask } from "../kernel/exit.ts";
import { stopForEvent } from "../kernel/ptrace.ts";
import { BLOCKED, NO_RETURN, type SyscallResult } from "../kernel/result.ts";
import { writeSigInfo } from "../kernel/siginfo.ts";
import type { Task } from "../kernel/task.ts";
import { type ChildSelector, type WaitedChild, waitForChild } from "../kernel/wait.ts";
import type { SyscallArgs } from "./args.ts";
import { copyOutRusage } from "./struct-rusage.ts";

/** _exit(2): this thread alone. */
export function exit(task: Task, args: SyscallArgs): SyscallResult {
  if (tellsTracer(task, exitStatus(args.int(0)))) return BLOCKED;
  exitTask(task, exitStatus(args.int(0)));
  return NO_RETURN;
}

/** PTRACE_EVENT_EXIT, while the task still has all that it had. */
function tellsTracer(task: Task, status: number): boolean {
  return !task.isRetry && stopForEvent(task, PTRACE_EVENT_EXIT, PTRACE_O_TRACEEXIT, status);
}

export function exitGroup(task: Task, args: SyscallArgs): SyscallResult {
  if (tellsTracer(task, exitStatus(args.int(0)))) return BLOCKED;
  exitAllThreads(task, exitStatus(args.int(0)));
  return NO_RETURN;
}

export function wait4(task: Task, args: SyscallArgs): SyscallResult {
  const pid = args.int(0);
  const statusAddr = args.pointer(1);
  const options = args.int(2);
  const usageAddr = args.pointer(3);
  const known = WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL;
  if ((options & ~known) !== 0) return EINVAL;
  if (pid === -(2 ** 31)) return ESRCH;

  const waited = waitForChild(task, selectorOf(task, pid), options | WEXITED);
  if (waited === null) return 0;
  if (waited === BLOCKED || isErrno(waited) || typeof waited === "number") return waited as Errno;
  if (statusAddr !== 0 && isErrno(task.mm.writeInt32(statusAddr, waited.status))) return EFAULT;
  if (usageAddr !== 0 && isErrno(copyOutRusage(task, usageAddr, waited.usage))) return EFAULT;
  return waited.pid;
}

function selectorOf(task: Task, pid: number): ChildSelector {
  if (pid === -1) return { kind: "any" };
  if (pid > 0) return { kind: "pid", pid: task.pids.kernelId(pid) };
  const own = task.threadGroup.processGroup.id;
  return { kind: "group", pgid: pid === 0 ? own : task.pids.kernelId(-pid) };
}

/** waitid(2). Whatever comes out, an error too, the structure is written: with zeros if there is no child to tell of. */
export function waitid(task: Task, args: SyscallArgs): SyscallResult {
  const infoAddr = args.pointer(2);
  const usageAddr = args.pointer(4);
  const waited = waitById(task, args);
  if (waited === BLOCKED) return waited;
  const child = waited === null || typeof waited === "number" ? null : waited;
  if (child !== null && usageAddr !== 0) {
    const stored = copyOutRusage(task, usageAddr, child.usage);
    if (isErrno(stored)) return stored;
  }
  if (infoAddr !== 0) {
    const bytes = new Uint8Array(SIGINFO.size);
    if (child !== null) writeSigInfo(child.info, bytes);
    // Linux writes the fields one by one and leaves the bytes after si_status alone.
    const stored = task.mm.copyOut(infoAddr, bytes.subarray(0, SIGINFO.si_status + 4));
    if (isErrno(stored)) return stored;
  }
  return typeof waited === "number" ? waited : 0;
}

/** kernel_waitid(). */
function waitById(task: Task, args: SyscallArgs): WaitedChild | null | Errno | typeof BLOCKED {
  const options = args.int(3);
  const known =
    WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL;
  if ((options & ~known) !== 0) return EINVAL;
  if ((options & (WEXITED | WSTOPPED | WCONTINUED)) === 0) return EINVAL;
  const which = idSelector(task, args.int(0), args.int(1));
  if (isErrno(which)) return which;

  // A non-blocking pidfd does not wait, and says so.
  const hang = which.nonblock && (options & WNOHANG) === 0 ? WNOHANG : 0;
  const waited = waitForChild(task, which.selector, options | hang);
  return waited === null && hang !== 0 ? EAGAIN : waited;
}

function idSelector(
  task: Task,
  idType: number,
  id: number,
): { selector: ChildSelector; nonblock: boolean } | Errno {
  switch (idType) {
    case P_ALL:
      return { selector: { kind: "any" }, nonblock: false };
    case P_PID:
      if (id <= 0) return EINVAL;
      return { selector: { kind: "pid", pid: task.pids.kernelId(id) }, nonblock: false };
    case P_PGID: {
      if (id < 0) return EINVAL;
      const pgid = id === 0 ? task.threadGroup.processGroup.id : task.pids.kernelId(id);
      return { selector: { kind: "group", pgid }, nonblock: false };
    }
    case P_PIDFD: {
      if (id < 0) return EINVAL;
      const group = pidfdTarget(task, id);
      if (isErrno(group)) return group;
      const nonblock = task.fdTable.get(id)?.isNonblocking === true;
      return { selector: { kind: "pid", pid: group.tgid }, nonblock };
    }
    default:
      return EINVAL;
  }
}
