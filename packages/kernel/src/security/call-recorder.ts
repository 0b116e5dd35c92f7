/** Records system calls as data: what a program asked of its kernel, and what it got. */
import { type Errno, errnoName, isErrno } from "@kernelet/abi";
import { BLOCKED, type SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallRow } from "../syscalls/row.ts";
import { isPrintedAtExit, printArgument } from "../syscalls/strace/kinds.ts";
import { type CallDescription, describeCall } from "./call-description.ts";
import type { SecurityHooks } from "./hooks.ts";

export interface CallRecord extends CallDescription {
  /** When it began, nanoseconds since the sandbox's start. */
  readonly startNs: number;
  readonly durationNs: number;
  /** What it gave; null if it did not return, or failed. */
  readonly result: number | null;
  /** "ENOENT"; null if it did not fail. */
  readonly errno: string | null;
}

interface Begun {
  readonly description: CallDescription;
  readonly args: readonly bigint[];
  readonly startNs: number;
}

export class CallRecorder implements SecurityHooks {
  readonly #calls: ReadonlySet<number>;
  readonly #record: (record: CallRecord) => void;
  readonly #begun: Map<Task, Begun> = new Map();

  constructor(calls: ReadonlySet<number>, record: (record: CallRecord) => void) {
    this.#calls = calls;
    this.#record = record;
  }

  /** Only looks: it has no verdict. */
  syscallEnter(task: Task, row: SyscallRow): undefined {
    if (!this.#calls.has(row.nr)) return;
    this.#begun.set(task, {
      description: describeCall(task, row),
      args: row.kinds.map((_, i) => task.args.big(i)),
      startNs: task.kernel.clock.monotonicNs(),
    });
  }

  syscallExit(task: Task, row: SyscallRow, result: SyscallResult): void {
    this.#finish(task, row, result);
  }

  /** In a call that does not return: exit(2), or one that the end came in. */
  taskExited(task: Task): void {
    this.#finish(task, null, BLOCKED);
  }

  #finish(task: Task, row: SyscallRow | null, result: SyscallResult): void {
    const begun = this.#begun.get(task);
    if (begun === undefined) return;
    this.#begun.delete(task);
    const { description, args, startNs } = begun;
    const call = { task, args, result };
    const printed = description.args.map((text, i) => {
      const kind = row?.kinds[i];
      return kind !== undefined && isPrintedAtExit(kind) ? printArgument(call, kind, i) : text;
    });
    this.#record({
      ...description,
      args: printed,
      startNs,
      durationNs: task.kernel.clock.monotonicNs() - startNs,
      result: result >= 0 ? result : null,
      errno: isErrno(result) ? errnoName(result as Errno) : null,
    });
  }
}
