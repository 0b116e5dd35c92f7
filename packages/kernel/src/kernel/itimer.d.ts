import type { ThreadGroup } from "./thread-group.ts";
import type { Timer } from "./timer-queue.ts";
/**
 * ITIMER_REAL. After an expiry it starts again only when SIGALRM has been taken, so that a process that
 * blocks the signal is not sent more than it can see (it_real_fn, and itimer handling in dequeue_signal).
 */
export declare class ItimerReal implements Timer {
  #private;
  deadlineNs: number;
  heapIndex: number;
  sequence: number;
  intervalNs: number;
  constructor(group: ThreadGroup);
  /** @param valueNs time to the first expiry, 0 to disarm. */
  set(valueNs: number, intervalNs: number): void;
  /** Time to the next expiry, 0 if there is none. A timer about to fire has at least a microsecond. */
  remainingNs(): number;
  expire(_nowNs: number): void;
  /** SIGALRM was taken: the next interval counts from the last deadline, missed ones left out. */
  signalTaken(): void;
}
/** ITIMER_VIRTUAL and ITIMER_PROF: looked at when a slice of the process ends. */
export declare class ItimerCpu {
  #private;
  intervalNs: number;
  /** In CPU time of the process; Infinity when disarmed. */
  deadlineNs: number;
  constructor(group: ThreadGroup, which: number);
  set(valueNs: number, intervalNs: number): void;
  remainingNs(): number;
  check(): void;
}
