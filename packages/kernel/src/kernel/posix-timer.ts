/** Timers of timer_create(2). They belong to the process; fork does not copy them, execve deletes them. */
import { SI_TIMER, SIGEV_NONE, SIGEV_THREAD_ID } from "@kernelet/abi";
import { processCpuNs, threadCpuNs } from "./cpu-time.ts";
import type { SigInfo } from "./siginfo.ts";
import { sendToProcess, sendToThread } from "./signal.ts";
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";
import type { Timer } from "./timer-queue.ts";

/** The most that timer_getoverrun reports: DELAYTIMER_MAX. */
const DELAYTIMER_MAX = 2 ** 31 - 1;

/** What a timer's clock is: the monotonic one (and those that run with it), or CPU time. */
export type TimerBase =
  | { readonly kind: "monotonic" }
  | { readonly kind: "process"; readonly group: ThreadGroup }
  | { readonly kind: "thread"; readonly task: Task };

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

export class PosixTimer implements Timer, PosixTimerParts {
  deadlineNs: number = Number.POSITIVE_INFINITY;
  heapIndex = -1;
  sequence = 0;

  readonly group: ThreadGroup;
  readonly id: number;
  readonly clockId: number;
  readonly base: TimerBase;
  readonly notify: number;
  readonly signo: number;
  readonly value: bigint;
  readonly target: Task | null;
  intervalNs = 0;
  /** Of the last signal taken: timer_getoverrun(2). */
  overrun = 0;
  /** Expired and its signal not yet taken; an interval timer stands still until then. */
  #isSignalPending = false;
  isArmed = false;

  constructor(group: ThreadGroup, parts: PosixTimerParts) {
    this.group = group;
    this.id = parts.id;
    this.clockId = parts.clockId;
    this.base = parts.base;
    this.notify = parts.notify;
    this.signo = parts.signo;
    this.value = parts.value;
    this.target = parts.target;
  }

  /** Now, on the timer's own time line. */
  nowNs(): number {
    switch (this.base.kind) {
      case "process":
        return processCpuNs(this.base.group);
      case "thread":
        return threadCpuNs(this.base.task);
      default:
        return this.group.kernel.clock.monotonicNs();
    }
  }

  get isCpuTimer(): boolean {
    return this.base.kind !== "monotonic";
  }

  /** @param deadlineNs on the timer's time line; Infinity disarms, and what has passed expires before the caller goes on. */
  set(deadlineNs: number, intervalNs: number): void {
    this.#isSignalPending = false;
    this.intervalNs = deadlineNs === Number.POSITIVE_INFINITY ? 0 : intervalNs;
    this.overrun = 0;
    this.#arm(deadlineNs);
    if (this.isCpuTimer || deadlineNs > this.nowNs()) return;
    this.group.kernel.timers.stop(this);
    this.expire(deadlineNs);
  }

  #arm(deadlineNs: number): void {
    const { timers } = this.group.kernel;
    this.isArmed = deadlineNs !== Number.POSITIVE_INFINITY;
    timers.stop(this);
    if (this.isArmed && !this.isCpuTimer) timers.start(this, deadlineNs);
    this.deadlineNs = deadlineNs;
  }

  /** Time to the next expiry, 0 if disarmed; missed intervals are left out. */
  remainingNs(): number {
    if (!this.isArmed) return 0;
    const now = this.nowNs();
    let next = this.deadlineNs;
    if (
      next <= now &&
      this.intervalNs > 0 &&
      (this.#isSignalPending || this.notify === SIGEV_NONE)
    ) {
      next += (Math.floor((now - next) / this.intervalNs) + 1) * this.intervalNs;
    }
    if (next <= now) return this.notify === SIGEV_NONE ? 0 : 1;
    return next - now;
  }

  /** CPU timers: looked at when a slice ends. */
  check(): void {
    if (this.isArmed && !this.#isSignalPending && this.nowNs() >= this.deadlineNs) this.expire(0);
  }

  expire(_nowNs: number): void {
    if (this.notify === SIGEV_NONE) {
      if (this.intervalNs === 0) this.isArmed = false;
      return;
    }
    if (this.intervalNs === 0) this.isArmed = false;
    this.#isSignalPending = true;
    const info: SigInfo = {
      signo: this.signo,
      code: SI_TIMER,
      timerId: this.id,
      overrun: 0,
      value: this.value,
    };
    if (this.notify === SIGEV_THREAD_ID && this.target?.isAlive === true) {
      sendToThread(this.target, info);
    } else sendToProcess(this.group, info);
  }

  /** The signal is taken: expiries since then are the overrun, and an interval timer goes on. */
  signalTaken(info: SigInfo): SigInfo {
    if (!this.#isSignalPending) return info;
    this.#isSignalPending = false;
    this.overrun = 0;
    if (this.intervalNs > 0) {
      const missed = Math.max(Math.floor((this.nowNs() - this.deadlineNs) / this.intervalNs), 0);
      this.overrun = Math.min(missed, DELAYTIMER_MAX);
      this.#arm(this.deadlineNs + (missed + 1) * this.intervalNs);
    }
    return { ...info, overrun: this.overrun };
  }
}
