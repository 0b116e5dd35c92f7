/** Timers: setitimer(2), alarm(2), timer_create(2) and its family. */
import {
  EAGAIN,
  EFAULT,
  EINVAL,
  type Errno,
  ITIMER_PROF,
  ITIMER_REAL,
  ITIMER_VIRTUAL,
  ITIMERSPEC,
  ITIMERVAL,
  isErrno,
  isValidSignal,
  RLIMIT_SIGPENDING,
  SI_TIMER,
  SIGALRM,
  SIGEV_NONE,
  SIGEV_SIGNAL,
  SIGEV_THREAD,
  SIGEV_THREAD_ID,
  SIGEVENT,
  TIMER_ABSTIME,
} from "@kernelet/abi";
import { NSEC_PER_SEC, nsFromTimeSpec, timeSpecFromNs } from "../kernel/clock.ts";
import { ItimerCpu, ItimerReal } from "../kernel/itimer.ts";
import { PosixTimer } from "../kernel/posix-timer.ts";
import type { SyscallResult } from "../kernel/result.ts";
import { recalcSignalPending } from "../kernel/signal-post.ts";
import type { Task } from "../kernel/task.ts";
import type { ThreadGroup } from "../kernel/thread-group.ts";
import type { SyscallArgs } from "./args.ts";
import { checkHasTimers, isRealtime, timerBase } from "./clock-id.ts";
import { readItimerSpec, readTimeValPair, writeTimeSpec, writeTimeVal } from "./struct-time.ts";

type IntervalTimer = ItimerReal | ItimerCpu;

function existing(group: ThreadGroup, which: number): IntervalTimer | null | Errno {
  if (which === ITIMER_REAL) return group.itimerReal;
  if (which === ITIMER_VIRTUAL) return group.itimerVirtual;
  return which === ITIMER_PROF ? group.itimerProf : EINVAL;
}

/** The timer of a kind, made when it is first set. */
function timerOf(group: ThreadGroup, which: number): IntervalTimer | Errno {
  if (which === ITIMER_REAL) {
    group.itimerReal ??= new ItimerReal(group);
    return group.itimerReal;
  }
  if (which === ITIMER_VIRTUAL) {
    group.itimerVirtual ??= new ItimerCpu(group, which);
    return group.itimerVirtual;
  }
  if (which !== ITIMER_PROF) return EINVAL;
  group.itimerProf ??= new ItimerCpu(group, which);
  return group.itimerProf;
}

function writeInterval(task: Task, addr: number, remainingNs: number, intervalNs: number) {
  const stored = writeTimeVal(task, addr + ITIMERVAL.it_interval, intervalNs);
  if (isErrno(stored)) return stored;
  return writeTimeVal(task, addr + ITIMERVAL.it_value, remainingNs);
}

export function getitimer(task: Task, args: SyscallArgs): SyscallResult {
  const timer = existing(task.threadGroup, args.int(0));
  if (isErrno(timer)) return timer;
  return writeInterval(task, args.pointer(1), timer?.remainingNs() ?? 0, timer?.intervalNs ?? 0);
}

export function setitimer(task: Task, args: SyscallArgs): SyscallResult {
  const which = args.int(0);
  const newAddr = args.pointer(1);
  const oldAddr = args.pointer(2);
  // A null pointer disarms: Linux's old favour, with a warning there.
  const times = newAddr === 0 ? ([0, 0] as const) : readTimeValPair(task, newAddr);
  if (typeof times === "number") return times;
  const [intervalNs, valueNs] = times;
  const timer = timerOf(task.threadGroup, which);
  if (isErrno(timer)) return timer;
  const remainingNs = timer.remainingNs();
  const oldIntervalNs = timer.intervalNs;
  timer.set(valueNs, intervalNs);
  return oldAddr === 0 ? 0 : writeInterval(task, oldAddr, remainingNs, oldIntervalNs);
}

/** alarm(2): shares ITIMER_REAL. @returns seconds that were left, rounded, at least 1 if any. */
export function alarm(task: Task, args: SyscallArgs): SyscallResult {
  const timer = timerOf(task.threadGroup, ITIMER_REAL);
  if (isErrno(timer)) return timer;
  const leftNs = timer.remainingNs();
  timer.set(args.uint(0) * NSEC_PER_SEC, 0);
  if (leftNs === 0) return 0;
  return Math.max(Math.round(leftNs / NSEC_PER_SEC), 1);
}

interface Notification {
  readonly notify: number;
  readonly signo: number;
  readonly value: bigint;
  readonly target: Task | null;
}

/** struct sigevent; `id` is the value when there is none. */
function readSigevent(task: Task, addr: number, id: number): Notification | Errno {
  if (addr === 0) return { notify: SIGEV_SIGNAL, signo: SIGALRM, value: BigInt(id), target: null };
  const bytes = task.mm.copyIn(addr, SIGEVENT.size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const notify = view.getInt32(SIGEVENT.sigev_notify, true);
  const signo = view.getInt32(SIGEVENT.sigev_signo, true);
  const value = view.getBigUint64(SIGEVENT.sigev_value, true);
  let target: Task | null = null;
  if (notify === (SIGEV_SIGNAL | SIGEV_THREAD_ID)) {
    const tid = view.getInt32(SIGEVENT.sigev_notify_thread_id, true);
    target = task.pids.task(tid) ?? null;
    if (target === null || target.threadGroup !== task.threadGroup) return EINVAL;
  } else if (notify !== SIGEV_SIGNAL && notify !== SIGEV_THREAD && notify !== SIGEV_NONE) {
    return EINVAL;
  }
  if (notify !== SIGEV_NONE && !isValidSignal(signo)) return EINVAL;
  return { notify, signo, value, target };
}

export function timerCreate(task: Task, args: SyscallArgs): SyscallResult {
  const clockId = args.int(0);
  const group = task.threadGroup;
  const notification = readSigevent(task, args.pointer(1), group.nextTimerId);
  if (notification === EFAULT) return EFAULT;
  const refused = checkHasTimers(clockId);
  if (refused !== 0) return refused;
  if (group.posixTimers.size >= group.soft(RLIMIT_SIGPENDING)) return EAGAIN;
  // A number is used up even if the call fails from here on.
  const id = group.nextTimerId++;
  if (isErrno(notification)) return notification;
  const stored = task.mm.writeInt32(args.pointer(2), id);
  if (isErrno(stored)) return stored;
  const base = timerBase(task, clockId);
  if (isErrno(base)) return base;
  group.posixTimers.set(id, new PosixTimer(group, { id, clockId, base, ...notification }));
  return 0;
}

function timerById(task: Task, args: SyscallArgs): PosixTimer | Errno {
  return task.threadGroup.posixTimers.get(args.int(0)) ?? EINVAL;
}

function writeTimes(task: Task, addr: number, remainingNs: number, intervalNs: number): 0 | Errno {
  const interval = timeSpecFromNs(intervalNs);
  const stored = writeTimeSpec(task, addr + ITIMERSPEC.it_interval, interval);
  if (isErrno(stored)) return stored;
  return writeTimeSpec(task, addr + ITIMERSPEC.it_value, timeSpecFromNs(remainingNs));
}

export function timerSettime(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(1);
  const newAddr = args.pointer(2);
  const oldAddr = args.pointer(3);
  if (newAddr === 0) return EINVAL;
  const setting = readItimerSpec(task, newAddr);
  if (typeof setting === "number") return setting;
  const { interval, value } = setting;
  const timer = timerById(task, args);
  if (isErrno(timer)) return timer;

  const remainingNs = timer.remainingNs();
  const oldIntervalNs = timer.intervalNs;
  forgetSignal(task.threadGroup, timer);
  let deadlineNs = Number.POSITIVE_INFINITY;
  if (value.sec !== 0 || value.nsec !== 0) {
    if ((flags & TIMER_ABSTIME) === 0) deadlineNs = timer.nowNs() + nsFromTimeSpec(value);
    else if (isRealtime(timer.clockId)) {
      deadlineNs = task.kernel.clock.monotonicAtRealtime(value);
    } else deadlineNs = nsFromTimeSpec(value);
  }
  timer.set(deadlineNs, nsFromTimeSpec(interval));
  return oldAddr === 0 ? 0 : writeTimes(task, oldAddr, remainingNs, oldIntervalNs);
}

export function timerGettime(task: Task, args: SyscallArgs): SyscallResult {
  const timer = timerById(task, args);
  if (isErrno(timer)) return timer;
  return writeTimes(task, args.pointer(1), timer.remainingNs(), timer.intervalNs);
}

export function timerGetoverrun(task: Task, args: SyscallArgs): SyscallResult {
  const timer = timerById(task, args);
  return isErrno(timer) ? timer : timer.overrun;
}

export function timerDelete(task: Task, args: SyscallArgs): SyscallResult {
  const timer = timerById(task, args);
  if (isErrno(timer)) return timer;
  timer.set(Number.POSITIVE_INFINITY, 0);
  forgetSignal(task.threadGroup, timer);
  task.threadGroup.posixTimers.delete(timer.id);
  return 0;
}

/** A signal of an earlier setting is not to be mistaken for one of the new. */
function forgetSignal(group: ThreadGroup, timer: PosixTimer): void {
  const isIts = (info: { code: number; timerId?: number }) =>
    info.code === SI_TIMER && info.timerId === timer.id;
  group.pendingSignals.removeWhere(isIts);
  for (const thread of group.threads) {
    thread.pendingSignals.removeWhere(isIts);
    recalcSignalPending(thread);
  }
}
