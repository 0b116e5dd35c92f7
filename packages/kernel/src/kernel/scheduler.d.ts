/**
 * Round robin over the tasks that can run: first come, first served, a slice each. The order is a
 * function of the kernel's state alone, so a run can be replayed.
 *
 * Policies, priorities and affinity are kept and reported (sched(7)) but decide nothing: there is one
 * processor, and a sandbox's peers are its own tasks.
 */
import type { Task } from "./task.ts";
export declare class Scheduler {
  #private;
  /** The task whose slice it is. */
  current: Task | null;
  /** Tasks that wait for their slice, the current one not counted. */
  get runnable(): number;
  /** Puts a task at the end; one that is there keeps its place. */
  enqueue(task: Task): void;
  next(): Task | undefined;
}
