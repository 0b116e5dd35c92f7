/**
 * A place where tasks wait. Plain data: a list of waiters; waking moves tasks back to the run queue in the
 * order in which they came (deterministic).
 */
/** Poll events (POLLIN …) that a waiter is interested in; 0xffffffff = all. */
export type EventMask = number;
export interface Waiter {
  /** Called on wake-up; must only change plain state (make a task runnable, mark an epoll item ready). */
  wake(events: EventMask): void;
  readonly mask: EventMask;
  /** Woken alone: `wake` stops after one exclusive waiter (EPOLLEXCLUSIVE, accept). */
  readonly exclusive: boolean;
}
export declare class WaitQueue {
  #private;
  add(waiter: Waiter): void;
  remove(waiter: Waiter): void;
  /** Wakes those interested in `events`; at most `limit` exclusive ones. */
  wake(events?: EventMask, limit?: number): void;
  get isEmpty(): boolean;
}
