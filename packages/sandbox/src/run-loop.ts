/**
 * Drives a kernel on Node's event loop: slices while there is work, sleep until the next timer or event when there
 * is none. The kernel is never entered twice at a time.
 */
import type { Kernel, SliceResult } from "@kernelet/kernel";
import { type CpuClocks, CpuQuota } from "./cpu-quota.ts";

/** How long slices run before Node may look at its own events. */
const BURST_MS = 5;
/** Sleeps shorter than this are spent turning the event loop, because timers are as coarse as this. */
const COARSE_MS = 1.5;

/** A longer one would fire at once. */
const MOST_TIMER_MS = 2 ** 31 - 1;

const CLOCKS: CpuClocks = {
  wallMs: () => performance.now(),
  usedMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

export class RunLoop {
  readonly #kernel: Kernel;
  readonly #done: () => void;
  #immediate: NodeJS.Immediate | null = null;
  /** Set for the first sleep that needs it, and left when something else ends that: it then fires too early for the next. */
  #timer: NodeJS.Timeout | null = null;
  #timerDueMs = 0;
  #isOver = false;
  #isPaused = false;
  #isResting = false;
  /** Milliseconds that the kernel has run, and when it last did. */
  readonly activity: { busyMs: number; lastMs: number } = { busyMs: 0, lastMs: 0 };
  /** null: a whole processor. */
  readonly #quota: CpuQuota | null;

  readonly #turn = (): void => this.#burst();
  readonly #expired = (): void => {
    this.#timer = null;
    this.wake();
  };

  /**
   * @param done called once, when no task is left.
   * @param share of a processor, from 0 to 1.
   */
  constructor(kernel: Kernel, done: () => void, share = 1) {
    this.#kernel = kernel;
    this.#done = done;
    this.#quota = share >= 1 ? null : new CpuQuota(share, CLOCKS);
  }

  /** Something happened: input, a signal, the start. */
  wake(): void {
    if (this.#isOver || this.#isPaused || this.#isResting || this.#immediate !== null) return;
    this.#immediate = setImmediate(this.#turn);
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Nothing runs until `resume`. */
  pause(): void {
    this.#isPaused = true;
    this.#stopTimer();
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  resume(): void {
    this.#isPaused = false;
    this.wake();
  }

  #burst(): void {
    this.#immediate = null;
    if (this.#isPaused) return;
    const start = performance.now();
    const result = this.#run();
    const now = performance.now();
    this.activity.busyMs += now - start;
    this.activity.lastMs = now;
    if (result === "done") {
      this.#isOver = true;
      this.#stopTimer();
      this.#done();
      return;
    }
    const restMs = this.#quota?.restMs() ?? 0;
    if (restMs > 0) this.#rest(restMs);
    else if (result === "idle") this.#sleep();
    else this.wake();
  }

  /** One slice begins when the one before has ended: a clock is read once for both. */
  #run(): SliceResult {
    const kernel = this.#kernel;
    let nowNs = kernel.clock.monotonicNs();
    const untilNs = nowNs + BURST_MS * 1e6;
    for (;;) {
      const result = kernel.runSlice(nowNs);
      nowNs = kernel.entry.sliceEndNs;
      if (result !== "more" || nowNs >= untilNs) return result;
    }
  }

  /** Nothing that happens meanwhile ends it early. */
  #rest(ms: number): void {
    this.#isResting = true;
    setTimeout(() => {
      this.#isResting = false;
      this.wake();
    }, ms);
  }

  #sleep(): void {
    const next = this.#kernel.nextTimerNs();
    // Without a timer only an event can go on: input, a signal.
    if (next === undefined) return;
    const nowNs = this.#kernel.host.monotonicNs();
    const ms = (next - nowNs) / 1e6;
    if (ms < COARSE_MS) this.wake();
    else this.#setTimer(nowNs / 1e6, ms - 1);
  }

  /** Making a timer costs more than a turn that finds nothing to do: one that fires earlier will do. */
  #setTimer(nowMs: number, ms: number): void {
    const dueMs = nowMs + ms;
    if (this.#timer !== null && this.#timerDueMs <= dueMs) return;
    this.#stopTimer();
    this.#timer = setTimeout(this.#expired, Math.min(ms, MOST_TIMER_MS));
    this.#timerDueMs = dueMs;
  }
}
