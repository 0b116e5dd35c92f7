/**
 * Futexes: futex(2), kernel/futex. A waiter sleeps on a key: the place of the word in memory that its
 * users share, an address space or a file (mm.futexKey).
 */
import { FUTEX_BITSET_MATCH_ANY } from "@kernelet/abi";
import type { FutexKey } from "../mm/memory-manager.ts";
import type { Task } from "./task.ts";
import { WaitQueue } from "./wait-queue.ts";

export interface FutexWaiter {
  readonly task: Task;
  /** Changes when the waiter is requeued. */
  key: FutexKey;
  readonly bitset: number;
  /** Its own queue: the task sleeps here whatever happens to the key. */
  readonly queue: WaitQueue;
  /** Taken off its key by a wake. */
  isWoken: boolean;
  /** futex_waitv: which of the waiters was woken. */
  readonly index: number;
}

export class FutexTable {
  /** Waiters by object and place, in the order in which they came. */
  readonly #objects: Map<object, Map<number, FutexWaiter[]>> = new Map();

  /** Waiters at all keys. */
  get size(): number {
    let n = 0;
    for (const places of this.#objects.values())
      for (const list of places.values()) n += list.length;
    return n;
  }

  #list(key: FutexKey): FutexWaiter[] | undefined {
    return this.#objects.get(key.object)?.get(key.offset);
  }

  add(task: Task, key: FutexKey, bitset: number, index = 0): FutexWaiter {
    const queue = new WaitQueue();
    const waiter: FutexWaiter = { task, key, bitset, queue, isWoken: false, index };
    this.#insert(waiter);
    return waiter;
  }

  #insert(waiter: FutexWaiter): void {
    const { object, offset } = waiter.key;
    let places = this.#objects.get(object);
    if (places === undefined) {
      places = new Map();
      this.#objects.set(object, places);
    }
    const list = places.get(offset);
    if (list === undefined) places.set(offset, [waiter]);
    else list.push(waiter);
  }

  /** The waiter waits no more. */
  remove(waiter: FutexWaiter): void {
    const { object, offset } = waiter.key;
    const list = this.#list(waiter.key);
    const i = list?.indexOf(waiter) ?? -1;
    if (list === undefined || i < 0) return;
    list.splice(i, 1);
    if (list.length > 0) return;
    const places = this.#objects.get(object);
    places?.delete(offset);
    if (places?.size === 0) this.#objects.delete(object);
  }

  /** The task is gone, or its wait was given up. */
  cancel(task: Task): void {
    for (const waiter of task.futexWaiters) this.remove(waiter);
    task.futexWaiters = [];
  }

  /** Wakes up to `count` waiters that have a bit of `bitset`. @returns how many. */
  wake(key: FutexKey, count: number, bitset: number = FUTEX_BITSET_MATCH_ANY): number {
    let woken = 0;
    for (const waiter of [...(this.#list(key) ?? [])]) {
      if (woken >= count) break;
      if ((waiter.bitset & bitset) === 0) continue;
      this.remove(waiter);
      waiter.isWoken = true;
      waiter.queue.wake();
      woken++;
    }
    return woken;
  }

  /** Wakes waiters of a word that may be private or shared: what the kernel does at a thread's exit. */
  wakeAddress(task: Task, addr: number, count: number): void {
    const key = task.mm.futexKey(addr, false);
    if (key !== null) this.wake(key, count);
  }

  /** Moves up to `count` waiters to another key. @returns how many. */
  requeue(from: FutexKey, to: FutexKey, count: number): number {
    let moved = 0;
    for (const waiter of [...(this.#list(from) ?? [])]) {
      if (moved >= count) break;
      this.remove(waiter);
      waiter.key = to;
      this.#insert(waiter);
      moved++;
    }
    return moved;
  }
}
