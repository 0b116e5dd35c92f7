/**
 * Futexes: futex(2), kernel/futex. A waiter sleeps on a key: the place of the word in memory that its
 * users share, an address space or a file (mm.futexKey). Real-time tasks stand before others, else first come,
 * first served. What owners and priorities have to do with it is in pi-futex.ts.
 */
import { EINVAL, type Errno, FUTEX_BITSET_MATCH_ANY, SCHED_FIFO, SCHED_RR } from "@kernelet/abi";
import { PAGE_R } from "../arch/x86/processor.ts";
import type { FutexKey } from "../mm/memory-manager.ts";
import type { PiState } from "./pi-futex.ts";
import type { Task } from "./task.ts";
import { WaitQueue } from "./wait-queue.ts";

export interface FutexWaiter {
  readonly task: Task;
  /** Changes when the waiter is requeued. */
  key: FutexKey;
  readonly bitset: number;
  /** Its own queue: the task sleeps here whatever happens to the key. */
  readonly queue: WaitQueue;
  /** Taken off its key by a wake, or, at a lock, made its owner. */
  isWoken: boolean;
  /** futex_waitv: which of the waiters was woken. */
  readonly index: number;
  /** The lock that it waits for: FUTEX_LOCK_PI, or moved there by FUTEX_CMP_REQUEUE_PI. */
  pi: PiState | null;
  /** FUTEX_WAIT_REQUEUE_PI: the lock that it will be moved to. */
  readonly requeueTo: FutexKey | null;
}

/** What a waiter may be besides waiting. */
export type WaiterOptions = Partial<Pick<FutexWaiter, "index" | "pi" | "requeueTo">>;

export function sameKey(a: FutexKey, b: FutexKey): boolean {
  return a.object === b.object && a.offset === b.offset;
}

/** Higher goes first. Tasks without real-time priority are all alike, whatever their nice value. */
function waitPriority(task: Task): number {
  return task.schedPolicy === SCHED_FIFO || task.schedPolicy === SCHED_RR ? task.schedPriority : 0;
}

export class FutexTable {
  /** Waiters by object and place, in the order in which they are woken. */
  readonly #objects: Map<object, Map<number, FutexWaiter[]>> = new Map();
  /** An object's places, empty: for the next object that somebody waits at. */
  #spare: Map<number, FutexWaiter[]> | null = null;

  /** Waiters at all keys. */
  get size(): number {
    let n = 0;
    for (const places of this.#objects.values())
      for (const list of places.values()) n += list.length;
    return n;
  }

  /** Who waits at a key, next first. */
  at(key: FutexKey): readonly FutexWaiter[] {
    return this.#objects.get(key.object)?.get(key.offset) ?? [];
  }

  add(task: Task, key: FutexKey, bitset: number, options: WaiterOptions = {}): FutexWaiter {
    const { index = 0, pi = null, requeueTo = null } = options;
    const queue = new WaitQueue();
    const waiter = { task, key, bitset, queue, isWoken: false, index, pi, requeueTo };
    this.#insert(waiter);
    return waiter;
  }

  #insert(waiter: FutexWaiter): void {
    const { object, offset } = waiter.key;
    let places = this.#objects.get(object);
    if (places === undefined) {
      places = this.#spare ?? new Map();
      this.#spare = null;
      this.#objects.set(object, places);
    }
    const list = places.get(offset);
    if (list === undefined) {
      places.set(offset, [waiter]);
      return;
    }
    const priority = waitPriority(waiter.task);
    let at = list.length;
    while (at > 0 && waitPriority((list[at - 1] as FutexWaiter).task) < priority) at--;
    list.splice(at, 0, waiter);
  }

  /** The waiter waits no more. */
  remove(waiter: FutexWaiter): void {
    const { object, offset } = waiter.key;
    const places = this.#objects.get(object);
    const list = places?.get(offset);
    const i = list?.indexOf(waiter) ?? -1;
    if (list === undefined || i < 0) return;
    if (list.length > 1) {
      list.splice(i, 1);
      return;
    }
    places?.delete(offset);
    if (places?.size !== 0) return;
    this.#objects.delete(object);
    this.#spare = places;
  }

  /** The task is gone, or its wait was given up. */
  cancel(task: Task): void {
    for (const waiter of task.futexWaiters) {
      this.remove(waiter);
      waiter.pi?.left();
    }
    task.futexWaiters = [];
  }

  /** Takes a waiter off its key and lets it go on. */
  wakeOne(waiter: FutexWaiter): void {
    this.remove(waiter);
    waiter.isWoken = true;
    waiter.queue.wake();
  }

  /**
   * Wakes up to `count` waiters that have a bit of `bitset`.
   * @returns how many; EINVAL at somebody who waits for a lock, which only its owner gives away.
   */
  wake(key: FutexKey, count: number, bitset: number = FUTEX_BITSET_MATCH_ANY): number | Errno {
    let woken = 0;
    const waiters = this.at(key);
    if (waiters.length === 0) return 0;
    for (const waiter of waiters.length === 1 ? waiters : [...waiters]) {
      if (woken >= count) break;
      if (isForLock(waiter)) return EINVAL;
      if ((waiter.bitset & bitset) === 0) continue;
      this.wakeOne(waiter);
      woken++;
    }
    return woken;
  }

  /** Wakes waiters of a word that may be private or shared: what the kernel does at a thread's exit. */
  wakeAddress(task: Task, addr: number, count: number): void {
    const key = task.mm.futexKey(addr, false, PAGE_R);
    if (key !== null) this.wake(key, count);
  }

  /** Wakes up to `wakeCount` waiters, and moves up to `moveCount` of the others to another key. @returns how many. */
  requeue(
    from: FutexKey,
    to: FutexKey,
    wakeCount: number,
    moveCount: number,
  ): { woken: number; moved: number } | Errno {
    let woken = 0;
    let moved = 0;
    for (const waiter of [...this.at(from)]) {
      if (woken >= wakeCount && moved >= moveCount) break;
      if (isForLock(waiter)) return EINVAL;
      if (woken < wakeCount) {
        this.wakeOne(waiter);
        woken++;
      } else {
        this.move(waiter, to);
        moved++;
      }
    }
    return { woken, moved };
  }

  move(waiter: FutexWaiter, to: FutexKey): void {
    if (sameKey(waiter.key, to)) return;
    this.remove(waiter);
    waiter.key = to;
    this.#insert(waiter);
  }
}

function isForLock(waiter: FutexWaiter): boolean {
  return waiter.pi !== null || waiter.requeueTo !== null;
}
