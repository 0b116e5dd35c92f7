/** Interval timers: setitimer(2), alarm(2). One of each kind per process. */
import { ITIMER_PROF, SIGALRM, SIGPROF, SIGVTALRM } from "@kernelet/abi";
import { processCpuNs, processUserNs } from "./cpu-time.ts";
import { kernelInfo } from "./siginfo.ts";
import { sendToProcess } from "./signal.ts";
import type { ThreadGroup } from "./thread-group.ts";
import type { Timer } from "./timer-queue.ts";

/**
 * ITIMER_REAL. After an expiry it starts again only when SIGALRM has been taken, so that a process that
 * blocks the signal is not sent more than it can see (it_real_fn, and itimer handling in dequeue_signal).
 */
export class ItimerReal implements Timer {
  deadlineNs = 0;
  heapIndex = -1;
  sequence = 0;
  intervalNs = 0;
  /** Expired, and waits for SIGALRM to be taken. */
  #isWaiting = false;
  readonly #group: ThreadGroup;

  constructor(group: ThreadGroup) {
    this.#group = group;
  }

  /** @param valueNs time to the first expiry, 0 to disarm. */
  set(valueNs: number, intervalNs: number): void {
    const { timers, clock } = this.#group.kernel;
    this.#isWaiting = false;
    this.intervalNs = intervalNs;
    if (valueNs === 0) timers.stop(this);
    else timers.start(this, clock.monotonicNs() + valueNs);
  }

  /** Time to the next expiry, 0 if there is none. A timer about to fire has at least a microsecond. */
  remainingNs(): number {
    if (this.heapIndex < 0) return this.#isWaiting ? 1000 : 0;
    return Math.max(this.deadlineNs - this.#group.kernel.clock.monotonicNs(), 1000);
  }

  expire(_nowNs: number): void {
    this.#isWaiting = this.intervalNs > 0;
    sendToProcess(this.#group, kernelInfo(SIGALRM));
  }

  /** SIGALRM was taken: the next interval counts from the last deadline, missed ones left out. */
  signalTaken(): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    const { timers, clock } = this.#group.kernel;
    const missed = Math.floor((clock.monotonicNs() - this.deadlineNs) / this.intervalNs);
    timers.start(this, this.deadlineNs + (Math.max(missed, 0) + 1) * this.intervalNs);
  }
}

/** ITIMER_VIRTUAL and ITIMER_PROF: looked at when a slice of the process ends. */
export class ItimerCpu {
  readonly #group: ThreadGroup;
  readonly #isProf: boolean;
  intervalNs = 0;
  /** In CPU time of the process; Infinity when disarmed. */
  deadlineNs: number = Number.POSITIVE_INFINITY;

  constructor(group: ThreadGroup, which: number) {
    this.#group = group;
    this.#isProf = which === ITIMER_PROF;
  }

  #nowNs(): number {
    return this.#isProf ? processCpuNs(this.#group) : processUserNs(this.#group);
  }

  set(valueNs: number, intervalNs: number): void {
    this.intervalNs = intervalNs;
    this.deadlineNs = valueNs === 0 ? Number.POSITIVE_INFINITY : this.#nowNs() + valueNs;
  }

  remainingNs(): number {
    if (this.deadlineNs === Number.POSITIVE_INFINITY) return 0;
    return Math.max(this.deadlineNs - this.#nowNs(), 1000);
  }

  check(): void {
    if (this.deadlineNs === Number.POSITIVE_INFINITY) return;
    const now = this.#nowNs();
    if (now < this.deadlineNs) return;
    if (this.intervalNs === 0) this.deadlineNs = Number.POSITIVE_INFINITY;
    else {
      const missed = Math.floor((now - this.deadlineNs) / this.intervalNs);
      this.deadlineNs += (missed + 1) * this.intervalNs;
    }
    sendToProcess(this.#group, kernelInfo(this.#isProf ? SIGPROF : SIGVTALRM));
  }
}
