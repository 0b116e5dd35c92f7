/**
 * Round robin over the tasks that can run: first come, first served, a slice each. The order is a
 * function of the kernel's state alone, so a run can be replayed.
 *
 * Policies, priorities and affinity are kept and reported (sched(7)) but decide nothing: there is one
 * processor, and a sandbox's peers are its own tasks.
 */
import type { Task } from "./task.ts";

export class Scheduler {
  /** Runnable tasks, next first; entries before `#head` have been taken, and hold nothing: a task holds its memory. */
  #queue: (Task | undefined)[] = [];
  #head = 0;
  /** The task whose slice it is. */
  current: Task | null = null;

  /** Tasks that wait for their slice, the current one not counted. */
  get runnable(): number {
    return this.#queue.length - this.#head;
  }

  /** Puts a task at the end; one that is there keeps its place. */
  enqueue(task: Task): void {
    if (task.isQueued) return;
    task.isQueued = true;
    this.#queue.push(task);
  }

  next(): Task | undefined {
    const task = this.#queue[this.#head];
    if (task === undefined) return undefined;
    task.isQueued = false;
    this.#queue[this.#head++] = undefined;
    if (this.#head > 64 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return task;
  }
}
