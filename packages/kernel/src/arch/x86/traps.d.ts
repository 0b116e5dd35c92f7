import type { Task } from "../../kernel/task.ts";
import { type Stop } from "./processor.ts";
/** Exception vectors. */
export declare const Vector: {
  readonly DE: 0;
  readonly DB: 1;
  readonly BP: 3;
  readonly OF: 4;
  readonly BR: 5;
  readonly UD: 6;
  readonly NM: 7;
  readonly NP: 11;
  readonly SS: 12;
  readonly GP: 13;
  readonly PF: 14;
  readonly MF: 16;
  readonly AC: 17;
  readonly XM: 19;
};
type Exception = Extract<
  Stop,
  {
    kind: "exception";
  }
>;
/** Sends the task the signal of an exception. */
export declare function raiseException(task: Task, stop: Exception): void;
/** A fault that mm could not resolve. */
export declare function raiseFault(
  task: Task,
  fault: {
    readonly signo: number;
    readonly code: number;
    readonly addr: number;
  },
  access: {
    readonly isWrite: boolean;
    readonly isFetch: boolean;
  },
): void;
export {};
