/** Limits and usage: prlimit(2), getrusage(2), getpriority(2), ioprio_get(2). */
import {
  CAP_SYS_NICE,
  CAP_SYS_RESOURCE,
  EACCES,
  EFAULT,
  EINVAL,
  EPERM,
  type Errno,
  ESRCH,
  IOPRIO_CLASS_BE,
  IOPRIO_CLASS_SHIFT,
  IOPRIO_WHO_PGRP,
  IOPRIO_WHO_PROCESS,
  IOPRIO_WHO_USER,
  PRIO_PGRP,
  PRIO_PROCESS,
  PRIO_USER,
  RLIM_NLIMITS,
  RLIMIT_NICE,
  RLIMIT_NOFILE,
  RLIMIT64,
  RUSAGE_CHILDREN,
  RUSAGE_SELF,
  RUSAGE_THREAD,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Rlimit } from "../kernel/rlimit.ts";
import { processRusage, threadRusage } from "../kernel/rusage.ts";
import type { Task } from "../kernel/task.ts";
import type { ThreadGroup } from "../kernel/thread-group.ts";
import type { SyscallArgs } from "./args.ts";
import { copyOutRusage } from "./struct-rusage.ts";

const RLIM_INFINITY = 2n ** 64n - 1n;
/** fs.nr_open: no descriptor limit above it. */
const NR_OPEN = 1_048_576;

function readRlimit(task: Task, addr: number): Rlimit | Errno {
  const soft = task.mm.readBig(addr + RLIMIT64.rlim_cur);
  const hard = task.mm.readBig(addr + RLIMIT64.rlim_max);
  if (soft === null || hard === null) return EFAULT;
  const value = (n: bigint) => (n === RLIM_INFINITY ? Number.POSITIVE_INFINITY : Number(n));
  return { soft: value(soft), hard: value(hard) };
}

function writeRlimit(task: Task, addr: number, limit: Rlimit): 0 | Errno {
  const bytes = new Uint8Array(RLIMIT64.size);
  const view = new DataView(bytes.buffer);
  const word = (n: number) => (n === Number.POSITIVE_INFINITY ? RLIM_INFINITY : BigInt(n));
  view.setBigUint64(RLIMIT64.rlim_cur, word(limit.soft), true);
  view.setBigUint64(RLIMIT64.rlim_max, word(limit.hard), true);
  return task.mm.copyOut(addr, bytes);
}

function setRlimit(task: Task, group: ThreadGroup, resource: number, limit: Rlimit): 0 | Errno {
  const old = group.rlimits[resource] as Rlimit;
  if (limit.soft > limit.hard) return EINVAL;
  if (resource === RLIMIT_NOFILE && limit.hard > NR_OPEN) return EPERM;
  if (limit.hard > old.hard && !task.credentials.has(CAP_SYS_RESOURCE)) return EPERM;
  group.rlimits[resource] = limit;
  if (resource === RLIMIT_NOFILE) {
    for (const thread of group.threads) if (thread.isAlive) thread.fdTable.limit = limit.soft;
  }
  return 0;
}

export function getrlimit(task: Task, args: SyscallArgs): SyscallResult {
  const limit = task.threadGroup.rlimits[args.uint(0)];
  return limit === undefined ? EINVAL : writeRlimit(task, args.pointer(1), limit);
}

export function setrlimit(task: Task, args: SyscallArgs): SyscallResult {
  const resource = args.uint(0);
  const limit = readRlimit(task, args.pointer(1));
  if (typeof limit === "number") return limit;
  if (resource >= RLIM_NLIMITS) return EINVAL;
  return setRlimit(task, task.threadGroup, resource, limit);
}

export function prlimit64(task: Task, args: SyscallArgs): SyscallResult {
  const pid = args.int(0);
  const resource = args.uint(1);
  const newAddr = args.pointer(2);
  const oldAddr = args.pointer(3);
  let limit: Rlimit | null = null;
  if (newAddr !== 0) {
    const read = readRlimit(task, newAddr);
    if (typeof read === "number") return read;
    limit = read;
  }
  const target = pid === 0 ? task : task.pids.task(pid);
  if (target === undefined) return ESRCH;
  if (!mayChangeLimits(task, target)) return EPERM;
  if (resource >= RLIM_NLIMITS) return EINVAL;
  const group = target.threadGroup;
  const old = { ...(group.rlimits[resource] as Rlimit) };
  if (limit !== null) {
    const failed = setRlimit(task, group, resource, limit);
    if (failed !== 0) return failed;
  }
  return oldAddr === 0 ? 0 : writeRlimit(task, oldAddr, old);
}

/** check_prlimit_permission(): all of the target's ids are the caller's real ones. */
function mayChangeLimits(task: Task, target: Task): boolean {
  if (target.threadGroup === task.threadGroup) return true;
  const { uid, gid } = task.credentials;
  const to = target.credentials;
  const sameUser = to.uid === uid && to.euid === uid && to.suid === uid;
  const sameGroup = to.gid === gid && to.egid === gid && to.sgid === gid;
  return (sameUser && sameGroup) || task.credentials.has(CAP_SYS_RESOURCE);
}

export function getrusage(task: Task, args: SyscallArgs): SyscallResult {
  const addr = args.pointer(1);
  const group = task.threadGroup;
  group.maxResidentPages = Math.max(group.maxResidentPages, task.mm.peakResidentPages);
  switch (args.int(0)) {
    case RUSAGE_SELF:
      return copyOutRusage(task, addr, processRusage(group));
    case RUSAGE_THREAD:
      return copyOutRusage(task, addr, threadRusage(task));
    case RUSAGE_CHILDREN:
      return copyOutRusage(task, addr, group.reapedChildren);
    default:
      return EINVAL;
  }
}

/** The tasks that (which, who) names, as getpriority and ioprio do. */
function tasksOf(task: Task, kind: "process" | "group" | "user", who: number): readonly Task[] {
  const { pids } = task.kernel;
  if (kind === "process") {
    const target = who === 0 ? task : pids.task(who);
    return target === undefined ? [] : [target];
  }
  if (kind === "group") {
    const group = who === 0 ? task.threadGroup.processGroup : pids.processGroup(who);
    return [...(group?.members ?? [])].flatMap((member) => [...member.threads]);
  }
  const uid = who === 0 ? task.credentials.uid : who;
  return [...pids.tasks.values()].filter((other) => other.credentials.uid === uid);
}

function priorityTargets(task: Task, which: number, who: number): readonly Task[] | Errno {
  if (which === PRIO_PROCESS) return tasksOf(task, "process", who);
  if (which === PRIO_PGRP) return tasksOf(task, "group", who);
  return which === PRIO_USER ? tasksOf(task, "user", who) : EINVAL;
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
  const to = target.credentials;
  const mine = to.uid === credentials.euid || to.euid === credentials.euid;
  if (!mine && !credentials.has(CAP_SYS_NICE)) return EPERM;
  if (nice < target.nice) {
    const allowed = 20 - nice <= target.threadGroup.soft(RLIMIT_NICE);
    if (!allowed && !credentials.has(CAP_SYS_NICE)) return EACCES;
  }
  target.nice = nice;
  return 0;
}

function ioprioTargets(task: Task, which: number, who: number): readonly Task[] | Errno {
  if (which === IOPRIO_WHO_PROCESS) return tasksOf(task, "process", who);
  if (which === IOPRIO_WHO_PGRP) return tasksOf(task, "group", who);
  return which === IOPRIO_WHO_USER ? tasksOf(task, "user", who) : EINVAL;
}

/** ioprio_get(2): what was set, else the class that follows from nice. */
export function ioprioGet(task: Task, args: SyscallArgs): SyscallResult {
  const targets = ioprioTargets(task, args.int(0), args.int(1));
  if (typeof targets === "number") return targets;
  const [target] = targets;
  if (target === undefined) return ESRCH;
  const fromNice = (IOPRIO_CLASS_BE << IOPRIO_CLASS_SHIFT) | Math.floor((target.nice + 20) / 5);
  return target.ioPriority === 0 ? fromNice : target.ioPriority;
}

export function ioprioSet(task: Task, args: SyscallArgs): SyscallResult {
  const priority = args.int(2);
  const ioClass = priority >>> IOPRIO_CLASS_SHIFT;
  if (ioClass > 3 || (ioClass === 0 && (priority & 0x1fff) !== 0)) return EINVAL;
  if (ioClass === 1 && !task.credentials.has(CAP_SYS_NICE)) return EPERM;
  const targets = ioprioTargets(task, args.int(0), args.int(1));
  if (typeof targets === "number") return targets;
  if (targets.length === 0) return ESRCH;
  for (const target of targets) target.ioPriority = priority;
  return 0;
}
