/**
 * The clocks of clock_gettime(2), all derived from the host's two. A point of the wall clock is
 * seconds and nanoseconds, because nanoseconds since the epoch do not fit a double.
 */
import type { Host } from "../host.ts";

export interface TimeSpec {
  readonly sec: number;
  readonly nsec: number;
}

export const NSEC_PER_SEC = 1_000_000_000;

/** Splits a span or a monotonic point. */
export function timeSpecFromNs(ns: number): TimeSpec {
  const sec = Math.floor(ns / NSEC_PER_SEC);
  return { sec, nsec: Math.min(Math.floor(ns - sec * NSEC_PER_SEC), NSEC_PER_SEC - 1) };
}

/** A span as nanoseconds; Infinity for spans of centuries, which are as good as for ever. */
export function nsFromTimeSpec(time: TimeSpec): number {
  return time.sec * NSEC_PER_SEC + time.nsec;
}

export class Clock {
  readonly #host: Host;
  /** The host's monotonic clock when this kernel booted: CLOCK_MONOTONIC and uptime start at zero there. */
  readonly bootNs: number;
  /** What clock_settime has added to the wall clock, milliseconds. */
  realtimeOffsetMs = 0;

  constructor(host: Host) {
    this.#host = host;
    this.bootNs = host.monotonicNs();
  }

  /** CLOCK_MONOTONIC: nanoseconds since this kernel booted. */
  monotonicNs(): number {
    return this.#host.monotonicNs() - this.bootNs;
  }

  /** Milliseconds since the epoch with fraction: the form that filesystems want. */
  realtimeMs(): number {
    return this.#host.realtimeMs() + this.realtimeOffsetMs;
  }

  /** CLOCK_REALTIME. */
  realtime(): TimeSpec {
    const ms = this.realtimeMs();
    const sec = Math.floor(ms / 1000);
    return { sec, nsec: Math.min(Math.floor((ms - sec * 1000) * 1e6), NSEC_PER_SEC - 1) };
  }

  /** The monotonic time at which the wall clock will show `time`. */
  monotonicAtRealtime(time: TimeSpec): number {
    const now = this.realtime();
    return this.monotonicNs() + (time.sec - now.sec) * NSEC_PER_SEC + (time.nsec - now.nsec);
  }

  /** When this kernel booted, seconds since the epoch: btime of /proc/stat. */
  bootTimeSec(): number {
    return Math.floor(this.realtimeMs() / 1000 - this.monotonicNs() / NSEC_PER_SEC);
  }
}
