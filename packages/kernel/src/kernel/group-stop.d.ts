import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";
/** A thread has taken a stop signal: all threads are to stop, this one at once. */
export declare function stopGroup(task: Task, signo: number): void;
/** This thread's part: it stops, and the last one tells the parent. */
export declare function participateInStop(task: Task): void;
/** One thread fewer has yet to stop: it stopped, or it exited. */
export declare function leaveStop(group: ThreadGroup): void;
/** SIGCONT was sent. */
export declare function continueGroup(group: ThreadGroup): void;
