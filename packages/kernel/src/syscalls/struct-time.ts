/** timespec, timeval and their pairs, in and out of user memory. */
import { EFAULT, EINVAL, type Errno, ITIMERSPEC } from "@kernelet/abi";
import { NSEC_PER_SEC, nsFromTimeSpec, type TimeSpec, timeSpecFromNs } from "../kernel/clock.ts";
import type { Task } from "../kernel/task.ts";

/** A timespec as it stands there, valid or not. */
function readRawTimeSpec(task: Task, addr: number): TimeSpec | Errno {
  const sec = task.mm.readS64(addr);
  const nsec = task.mm.readS64(addr + 8);
  return sec === null || nsec === null ? EFAULT : { sec, nsec };
}

/** timespec64_valid(). */
function isValidTimeSpec(time: TimeSpec): boolean {
  return time.sec >= 0 && time.nsec >= 0 && time.nsec < NSEC_PER_SEC;
}

/** A valid timespec, or EINVAL or EFAULT. */
export function readTimeSpec(task: Task, addr: number): TimeSpec | Errno {
  const time = readRawTimeSpec(task, addr);
  if (typeof time === "number") return time;
  return isValidTimeSpec(time) ? time : EINVAL;
}

/** struct itimerspec: both its halves are read before either is judged. */
export function readItimerSpec(
  task: Task,
  addr: number,
): { readonly interval: TimeSpec; readonly value: TimeSpec } | Errno {
  const interval = readRawTimeSpec(task, addr + ITIMERSPEC.it_interval);
  if (typeof interval === "number") return interval;
  const value = readRawTimeSpec(task, addr + ITIMERSPEC.it_value);
  if (typeof value === "number") return value;
  return isValidTimeSpec(interval) && isValidTimeSpec(value) ? { interval, value } : EINVAL;
}

export function writeTimeSpec(task: Task, addr: number, time: TimeSpec): 0 | Errno {
  return task.mm.writeU64Pair(addr, time.sec, time.nsec);
}

/** Two timevals in a row, struct itimerval, as nanoseconds: both are read before either is judged. */
export function readTimeValPair(task: Task, addr: number): readonly [number, number] | Errno {
  const first = readRawTimeSpec(task, addr);
  if (typeof first === "number") return first;
  const second = readRawTimeSpec(task, addr + 16);
  if (typeof second === "number") return second;
  const isValid = ({ sec, nsec: usec }: TimeSpec) => sec >= 0 && usec >= 0 && usec < 1_000_000;
  if (!isValid(first) || !isValid(second)) return EINVAL;
  const ns = ({ sec, nsec: usec }: TimeSpec) => sec * NSEC_PER_SEC + usec * 1000;
  return [ns(first), ns(second)];
}

/** A span as a timeval. */
export function writeTimeVal(task: Task, addr: number, ns: number): 0 | Errno {
  const { sec, nsec } = timeSpecFromNs(ns);
  return writeTimeSpec(task, addr, { sec, nsec: Math.floor(nsec / 1000) });
}

/** Deadline of a call that is not to wait at all. */
export const NO_TIME = 0;

/**
 * The deadline of a call with a relative timeout, fixed at its first try and kept in `pending`.
 * Infinity for no timeout (a null pointer), NO_TIME for one of nothing.
 */
export function relativeDeadline(task: Task, addr: number): number | Errno {
  const { pending } = task;
  if (pending.deadlineNs !== undefined) return pending.deadlineNs;
  let deadline = Number.POSITIVE_INFINITY;
  if (addr !== 0) {
    const time = readTimeSpec(task, addr);
    if (typeof time === "number") return time;
    deadline = deadlineIn(task, nsFromTimeSpec(time));
  }
  pending.deadlineNs = deadline;
  return deadline;
}

/** `ns` from now. */
export function deadlineIn(task: Task, ns: number): number {
  return ns === 0 ? NO_TIME : task.kernel.clock.monotonicNs() + ns;
}
