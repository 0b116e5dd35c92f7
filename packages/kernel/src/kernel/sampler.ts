/** For profilers. */
import type { Task } from "./task.ts";

export interface Sampler {
  /**
   * The task is about to run user code: its registers and memory may be read.
   * @returns the fuel after which to look again; the slice is as long as ever.
   */
  look(task: Task): number;
}
