/** futex(2): waiting, waking, requeueing. Locks with an owner are in sys_futex_pi.ts. */
import {
  EAGAIN,
  EFAULT,
  EINVAL,
  ENOSYS,
  type Errno,
  ETIMEDOUT,
  FUTEX_BITSET_MATCH_ANY,
  FUTEX_CLOCK_REALTIME,
  FUTEX_CMD_MASK,
  FUTEX_CMP_REQUEUE,
  FUTEX_CMP_REQUEUE_PI,
  FUTEX_LOCK_PI,
  FUTEX_LOCK_PI2,
  FUTEX_OP_ADD,
  FUTEX_OP_ANDN,
  FUTEX_OP_CMP_EQ,
  FUTEX_OP_CMP_GE,
  FUTEX_OP_CMP_GT,
  FUTEX_OP_CMP_LE,
  FUTEX_OP_CMP_LT,
  FUTEX_OP_CMP_NE,
  FUTEX_OP_OPARG_SHIFT,
  FUTEX_OP_OR,
  FUTEX_OP_SET,
  FUTEX_OP_XOR,
  FUTEX_PRIVATE_FLAG,
  FUTEX_REQUEUE,
  FUTEX_TRYLOCK_PI,
  FUTEX_UNLOCK_PI,
  FUTEX_WAIT,
  FUTEX_WAIT_BITSET,
  FUTEX_WAIT_REQUEUE_PI,
  FUTEX_WAKE,
  FUTEX_WAKE_BITSET,
  FUTEX_WAKE_OP,
  isErrno,
} from "@kernelet/abi";
import { PAGE_W } from "../arch/x86/processor.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { type FutexClock, futexDeadline, keyOf } from "./futex-wait.ts";
import { lockPi, requeuePi, unlockPi, waitRequeuePi } from "./sys_futex_pi.ts";

/** Operations whose fourth argument is a time. */
const HAVE_TIMEOUT: readonly number[] = [
  FUTEX_WAIT,
  FUTEX_WAIT_BITSET,
  FUTEX_LOCK_PI,
  FUTEX_LOCK_PI2,
  FUTEX_WAIT_REQUEUE_PI,
];
/** Operations that may count by the wall clock. */
const HAVE_CLOCK: readonly number[] = [FUTEX_WAIT_BITSET, FUTEX_WAIT_REQUEUE_PI, FUTEX_LOCK_PI2];

export function futex(task: Task, args: SyscallArgs): SyscallResult {
  const op = args.int(1);
  const command = op & FUTEX_CMD_MASK;
  const clock = clockOf(command, (op & FUTEX_CLOCK_REALTIME) !== 0);
  let deadlineNs: number | Errno = Number.POSITIVE_INFINITY;
  // A wrong time comes before an operation that has no such clock.
  if (HAVE_TIMEOUT.includes(command)) {
    deadlineNs = futexDeadline(task, args.pointer(3), clock);
    if (isErrno(deadlineNs)) return deadlineNs;
  }
  if ((op & FUTEX_CLOCK_REALTIME) !== 0 && !HAVE_CLOCK.includes(command)) return ENOSYS;

  const addr = args.signedLong(0);
  const value = args.uint(2);
  const isPrivate = (op & FUTEX_PRIVATE_FLAG) !== 0;
  switch (command) {
    case FUTEX_WAIT:
      return wait(task, { addr, value, bitset: FUTEX_BITSET_MATCH_ANY, isPrivate, deadlineNs });
    case FUTEX_WAIT_BITSET:
      return wait(task, { addr, value, bitset: args.uint(5), isPrivate, deadlineNs });
    case FUTEX_WAKE:
      return wake(task, addr, isPrivate, args.int(2), FUTEX_BITSET_MATCH_ANY);
    case FUTEX_WAKE_BITSET:
      return wake(task, addr, isPrivate, args.int(2), args.uint(5));
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE: {
      const expected = command === FUTEX_CMP_REQUEUE ? args.uint(5) : null;
      const words = { from: addr, to: args.signedLong(4), isPrivate, isToPrivate: isPrivate };
      return requeue(task, words, args.int(2), args.int(3), expected);
    }
    case FUTEX_WAKE_OP:
      return wakeOp(task, args, isPrivate);
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2:
    case FUTEX_TRYLOCK_PI:
      return lockPi(task, { addr, isPrivate, deadlineNs, isTry: command === FUTEX_TRYLOCK_PI });
    case FUTEX_UNLOCK_PI:
      return unlockPi(task, addr, isPrivate);
    case FUTEX_WAIT_REQUEUE_PI: {
      const lockAddr = args.signedLong(4);
      return waitRequeuePi(task, { addr, value, lockAddr, isPrivate, deadlineNs });
    }
    case FUTEX_CMP_REQUEUE_PI: {
      const counts = { wakeCount: args.int(2), moveCount: args.int(3), expected: args.uint(5) };
      return requeuePi(task, { from: addr, to: args.signedLong(4), isPrivate, ...counts });
    }
    default:
      return ENOSYS;
  }
}

/** FUTEX_WAIT's time is a span; FUTEX_LOCK_PI's always one of the wall clock. */
function clockOf(command: number, isRealtime: boolean): FutexClock {
  if (command === FUTEX_WAIT) return "relative";
  return isRealtime || command === FUTEX_LOCK_PI ? "realtime" : "monotonic";
}

export interface FutexWait {
  readonly addr: number;
  readonly value: number;
  readonly bitset: number;
  readonly isPrivate: boolean;
  readonly deadlineNs: number;
}

/**
 * Sleeps if the word still has the value. The test and the enqueueing are atomic, since nothing else runs
 * meanwhile.
 */
export function wait(task: Task, request: FutexWait): SyscallResult {
  const { addr, value, bitset, isPrivate, deadlineNs } = request;
  const { futexes } = task.kernel;
  let [waiter] = task.futexWaiters;
  if (waiter === undefined) {
    if (bitset === 0) return EINVAL;
    const key = keyOf(task, addr, isPrivate);
    if (isErrno(key)) return key;
    const word = task.mm.readInt32(addr);
    if (word === null) return EFAULT;
    if (word >>> 0 !== value) return EAGAIN;
    waiter = futexes.add(task, key, bitset);
    task.futexWaiters.push(waiter);
  }
  if (waiter.isWoken) {
    task.futexWaiters = [];
    return 0;
  }
  if (task.timedOut || deadlineNs <= task.kernel.clock.monotonicNs()) {
    futexes.cancel(task);
    return ETIMEDOUT;
  }
  const finite = deadlineNs !== Number.POSITIVE_INFINITY;
  const restart = finite ? "restart-block" : "restart";
  const result = task.block([waiter.queue], { deadlineNs, restart });
  if (isErrno(result)) {
    futexes.cancel(task);
    if (finite) task.restartBlock = { kind: "futex", deadlineNs, addr, value, bitset, isPrivate };
  }
  return result;
}

export function wake(
  task: Task,
  addr: number,
  isPrivate: boolean,
  count: number,
  bitset: number,
): SyscallResult {
  if (bitset === 0) return EINVAL;
  const key = keyOf(task, addr, isPrivate);
  if (isErrno(key)) return key;
  // Linux wakes one even when asked for none or fewer.
  return task.kernel.futexes.wake(key, Math.max(count, 1), bitset);
}

export interface RequeueWords {
  readonly from: number;
  readonly to: number;
  readonly isPrivate: boolean;
  readonly isToPrivate: boolean;
}

export function requeue(
  task: Task,
  words: RequeueWords,
  wakeCount: number,
  moveCount: number,
  expected: number | null,
): SyscallResult {
  if (wakeCount < 0 || moveCount < 0) return EINVAL;
  const from = keyOf(task, words.from, words.isPrivate);
  if (isErrno(from)) return from;
  const to = keyOf(task, words.to, words.isToPrivate);
  if (isErrno(to)) return to;
  if (expected !== null) {
    const word = task.mm.readInt32(words.from);
    if (word === null) return EFAULT;
    if (word >>> 0 !== expected) return EAGAIN;
  }
  const done = task.kernel.futexes.requeue(from, to, wakeCount, moveCount);
  return typeof done === "number" ? done : done.woken + done.moved;
}

/** FUTEX_WAKE_OP: changes the second word, wakes at the first, and at the second if its old value compares. */
function wakeOp(task: Task, args: SyscallArgs, isPrivate: boolean): SyscallResult {
  const first = keyOf(task, args.signedLong(0), isPrivate);
  if (isErrno(first)) return first;
  const addr2 = args.signedLong(4);
  const second = keyOf(task, addr2, isPrivate, PAGE_W);
  if (isErrno(second)) return second;
  const encoded = args.int(5);
  if (((encoded >>> 28) & 7) > FUTEX_OP_XOR) return ENOSYS;
  const old = applyOp(task, addr2, encoded);
  if (old === null) return EFAULT;
  const matches = compare(old, encoded);
  if (matches === null) return ENOSYS;
  const { futexes } = task.kernel;
  const woken = futexes.wake(first, Math.max(args.int(2), 1));
  if (isErrno(woken) || !matches) return woken;
  const more = futexes.wake(second, Math.max(args.int(3), 1));
  return isErrno(more) ? more : woken + more;
}

/** Preconditions: there is such an operation. @returns the old value, null for a bad address. */
function applyOp(task: Task, addr: number, encoded: number): number | null {
  const old = task.mm.readInt32(addr);
  if (old === null) return null;
  const op = (encoded >>> 28) & 7;
  let argument = (encoded << 8) >> 20;
  if (((encoded >>> 28) & FUTEX_OP_OPARG_SHIFT) !== 0) argument = 1 << (argument & 31);
  let value: number;
  if (op === FUTEX_OP_SET) value = argument;
  else if (op === FUTEX_OP_ADD) value = (old + argument) | 0;
  else if (op === FUTEX_OP_OR) value = old | argument;
  else if (op === FUTEX_OP_ANDN) value = old & ~argument;
  else value = old ^ argument;
  return isErrno(task.mm.writeInt32(addr, value)) ? null : old;
}

/** null: no such comparison. */
function compare(old: number, encoded: number): boolean | null {
  const argument = (encoded << 20) >> 20;
  switch ((encoded >>> 24) & 15) {
    case FUTEX_OP_CMP_EQ:
      return old === argument;
    case FUTEX_OP_CMP_NE:
      return old !== argument;
    case FUTEX_OP_CMP_LT:
      return old < argument;
    case FUTEX_OP_CMP_GE:
      return old >= argument;
    case FUTEX_OP_CMP_LE:
      return old <= argument;
    case FUTEX_OP_CMP_GT:
      return old > argument;
    default:
      return null;
  }
}
