/**
 * Everything that is to happen at a time: sleeps, alarms, timers. A binary heap by deadline on the
 * monotonic clock; equal deadlines fire in the order in which they were started.
 */
export interface Timer {
  /** When it is due, monotonic nanoseconds. Changed only by TimerQueue.start. */
  deadlineNs: number;
  /** Its place in the heap, -1 when not started. Owner: TimerQueue. */
  heapIndex: number;
  /** Order among equal deadlines. Owner: TimerQueue. */
  sequence: number;
  /** Called once when due; may start itself again. */
  expire(nowNs: number): void;
}
export declare class TimerQueue {
  #private;
  get size(): number;
  /** The earliest deadline, or undefined if nothing is due ever. */
  get nextNs(): number | undefined;
  /** Starts a timer, or moves one that runs. */
  start(timer: Timer, deadlineNs: number): void;
  stop(timer: Timer): void;
  /** Fires what is due. */
  run(nowNs: number): void;
}
