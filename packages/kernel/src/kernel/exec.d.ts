/**
 * execve(2): a process becomes another program. Linux's fs/exec.c.
 *
 *   prepare    everything that can fail without harm: open, check, read arguments, new credentials
 *   --------   the point of no return: other threads end, the old memory goes
 *   load       map the program; a failure here ends the process with SIGSEGV
 *   start      registers
 */
import { type Errno } from "@kernelet/abi";
import { type ExecTarget } from "./exec-file.ts";
import { type SyscallResult } from "./result.ts";
import type { Task } from "./task.ts";
/** What runs, and with what. Strings are without NUL. */
interface ExecRequest {
  readonly target: ExecTarget;
  readonly argv: readonly Uint8Array[];
  readonly env: readonly Uint8Array[];
}
/** execve of an open file. @returns NO_RETURN if the process is another program now, or is gone. */
export declare function execFile(task: Task, request: ExecRequest): SyscallResult;
/** The first program of a kernel. @returns why it cannot run. */
export declare function execInit(
  task: Task,
  path: string,
  argv: readonly string[],
  env: readonly string[],
): 0 | Errno;
export {};
