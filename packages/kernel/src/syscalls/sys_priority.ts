/** Who goes first: getpriority(2), setpriority(2), ioprio_get(2), ioprio_set(2). */
import {
  CAP_SYS_ADMIN,
  CAP_SYS_NICE,
  EACCES,
  EINVAL,
  EPERM,
  type Errno,
  ESRCH,
  IOPRIO_CLASS_BE,
  IOPRIO_CLASS_IDLE,
  IOPRIO_CLASS_NONE,
  IOPRIO_CLASS_RT,
  IOPRIO_CLASS_SHIFT,
  IOPRIO_WHO_PGRP,
  IOPRIO_WHO_PROCESS,
  IOPRIO_WHO_USER,
  PRIO_PGRP,
  PRIO_PROCESS,
  PRIO_USER,
  RLIMIT_NICE,
  SCHED_FIFO,
  SCHED_IDLE,
  SCHED_RESET_ON_FORK,
  SCHED_RR,
} from "@kernelet/abi";
import { isOwnerOf, mayTouch } from "../kernel/nice.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

/** IOPRIO_NR_LEVELS: the data of a class are below it. */
const IOPRIO_NR_LEVELS = 8;
/** IOPRIO_PRIO_DATA(). */
const IOPRIO_DATA_MASK = 0x1fff;

function processTargets(task: Task, who: number): readonly Task[] {
  const target = who === 0 ? task : task.pids.task(who);
  return target === undefined ? [] : [target];
}

function groupTargets(task: Task, who: number): readonly Task[] {
  const group = who === 0 ? task.threadGroup.processGroup : task.pids.processGroup(who);
  return (group?.newestFirst ?? []).flatMap((member) => [...member.threads]);
}

/** @param uid as the kernel has it. */
function userTargets(task: Task, uid: number): readonly Task[] {
  return task.pids.tasks.filter((other) => other.credentials.uid === uid);
}

function kernelUid(task: Task, who: number): number {
  return task.credentials.userNamespace.uidMap.toKernel(who >>> 0);
}

function priorityTargets(task: Task, which: number, who: number): readonly Task[] | Errno {
  if (which === PRIO_PROCESS) return processTargets(task, who);
  if (which === PRIO_PGRP) return groupTargets(task, who);
  if (which !== PRIO_USER) return EINVAL;
  return userTargets(task, who === 0 ? task.credentials.uid : kernelUid(task, who));
}

/** The call itself gives 20 - nice, 1 to 40, so that it is never negative. */
export function getpriority(task: Task, args: SyscallArgs): SyscallResult {
  const targets = priorityTargets(task, args.int(0), args.int(1));
  if (typeof targets === "number") return targets;
  if (targets.length === 0) return ESRCH;
  return Math.max(...targets.map((target) => 20 - target.nice));
}

export function setpriority(task: Task, args: SyscallArgs): SyscallResult {
  const nice = Math.min(Math.max(args.int(2), -20), 19);
  const targets = priorityTargets(task, args.int(0), args.int(1));
  if (typeof targets === "number") return targets;
  let result: 0 | Errno = ESRCH;
  for (const target of targets) {
    const set = setNice(task, target, nice);
    if (result === ESRCH || set !== 0) result = set;
  }
  return result;
}

function setNice(task: Task, target: Task, nice: number): 0 | Errno {
  const { credentials } = task;
  const { userNamespace } = target.credentials;
  if (!isOwnerOf(task, target) && !credentials.hasIn(userNamespace, CAP_SYS_NICE)) return EPERM;
  if (nice < target.nice) {
    const allowed = 20 - nice <= target.threadGroup.soft(RLIMIT_NICE);
    if (!allowed && !credentials.has(CAP_SYS_NICE)) return EACCES;
  }
  if (!mayTouch(task, target)) return EPERM;
  target.nice = nice;
  return 0;
}

/** What a task has if none was set: class and level follow from its policy and nice value. */
function effectiveIoPriority(task: Task): number {
  const set = task.ioContext?.priority ?? 0;
  if (set >>> IOPRIO_CLASS_SHIFT !== IOPRIO_CLASS_NONE) return set;
  const policy = task.schedPolicy & ~SCHED_RESET_ON_FORK;
  const isRealtime = policy === SCHED_FIFO || policy === SCHED_RR;
  const ioClass =
    policy === SCHED_IDLE ? IOPRIO_CLASS_IDLE : isRealtime ? IOPRIO_CLASS_RT : IOPRIO_CLASS_BE;
  return (ioClass << IOPRIO_CLASS_SHIFT) | Math.floor((task.nice + 20) / 5);
}

/** ioprio_get(2): of a process what was set; of several the best of what they have. */
export function ioprioGet(task: Task, args: SyscallArgs): SyscallResult {
  const which = args.int(0);
  const who = args.int(1);
  if (which === IOPRIO_WHO_PROCESS) {
    const [target] = processTargets(task, who);
    return target === undefined ? ESRCH : (target.ioContext?.priority ?? 0);
  }
  let targets: readonly Task[];
  if (which === IOPRIO_WHO_PGRP) targets = groupTargets(task, who);
  else if (which === IOPRIO_WHO_USER) {
    targets = userTargets(task, who === 0 ? task.credentials.uid : kernelUid(task, who));
  } else return EINVAL;
  return targets.length === 0 ? ESRCH : Math.min(...targets.map(effectiveIoPriority));
}

/** ioprio_check_cap(). */
function checkIoPriority(task: Task, priority: number): 0 | Errno {
  const data = priority & IOPRIO_DATA_MASK;
  switch (priority >>> IOPRIO_CLASS_SHIFT) {
    case IOPRIO_CLASS_RT:
      if (!task.credentials.has(CAP_SYS_ADMIN) && !task.credentials.has(CAP_SYS_NICE)) return EPERM;
      return data < IOPRIO_NR_LEVELS ? 0 : EINVAL;
    case IOPRIO_CLASS_BE:
      return data < IOPRIO_NR_LEVELS ? 0 : EINVAL;
    case IOPRIO_CLASS_IDLE:
      return 0;
    case IOPRIO_CLASS_NONE:
      return data === 0 ? 0 : EINVAL;
    default:
      return EINVAL;
  }
}

export function ioprioSet(task: Task, args: SyscallArgs): SyscallResult {
  const which = args.int(0);
  const who = args.int(1);
  const priority = args.int(2);
  const refused = checkIoPriority(task, priority);
  if (refused !== 0) return refused;
  let targets: readonly Task[];
  if (which === IOPRIO_WHO_PROCESS) targets = processTargets(task, who);
  else if (which === IOPRIO_WHO_PGRP) targets = groupTargets(task, who);
  // Unlike for the other calls, 0 is root and not the caller's user.
  else if (which === IOPRIO_WHO_USER) targets = userTargets(task, kernelUid(task, who));
  else return EINVAL;
  for (const target of targets) {
    const set = setIoPriority(task, target, priority);
    if (set !== 0) return set;
  }
  return targets.length === 0 ? ESRCH : 0;
}

function setIoPriority(task: Task, target: Task, priority: number): 0 | Errno {
  const { uid, euid } = task.credentials;
  const { uid: targetUid } = target.credentials;
  const isOwn = targetUid === euid || targetUid === uid;
  if (!isOwn && !task.credentials.has(CAP_SYS_NICE)) return EPERM;
  if (!mayTouch(task, target)) return EPERM;
  target.ioContext ??= { priority };
  target.ioContext.priority = priority;
  return 0;
}
