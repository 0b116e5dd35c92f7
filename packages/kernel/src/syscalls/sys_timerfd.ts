/** timerfd_create(2), timerfd_settime(2), timerfd_gettime(2). */
import {
  CAP_WAKE_ALARM,
  CLOCK_BOOTTIME,
  CLOCK_BOOTTIME_ALARM,
  CLOCK_MONOTONIC,
  CLOCK_REALTIME,
  CLOCK_REALTIME_ALARM,
  EFAULT,
  EINVAL,
  EPERM,
  type Errno,
  ITIMERSPEC,
  isErrno,
  TFD_CLOEXEC,
  TFD_NONBLOCK,
  TFD_TIMER_ABSTIME,
  TFD_TIMER_CANCEL_ON_SET,
} from "@kernelet/abi";
import { PAGE_R } from "../arch/x86/processor.ts";
import { TimerfdDescription } from "../fs/timerfd.ts";
import { nsFromTimeSpec, type TimeSpec, timeSpecFromNs } from "../kernel/clock.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { isRealtime } from "./clock-id.ts";
import { readTimeSpec, writeTimeSpec } from "./struct-time.ts";

const ALARM_CLOCKS: readonly number[] = [CLOCK_REALTIME_ALARM, CLOCK_BOOTTIME_ALARM];
const CLOCKS: readonly number[] = [
  CLOCK_REALTIME,
  CLOCK_MONOTONIC,
  CLOCK_BOOTTIME,
  ...ALARM_CLOCKS,
];

export function timerfdCreate(task: Task, args: SyscallArgs): SyscallResult {
  const clockId = args.int(0);
  const flags = args.int(1);
  if ((flags & ~(TFD_CLOEXEC | TFD_NONBLOCK)) !== 0 || !CLOCKS.includes(clockId)) return EINVAL;
  if (ALARM_CLOCKS.includes(clockId) && !task.credentials.has(CAP_WAKE_ALARM)) return EPERM;
  const { kernel } = task;
  const path = kernel.vfs.anonymous.anonymousPath("[timerfd]");
  const file = new TimerfdDescription(kernel, path, flags & TFD_NONBLOCK, clockId);
  return task.fdTable.add(file, { cloexec: (flags & TFD_CLOEXEC) !== 0 });
}

function timerfd(task: Task, fd: number): TimerfdDescription | Errno {
  const file = task.fdTable.file(fd);
  if (isErrno(file)) return file;
  return file instanceof TimerfdDescription ? file : EINVAL;
}

interface Setting {
  readonly interval: TimeSpec;
  readonly value: TimeSpec;
}

function settingOf(file: TimerfdDescription): Setting {
  return {
    interval: timeSpecFromNs(file.intervalNs),
    value: timeSpecFromNs(file.remainingNs()),
  };
}

function writeSetting(task: Task, addr: number, { interval, value }: Setting): 0 | Errno {
  const stored = writeTimeSpec(task, addr + ITIMERSPEC.it_interval, interval);
  if (isErrno(stored)) return stored;
  return writeTimeSpec(task, addr + ITIMERSPEC.it_value, value);
}

export function timerfdSettime(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(1);
  const newAddr = args.pointer(2);
  const oldAddr = args.pointer(3);
  if (task.mm.accessibleLength(newAddr, ITIMERSPEC.size, PAGE_R) < ITIMERSPEC.size) return EFAULT;
  if ((flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)) !== 0) return EINVAL;
  const interval = readTimeSpec(task, newAddr + ITIMERSPEC.it_interval);
  if (typeof interval === "number") return interval;
  const value = readTimeSpec(task, newAddr + ITIMERSPEC.it_value);
  if (typeof value === "number") return value;
  const file = timerfd(task, args.fd(0));
  if (isErrno(file)) return file;
  if (ALARM_CLOCKS.includes(file.clockId) && !task.credentials.has(CAP_WAKE_ALARM)) return EPERM;

  const old = settingOf(file);
  const { clock } = task.kernel;
  let deadlineNs = Number.POSITIVE_INFINITY;
  if (value.sec !== 0 || value.nsec !== 0) {
    if ((flags & TFD_TIMER_ABSTIME) === 0) deadlineNs = clock.monotonicNs() + nsFromTimeSpec(value);
    else if (isRealtime(file.clockId) || file.clockId === CLOCK_REALTIME_ALARM) {
      deadlineNs = clock.monotonicAtRealtime(value);
    } else deadlineNs = nsFromTimeSpec(value);
  }
  file.set(deadlineNs, nsFromTimeSpec(interval), flags);
  return oldAddr === 0 ? 0 : writeSetting(task, oldAddr, old);
}

export function timerfdGettime(task: Task, args: SyscallArgs): SyscallResult {
  const file = timerfd(task, args.fd(0));
  return isErrno(file) ? file : writeSetting(task, args.pointer(1), settingOf(file));
}
