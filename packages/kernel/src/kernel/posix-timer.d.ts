import type { SigInfo } from "./siginfo.ts";
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";
import type { Timer } from "./timer-queue.ts";
/** What a timer's clock is: the monotonic one (and those that run with it), or CPU time. */
export type TimerBase =
  | {
      readonly kind: "monotonic";
    }
  | {
      readonly kind: "process";
      readonly group: ThreadGroup;
    }
  | {
      readonly kind: "thread";
      readonly task: Task;
    };
export interface PosixTimerParts {
  readonly id: number;
  /** As given to timer_create, for absolute times. */
  readonly clockId: number;
  readonly base: TimerBase;
  /** SIGEV_*. */
  readonly notify: number;
  readonly signo: number;
  readonly value: bigint;
  /** SIGEV_THREAD_ID. */
  readonly target: Task | null;
}
export declare class PosixTimer implements Timer, PosixTimerParts {
  #private;
  deadlineNs: number;
  heapIndex: number;
  sequence: number;
  readonly group: ThreadGroup;
  readonly id: number;
  readonly clockId: number;
  readonly base: TimerBase;
  readonly notify: number;
  readonly signo: number;
  readonly value: bigint;
  readonly target: Task | null;
  intervalNs: number;
  /** Of the last signal taken: timer_getoverrun(2). */
  overrun: number;
  isArmed: boolean;
  constructor(group: ThreadGroup, parts: PosixTimerParts);
  /** Now, on the timer's own time line. */
  nowNs(): number;
  get isCpuTimer(): boolean;
  /** @param deadlineNs on the timer's time line; Infinity disarms. */
  set(deadlineNs: number, intervalNs: number): void;
  /** Time to the next expiry, 0 if disarmed; missed intervals are left out. */
  remainingNs(): number;
  /** CPU timers: looked at when a slice ends. */
  check(): void;
  expire(_nowNs: number): void;
  /** The signal is taken: expiries since then are the overrun, and an interval timer goes on. */
  signalTaken(info: SigInfo): SigInfo;
}
