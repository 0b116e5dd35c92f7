/**
 * Making tasks: clone(2), clone3(2), fork(2), vfork(2); kernel/fork.c, copy_process().
 */
import { type Errno } from "@kernelet/abi";
import { Task } from "./task.ts";
import { ThreadGroup } from "./thread-group.ts";
/** What the four calls have in common: struct kernel_clone_args. */
export interface CloneRequest {
  /** CLONE_* of the low 32 bits, without the exit signal. */
  readonly flags: number;
  readonly exitSignal: number;
  /** Stack pointer of the child, 0 to keep the parent's. */
  readonly stackPointer: number;
  readonly tls: number;
  readonly parentTidAddr: number;
  readonly childTidAddr: number;
  readonly pidfdAddr: number;
  readonly clearHandlers?: boolean;
  /** clone3's set_tid for the only PID namespace; 0 for any. */
  readonly wantedTid?: number;
}
/** Makes a task; it is runnable and returns 0 from the call. Either it exists completely or nothing has changed. */
export declare function cloneTask(parent: Task, request: CloneRequest): Task | Errno;
/** execve and exit: the vfork parent goes on. */
export declare function finishVfork(group: ThreadGroup): void;
