/** Numbers of processes, groups and sessions: getpid(2), setpgid(2), setsid(2) and their like; pidfd_open(2). */
import {
  CAP_SYS_TTY_CONFIG,
  EACCES,
  EBADF,
  EINVAL,
  EPERM,
  type Errno,
  ESRCH,
  isErrno,
  O_NONBLOCK,
} from "@kernelet/abi";
import { openPidfd, pidfdTarget } from "../fs/pidfd.ts";
import { leaveProcessGroup } from "../kernel/exit.ts";
import { mayInspect } from "../kernel/inspect.ts";
import type { SyscallResult } from "../kernel/result.ts";
import { ProcessGroup, Session } from "../kernel/session.ts";
import type { Task } from "../kernel/task.ts";
import type { ThreadGroup } from "../kernel/thread-group.ts";
import type { SyscallArgs } from "./args.ts";

export function getpid(task: Task): SyscallResult {
  return task.pids.show(task.threadGroup.tgid);
}

export function gettid(task: Task): SyscallResult {
  return task.pids.show(task.tid);
}

export function getppid(task: Task): SyscallResult {
  return task.pids.show(task.threadGroup.ppid);
}

/** A process by pid, 0 meaning the caller's. */
function processOf(task: Task, pid: number): ThreadGroup | Errno {
  if (pid === 0) return task.threadGroup;
  return task.pids.threadGroup(pid) ?? task.pids.task(pid)?.threadGroup ?? ESRCH;
}

export function getpgrp(task: Task): SyscallResult {
  return task.pids.show(task.threadGroup.processGroup.id);
}

export function getpgid(task: Task, args: SyscallArgs): SyscallResult {
  const group = processOf(task, args.int(0));
  return isErrno(group) ? group : task.pids.show(group.processGroup.id);
}

export function getsid(task: Task, args: SyscallArgs): SyscallResult {
  const group = processOf(task, args.int(0));
  return isErrno(group) ? group : task.pids.show(group.processGroup.session.id);
}

/** setpgid(2): oneself or a child that has not called execve, within the session. */
export function setpgid(task: Task, args: SyscallArgs): SyscallResult {
  const { pids } = task;
  const self = task.threadGroup;
  const pid = args.int(0) === 0 ? pids.show(self.tgid) : args.int(0);
  const pgid = args.int(1) === 0 ? pid : args.int(1);
  if (pgid < 0) return EINVAL;
  const target = pids.threadGroup(pid);
  if (target === undefined) return pids.task(pid) === undefined ? ESRCH : EINVAL;
  const { session } = self.processGroup;
  if (target.parent === self) {
    if (target.processGroup.session !== session) return EPERM;
    if (target.hasExeced) return EACCES;
  } else if (target !== self) return ESRCH;
  if (target.processGroup.session.leader === target) return EPERM;

  let group = pids.processGroup(pgid);
  if (group === undefined) {
    if (pgid !== pid) return EPERM;
    group = new ProcessGroup(target.tgid, session);
    pids.table.addProcessGroup(group);
  } else if (group.session !== session) return EPERM;
  joinProcessGroup(target, group);
  return 0;
}

function joinProcessGroup(target: ThreadGroup, group: ProcessGroup): void {
  if (target.processGroup === group) return;
  leaveProcessGroup(target);
  target.processGroup = group;
  group.members.add(target);
}

/** setsid(2): a new session without a terminal. */
export function setsid(task: Task): SyscallResult {
  const group = task.threadGroup;
  const { pids } = task.kernel;
  if (group.processGroup.session.leader === group) return EPERM;
  if (pids.processGroup(group.tgid) !== undefined) return EPERM;
  const session = new Session(group);
  const processGroup = new ProcessGroup(group.tgid, session);
  pids.addSession(session);
  pids.addProcessGroup(processGroup);
  joinProcessGroup(group, processGroup);
  group.hasLeftTerminal = false;
  return task.pids.show(session.id);
}

/** vhangup(2): hangs up the caller's terminal, if it has one. */
export function vhangup(task: Task): SyscallResult {
  if (!task.credentials.has(CAP_SYS_TTY_CONFIG)) return EPERM;
  task.threadGroup.terminal?.cutOff();
  return 0;
}

export function pidfdOpen(task: Task, args: SyscallArgs): SyscallResult {
  const pid = args.int(0);
  const flags = args.uint(1);
  if ((flags & ~O_NONBLOCK) !== 0 || pid <= 0) return EINVAL;
  const group = task.pids.threadGroup(pid);
  if (group === undefined) return task.pids.task(pid) === undefined ? ESRCH : EINVAL;
  return openPidfd(task, group, flags);
}

/** pidfd_getfd(2): takes a descriptor of a process that the caller may trace. */
export function pidfdGetfd(task: Task, args: SyscallArgs): SyscallResult {
  if (args.uint(2) !== 0) return EINVAL;
  const group = pidfdTarget(task, args.fd(0));
  if (isErrno(group)) return group;
  if (group.isDead) return ESRCH;
  if (!mayInspect(task, group.leader, "real")) return EPERM;
  const file = group.leader.fdTable.get(args.fd(1));
  return file === null ? EBADF : task.fdTable.add(file, { cloexec: true });
}
