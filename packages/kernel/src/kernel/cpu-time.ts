/** CPU time of tasks and processes up to now, the running slice included. Nanoseconds. */
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";

/** What the running slice has added that is not yet on the task: none for other tasks. */
function sliceNs(task: Task): number {
  const { kernel } = task;
  if (kernel.scheduler.current !== task) return 0;
  return kernel.clock.monotonicNs() - kernel.entry.sliceStartNs;
}

export function threadCpuNs(task: Task): number {
  return task.userNs + task.systemNs + sliceNs(task);
}

export function processCpuNs(group: ThreadGroup): number {
  let ns = group.deadThreads.userNs + group.deadThreads.systemNs;
  for (const thread of group.threads) if (thread.isAlive) ns += threadCpuNs(thread);
  return ns;
}

/** The part spent in user code, for ITIMER_VIRTUAL. A running slice counts as user time until it ends. */
export function processUserNs(group: ThreadGroup): number {
  let ns = group.deadThreads.userNs;
  for (const thread of group.threads) if (thread.isAlive) ns += thread.userNs + sliceNs(thread);
  return ns;
}
