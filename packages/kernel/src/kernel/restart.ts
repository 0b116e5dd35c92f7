/**
 * What restart_syscall(2) is to go on with: struct restart_block. Set by a call that was interrupted
 * and gives ERESTART_RESTARTBLOCK, because it must not begin its full time again.
 */
import type { TimerBase } from "./posix-timer.ts";

export type RestartBlock =
  | {
      readonly kind: "nanosleep";
      readonly deadlineNs: number;
      /** Where to store what is left, 0 for nowhere. */
      readonly remainAddr: number;
    }
  | {
      readonly kind: "cpu-nanosleep";
      readonly base: TimerBase;
      /** On the clock's own time line. */
      readonly deadlineNs: number;
      readonly remainAddr: number;
    }
  | {
      readonly kind: "poll";
      readonly deadlineNs: number;
      readonly addr: number;
      readonly count: number;
    }
  | {
      readonly kind: "futex";
      readonly deadlineNs: number;
      readonly addr: number;
      readonly value: number;
      readonly bitset: number;
      readonly isPrivate: boolean;
    };
