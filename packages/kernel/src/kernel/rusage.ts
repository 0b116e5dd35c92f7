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

export function noRusage(): Rusage {
  return {
    userNs: 0,
    systemNs: 0,
    maxResidentPages: 0,
    minorFaults: 0,
    voluntarySwitches: 0,
    involuntarySwitches: 0,
  };
}

/** Adds `from` to `to`; the largest resident set is a maximum, not a sum. */
export function addRusage(to: Rusage, from: Rusage): void {
  to.userNs += from.userNs;
  to.systemNs += from.systemNs;
  to.maxResidentPages = Math.max(to.maxResidentPages, from.maxResidentPages);
  to.minorFaults += from.minorFaults;
  to.voluntarySwitches += from.voluntarySwitches;
  to.involuntarySwitches += from.involuntarySwitches;
}

export function threadRusage(task: Task): Rusage {
  return {
    userNs: task.userNs,
    systemNs: task.systemNs,
    maxResidentPages: task.threadGroup.maxResidentPages,
    minorFaults: task.minorFaults,
    voluntarySwitches: task.voluntarySwitches,
    involuntarySwitches: task.involuntarySwitches,
  };
}

/** Of all threads, those that have exited included. */
export function processRusage(group: ThreadGroup): Rusage {
  const sum = noRusage();
  addRusage(sum, group.deadThreads);
  for (const thread of group.threads) if (thread.isAlive) addRusage(sum, threadRusage(thread));
  sum.maxResidentPages = Math.max(sum.maxResidentPages, group.maxResidentPages);
  return sum;
}
