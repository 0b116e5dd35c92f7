/**
 * A place where tasks wait. Plain data: a list of waiters; waking moves tasks back to the run queue in the
 * order in which they came (deterministic).
 */

/** Poll events (POLLIN …) that a waiter is interested in; 0xffffffff = all. */
export type EventMask = number;

export interface Waiter {
  /**
   * Called on wake-up; must only change plain state (make a task runnable, mark an epoll item ready).
   * @returns false if nobody was there to be woken: another exclusive waiter may be instead.
   */
  wake(events: EventMask): boolean;
  readonly mask: EventMask;
  /** Woken alone: `wake` stops after one exclusive waiter (EPOLLEXCLUSIVE, accept). */
  readonly exclusive: boolean;
}

const NOBODY: Waiter[] = [];

export class WaitQueue {
  /** Mostly there is one: an array made of it has room for no more, an empty one would grow to seventeen. */
  #waiters: Waiter[] = NOBODY;

  add(waiter: Waiter): void {
    if (this.#waiters.length === 0) this.#waiters = [waiter];
    else this.#waiters.push(waiter);
  }

  /** Ahead of all others: epoll's places on the queues of files, which Linux puts there. */
  addFirst(waiter: Waiter): void {
    if (this.#waiters.length === 0) this.#waiters = [waiter];
    else this.#waiters.unshift(waiter);
  }

  remove(waiter: Waiter): void {
    const i = this.#waiters.indexOf(waiter);
    if (i < 0) return;
    if (this.#waiters.length === 1) this.#waiters = NOBODY;
    else this.#waiters.splice(i, 1);
  }

  /** Wakes those interested in `events`; at most `limit` exclusive ones. */
  wake(events: EventMask = 0xffffffff, limit = 1): void {
    const [first] = this.#waiters;
    if (first === undefined) return;
    if (this.#waiters.length === 1) {
      if ((first.mask & events) !== 0 && (!first.exclusive || limit !== 0)) first.wake(events);
      return;
    }
    let left = limit;
    for (const w of [...this.#waiters]) {
      if ((w.mask & events) === 0) continue;
      if (w.exclusive && left === 0) continue;
      const isAnswered = w.wake(events) !== false;
      if (w.exclusive && isAnswered) left--;
    }
  }

  get isEmpty(): boolean {
    return this.#waiters.length === 0;
  }
}
