/** Waiting for children: wait4(2), waitid(2); kernel/exit.c, do_wait(). */
import { type Errno } from "@kernelet/abi";
import type { BLOCKED } from "./result.ts";
import { type Rusage } from "./rusage.ts";
import type { SigInfo } from "./siginfo.ts";
import type { Task } from "./task.ts";
/** Which children: all of those that match. */
export type ChildSelector =
  | {
      readonly kind: "any";
    }
  | {
      readonly kind: "pid";
      readonly pid: number;
    }
  | {
      readonly kind: "group";
      readonly pgid: number;
    };
export interface WaitedChild {
  readonly pid: number;
  /** As wait4 stores it. */
  readonly status: number;
  /** As waitid stores it. */
  readonly info: SigInfo;
  readonly usage: Rusage;
}
/**
 * Takes one state change of a child. Children of all threads count (__WNOTHREAD is of no effect).
 * @returns null with WNOHANG if there is nothing yet.
 */
export declare function waitForChild(
  task: Task,
  selector: ChildSelector,
  options: number,
): WaitedChild | null | Errno | typeof BLOCKED;
