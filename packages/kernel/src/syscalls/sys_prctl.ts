/** prctl(2), arch_prctl(2), personality(2): small settings of a process or thread. */
import {
  ARCH_GET_CPUID,
  ARCH_GET_FS,
  ARCH_GET_GS,
  ARCH_SET_CPUID,
  ARCH_SET_FS,
  ARCH_SET_GS,
  CAP_LAST_CAP,
  CAP_SETPCAP,
  EFAULT,
  EINVAL,
  ENODEV,
  EPERM,
  isErrno,
  isValidSignal,
  PR_CAP_AMBIENT,
  PR_CAP_AMBIENT_CLEAR_ALL,
  PR_CAP_AMBIENT_IS_SET,
  PR_CAP_AMBIENT_LOWER,
  PR_CAP_AMBIENT_RAISE,
  PR_CAPBSET_DROP,
  PR_CAPBSET_READ,
  PR_GET_CHILD_SUBREAPER,
  PR_GET_DUMPABLE,
  PR_GET_KEEPCAPS,
  PR_GET_NAME,
  PR_GET_NO_NEW_PRIVS,
  PR_GET_PDEATHSIG,
  PR_GET_SECCOMP,
  PR_GET_SECUREBITS,
  PR_GET_THP_DISABLE,
  PR_GET_TID_ADDRESS,
  PR_GET_TIMERSLACK,
  PR_GET_TIMING,
  PR_GET_TSC,
  PR_MCE_KILL,
  PR_MCE_KILL_GET,
  PR_SET_CHILD_SUBREAPER,
  PR_SET_DUMPABLE,
  PR_SET_KEEPCAPS,
  PR_SET_NAME,
  PR_SET_NO_NEW_PRIVS,
  PR_SET_PDEATHSIG,
  PR_SET_PTRACER,
  PR_SET_SECCOMP,
  PR_SET_SECUREBITS,
  PR_SET_THP_DISABLE,
  PR_SET_TIMERSLACK,
  PR_SET_TIMING,
  PR_SET_TSC,
  PR_SET_VMA,
  PR_TASK_PERF_EVENTS_DISABLE,
  PR_TASK_PERF_EVENTS_ENABLE,
  PR_TSC_ENABLE,
  SECBIT_KEEP_CAPS,
  SECBIT_KEEP_CAPS_LOCKED,
  SECBIT_NO_CAP_AMBIENT_RAISE,
  SECCOMP_MODE_DISABLED,
} from "@kernelet/abi";
import type { Credentials } from "../kernel/credentials.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { setSeccomp } from "./sys_seccomp.ts";

/** TASK_COMM_LEN: a thread's name with its NUL. */
const COMM_SIZE = 16;
const DEFAULT_TIMER_SLACK_NS = 50_000;
/** SECBIT_* that may be set (SECURE_ALL_BITS and their locks). */
const SECUREBITS_MASK = 0xff;
/** Each is the bit above the one that it locks. */
const SECURE_ALL_LOCKS = 0xaa;
/** PR_MCE_KILL's operations and policies. */
const PR_MCE_KILL_CLEAR = 0;
const PR_MCE_KILL_SET = 1;
const PR_MCE_KILL_DEFAULT = 2;

type Operation = (task: Task, args: SyscallArgs) => SyscallResult;

/** A setting whose arguments from `first` on must be zero. */
function unusedAreZero(args: SyscallArgs, first: number): boolean {
  for (let i = first; i <= 4; i++) if (args.size(i) !== 0) return false;
  return true;
}

function changeCredentials(task: Task, change: (next: Credentials) => void): 0 {
  const next = task.credentials.copy();
  change(next);
  task.credentials = next;
  return 0;
}

// biome-ignore format: one operation per line where it fits.
const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [PR_SET_PDEATHSIG, setParentDeathSignal],
  [PR_GET_PDEATHSIG, (task, args) => task.mm.writeInt32(args.pointer(1), task.parentDeathSignal)],
  [PR_GET_DUMPABLE, (task) => task.threadGroup.dumpable],
  [PR_SET_DUMPABLE, setDumpable],
  [PR_GET_KEEPCAPS, (task) => ((task.credentials.securebits & SECBIT_KEEP_CAPS) !== 0 ? 1 : 0)],
  [PR_SET_KEEPCAPS, setKeepCapabilities],
  [PR_GET_TIMING, () => 0],
  [PR_SET_TIMING, (_task, args) => (args.size(1) === 0 ? 0 : EINVAL)],
  [PR_SET_NAME, setName],
  [PR_GET_NAME, getName],
  [PR_GET_SECCOMP, (task) => task.seccomp?.mode ?? SECCOMP_MODE_DISABLED],
  [PR_SET_SECCOMP, setSeccomp],
  [PR_CAPBSET_READ, readBoundingSet],
  [PR_CAPBSET_DROP, dropFromBoundingSet],
  [PR_GET_TSC, (task, args) => task.mm.writeInt32(args.pointer(1), PR_TSC_ENABLE)],
  [PR_SET_TSC, (_task, args) => (args.int(1) === PR_TSC_ENABLE ? 0 : EINVAL)],
  [PR_GET_SECUREBITS, (task) => task.credentials.securebits],
  [PR_SET_SECUREBITS, setSecurebits],
  [PR_GET_TIMERSLACK, (task) => task.timerSlackNs],
  [PR_SET_TIMERSLACK, setTimerSlack],
  [PR_TASK_PERF_EVENTS_DISABLE, () => 0],
  [PR_TASK_PERF_EVENTS_ENABLE, () => 0],
  [PR_MCE_KILL, setMceKill],
  [PR_MCE_KILL_GET, (task, args) => (unusedAreZero(args, 1) ? task.mceKill : EINVAL)],
  [PR_SET_PTRACER, () => 0],
  [PR_SET_CHILD_SUBREAPER, setSubreaper],
  [PR_GET_CHILD_SUBREAPER, (task, args) => task.mm.writeInt32(args.pointer(1), task.threadGroup.isSubreaper ? 1 : 0)],
  [PR_SET_NO_NEW_PRIVS, setNoNewPrivs],
  [PR_GET_NO_NEW_PRIVS, (task, args) => (unusedAreZero(args, 1) ? Number(task.credentials.noNewPrivs) : EINVAL)],
  [PR_GET_TID_ADDRESS, (task, args) => task.mm.writeU64(args.pointer(1), task.clearChildTid)],
  [PR_SET_THP_DISABLE, setThpDisable],
  [PR_GET_THP_DISABLE, (task, args) => (unusedAreZero(args, 1) ? Number(task.threadGroup.isThpDisabled) : EINVAL)],
  [PR_CAP_AMBIENT, ambient],
  [PR_SET_VMA, () => EINVAL], // As without CONFIG_ANON_VMA_NAME.
]);

export function prctl(task: Task, args: SyscallArgs): SyscallResult {
  return OPERATIONS.get(args.int(0))?.(task, args) ?? EINVAL;
}

function setParentDeathSignal(task: Task, args: SyscallArgs): SyscallResult {
  const signo = args.size(1);
  if (signo !== 0 && !isValidSignal(signo)) return EINVAL;
  task.parentDeathSignal = signo;
  return 0;
}

function setDumpable(task: Task, args: SyscallArgs): SyscallResult {
  const value = args.size(1);
  if (value !== 0 && value !== 1) return EINVAL;
  task.threadGroup.dumpable = value;
  return 0;
}

function setKeepCapabilities(task: Task, args: SyscallArgs): SyscallResult {
  const value = args.size(1);
  if (value > 1) return EINVAL;
  if ((task.credentials.securebits & SECBIT_KEEP_CAPS_LOCKED) !== 0) return EPERM;
  return changeCredentials(task, (next) => {
    if (value === 1) next.securebits |= SECBIT_KEEP_CAPS;
    else next.securebits &= ~SECBIT_KEEP_CAPS;
  });
}

/** The thread's name: cut, not refused, when too long. */
function setName(task: Task, args: SyscallArgs): SyscallResult {
  const addr = args.pointer(1);
  let name = task.mm.copyInString(addr, COMM_SIZE);
  if (isErrno(name)) {
    if (name === EFAULT) return EFAULT;
    name = task.mm.copyIn(addr, COMM_SIZE - 1);
    if (isErrno(name)) return EFAULT;
  }
  task.comm = String.fromCharCode(...name);
  return 0;
}

function getName(task: Task, args: SyscallArgs): SyscallResult {
  const bytes = new Uint8Array(COMM_SIZE);
  for (let i = 0; i < Math.min(task.comm.length, COMM_SIZE - 1); i++) {
    bytes[i] = task.comm.charCodeAt(i);
  }
  return task.mm.copyOut(args.pointer(1), bytes);
}

function readBoundingSet(task: Task, args: SyscallArgs): SyscallResult {
  const cap = args.size(1);
  if (cap > CAP_LAST_CAP) return EINVAL;
  return task.credentials.bounding.has(cap) ? 1 : 0;
}

function dropFromBoundingSet(task: Task, args: SyscallArgs): SyscallResult {
  const cap = args.size(1);
  if (!task.credentials.hasHere(CAP_SETPCAP)) return EPERM;
  if (cap > CAP_LAST_CAP) return EINVAL;
  return changeCredentials(task, (next) => next.bounding.delete(cap));
}

function setSecurebits(task: Task, args: SyscallArgs): SyscallResult {
  const bits = args.size(1);
  if (!task.credentials.hasHere(CAP_SETPCAP)) return EPERM;
  const old = task.credentials.securebits;
  const locks = old & SECURE_ALL_LOCKS;
  // A lock keeps its bit as it is, and stays itself.
  if (((locks >> 1) & (old ^ bits)) !== 0 || (locks & ~bits) !== 0) return EPERM;
  if (bits > SECUREBITS_MASK) return EPERM;
  return changeCredentials(task, (next) => {
    next.securebits = bits;
  });
}

function setTimerSlack(task: Task, args: SyscallArgs): SyscallResult {
  const slack = args.signedLong(1);
  // One beyond 2^63 is negative, and PR_GET_TIMERSLACK gives it so, as an error: so does Linux.
  task.timerSlackNs = slack === 0 ? DEFAULT_TIMER_SLACK_NS : slack;
  return 0;
}

/** PR_MCE_KILL: kept and reported; no memory here tells of its errors. */
function setMceKill(task: Task, args: SyscallArgs): SyscallResult {
  if (!unusedAreZero(args, 3)) return EINVAL;
  const policy = args.size(2);
  if (args.size(1) === PR_MCE_KILL_CLEAR) {
    if (policy !== 0) return EINVAL;
    task.mceKill = PR_MCE_KILL_DEFAULT;
    return 0;
  }
  if (args.size(1) !== PR_MCE_KILL_SET || policy > PR_MCE_KILL_DEFAULT) return EINVAL;
  task.mceKill = policy;
  return 0;
}

/** PR_SET_THP_DISABLE: kept and reported; there are no huge pages. */
function setThpDisable(task: Task, args: SyscallArgs): SyscallResult {
  if (!unusedAreZero(args, 2)) return EINVAL;
  task.threadGroup.isThpDisabled = args.size(1) !== 0;
  return 0;
}

function setSubreaper(task: Task, args: SyscallArgs): SyscallResult {
  task.threadGroup.isSubreaper = args.size(1) !== 0;
  return 0;
}

function setNoNewPrivs(task: Task, args: SyscallArgs): SyscallResult {
  if (args.size(1) !== 1 || !unusedAreZero(args, 2)) return EINVAL;
  return changeCredentials(task, (next) => {
    next.noNewPrivs = true;
  });
}

function ambient(task: Task, args: SyscallArgs): SyscallResult {
  const operation = args.size(1);
  const cap = args.size(2);
  if (operation === PR_CAP_AMBIENT_CLEAR_ALL) {
    if (!unusedAreZero(args, 2)) return EINVAL;
    return changeCredentials(task, (next) => next.ambient.clear());
  }
  if (!unusedAreZero(args, 3) || cap > CAP_LAST_CAP) return EINVAL;
  const old = task.credentials;
  switch (operation) {
    case PR_CAP_AMBIENT_IS_SET:
      return old.ambient.has(cap) ? 1 : 0;
    case PR_CAP_AMBIENT_RAISE:
      if (!old.permitted.has(cap) || !old.inheritable.has(cap)) return EPERM;
      if ((old.securebits & SECBIT_NO_CAP_AMBIENT_RAISE) !== 0) return EPERM;
      return changeCredentials(task, (next) => next.ambient.add(cap));
    case PR_CAP_AMBIENT_LOWER:
      return changeCredentials(task, (next) => next.ambient.delete(cap));
    default:
      return EINVAL;
  }
}

/** arch_prctl(2): the bases of fs and gs. */
export function archPrctl(task: Task, args: SyscallArgs): SyscallResult {
  const addr = args.pointer(1);
  switch (args.int(0)) {
    case ARCH_SET_FS:
      if (addr >= task.mm.space.end) return EPERM;
      task.registers.fsBase = addr;
      return 0;
    case ARCH_SET_GS:
      if (addr >= task.mm.space.end) return EPERM;
      task.registers.gsBase = addr;
      return 0;
    case ARCH_GET_FS:
      return task.mm.writeU64(addr, task.registers.fsBase);
    case ARCH_GET_GS:
      return task.mm.writeU64(addr, task.registers.gsBase);
    case ARCH_GET_CPUID:
      return 1;
    case ARCH_SET_CPUID:
      return ENODEV;
    default:
      return EINVAL;
  }
}

/** personality(2): kept, without effect on anything but what it returns. */
export function personality(task: Task, args: SyscallArgs): SyscallResult {
  const persona = args.uint(0);
  const old = task.threadGroup.personality;
  if (persona !== 0xffffffff) task.threadGroup.personality = persona;
  return old;
}
