import type { SigInfo } from "./siginfo.ts";
import type { SignalSet } from "./signal-set.ts";
import type { Task } from "./task.ts";
/** Whether `handleSignals` has anything to do before user space. */
export declare function hasSignalWork(task: Task): boolean;
/**
 * Takes signals until none is left. Afterwards the task is ready for user space (perhaps in a handler),
 * stopped, or gone.
 */
export declare function handleSignals(task: Task): void;
/** Takes the next signal that `mask` does not block: synchronous first, then by number, thread before process. */
export declare function dequeueSignal(task: Task, mask: SignalSet): SigInfo | undefined;
