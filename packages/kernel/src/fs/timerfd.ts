/** A timer as a file: timerfd_create(2). A read gives the number of expiries since the last. */
import { EAGAIN, EINVAL, O_RDWR, POLLIN, POLLRDNORM } from "@kernelet/abi";
import type { Kernel } from "../kernel/kernel.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { Timer } from "../kernel/timer-queue.ts";
import { WaitQueue } from "../kernel/wait-queue.ts";
import { FileDescription } from "./file-description.ts";
import type { Path } from "./path.ts";

const SIZE = 8;

export class TimerfdDescription extends FileDescription implements Timer {
  deadlineNs: number = Number.POSITIVE_INFINITY;
  heapIndex = -1;
  sequence = 0;

  readonly clockId: number;
  readonly #kernel: Kernel;
  readonly #queue: WaitQueue = new WaitQueue();
  intervalNs = 0;
  /** The first deadline has come; for an interval timer more may have passed since. */
  #hasExpired = false;
  /** Flags of the last timerfd_settime, for fdinfo. */
  #setFlags = 0;

  constructor(kernel: Kernel, path: Path, flags: number, clockId: number) {
    super(path, O_RDWR | flags);
    this.#kernel = kernel;
    this.clockId = clockId;
  }

  override get knowsNoWait(): boolean {
    return true;
  }

  override get isSeekable(): boolean {
    return false;
  }

  /** noop_llseek(): no error, and no effect. */
  override seek(): number {
    return this.pos;
  }

  /** @param deadlineNs monotonic; Infinity disarms. */
  set(deadlineNs: number, intervalNs: number, flags: number): void {
    const { timers } = this.#kernel;
    timers.stop(this);
    this.#hasExpired = false;
    this.#setFlags = flags;
    this.intervalNs = intervalNs;
    this.deadlineNs = deadlineNs;
    if (deadlineNs <= this.#kernel.clock.monotonicNs()) this.expire(deadlineNs);
    else if (deadlineNs !== Number.POSITIVE_INFINITY) timers.start(this, deadlineNs);
  }

  get isArmed(): boolean {
    return this.heapIndex >= 0 || (this.#hasExpired && this.intervalNs > 0);
  }

  /** Time to the next expiry, 0 if disarmed. */
  remainingNs(): number {
    if (!this.isArmed) return 0;
    const now = this.#kernel.clock.monotonicNs();
    let next = this.deadlineNs;
    if (this.#hasExpired)
      next += (Math.floor((now - next) / this.intervalNs) + 1) * this.intervalNs;
    return Math.max(next - now, 1);
  }

  /** An interval timer is not started again before it is read: expiries are counted then. */
  expire(_nowNs: number): void {
    this.#hasExpired = true;
    this.#queue.wake(POLLIN | POLLRDNORM);
  }

  /** The queue of timers is run between slices only, and a program may look in the middle of one. */
  #look(): void {
    if (this.heapIndex < 0 || this.deadlineNs > this.#kernel.clock.monotonicNs()) return;
    this.#kernel.timers.stop(this);
    this.expire(this.deadlineNs);
  }

  override read(task: Task, into: Uint8Array, _off: number | null): SyscallResult {
    if (into.length < SIZE) return EINVAL;
    this.#look();
    if (!this.#hasExpired) {
      return this.isNonblocking ? EAGAIN : task.block([this.#queue], { mask: POLLIN });
    }
    this.#hasExpired = false;
    let expiries = 1;
    if (this.intervalNs > 0) {
      const { clock, timers } = this.#kernel;
      const passed = Math.floor((clock.monotonicNs() - this.deadlineNs) / this.intervalNs);
      expiries += Math.max(passed, 0);
      timers.start(this, this.deadlineNs + expiries * this.intervalNs);
    }
    new DataView(into.buffer, into.byteOffset).setBigUint64(0, BigInt(expiries), true);
    return SIZE;
  }

  override poll(): number {
    this.#look();
    return this.#hasExpired ? POLLIN : 0;
  }

  override pollQueues(): readonly WaitQueue[] {
    return [this.#queue];
  }

  protected override release(): void {
    this.#kernel.timers.stop(this);
  }

  override fdinfo(): string {
    const pair = (ns: number) => `(${Math.floor(ns / 1e9)}, ${Math.floor(ns % 1e9)})`;
    return (
      `clockid: ${this.clockId}\nticks: ${this.#hasExpired ? 1 : 0}\n` +
      `settime flags: 0${this.#setFlags.toString(8)}\n` +
      `it_value: ${pair(this.remainingNs())}\nit_interval: ${pair(this.intervalNs)}\n`
    );
  }
}
