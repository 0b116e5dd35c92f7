/** CPU time of tasks and processes up to now, the running slice included. Nanoseconds. */
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";
export declare function threadCpuNs(task: Task): number;
export declare function processCpuNs(group: ThreadGroup): number;
/** The part spent in user code, for ITIMER_VIRTUAL. A running slice counts as user time until it ends. */
export declare function processUserNs(group: ThreadGroup): number;
