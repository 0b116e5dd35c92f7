/** select(2), pselect6(2): poll with bit maps. fs/select.c. */
import {
  EBADF,
  EFAULT,
  EINVAL,
  type Errno,
  isErrno,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
} from "@kernelet/abi";
import { NSEC_PER_SEC, timeSpecFromNs } from "../kernel/clock.ts";
import { BLOCKED, type SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { SIGSET_SIZE } from "./struct-sigset.ts";
import { relativeDeadline, writeTimeSpec } from "./struct-time.ts";
import {
  isPast,
  type PollWait,
  replaceSignalMask,
  restoreSignalMask,
  storeRemaining,
} from "./sys_poll.ts";

/** What makes a descriptor ready in each of the three sets. */
const CONDITIONS: readonly number[] = [
  POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR,
  POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR,
  POLLPRI,
];
/** A descriptor that is nothing but a place (O_PATH): ready for everything. */
const NOT_A_FILE = CONDITIONS.reduce((all, condition) => all | condition, 0);

/** The three sets, as bytes; null where the caller gave none. */
type FdSets = readonly (Uint8Array | null)[];

/** A set is made of longs: the kernel reads and writes whole ones. */
function setSize(count: number): number {
  return Math.ceil(count / 64) * 8;
}

function readSets(task: Task, addrs: readonly number[], count: number): FdSets | Errno {
  const sets: (Uint8Array | null)[] = [];
  for (const addr of addrs) {
    const bytes = addr === 0 ? null : task.mm.copyIn(addr, setSize(count));
    if (isErrno(bytes)) return EFAULT;
    sets.push(bytes);
  }
  return sets;
}

function selectOnce(
  task: Task,
  wanted: number,
  addrs: readonly number[],
  deadlineNs: number,
): SyscallResult {
  if (wanted < 0) return EINVAL;
  const count = Math.min(wanted, task.fdTable.capacity);
  const sets = readSets(task, addrs, count);
  if (typeof sets === "number") return sets;
  const results = sets.map((set) => (set === null ? null : new Uint8Array(set.length)));
  const waits: PollWait[] = [];
  let ready = 0;
  for (let fd = 0; fd < count; fd++) {
    const bit = 1 << (fd & 7);
    const asked = sets.map((set) => set !== null && ((set[fd >>> 3] as number) & bit) !== 0);
    if (!asked.includes(true)) continue;
    const file = task.fdTable.get(fd);
    if (file === null) return EBADF;
    const state = file.isPath ? NOT_A_FILE : file.poll();
    let mask = 0;
    let isReady = false;
    for (const [i, isAsked] of asked.entries()) {
      const condition = CONDITIONS[i] as number;
      if (!isAsked) continue;
      mask |= condition;
      if ((state & condition) === 0) continue;
      const result = results[i] as Uint8Array;
      result[fd >>> 3] = (result[fd >>> 3] as number) | bit;
      isReady = true;
      ready++;
    }
    if (!isReady) for (const queue of file.pollQueues()) waits.push({ queue, mask });
  }
  // Without time to wait, too, a signal goes first.
  if (ready === 0 && (task.signalPending || !isPast(task, deadlineNs))) {
    return task.blockOn(waits, { deadlineNs, restart: "nohand" });
  }
  for (const [i, result] of results.entries()) {
    if (result === null) continue;
    const stored = task.mm.copyOut(addrs[i] as number, result);
    if (isErrno(stored)) return stored;
  }
  return ready;
}

function addressesOf(args: SyscallArgs): readonly number[] {
  return [args.pointer(1), args.pointer(2), args.pointer(3)];
}

/** A timeval whose microseconds may be more than a second's. */
function readTimeout(task: Task, addr: number): number | Errno {
  const sec = task.mm.readS64(addr);
  const usec = task.mm.readS64(addr + 8);
  if (sec === null || usec === null) return EFAULT;
  // kern_select() carries whole seconds over before it looks at the sign.
  const seconds = sec + Math.trunc(usec / 1e6);
  const rest = usec % 1e6;
  return seconds < 0 || rest < 0 ? EINVAL : seconds * NSEC_PER_SEC + rest * 1000;
}

export function select(task: Task, args: SyscallArgs): SyscallResult {
  const timeoutAddr = args.pointer(4);
  const { pending } = task;
  const { clock } = task.kernel;
  if (pending.deadlineNs === undefined) {
    const ns = timeoutAddr === 0 ? Number.POSITIVE_INFINITY : readTimeout(task, timeoutAddr);
    if (isErrno(ns)) return ns;
    pending.deadlineNs = clock.monotonicNs() + ns;
  }
  const { deadlineNs } = pending;
  const result = selectOnce(task, args.int(0), addressesOf(args), deadlineNs);
  if (timeoutAddr === 0 || result === BLOCKED) return result;
  const { sec, nsec } = timeSpecFromNs(Math.max(deadlineNs - clock.monotonicNs(), 0));
  // What is left of the time; a timeval that cannot be written is nobody's error.
  writeTimeSpec(task, timeoutAddr, { sec, nsec: Math.floor(nsec / 1000) });
  return result;
}

/** pselect6(2): the sixth argument points at a mask's address and size. */
export function pselect6(task: Task, args: SyscallArgs): SyscallResult {
  const timeoutAddr = args.pointer(4);
  const maskAddr = args.pointer(5);
  const set = maskAddr === 0 ? 0 : task.mm.readU64(maskAddr);
  const size = maskAddr === 0 ? 0 : task.mm.readU64(maskAddr + SIGSET_SIZE);
  if (isErrno(set) || isErrno(size)) return EFAULT;
  const deadlineNs = relativeDeadline(task, timeoutAddr);
  if (isErrno(deadlineNs)) return deadlineNs;
  if (maskAddr !== 0) {
    const masked = replaceSignalMask(task, set, size);
    if (isErrno(masked)) return masked;
  }
  const result = selectOnce(task, args.int(0), addressesOf(args), deadlineNs);
  return restoreSignalMask(task, storeRemaining(task, timeoutAddr, deadlineNs, result));
}
