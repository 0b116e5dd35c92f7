/**
 * Futexes with an owner: FUTEX_LOCK_PI and its kind, kernel/futex/pi.c. The word holds the owner's thread id, and
 * FUTEX_WAITERS once the kernel knows of the lock: then there is a PiState, which lives as long as somebody waits.
 *
 * Whoever unlocks hands the lock to the waiter that stands first, and writes its id into the word; if the owner dies,
 * the kernel does, and the new owner finds FUTEX_OWNER_DIED. Nothing is boosted: the scheduler has one priority.
 */
import {
  EAGAIN,
  EDEADLK,
  EFAULT,
  EINVAL,
  type Errno,
  ESRCH,
  FUTEX_OWNER_DIED,
  FUTEX_TID_MASK,
  FUTEX_WAITERS,
} from "@kernelet/abi";
import type { FutexKey } from "../mm/memory-manager.ts";
import type { FutexTable, FutexWaiter } from "./futex.ts";
import type { Task } from "./task.ts";

/** A lock for which somebody waits. */
export class PiState {
  readonly #table: PiTable;
  readonly key: FutexKey;
  /** Null: it died, and nobody has the lock. */
  owner: Task | null;
  /** The owner before died with the lock: whoever gets it next says so in the word. */
  ownerDied = false;

  constructor(table: PiTable, key: FutexKey, owner: Task) {
    this.#table = table;
    this.key = key;
    this.owner = owner;
  }

  /** A waiter has gone: without any, the word alone says whose the lock is. */
  left(): void {
    this.#table.forgetIfIdle(this);
  }
}

export class PiTable {
  readonly #futexes: FutexTable;
  readonly #states: Set<PiState> = new Set();

  constructor(futexes: FutexTable) {
    this.#futexes = futexes;
  }

  newState(key: FutexKey, owner: Task): PiState {
    const state = new PiState(this, key, owner);
    this.#states.add(state);
    return state;
  }

  forgetIfIdle(state: PiState): void {
    if (!this.#futexes.at(state.key).some((waiter) => waiter.pi === state)) {
      this.#states.delete(state);
    }
  }

  /** Gives the lock to the first waiter. @returns it, or null if nobody waits. */
  handOver(state: PiState): FutexWaiter | null {
    const next = this.#futexes.at(state.key).find((waiter) => waiter.pi === state);
    if (next === undefined) return null;
    state.owner = next.task;
    this.#futexes.wakeOne(next);
    this.forgetIfIdle(state);
    return next;
  }

  /** exit_pi_state_list(): what the task owned goes to the next ones, who will find FUTEX_OWNER_DIED. */
  ownerExits(task: Task): void {
    for (const state of [...this.#states]) {
      if (state.owner !== task) continue;
      state.owner = null;
      state.ownerDied = true;
      this.handOver(state);
    }
  }
}

/** The number of a task as words of its futexes have it. */
export function wordTid(task: Task): number {
  return task.pids.show(task.tid);
}

/** Who has the number that a word of `task` names. */
export function taskOfWord(task: Task, tid: number): Task | undefined {
  return task.pids.task(tid);
}

/** The word of a lock, unsigned. */
export function readWord(task: Task, addr: number): number | null {
  const word = task.mm.readInt32(addr);
  return word === null ? null : word >>> 0;
}

/**
 * Takes the lock if it is free, else finds out who has it, and leaves FUTEX_WAITERS in the word:
 * futex_lock_pi_atomic().
 *
 * @param caller in whose memory `addr` is; `task` is who is to have the lock.
 */
export function lockAtOnce(
  caller: Task,
  addr: number,
  key: FutexKey,
  task: Task,
  setWaiters: boolean,
): "locked" | PiState | Errno {
  const word = readWord(caller, addr);
  if (word === null) return EFAULT;
  const tid = wordTid(task);
  const ownerTid = (word & FUTEX_TID_MASK) >>> 0;
  if (ownerTid === tid) return EDEADLK;
  const { futexes, piFutexes } = caller.kernel;
  const first = futexes.at(key)[0];
  if (first !== undefined) return attach(word, first.pi);
  if (ownerTid === 0) {
    const waiters = setWaiters ? FUTEX_WAITERS : 0;
    const taken = (word & FUTEX_OWNER_DIED) | tid | waiters;
    return caller.mm.writeInt32(addr, taken) === 0 ? "locked" : EFAULT;
  }
  if (caller.mm.writeInt32(addr, word | FUTEX_WAITERS) !== 0) return EFAULT;
  const owner = taskOfWord(caller, ownerTid);
  return owner?.isAlive === true ? piFutexes.newState(key, owner) : ESRCH;
}

/** attach_to_pi_state(): whether the word and what the kernel knows say the same. */
function attach(word: number, state: PiState | null): PiState | Errno {
  if (state === null) return EINVAL;
  const tid = (word & FUTEX_TID_MASK) >>> 0;
  const died = (word & FUTEX_OWNER_DIED) !== 0;
  if (state.owner === null) return !died || tid !== 0 ? EINVAL : state;
  if (died && tid === 0) return state;
  return tid === wordTid(state.owner) ? state : EINVAL;
}

/** Whether waiting for `state` would make `task` wait for itself. */
export function wouldDeadlock(task: Task, state: PiState): boolean {
  let { owner } = state;
  const seen = new Set<Task>();
  while (owner !== null && !seen.has(owner)) {
    if (owner === task) return true;
    seen.add(owner);
    owner =
      owner.futexWaiters[0]?.isWoken === false ? (owner.futexWaiters[0].pi?.owner ?? null) : null;
  }
  return false;
}

/** The lock has come to `task`, which writes that down if nobody else has: fixup_pi_owner(). */
export function takeOver(task: Task, addr: number, state: PiState): 0 | Errno {
  const word = readWord(task, addr);
  if (word === null) return EFAULT;
  const died = state.ownerDied ? FUTEX_OWNER_DIED : word & FUTEX_OWNER_DIED;
  state.ownerDied = false;
  const next = (FUTEX_WAITERS | died | wordTid(task)) >>> 0;
  if ((word & FUTEX_TID_MASK) >>> 0 === wordTid(task) && died === 0) return 0;
  return task.mm.writeInt32(addr, next);
}

/** What a try gives that would have to wait. */
export const LOCK_IS_HELD: Errno = EAGAIN;
