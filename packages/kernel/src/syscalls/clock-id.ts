/** What a clockid_t names: clock_getres(2); include/linux/posix-timers.h for the negative ones. */
import {
  CLOCK_BOOTTIME,
  CLOCK_BOOTTIME_ALARM,
  CLOCK_MONOTONIC,
  CLOCK_MONOTONIC_COARSE,
  CLOCK_MONOTONIC_RAW,
  CLOCK_PROCESS_CPUTIME_ID,
  CLOCK_REALTIME,
  CLOCK_REALTIME_ALARM,
  CLOCK_REALTIME_COARSE,
  CLOCK_TAI,
  CLOCK_THREAD_CPUTIME_ID,
  EINVAL,
  EOPNOTSUPP,
  type Errno,
} from "@kernelet/abi";
import { type TimeSpec, timeSpecFromNs } from "../kernel/clock.ts";
import { processCpuNs, threadCpuNs } from "../kernel/cpu-time.ts";
import type { TimerBase } from "../kernel/posix-timer.ts";
import type { Task } from "../kernel/task.ts";

// Bits of a clock that a pid makes: ~pid << 3, this bit for a thread, and the kind of time.
const CPUCLOCK_PERTHREAD_MASK = 4;
const CPUCLOCK_CLOCK_MASK = 3;
const CPUCLOCK_MAX = 3;
/** The three last bits of a clock that is an open device (FD_TO_CLOCKID); there are no such devices. */
const CLOCKFD = 3;

/** Clocks that timers of timer_create(2) may count by, as far as their number says. */
const HAVE_TIMERS: readonly number[] = [
  CLOCK_REALTIME,
  CLOCK_MONOTONIC,
  CLOCK_PROCESS_CPUTIME_ID,
  CLOCK_THREAD_CPUTIME_ID,
  CLOCK_BOOTTIME,
  CLOCK_REALTIME_ALARM,
  CLOCK_BOOTTIME_ALARM,
  CLOCK_TAI,
];
/** Clocks of no other use than to be read. */
const READ_ONLY: readonly number[] = [
  CLOCK_MONOTONIC_RAW,
  CLOCK_REALTIME_COARSE,
  CLOCK_MONOTONIC_COARSE,
];

export function isRealtime(id: number): boolean {
  return id === CLOCK_REALTIME || id === CLOCK_REALTIME_COARSE || id === CLOCK_TAI;
}

function isMonotonic(id: number): boolean {
  return (
    id === CLOCK_MONOTONIC ||
    id === CLOCK_MONOTONIC_COARSE ||
    id === CLOCK_MONOTONIC_RAW ||
    id === CLOCK_BOOTTIME
  );
}

/** The CPU clock of an id, null if it is not one. */
function cpuClock(task: Task, id: number): TimerBase | null | Errno {
  if (id === CLOCK_PROCESS_CPUTIME_ID) return { kind: "process", group: task.threadGroup };
  if (id === CLOCK_THREAD_CPUTIME_ID) return { kind: "thread", task };
  if (id >= 0) return null;
  if ((id & CPUCLOCK_CLOCK_MASK) >= CPUCLOCK_MAX) return EINVAL;
  const pid = ~(id >> 3);
  const { pids } = task;
  if ((id & CPUCLOCK_PERTHREAD_MASK) !== 0) {
    const thread = pid === 0 ? task : pids.task(pid);
    if (thread === undefined || thread.threadGroup !== task.threadGroup) return EINVAL;
    return { kind: "thread", task: thread };
  }
  const group = pid === 0 ? task.threadGroup : pids.threadGroup(pid);
  return group === undefined ? EINVAL : { kind: "process", group };
}

/** What the clock shows. EINVAL: there is no such clock. */
export function readClock(task: Task, id: number): TimeSpec | Errno {
  const { clock } = task.kernel;
  if (isRealtime(id)) return clock.realtime();
  if (isMonotonic(id)) return timeSpecFromNs(clock.monotonicNs());
  const cpu = cpuClock(task, id);
  if (cpu === null) return EINVAL;
  if (typeof cpu === "number") return cpu;
  if (cpu.kind === "process") return timeSpecFromNs(processCpuNs(cpu.group));
  return timeSpecFromNs(cpu.kind === "thread" ? threadCpuNs(cpu.task) : 0);
}

/** Whether the kind of clock has timers at all: what comes before a look at the other arguments. */
export function checkHasTimers(id: number): 0 | Errno {
  if (HAVE_TIMERS.includes(id)) return 0;
  if (id < 0) return (id & 7) === CLOCKFD ? EOPNOTSUPP : 0;
  return READ_ONLY.includes(id) ? EOPNOTSUPP : EINVAL;
}

/** The same for sleeping. No thread can sleep by its own CPU time. */
export function checkHasSleep(id: number): 0 | Errno {
  return id === CLOCK_THREAD_CPUTIME_ID ? EOPNOTSUPP : checkHasTimers(id);
}

/** What a timer on this clock counts by, or a sleeper. Preconditions: the clock has them. */
export function timerBase(task: Task, id: number): TimerBase | Errno {
  // The alarm clocks wake a sleeping machine by its RTC; there is none.
  if (id === CLOCK_REALTIME_ALARM || id === CLOCK_BOOTTIME_ALARM) return EOPNOTSUPP;
  return cpuClock(task, id) ?? { kind: "monotonic" };
}
