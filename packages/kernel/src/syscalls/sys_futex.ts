/** futex(2), futex_waitv(2), futex_wait/wake/requeue, robust lists. */
import {
  CAP_SYS_PTRACE,
  CLOCK_MONOTONIC,
  CLOCK_REALTIME,
  EAGAIN,
  EFAULT,
  EINVAL,
  ENOSYS,
  EPERM,
  type Errno,
  ESRCH,
  ETIMEDOUT,
  FUTEX_32,
  FUTEX_BITSET_MATCH_ANY,
  FUTEX_CLOCK_REALTIME,
  FUTEX_CMD_MASK,
  FUTEX_CMP_REQUEUE,
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
  FUTEX_WAIT,
  FUTEX_WAIT_BITSET,
  FUTEX_WAITV,
  FUTEX_WAITV_MAX,
  FUTEX_WAKE,
  FUTEX_WAKE_BITSET,
  FUTEX_WAKE_OP,
  isErrno,
  ROBUST_LIST_HEAD,
} from "@kernelet/abi";
import { nsFromTimeSpec } from "../kernel/clock.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { FutexKey } from "../mm/memory-manager.ts";
import type { SyscallArgs } from "./args.ts";
import { readTimeSpec } from "./struct-time.ts";

/** The key of a word: it must be aligned, and there. */
function keyOf(task: Task, addr: number, isPrivate: boolean): FutexKey | Errno {
  if (addr % 4 !== 0) return EINVAL;
  if (!(addr >= 0 && addr < task.mm.space.end)) return EFAULT;
  return task.mm.futexKey(addr, isPrivate) ?? EFAULT;
}

export function futex(task: Task, args: SyscallArgs): SyscallResult {
  const addr = args.pointer(0);
  const op = args.int(1);
  const value = args.uint(2);
  const isPrivate = (op & FUTEX_PRIVATE_FLAG) !== 0;
  const realtime = (op & FUTEX_CLOCK_REALTIME) !== 0;
  const command = op & FUTEX_CMD_MASK;
  if (realtime && command !== FUTEX_WAIT_BITSET && command !== FUTEX_WAIT) return ENOSYS;
  switch (command) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET: {
      const bitset = command === FUTEX_WAIT ? FUTEX_BITSET_MATCH_ANY : args.uint(5);
      const absolute = command === FUTEX_WAIT_BITSET;
      const deadlineNs = futexDeadline(task, args.pointer(3), absolute, realtime);
      if (isErrno(deadlineNs)) return deadlineNs;
      return wait(task, { addr, value, bitset, isPrivate, deadlineNs });
    }
    case FUTEX_WAKE:
      return wake(task, addr, isPrivate, args.int(2), FUTEX_BITSET_MATCH_ANY);
    case FUTEX_WAKE_BITSET:
      return wake(task, addr, isPrivate, args.int(2), args.uint(5));
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE: {
      const expected = command === FUTEX_CMP_REQUEUE ? args.uint(5) : null;
      const words = { from: addr, to: args.pointer(4), isPrivate };
      return requeue(task, words, args.int(2), args.int(3), expected);
    }
    case FUTEX_WAKE_OP:
      return wakeOp(task, args, isPrivate);
    default:
      return ENOSYS; // The PI operations too: see the table's note.
  }
}

/** When the wait ends: relative for FUTEX_WAIT, absolute on one of two clocks for the others. */
function futexDeadline(
  task: Task,
  addr: number,
  absolute: boolean,
  realtime: boolean,
): number | Errno {
  const { pending, kernel } = task;
  if (pending.deadlineNs !== undefined) return pending.deadlineNs;
  let deadlineNs = Number.POSITIVE_INFINITY;
  if (addr !== 0) {
    const time = readTimeSpec(task, addr);
    if (typeof time === "number") return time;
    if (!absolute) deadlineNs = kernel.clock.monotonicNs() + nsFromTimeSpec(time);
    else if (realtime) deadlineNs = kernel.clock.monotonicAtRealtime(time);
    else deadlineNs = nsFromTimeSpec(time);
  }
  pending.deadlineNs = deadlineNs;
  return deadlineNs;
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

function wake(
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

function requeue(
  task: Task,
  words: { readonly from: number; readonly to: number; readonly isPrivate: boolean },
  wakeCount: number,
  moveCount: number,
  expected: number | null,
): SyscallResult {
  if (wakeCount < 0 || moveCount < 0) return EINVAL;
  const from = keyOf(task, words.from, words.isPrivate);
  if (isErrno(from)) return from;
  const to = keyOf(task, words.to, words.isPrivate);
  if (isErrno(to)) return to;
  if (expected !== null) {
    const word = task.mm.readInt32(words.from);
    if (word === null) return EFAULT;
    if (word >>> 0 !== expected) return EAGAIN;
  }
  const { futexes } = task.kernel;
  const woken = futexes.wake(from, wakeCount);
  const moved = futexes.requeue(from, to, moveCount);
  return expected === null && words.from === words.to ? woken : woken + moved;
}

/** FUTEX_WAKE_OP: changes the second word, wakes at the first, and at the second if its old value compares. */
function wakeOp(task: Task, args: SyscallArgs, isPrivate: boolean): SyscallResult {
  const first = keyOf(task, args.pointer(0), isPrivate);
  if (isErrno(first)) return first;
  const addr2 = args.pointer(4);
  const second = keyOf(task, addr2, isPrivate);
  if (isErrno(second)) return second;
  const encoded = args.int(5);
  const old = applyOp(task, addr2, encoded);
  if (old === null) return EFAULT;
  const matches = compare(old, encoded);
  if (matches === null) return ENOSYS;
  const { futexes } = task.kernel;
  let woken = futexes.wake(first, Math.max(args.int(2), 1));
  if (matches) woken += futexes.wake(second, Math.max(args.int(3), 1));
  return woken;
}

/** @returns the old value, null for a bad address. */
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
  else if (op === FUTEX_OP_XOR) value = old ^ argument;
  else return old; // `compare` refuses nothing here; Linux gives ENOSYS before it looks further.
  return isErrno(task.mm.writeInt32(addr, value)) ? null : old;
}

/** null: no such comparison. */
function compare(old: number, encoded: number): boolean | null {
  if (((encoded >>> 28) & 7) > FUTEX_OP_XOR) return null;
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

/** futex_waitv(2): waits for any of several words. @returns the index of the one that was woken. */
export function futexWaitv(task: Task, args: SyscallArgs): SyscallResult {
  const count = args.uint(1);
  const timeoutAddr = args.pointer(3);
  const clockId = args.int(4);
  if (args.uint(2) !== 0) return EINVAL;
  if (count === 0 || count > FUTEX_WAITV_MAX || args.pointer(0) === 0) return EINVAL;
  if (timeoutAddr !== 0 && clockId !== CLOCK_MONOTONIC && clockId !== CLOCK_REALTIME) return EINVAL;
  const deadlineNs = futexDeadline(task, timeoutAddr, true, clockId === CLOCK_REALTIME);
  if (isErrno(deadlineNs)) return deadlineNs;

  const { futexes } = task.kernel;
  if (task.futexWaiters.length === 0) {
    const failed = enqueueAll(task, args.pointer(0), count);
    if (failed !== 0) {
      futexes.cancel(task);
      return failed;
    }
  }
  const woken = task.futexWaiters.find((waiter) => waiter.isWoken);
  if (woken !== undefined) {
    futexes.cancel(task);
    return woken.index;
  }
  if (task.timedOut || deadlineNs <= task.kernel.clock.monotonicNs()) {
    futexes.cancel(task);
    return ETIMEDOUT;
  }
  const queues = task.futexWaiters.map((waiter) => waiter.queue);
  const result = task.block(queues, { deadlineNs });
  if (isErrno(result)) futexes.cancel(task);
  return result;
}

function enqueueAll(task: Task, addr: number, count: number): 0 | Errno {
  const bytes = task.mm.copyIn(addr, count * FUTEX_WAITV.size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let i = 0; i < count; i++) {
    const at = i * FUTEX_WAITV.size;
    const flags = view.getUint32(at + FUTEX_WAITV.flags, true);
    if ((flags & ~(FUTEX_32 | FUTEX_PRIVATE_FLAG)) !== 0 || (flags & FUTEX_32) === 0) return EINVAL;
    if (view.getUint32(at + FUTEX_WAITV.flags + 4, true) !== 0) return EINVAL;
    const word = Number(view.getBigUint64(at + FUTEX_WAITV.uaddr, true));
    const key = keyOf(task, word, (flags & FUTEX_PRIVATE_FLAG) !== 0);
    if (isErrno(key)) return key;
    const value = task.mm.readInt32(word);
    if (value === null) return EFAULT;
    if (BigInt(value >>> 0) !== view.getBigUint64(at + FUTEX_WAITV.val, true)) return EAGAIN;
    task.futexWaiters.push(task.kernel.futexes.add(task, key, FUTEX_BITSET_MATCH_ANY, i));
  }
  return 0;
}

/** set_robust_list(2). */
export function setRobustList(task: Task, args: SyscallArgs): SyscallResult {
  if (args.size(1) !== ROBUST_LIST_HEAD.size) return EINVAL;
  task.robustListHead = args.pointer(0);
  return 0;
}

/** get_robust_list(2): another thread's, for whoever may trace it. */
export function getRobustList(task: Task, args: SyscallArgs): SyscallResult {
  const pid = args.int(0);
  const target = pid === 0 ? task : task.kernel.pids.task(pid);
  if (target === undefined) return ESRCH;
  const same = target.credentials.uid === task.credentials.uid;
  if (!same && !task.credentials.has(CAP_SYS_PTRACE)) return EPERM;
  const stored = task.mm.writeU64(args.pointer(2), ROBUST_LIST_HEAD.size);
  if (isErrno(stored)) return stored;
  return task.mm.writeU64(args.pointer(1), target.robustListHead);
}
