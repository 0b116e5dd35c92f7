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

const NOBODY: readonly FutexWaiter[] = [];
/** A power of two. */
const BUCKETS = 256;

function bucketOf(key: FutexKey): number {
  return (key.offset >>> 2) & (BUCKETS - 1);
}

export class FutexTable {
  /**
   * Waiters by the hash of their place, in the order in which they are woken. Arrays that stay, as in Linux: a Map whose
   * entries come and go with each wait is made anew every few of them.
   */
  readonly #buckets: readonly FutexWaiter[][] = Array.from({ length: BUCKETS }, () => []);

  /** Waiters at all keys. */
  get size(): number {
    return this.#buckets.reduce((n, bucket) => n + bucket.length, 0);
  }

  /** Who waits at a key now, next first: a list of its own, whatever becomes of them. */
  at(key: FutexKey): readonly FutexWaiter[] {
    const bucket = this.#bucket(key);
    return bucket.length === 0 ? NOBODY : bucket.filter((waiter) => sameKey(waiter.key, key));
  }

  #bucket(key: FutexKey): FutexWaiter[] {
    return this.#buckets[bucketOf(key)] as FutexWaiter[];
  }

  add(task: Task, key: FutexKey, bitset: number, options: WaiterOptions = {}): FutexWaiter {
    const { index = 0, pi = null, requeueTo = null } = options;
    const queue = new WaitQueue();
    const waiter = { task, key, bitset, queue, isWoken: false, index, pi, requeueTo };
    this.#insert(waiter);
    return waiter;
  }

  #insert(waiter: FutexWaiter): void {
    const bucket = this.#bucket(waiter.key);
    const priority = waitPriority(waiter.task);
    let at = bucket.length;
    while (at > 0 && waitPriority((bucket[at - 1] as FutexWaiter).task) < priority) at--;
    if (at === bucket.length) bucket.push(waiter);
    else bucket.splice(at, 0, waiter);
  }

  /** The waiter waits no more. */
  remove(waiter: FutexWaiter): void {
    const bucket = this.#bucket(waiter.key);
    const i = bucket.indexOf(waiter);
    if (i < 0) return;
    if (i === bucket.length - 1) bucket.pop();
    else bucket.splice(i, 1);
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
    for (const waiter of this.at(key)) {
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
    for (const waiter of this.at(from)) {
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
