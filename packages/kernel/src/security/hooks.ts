/**
 * The places where policy and tracing subscribe: what Linux's security modules, tracepoints and ptrace
 * stops are to it. All hooks are synchronous, called in the order of subscription, and get the objects
 * themselves. A hook that nobody uses costs one test.
 */
import type { Errno } from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { SigInfo } from "../kernel/siginfo.ts";
import type { Task } from "../kernel/task.ts";
import type { ThreadGroup } from "../kernel/thread-group.ts";
import type { SyscallRow } from "../syscalls/row.ts";
import { Gate } from "./gate.ts";

/** Answers instead of the kernel: an errno for the application. undefined: no opinion. */
export type Verdict = Errno | undefined;

export interface SecurityHooks {
  /** Before the handler's first try, with the arguments in `task.args`. */
  syscallEnter?(task: Task, row: SyscallRow): Verdict;
  /** When the call has its result. Not called for NO_RETURN and exit. */
  syscallExit?(task: Task, row: SyscallRow, result: SyscallResult): void;
  /** The call waits. */
  syscallBlocked?(task: Task, row: SyscallRow): void;
  /** A signal is delivered: its handler runs, or it stops or ends the task. */
  signalDelivered?(task: Task, info: SigInfo): void;
  taskCreated?(parent: Task | null, child: Task): void;
  taskExited?(task: Task, status: number): void;
  /** The last thread has gone; `group.exitStatus` is the wait status. */
  processExited?(group: ThreadGroup): void;
  groupStopped?(task: Task, signo: number): void;
}

export class HookList {
  readonly #subscribers: SecurityHooks[] = [];
  /** Those who take their time to decide. They come last. */
  readonly gate: Gate = new Gate();

  subscribe(hooks: SecurityHooks): void {
    this.#subscribers.push(hooks);
  }

  unsubscribe(hooks: SecurityHooks): void {
    const i = this.#subscribers.indexOf(hooks);
    if (i >= 0) this.#subscribers.splice(i, 1);
  }

  get isEmpty(): boolean {
    return this.#subscribers.length === 0 && this.gate.isEmpty;
  }

  /** @returns the first verdict that anybody gives. */
  syscallEnter(task: Task, row: SyscallRow): Verdict {
    let verdict: Verdict;
    for (const hooks of this.#subscribers) {
      const answer = hooks.syscallEnter?.(task, row);
      if (verdict === undefined && typeof answer === "number") verdict = answer;
    }
    return verdict;
  }

  syscallExit(task: Task, row: SyscallRow, result: SyscallResult): void {
    for (const hooks of this.#subscribers) hooks.syscallExit?.(task, row, result);
  }

  syscallBlocked(task: Task, row: SyscallRow): void {
    for (const hooks of this.#subscribers) hooks.syscallBlocked?.(task, row);
  }

  signalDelivered(task: Task, info: SigInfo): void {
    for (const hooks of this.#subscribers) hooks.signalDelivered?.(task, info);
  }

  taskCreated(parent: Task | null, child: Task): void {
    for (const hooks of this.#subscribers) hooks.taskCreated?.(parent, child);
  }

  taskExited(task: Task, status: number): void {
    for (const hooks of this.#subscribers) hooks.taskExited?.(task, status);
  }

  processExited(group: ThreadGroup): void {
    for (const hooks of this.#subscribers) hooks.processExited?.(group);
  }

  groupStopped(task: Task, signo: number): void {
    for (const hooks of this.#subscribers) hooks.groupStopped?.(task, signo);
  }
}
