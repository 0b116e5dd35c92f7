/**
 * What a sleeping call has left outside its task (a place in a list of waiters, an end of a FIFO that is counted), kept
 * in `task.pending.data`. The call itself takes it back when it ends; if the task ends first, exit does.
 */
import type { Task } from "./task.ts";

export abstract class PendingWait {
  /** Takes everything back. May be called when there is nothing left. */
  abstract cancel(): void;
}

/** The task will not finish the call that it sleeps in. */
export function cancelPendingWait(task: Task): void {
  const { data } = task.pending;
  task.pending.data = null;
  if (data instanceof PendingWait) data.cancel();
}
