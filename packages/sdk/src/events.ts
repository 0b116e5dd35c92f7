/** Events that come by themselves, for one reader that takes its time. */

/** Kept for a reader; more are counted and not kept. */
const MAX_KEPT = 100_000;

/** Iterates what comes, to the end; leaving the loop, `end` or `await using` ends it. */
export class EventStream<T> implements AsyncIterableIterator<T>, AsyncDisposable {
  readonly #kept: T[] = [];
  readonly #most: number;
  #lost = 0;
  #isOver = false;
  #error: unknown = null;
  #wake: (() => void) | null = null;
  #stop: () => Promise<void> = async () => {};

  /** @param most events that are kept for the reader. */
  constructor(most: number = MAX_KEPT) {
    this.#most = most;
  }

  /** Events that came faster than they were read, and were not kept. */
  get lost(): number {
    return this.#lost;
  }

  /** No more will come; those that have can still be read. */
  async end(): Promise<void> {
    this.close();
    await this.#stop();
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      const value = this.#kept.shift();
      if (value !== undefined) return { done: false, value };
      if (this.#error !== null) {
        const error = this.#error;
        this.#error = null;
        throw error;
      }
      if (this.#isOver) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    await this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }

  // For whoever fills it.

  /** @param subscribed what ends the source; its failure is the reader's. */
  follow(subscribed: Promise<() => Promise<void>>): this {
    this.#stop = async () => {
      const stop = await subscribed.catch(() => null);
      // A source that has ended by itself has nothing to be told.
      await stop?.().catch(() => {});
    };
    subscribed.catch((error: unknown) => this.close(error));
    return this;
  }

  /** The reader gets the signal's reason when it aborts. */
  endWith(signal: AbortSignal | undefined): this {
    const abort = (): void => {
      this.close(signal?.reason);
      void this.end();
    };
    if (signal?.aborted === true) abort();
    else signal?.addEventListener("abort", abort, { once: true });
    return this;
  }

  push(items: readonly T[], lost: number): void {
    if (this.#isOver) return;
    const room = Math.max(this.#most - this.#kept.length, 0);
    this.#kept.push(...items.slice(0, room));
    this.#lost += lost + Math.max(items.length - room, 0);
    this.#awake();
  }

  close(error: unknown = null): void {
    this.#isOver = true;
    this.#error ??= error;
    this.#awake();
  }

  #awake(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
