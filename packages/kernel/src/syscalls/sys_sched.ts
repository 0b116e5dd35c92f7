/**
 * Scheduling: sched(7). Policies and priorities are checked, kept and reported; the scheduler is round
 * robin whatever they say (kernel/scheduler.ts). There is one processor, number 0.
 */
import {
  CAP_SYS_NICE,
  E2BIG,
  EFAULT,
  EINVAL,
  EPERM,
  type Errno,
  ESRCH,
  isErrno,
  RLIMIT_NICE,
  RLIMIT_RTPRIO,
  SCHED_BATCH,
  SCHED_FIFO,
  SCHED_IDLE,
  SCHED_NORMAL,
  SCHED_RESET_ON_FORK,
  SCHED_RR,
} from "@kernelet/abi";
import { isOwnerOf, mayTouch } from "../kernel/nice.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { copyStruct } from "./copy-struct.ts";
import { writeTimeSpec } from "./struct-time.ts";

/** Bytes of the kernel's cpumask: a long. */
const CPUMASK_SIZE = 8;
/** SCHED_RR's slice (sched_rr_timeslice). */
const RR_SLICE_NSEC = 100_000_000;

/** struct sched_attr: 48 bytes in its first version, 56 with the utilisation clamps. */
const SCHED_ATTR = { size: 56, policy: 4, flags: 8, nice: 16, priority: 20 } as const;
const SCHED_ATTR_SIZE_VER0 = 48;
/** SCHED_FLAG_* that there are, and those about utilisation. */
const SCHED_FLAG_ALL = 0x7f;
const SCHED_FLAG_UTIL_CLAMP = 0x60;

export function schedYield(task: Task): SyscallResult {
  task.mustYield = true;
  return 0;
}

function target(task: Task, pid: number): Task | Errno {
  if (pid < 0) return EINVAL;
  if (pid === 0) return task;
  return task.pids.task(pid) ?? ESRCH;
}

/** The calls on affinity look for any number: of a negative one there is none. */
function affinityTarget(task: Task, pid: number): Task | Errno {
  return pid < 0 ? ESRCH : target(task, pid);
}

function isRealtimePolicy(policy: number): boolean {
  return policy === SCHED_FIFO || policy === SCHED_RR;
}

function isNormalPolicy(policy: number): boolean {
  return policy === SCHED_NORMAL || policy === SCHED_BATCH || policy === SCHED_IDLE;
}

/** can_nice(), but for the capability. */
function mayBeNice(to: Task, nice: number): boolean {
  return 20 - nice <= to.threadGroup.soft(RLIMIT_NICE);
}

function setPolicy(task: Task, to: Task, policy: number, priority: number): SyscallResult {
  const plain = policy & ~SCHED_RESET_ON_FORK;
  if (isNormalPolicy(plain)) {
    if (priority !== 0) return EINVAL;
  } else if (isRealtimePolicy(plain)) {
    if (priority < 1 || priority > 99) return EINVAL;
  } else return EINVAL;
  if (!mayHavePolicy(to, policy, priority) || !isOwnerOf(task, to)) {
    if (!task.credentials.has(CAP_SYS_NICE)) return EPERM;
  }
  if (!mayTouch(task, to)) return EPERM;
  to.schedPolicy = policy;
  to.schedPriority = priority;
  return 0;
}

/** Whether a policy can be had without CAP_SYS_NICE: user_check_sched_setscheduler(). */
function mayHavePolicy(to: Task, policy: number, priority: number): boolean {
  const plain = policy & ~SCHED_RESET_ON_FORK;
  const before = to.schedPolicy & ~SCHED_RESET_ON_FORK;
  if (isRealtimePolicy(plain)) {
    const limit = to.threadGroup.soft(RLIMIT_RTPRIO);
    if (plain !== before && limit === 0) return false;
    if (priority > to.schedPriority && priority > limit) return false;
  }
  // Out of SCHED_IDLE, and a fork that begins anew, are as hard to get as a better nice value.
  if (before === SCHED_IDLE && plain !== SCHED_IDLE && !mayBeNice(to, to.nice)) return false;
  return (to.schedPolicy & ~policy & SCHED_RESET_ON_FORK) === 0;
}

export function schedSetscheduler(task: Task, args: SyscallArgs): SyscallResult {
  const policy = args.int(1);
  if (policy < 0) return EINVAL;
  return setScheduler(task, args, policy);
}

export function schedSetparam(task: Task, args: SyscallArgs): SyscallResult {
  return setScheduler(task, args, null);
}

/** @param policy null: the one it has. */
function setScheduler(task: Task, args: SyscallArgs, policy: number | null): SyscallResult {
  const addr = args.pointer(policy === null ? 1 : 2);
  if (addr === 0 || args.int(0) < 0) return EINVAL;
  const priority = task.mm.readInt32(addr);
  if (priority === null) return EFAULT;
  const to = target(task, args.int(0));
  return isErrno(to) ? to : setPolicy(task, to, policy ?? to.schedPolicy, priority);
}

export function schedGetscheduler(task: Task, args: SyscallArgs): SyscallResult {
  const to = target(task, args.int(0));
  return isErrno(to) ? to : to.schedPolicy;
}

export function schedGetparam(task: Task, args: SyscallArgs): SyscallResult {
  const addr = args.pointer(1);
  if (addr === 0) return EINVAL;
  const to = target(task, args.int(0));
  return isErrno(to) ? to : task.mm.writeInt32(addr, to.schedPriority);
}

/** struct sched_attr of the size that it says; a size that is not ours is answered with it. */
function readSchedAttr(task: Task, addr: number): DataView | Errno {
  const said = task.mm.readInt32(addr);
  if (said === null) return EFAULT;
  const size = said === 0 ? SCHED_ATTR_SIZE_VER0 : said >>> 0;
  if (size < SCHED_ATTR_SIZE_VER0 || size > 4096) return refuseSize(task, addr);
  const bytes = copyStruct(task, addr, SCHED_ATTR.size, size);
  if (isErrno(bytes)) return bytes === E2BIG ? refuseSize(task, addr) : bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const clamps = view.getUint32(SCHED_ATTR.flags, true) & SCHED_FLAG_UTIL_CLAMP;
  return clamps !== 0 && size < SCHED_ATTR.size ? EINVAL : view;
}

function refuseSize(task: Task, addr: number): Errno {
  task.mm.writeUint32(addr, SCHED_ATTR.size);
  return E2BIG;
}

export function schedSetattr(task: Task, args: SyscallArgs): SyscallResult {
  const addr = args.pointer(1);
  const pid = args.int(0);
  if (addr === 0 || pid < 0 || args.uint(2) !== 0) return EINVAL;
  const view = readSchedAttr(task, addr);
  if (typeof view === "number") return view;
  const policy = view.getInt32(SCHED_ATTR.policy, true);
  if (policy < 0) return EINVAL;
  const to = target(task, pid);
  if (isErrno(to)) return to;
  const flags = view.getUint32(SCHED_ATTR.flags, true);
  if ((flags & ~SCHED_FLAG_ALL) !== 0) return EINVAL;
  const reset = (flags & 1) !== 0 ? SCHED_RESET_ON_FORK : 0;
  const nice = Math.min(Math.max(view.getInt32(SCHED_ATTR.nice, true), -20), 19);
  const isWorse = !isNormalPolicy(policy) || nice >= to.nice || mayBeNice(to, nice);
  if (!isWorse && !task.credentials.has(CAP_SYS_NICE)) return EPERM;
  const set = setPolicy(task, to, policy | reset, view.getUint32(SCHED_ATTR.priority, true));
  if (set === 0 && isNormalPolicy(policy)) to.nice = nice;
  return set;
}

export function schedGetattr(task: Task, args: SyscallArgs): SyscallResult {
  const addr = args.pointer(1);
  const size = args.uint(2);
  if (args.int(0) < 0) return EINVAL;
  if (addr === 0 || size < SCHED_ATTR_SIZE_VER0 || size > 4096 || args.uint(3) !== 0) return EINVAL;
  const to = target(task, args.int(0));
  if (isErrno(to)) return to;
  const bytes = new Uint8Array(Math.min(size, SCHED_ATTR.size));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint32(SCHED_ATTR.policy, to.schedPolicy & ~SCHED_RESET_ON_FORK, true);
  view.setUint32(SCHED_ATTR.flags, (to.schedPolicy & SCHED_RESET_ON_FORK) !== 0 ? 1 : 0, true);
  view.setInt32(SCHED_ATTR.nice, to.nice, true);
  view.setUint32(SCHED_ATTR.priority, to.schedPriority, true);
  return task.mm.copyOut(addr, bytes);
}

export function schedGetPriorityMax(_task: Task, args: SyscallArgs): SyscallResult {
  const policy = args.int(0);
  if (isRealtimePolicy(policy)) return 99;
  return isNormalPolicy(policy) || policy === 6 ? 0 : EINVAL;
}

export function schedGetPriorityMin(_task: Task, args: SyscallArgs): SyscallResult {
  const policy = args.int(0);
  if (isRealtimePolicy(policy)) return 1;
  return isNormalPolicy(policy) || policy === 6 ? 0 : EINVAL;
}

export function schedRrGetInterval(task: Task, args: SyscallArgs): SyscallResult {
  const to = target(task, args.int(0));
  if (isErrno(to)) return to;
  const policy = to.schedPolicy & ~SCHED_RESET_ON_FORK;
  const nsec = policy === SCHED_FIFO ? 0 : policy === SCHED_RR ? RR_SLICE_NSEC : 4_000_000;
  return writeTimeSpec(task, args.pointer(1), { sec: 0, nsec });
}

/** sched_getaffinity(2): the call gives the bytes it wrote. */
export function schedGetaffinity(task: Task, args: SyscallArgs): SyscallResult {
  const size = args.uint(1);
  if (size < CPUMASK_SIZE || size % CPUMASK_SIZE !== 0) return EINVAL;
  const to = affinityTarget(task, args.int(0));
  if (isErrno(to)) return to;
  const bytes = new Uint8Array(CPUMASK_SIZE);
  bytes[0] = 1;
  const stored = task.mm.copyOut(args.pointer(2), bytes);
  return isErrno(stored) ? stored : CPUMASK_SIZE;
}

export function schedSetaffinity(task: Task, args: SyscallArgs): SyscallResult {
  const size = Math.min(args.uint(1), CPUMASK_SIZE);
  const bytes = task.mm.copyIn(args.pointer(2), size);
  if (isErrno(bytes)) return bytes;
  const to = affinityTarget(task, args.int(0));
  if (isErrno(to)) return to;
  if (!isOwnerOf(task, to) && !task.credentials.hasIn(to.credentials.userNamespace, CAP_SYS_NICE)) {
    return EPERM;
  }
  if (!mayTouch(task, to)) return EPERM;
  return ((bytes[0] ?? 0) & 1) !== 0 ? 0 : EINVAL;
}

/** getcpu(2). */
export function getcpu(task: Task, args: SyscallArgs): SyscallResult {
  for (const addr of [args.pointer(0), args.pointer(1)]) {
    if (addr === 0) continue;
    const stored = task.mm.writeUint32(addr, 0);
    if (isErrno(stored)) return stored;
  }
  return 0;
}
