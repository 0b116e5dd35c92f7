/** What a task or process has used: getrusage(2). Sums; times in nanoseconds. */
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";
export interface Rusage {
  userNs: number;
  systemNs: number;
  /** Largest resident set of one process, in pages. */
  maxResidentPages: number;
  minorFaults: number;
  voluntarySwitches: number;
  involuntarySwitches: number;
}
export declare function noRusage(): Rusage;
/** Adds `from` to `to`; the largest resident set is a maximum, not a sum. */
export declare function addRusage(to: Rusage, from: Rusage): void;
export declare function threadRusage(task: Task): Rusage;
/** Of all threads, those that have exited included. */
export declare function processRusage(group: ThreadGroup): Rusage;
