/**
 * System V semaphores: semget(2), semop(2), semctl(2), ipc/sem.c.
 *
 * The operations of one semop are done together or not at all. Whoever cannot go on waits in the set; when a value
 * changes, the waiting calls are tried in order, and those that can go on are carried out here, on behalf of the
 * sleeper (so it cannot lose its turn), which only takes the result with it.
 */
import {
  EAGAIN,
  EIDRM,
  EINVAL,
  ENOMEM,
  ENOSPC,
  ERANGE,
  type Errno,
  IPC_NOWAIT,
  SEM_UNDO,
} from "@kernelet/abi";
import { PendingWait } from "../kernel/pending-wait.ts";
import type { Task } from "../kernel/task.ts";
import { WaitQueue } from "../kernel/wait-queue.ts";
import type { IpcNamespace } from "./ipc-namespace.ts";
import { IpcObject, secondsNow } from "./ipc-object.ts";
import type { SemUndo } from "./sem-undo.ts";

export const SEMMNI = 32000;
/** Semaphores of a set, of all sets, operations of a call, and the greatest value. */
export const SEMMSL = 32000;
export const SEMMNS = 1_024_000_000;
export const SEMOPM = 500;
export const SEMVMX = 32767;
/** Memory that Linux takes for a semaphore, and for a set: what is charged. */
const SEMAPHORE_BYTES = 64;
const SET_BYTES = 256;

/** struct sembuf. */
export interface SemOperation {
  readonly num: number;
  readonly op: number;
  readonly flags: number;
}

/** A semop(2) that sleeps. */
export class SemWaiter extends PendingWait {
  readonly set: SemaphoreSet;
  readonly operations: readonly SemOperation[];
  readonly undo: SemUndo | null;
  readonly pid: number;
  readonly queue: WaitQueue = new WaitQueue();
  /** The operation that cannot be done yet: what GETNCNT and GETZCNT count. */
  blocking: SemOperation;
  /** 0 or an errno once it is decided; null while it waits. */
  result: 0 | Errno | null = null;

  constructor(
    set: SemaphoreSet,
    parts: {
      readonly operations: readonly SemOperation[];
      readonly undo: SemUndo | null;
      readonly pid: number;
      readonly blocking: SemOperation;
    },
  ) {
    super();
    this.set = set;
    this.operations = parts.operations;
    this.undo = parts.undo;
    this.pid = parts.pid;
    this.blocking = parts.blocking;
  }

  finish(result: 0 | Errno): void {
    this.result = result;
    this.queue.wake();
  }

  override cancel(): void {
    this.set.cancel(this);
  }
}

export class SemaphoreSet extends IpcObject {
  readonly #namespace: IpcNamespace;
  readonly values: Uint16Array;
  /** The last process that changed or tested each. */
  readonly pids: Int32Array;
  /** Seconds since the epoch, 0 for never. */
  otime = 0;
  /** Calls that wait for zeros only, and those that change something, in the order in which they came. */
  #testing: SemWaiter[] = [];
  #changing: SemWaiter[] = [];
  readonly undos: Set<SemUndo> = new Set();

  constructor(task: Task, namespace: IpcNamespace, key: number, count: number, mode: number) {
    super(key, mode, task.credentials, namespace.clock);
    this.#namespace = namespace;
    this.values = new Uint16Array(count);
    this.pids = new Int32Array(count);
    namespace.semaphores += count;
  }

  get count(): number {
    return this.values.length;
  }

  get bytes(): number {
    return SET_BYTES + this.count * SEMAPHORE_BYTES;
  }

  /**
   * Does all operations, or none. @returns 0, an errno, or the operation that has to wait.
   */
  tryAll(
    operations: readonly SemOperation[],
    undo: SemUndo | null,
    pid: number,
  ): 0 | Errno | SemOperation {
    let done = 0;
    let failed: 0 | Errno | SemOperation = 0;
    for (const operation of operations) {
      const { num, op, flags } = operation;
      const value = this.values[num] as number;
      const next = value + op;
      if ((op === 0 && value !== 0) || next < 0) {
        failed = (flags & IPC_NOWAIT) !== 0 ? EAGAIN : operation;
        break;
      }
      if (next > SEMVMX || (usesUndo(operation) && undo?.adjust(num, -op) === false)) {
        failed = ERANGE;
        break;
      }
      this.values[num] = next;
      done++;
    }
    if (failed !== 0) {
      for (const operation of operations.slice(0, done).reverse()) {
        const { num, op } = operation;
        this.values[num] = (this.values[num] as number) - op;
        if (usesUndo(operation)) undo?.adjust(num, op);
      }
      return failed;
    }
    for (const { num } of operations) this.pids[num] = pid;
    return 0;
  }

  wait(waiter: SemWaiter): void {
    const isTest = waiter.operations.every(({ op }) => op === 0);
    (isTest ? this.#testing : this.#changing).push(waiter);
  }

  cancel(waiter: SemWaiter): void {
    this.#testing = this.#testing.filter((other) => other !== waiter);
    this.#changing = this.#changing.filter((other) => other !== waiter);
  }

  /** A value has changed: carries out what can be carried out now. */
  update(isOperation: boolean): void {
    if (isOperation) this.otime = secondsNow(this.#namespace.clock);
    while (this.#step(this.#testing, false) || this.#step(this.#changing, true)) {
      this.otime = secondsNow(this.#namespace.clock);
    }
  }

  /** @returns whether somebody could go on. For changes: stops after the first, which may help others before it. */
  #step(waiters: readonly SemWaiter[], stopsAtFirst: boolean): boolean {
    let progress = false;
    for (const waiter of [...waiters]) {
      const result = this.tryAll(waiter.operations, waiter.undo, waiter.pid);
      if (typeof result === "object") {
        waiter.blocking = result;
        continue;
      }
      this.cancel(waiter);
      waiter.finish(result);
      progress ||= result === 0;
      if (stopsAtFirst && result === 0) break;
    }
    return progress;
  }

  /** Calls that wait for `num` to be zero, or to grow. */
  waitersOf(num: number, forZero: boolean): number {
    let count = 0;
    for (const { blocking } of [...this.#testing, ...this.#changing]) {
      if (blocking.num === num && (forZero ? blocking.op === 0 : blocking.op < 0)) count++;
    }
    return count;
  }

  /** SETVAL: what is to be undone of it is forgotten. */
  setValue(num: number, value: number, pid: number): void {
    for (const undo of this.undos) undo.clear(num);
    this.values[num] = value;
    this.pids[num] = pid;
  }

  changed(): void {
    this.ctime = secondsNow(this.#namespace.clock);
    this.update(false);
  }

  /** IPC_RMID: whoever waits gets EIDRM. */
  remove(): void {
    this.#namespace.sem.remove(this);
    this.#namespace.semaphores -= this.count;
    this.#namespace.memory.uncharge(this.bytes);
    for (const undo of this.undos) undo.forget();
    this.undos.clear();
    for (const waiter of [...this.#testing, ...this.#changing]) waiter.finish(EIDRM);
    this.#testing = [];
    this.#changing = [];
  }
}

function usesUndo(operation: SemOperation): boolean {
  return (operation.flags & SEM_UNDO) !== 0 && operation.op !== 0;
}

/** newary(): a set of `count` semaphores, all zero, not yet in the table. */
export function newSemaphoreSet(
  task: Task,
  namespace: IpcNamespace,
  key: number,
  count: number,
  mode: number,
  full: 0 | Errno,
): SemaphoreSet | Errno {
  if (count === 0) return EINVAL;
  if (full !== 0 || namespace.semaphores + count > SEMMNS) return ENOSPC;
  if (!namespace.memory.charge(SET_BYTES + count * SEMAPHORE_BYTES)) return ENOMEM;
  return new SemaphoreSet(task, namespace, key, count, mode);
}
