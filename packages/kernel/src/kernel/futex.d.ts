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
export declare class FutexTable {
  #private;
  /** Waiters at all keys. */
  get size(): number;
  add(task: Task, key: FutexKey, bitset: number, index?: number): FutexWaiter;
  /** The waiter waits no more. */
  remove(waiter: FutexWaiter): void;
  /** The task is gone, or its wait was given up. */
  cancel(task: Task): void;
  /** Wakes up to `count` waiters that have a bit of `bitset`. @returns how many. */
  wake(key: FutexKey, count: number, bitset?: number): number;
  /** Wakes waiters of a word that may be private or shared: what the kernel does at a thread's exit. */
  wakeAddress(task: Task, addr: number, count: number): void;
  /** Moves up to `count` waiters to another key. @returns how many. */
  requeue(from: FutexKey, to: FutexKey, count: number): number;
}
