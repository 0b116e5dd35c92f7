/**
 * The clocks of clock_gettime(2), all derived from the host's two. A point of the wall clock is
 * seconds and nanoseconds, because nanoseconds since the epoch do not fit a double.
 */
import type { Host } from "../host.ts";
export interface TimeSpec {
  readonly sec: number;
  readonly nsec: number;
}
export declare const NSEC_PER_SEC = 1000000000;
/** Splits a span or a monotonic point. */
export declare function timeSpecFromNs(ns: number): TimeSpec;
/** A span as nanoseconds; Infinity for spans of centuries, which are as good as for ever. */
export declare function nsFromTimeSpec(time: TimeSpec): number;
export declare class Clock {
  #private;
  /** The host's monotonic clock when this kernel booted: CLOCK_MONOTONIC and uptime start at zero there. */
  readonly bootNs: number;
  /** What clock_settime has added to the wall clock, milliseconds. */
  realtimeOffsetMs: number;
  constructor(host: Host);
  /** CLOCK_MONOTONIC: nanoseconds since this kernel booted. */
  monotonicNs(): number;
  /** Milliseconds since the epoch with fraction: the form that filesystems want. */
  realtimeMs(): number;
  /** CLOCK_REALTIME. */
  realtime(): TimeSpec;
  /** The monotonic time at which the wall clock will show `time`. */
  monotonicAtRealtime(time: TimeSpec): number;
  /** When this kernel booted, seconds since the epoch: btime of /proc/stat. */
  bootTimeSec(): number;
}
