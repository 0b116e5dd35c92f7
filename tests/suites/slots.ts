/** What the tests of this folder share: how much of the suites is run, and how much at a time. */

/** `npm run suites`: all of it, for as long as it takes. Else what continuous integration has time for. */
export const isWholeSet: boolean = process.env.KERNELET_SUITES === "whole";

/** Lets only so many tests run at a time, in the order in which they ask. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
