/**
 * System calls that somebody outside of the kernel decides: a hook of the SDK. The task waits with its question, as with
 * seccomp_unotify(2), and other tasks run meanwhile.
 *
 *   asked ──▶ keeper: allow ──▶ the next keeper … ──▶ the call is made
 *                     deny  ──▶ the call gives an errno
 *                     delay ──▶ the task sleeps, and then one of these
 */
import { EPERM, type Errno, isErrno } from "@kernelet/abi";
import { PendingWait } from "../kernel/pending-wait.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { WaitQueue } from "../kernel/wait-queue.ts";
import type { SyscallRow } from "../syscalls/row.ts";
import { type CallDescription, describeCall } from "./call-description.ts";

/** What becomes of a call. */
export interface GateVerdict {
  /** null: it is made, unless another keeper says no. */
  readonly errno: Errno | null;
  /** Nanoseconds before that. */
  readonly delayNs: number;
}

/** Who decides. */
export interface Gatekeeper {
  /** Numbers of the calls it is asked about. */
  readonly calls: ReadonlySet<number>;
  /** Is to lead to `gate.answer`, now or later. */
  ask(id: number, call: CallDescription): void;
}

class Question extends PendingWait {
  readonly id: number;
  readonly gate: Gate;
  readonly call: CallDescription;
  /** Those who have not been asked, and are to be. */
  readonly rest: Gatekeeper[];
  keeper: Gatekeeper;
  verdict: GateVerdict | null = null;
  /** A delay was slept until then, on the monotonic clock. */
  deadlineNs = 0;
  /** Woken by the verdict. */
  readonly queue: WaitQueue = new WaitQueue();

  constructor(id: number, gate: Gate, call: CallDescription, keepers: readonly Gatekeeper[]) {
    super();
    this.id = id;
    this.gate = gate;
    this.call = call;
    this.rest = [...keepers];
    this.keeper = this.rest.shift() as Gatekeeper;
  }

  ask(): void {
    this.verdict = null;
    this.keeper.ask(this.id, this.call);
  }

  override cancel(): void {
    this.gate.drop(this.id);
  }
}

export class Gate {
  readonly #keepers: Set<Gatekeeper> = new Set();
  readonly #open: Map<number, Question> = new Map();
  #lastId = 0;

  get isEmpty(): boolean {
    return this.#keepers.size === 0;
  }

  add(keeper: Gatekeeper): void {
    this.#keepers.add(keeper);
  }

  /** The keeper has gone; what it has not answered is denied. */
  remove(keeper: Gatekeeper): void {
    this.#keepers.delete(keeper);
    for (const question of this.#open.values()) {
      const i = question.rest.indexOf(keeper);
      if (i >= 0) question.rest.splice(i, 1);
      if (question.keeper === keeper && question.verdict === null) {
        this.answer(question.id, { errno: EPERM, delayNs: 0 });
      }
    }
  }

  /** An answer to a question that is no longer open is forgotten. */
  answer(id: number, verdict: GateVerdict): void {
    const question = this.#open.get(id);
    if (question === undefined || question.verdict !== null) return;
    question.verdict = verdict;
    question.queue.wake();
  }

  /** The task waits no more. */
  drop(id: number): void {
    this.#open.delete(id);
  }

  /** The call begins. @returns undefined if it is to be made. Without keepers, that costs every call one test. */
  enter(task: Task, row: SyscallRow): SyscallResult | undefined {
    return this.isEmpty ? undefined : this.#ask(task, row);
  }

  #ask(task: Task, row: SyscallRow): SyscallResult | undefined {
    const keepers = [...this.#keepers].filter(({ calls }) => calls.has(row.nr));
    if (keepers.length === 0) return undefined;
    const question = new Question(++this.#lastId, this, describeCall(task, row), keepers);
    this.#open.set(question.id, question);
    task.pending.data = question;
    question.ask();
    return goOn(task, question);
  }
}

/** The task whose call was asked about runs again. @returns undefined if the call is to be made. */
export function resumeAtGate(task: Task): SyscallResult | undefined {
  const { data } = task.pending;
  return data instanceof Question ? goOn(task, data) : undefined;
}

function goOn(task: Task, question: Question): SyscallResult | undefined {
  for (;;) {
    const { verdict } = question;
    if (verdict === null) return wait(task, question);
    const { clock } = task.kernel;
    if (verdict.delayNs > 0) {
      if (question.deadlineNs === 0) question.deadlineNs = clock.monotonicNs() + verdict.delayNs;
      if (clock.monotonicNs() < question.deadlineNs) return wait(task, question);
      question.deadlineNs = 0;
    }
    const next = question.rest.shift();
    if (verdict.errno !== null || next === undefined) {
      question.cancel();
      task.resetPending();
      return verdict.errno ?? undefined;
    }
    question.keeper = next;
    question.ask();
  }
}

/** A signal makes the call begin again, or gives EINTR, as it does with calls that wait. */
function wait(task: Task, question: Question): SyscallResult {
  const { deadlineNs } = question;
  const blocked = task.block([question.queue], deadlineNs === 0 ? {} : { deadlineNs });
  if (isErrno(blocked)) {
    question.cancel();
    task.pending.data = null;
  }
  return blocked;
}
