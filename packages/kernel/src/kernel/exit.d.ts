import { type SigInfo } from "./siginfo.ts";
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";
/** Ends one thread. `status` is a wait status; the leader's counts unless the whole group was told to exit. */
export declare function exitTask(task: Task, status: number): void;
/** What SIGCHLD and waitid(2) say of an ended process. */
export declare function exitInfo(group: ThreadGroup): SigInfo;
/** The last trace of a process: release_task(). */
export declare function reap(group: ThreadGroup): void;
/** Takes a process out of its group; an empty group is gone, and so is its number. */
export declare function leaveProcessGroup(group: ThreadGroup): void;
/** The other threads end so that one is left: execve(2). It takes the leader's number if it was not the leader. */
export declare function deThread(task: Task): void;
/** exit_group(2): all threads end with this status; the caller at once. */
export declare function exitGroup(task: Task, status: number): void;
