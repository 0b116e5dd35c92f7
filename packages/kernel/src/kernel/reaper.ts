/**
 * Pid 1 where the kernel itself is the reaper (KernelOptions.init): nothing runs there, but programs expect somebody.
 * It is root's, with all capabilities, and takes no signal.
 */
import type { Task } from "./task.ts";

/** Whether `pid`, as `task` sees it, is the kernel's own. */
export function isKernelReaper(task: Task, pid: number): boolean {
  return pid === 1 && task.pids.parent === null && task.kernel.reaperPid === 1;
}
