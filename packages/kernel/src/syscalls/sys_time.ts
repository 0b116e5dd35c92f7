/** Clocks and sleeping: clock_gettime(2), clock_nanosleep(2), gettimeofday(2), times(2). */
import {
  CAP_SYS_TIME,
  CLOCK_MONOTONIC_COARSE,
  CLOCK_REALTIME,
  CLOCK_REALTIME_COARSE,
  EFAULT,
  EINVAL,
  EOPNOTSUPP,
  EPERM,
  type Errno,
  isErrno,
  TIMER_ABSTIME,
  TIMEX,
  TIMEZONE,
  TMS,
  USER_HZ,
} from "@kernelet/abi";
import { NSEC_PER_SEC, nsFromTimeSpec, type TimeSpec, timeSpecFromNs } from "../kernel/clock.ts";
import { processCpuNs, threadCpuNs } from "../kernel/cpu-time.ts";
import type { TimerBase } from "../kernel/posix-timer.ts";
import type { SyscallResult } from "../kernel/result.ts";
import { processRusage } from "../kernel/rusage.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { checkHasSleep, isRealtime, readClock, timerBase } from "./clock-id.ts";
import { readTimeSpec, writeTimeSpec } from "./struct-time.ts";

/** Resolution of the coarse clocks: a tick at HZ=250. */
const TICK_NS = 4_000_000;
/** Our clocks step by 1 ns, as high-resolution timers do. */
const RESOLUTION_NS = 1;

export function clockGettime(task: Task, args: SyscallArgs): SyscallResult {
  const time = readClock(task, args.int(0));
  return typeof time === "number" ? time : writeTimeSpec(task, args.pointer(1), time);
}

export function clockGetres(task: Task, args: SyscallArgs): SyscallResult {
  const id = args.int(0);
  const addr = args.pointer(1);
  const time = readClock(task, id);
  if (typeof time === "number") return time;
  if (addr === 0) return 0;
  const coarse = id === CLOCK_REALTIME_COARSE || id === CLOCK_MONOTONIC_COARSE;
  return writeTimeSpec(task, addr, { sec: 0, nsec: coarse ? TICK_NS : RESOLUTION_NS });
}

/** clock_settime(2): moves this kernel's wall clock, not the host's. */
export function clockSettime(task: Task, args: SyscallArgs): SyscallResult {
  const time = readTimeSpec(task, args.pointer(1));
  if (typeof time === "number") return time;
  if (args.int(0) !== CLOCK_REALTIME) return EINVAL;
  return setRealtime(task, time);
}

function setRealtime(task: Task, time: TimeSpec): SyscallResult {
  if (!task.credentials.has(CAP_SYS_TIME)) return EPERM;
  const { clock } = task.kernel;
  clock.realtimeOffsetMs += time.sec * 1000 + time.nsec / 1e6 - clock.realtimeMs();
  return 0;
}

export function gettimeofday(task: Task, args: SyscallArgs): SyscallResult {
  const timeAddr = args.pointer(0);
  const zoneAddr = args.pointer(1);
  if (timeAddr !== 0) {
    const { sec, nsec } = task.kernel.clock.realtime();
    const stored = writeTimeSpec(task, timeAddr, { sec, nsec: Math.floor(nsec / 1000) });
    if (isErrno(stored)) return stored;
  }
  return zoneAddr === 0 ? 0 : task.mm.copyOut(zoneAddr, new Uint8Array(TIMEZONE.size));
}

export function settimeofday(task: Task, args: SyscallArgs): SyscallResult {
  const addr = args.pointer(0);
  if (!task.credentials.has(CAP_SYS_TIME)) return EPERM;
  if (addr === 0) return 0;
  const sec = task.mm.readS64(addr);
  const usec = task.mm.readS64(addr + 8);
  if (sec === null || usec === null) return EFAULT;
  if (sec < 0 || usec < 0 || usec >= 1_000_000) return EINVAL;
  return setRealtime(task, { sec, nsec: usec * 1000 });
}

export function time(task: Task, args: SyscallArgs): SyscallResult {
  const addr = args.pointer(0);
  const { sec } = task.kernel.clock.realtime();
  if (addr !== 0 && isErrno(task.mm.writeU64(addr, sec))) return EFAULT;
  return sec;
}

export function times(task: Task, args: SyscallArgs): SyscallResult {
  const addr = args.pointer(0);
  const ticks = (ns: number) => BigInt(Math.floor((ns * USER_HZ) / NSEC_PER_SEC));
  if (addr !== 0) {
    const own = processRusage(task.threadGroup);
    const children = task.threadGroup.reapedChildren;
    const bytes = new Uint8Array(TMS.size);
    const view = new DataView(bytes.buffer);
    view.setBigInt64(TMS.tms_utime, ticks(own.userNs), true);
    view.setBigInt64(TMS.tms_stime, ticks(own.systemNs), true);
    view.setBigInt64(TMS.tms_cutime, ticks(children.userNs), true);
    view.setBigInt64(TMS.tms_cstime, ticks(children.systemNs), true);
    const stored = task.mm.copyOut(addr, bytes);
    if (isErrno(stored)) return stored;
  }
  return Number(ticks(task.kernel.clock.monotonicNs()));
}

export function nanosleep(task: Task, args: SyscallArgs): SyscallResult {
  return sleepFor(task, args.pointer(0), args.pointer(1));
}

export function clockNanosleep(task: Task, args: SyscallArgs): SyscallResult {
  const id = args.int(0);
  const refused = checkHasSleep(id);
  if (refused !== 0) return refused;
  const isAbsolute = (args.int(1) & TIMER_ABSTIME) !== 0;
  const remainAddr = isAbsolute ? 0 : args.pointer(3);
  const { pending } = task;
  if (pending.deadlineNs === undefined) {
    const request = readTimeSpec(task, args.pointer(2));
    if (typeof request === "number") return request;
    const base = sleepBase(task, id);
    if (isErrno(base)) return base;
    pending.deadlineNs = deadlineOn(task, id, base, request, isAbsolute);
  }
  const { deadlineNs } = pending;
  const base = sleepBase(task, id);
  if (isErrno(base)) return base;
  if (base.kind !== "monotonic") {
    return sleepOnCpuTime(task, { base, deadlineNs, remainAddr }, !isAbsolute);
  }
  if (!isAbsolute) return sleepUntil(task, deadlineNs, remainAddr);
  if (isDue(task, deadlineNs)) return 0;
  return task.block([], { deadlineNs, restart: "nohand" });
}

/** What the sleep counts by: of a thread's CPU time only another's. */
function sleepBase(task: Task, id: number): TimerBase | Errno {
  const base = timerBase(task, id);
  if (!isErrno(base) && base.kind === "thread" && base.task === task) return EINVAL;
  return base;
}

/** When a sleep ends, on the time line of what it counts by. */
function deadlineOn(
  task: Task,
  id: number,
  base: TimerBase,
  request: TimeSpec,
  isAbsolute: boolean,
): number {
  const { clock } = task.kernel;
  if (isAbsolute && base.kind === "monotonic" && isRealtime(id)) {
    return clock.monotonicAtRealtime(request);
  }
  if (isAbsolute) return nsFromTimeSpec(request);
  const now = base.kind === "monotonic" ? clock.monotonicNs() : cpuTimeNs(base);
  return now + nsFromTimeSpec(request);
}

function cpuTimeNs(base: TimerBase): number {
  if (base.kind === "monotonic") return 0;
  return base.kind === "process" ? processCpuNs(base.group) : threadCpuNs(base.task);
}

/** Waits until the process has had as much time as is missing, and looks again. */
export function sleepOnCpuTime(
  task: Task,
  sleep: { readonly base: TimerBase; readonly deadlineNs: number; readonly remainAddr: number },
  isRelative: boolean,
): SyscallResult {
  const { base, deadlineNs, remainAddr } = sleep;
  const left = deadlineNs - cpuTimeNs(base);
  if (left <= 0 || base.kind === "monotonic") return 0;
  const group = base.kind === "process" ? base.group : base.task.threadGroup;
  // No thread's time can grow faster than that of its process.
  group.nextCpuWakeNs = Math.min(group.nextCpuWakeNs, processCpuNs(group) + left);
  const restart = isRelative ? "restart-block" : "nohand";
  const result = task.block([group.cpuClockQueue], { restart });
  if (!isErrno(result) || !isRelative) return result;
  task.restartBlock = { kind: "cpu-nanosleep", base, deadlineNs, remainAddr };
  if (remainAddr === 0) return result;
  const stored = writeTimeSpec(task, remainAddr, timeSpecFromNs(left));
  return isErrno(stored) ? stored : result;
}

function isDue(task: Task, deadlineNs: number): boolean {
  return task.timedOut || deadlineNs <= task.kernel.clock.monotonicNs();
}

function sleepFor(task: Task, requestAddr: number, remainAddr: number): SyscallResult {
  const { pending } = task;
  if (pending.deadlineNs === undefined) {
    const request = readTimeSpec(task, requestAddr);
    if (typeof request === "number") return request;
    pending.deadlineNs = task.kernel.clock.monotonicNs() + nsFromTimeSpec(request);
  }
  return sleepUntil(task, pending.deadlineNs, remainAddr);
}

/** The rest of a relative sleep: also what restart_syscall(2) goes on with. */
export function sleepUntil(task: Task, deadlineNs: number, remainAddr: number): SyscallResult {
  if (isDue(task, deadlineNs)) return 0;
  const result = task.block([], { deadlineNs, restart: "restart-block" });
  if (!isErrno(result)) return result; // BLOCKED
  task.restartBlock = { kind: "nanosleep", deadlineNs, remainAddr };
  if (remainAddr === 0) return result;
  const left = Math.max(deadlineNs - task.kernel.clock.monotonicNs(), 0);
  const stored = writeTimeSpec(task, remainAddr, timeSpecFromNs(left));
  return isErrno(stored) ? stored : result;
}

/** adjtimex(2): reports a clock that nothing disciplines; changes are for whoever may set it. */
export function adjtimex(task: Task, args: SyscallArgs): SyscallResult {
  return adjust(task, args.pointer(0));
}

export function clockAdjtime(task: Task, args: SyscallArgs): SyscallResult {
  return args.int(0) === CLOCK_REALTIME ? adjust(task, args.pointer(1)) : EOPNOTSUPP;
}

/** STA_UNSYNC, TIME_ERROR. */
const STA_UNSYNC = 0x40;
const TIME_ERROR = 5;

function adjust(task: Task, addr: number): SyscallResult {
  const bytes = task.mm.copyIn(addr, TIMEX.size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (view.getUint32(TIMEX.modes, true) !== 0) return EPERM;
  bytes.fill(0);
  const { sec, nsec } = task.kernel.clock.realtime();
  view.setInt32(TIMEX.status, STA_UNSYNC, true);
  view.setBigInt64(TIMEX.constant, 2n, true);
  view.setBigInt64(TIMEX.maxerror, 16_000_000n, true);
  view.setBigInt64(TIMEX.esterror, 16_000_000n, true);
  view.setBigInt64(TIMEX.precision, 1n, true);
  view.setBigInt64(TIMEX.tolerance, 32_768_000n, true);
  view.setBigInt64(TIMEX.tick, 10_000n, true);
  view.setBigInt64(TIMEX.time, BigInt(sec), true);
  view.setBigInt64(TIMEX.time + 8, BigInt(Math.floor(nsec / 1000)), true);
  const stored = task.mm.copyOut(addr, bytes);
  return isErrno(stored) ? stored : TIME_ERROR;
}
