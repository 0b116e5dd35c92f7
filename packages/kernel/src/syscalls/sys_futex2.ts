/** futex_waitv(2), futex_wake(2), futex_wait(2), futex_requeue(2): the calls of "futex2". kernel/futex/syscalls.c. */
import {
  CLOCK_MONOTONIC,
  CLOCK_REALTIME,
  EAGAIN,
  EFAULT,
  EINVAL,
  type Errno,
  ETIMEDOUT,
  FUTEX_32,
  FUTEX_BITSET_MATCH_ANY,
  FUTEX_PRIVATE_FLAG,
  FUTEX_WAITV,
  FUTEX_WAITV_MAX,
  isErrno,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { futexDeadline, keyOf } from "./futex-wait.ts";
import { requeue, wait, wake } from "./sys_futex.ts";

/** Of the flags: 32-bit words, no NUMA. */
function isValid(flags: number): boolean {
  return (flags & ~(FUTEX_32 | FUTEX_PRIVATE_FLAG)) === 0 && (flags & FUTEX_32) !== 0;
}

/** When a wait with an absolute time ends. */
function deadlineOf(task: Task, addr: number, clockId: number): number | Errno {
  if (addr === 0) return futexDeadline(task, 0, "monotonic");
  if (clockId !== CLOCK_MONOTONIC && clockId !== CLOCK_REALTIME) return EINVAL;
  return futexDeadline(task, addr, clockId === CLOCK_REALTIME ? "realtime" : "monotonic");
}

/** futex_wake(2). Unlike FUTEX_WAKE, none means none. */
export function futexWake(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.uint(3);
  const mask = args.big(1);
  if (!isValid(flags) || mask > 0xffffffffn) return EINVAL;
  const addr = args.signedLong(0);
  const count = args.int(2);
  const isPrivate = (flags & FUTEX_PRIVATE_FLAG) !== 0;
  if (mask === 0n) return EINVAL;
  if (count === 0) {
    const key = keyOf(task, addr, isPrivate);
    return isErrno(key) ? key : 0;
  }
  return wake(task, addr, isPrivate, count, Number(mask));
}

/** futex_wait(2). */
export function futexWait(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.uint(3);
  const value = args.big(1);
  const mask = args.big(2);
  if (!isValid(flags) || value > 0xffffffffn || mask > 0xffffffffn) return EINVAL;
  const deadlineNs = deadlineOf(task, args.pointer(4), args.int(5));
  if (isErrno(deadlineNs)) return deadlineNs;
  return wait(task, {
    addr: args.signedLong(0),
    value: Number(value),
    bitset: Number(mask),
    isPrivate: (flags & FUTEX_PRIVATE_FLAG) !== 0,
    deadlineNs,
  });
}

/** futex_requeue(2): what FUTEX_CMP_REQUEUE does, between two of futex_waitv's structures. */
export function futexRequeue(task: Task, args: SyscallArgs): SyscallResult {
  if (args.uint(1) !== 0 || args.pointer(0) === 0) return EINVAL;
  const entries = readEntries(task, args.pointer(0), 2);
  if (isErrno(entries)) return entries;
  const [from, to] = entries as [WaitvEntry, WaitvEntry];
  const words = {
    from: from.addr,
    to: to.addr,
    isPrivate: from.isPrivate,
    isToPrivate: to.isPrivate,
  };
  return requeue(task, words, args.int(2), args.int(3), Number(from.value));
}

interface WaitvEntry {
  readonly addr: number;
  readonly value: bigint;
  readonly isPrivate: boolean;
}

/** struct futex_waitv. */
function readEntries(task: Task, addr: number, count: number): WaitvEntry[] | Errno {
  const entries: WaitvEntry[] = [];
  for (let i = 0; i < count; i++) {
    const bytes = task.mm.copyIn(addr + i * FUTEX_WAITV.size, FUTEX_WAITV.size);
    if (isErrno(bytes)) return bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const flags = view.getUint32(FUTEX_WAITV.flags, true);
    const value = view.getBigUint64(FUTEX_WAITV.val, true);
    if (!isValid(flags) || view.getUint32(FUTEX_WAITV.flags + 4, true) !== 0) return EINVAL;
    if (value > 0xffffffffn) return EINVAL;
    const isPrivate = (flags & FUTEX_PRIVATE_FLAG) !== 0;
    entries.push({ addr: Number(view.getBigInt64(FUTEX_WAITV.uaddr, true)), value, isPrivate });
  }
  return entries;
}

/** futex_waitv(2): waits for any of several words. @returns the index of the one that was woken. */
export function futexWaitv(task: Task, args: SyscallArgs): SyscallResult {
  const count = args.uint(1);
  if (args.uint(2) !== 0) return EINVAL;
  if (count === 0 || count > FUTEX_WAITV_MAX || args.pointer(0) === 0) return EINVAL;
  const deadlineNs = deadlineOf(task, args.pointer(3), args.int(4));
  if (isErrno(deadlineNs)) return deadlineNs;

  const { futexes } = task.kernel;
  if (task.futexWaiters.length === 0) {
    const entries = readEntries(task, args.pointer(0), count);
    if (isErrno(entries)) return entries;
    const failed = enqueueAll(task, entries);
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

function enqueueAll(task: Task, entries: readonly WaitvEntry[]): 0 | Errno {
  for (const [index, { addr, value, isPrivate }] of entries.entries()) {
    const key = keyOf(task, addr, isPrivate);
    if (isErrno(key)) return key;
    const word = task.mm.readInt32(addr);
    if (word === null) return EFAULT;
    if (BigInt(word >>> 0) !== value) return EAGAIN;
    const waiter = task.kernel.futexes.add(task, key, FUTEX_BITSET_MATCH_ANY, { index });
    task.futexWaiters.push(waiter);
  }
  return 0;
}
