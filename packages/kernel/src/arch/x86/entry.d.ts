import type { Kernel } from "../../kernel/kernel.ts";
import type { Task } from "../../kernel/task.ts";
import { type Events, PAGE_R, PAGE_W, PAGE_X } from "./processor.ts";
/** Fuel of one slice: a few milliseconds at most. */
export declare const SLICE_FUEL = 200000;
export declare class Entry implements Events {
  #private;
  /** When the slice began; CPU clocks add what has passed since. */
  sliceStartNs: number;
  constructor(kernel: Kernel);
  /** Gives a task its slice. Preconditions: it is runnable and out of the run queue. */
  run(task: Task, nowNs: number): void;
  /** The guest executed SYSCALL. */
  syscall(): boolean;
  pageFault(address: number, access: typeof PAGE_R | typeof PAGE_W | typeof PAGE_X): boolean;
}
