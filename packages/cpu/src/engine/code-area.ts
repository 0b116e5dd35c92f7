/**
 * The CODE area of an address space: records, one after the other, until it is emptied as a whole.
 * Records are named by their guest-side address, as generated code uses them; they are written as words through a
 * view that begins at CODE_BASE, because V8 is slow with typed-array indices beyond 2^31.
 */
import { RECORD_SIZE } from "../interp/record.ts";
import { CODE_BASE, CODE_END } from "../state.ts";

const RECORD_WORDS = RECORD_SIZE / 4;

export class CodeArea {
  readonly #words: Int32Array;
  #top: number = CODE_BASE;

  constructor(buffer: ArrayBufferLike) {
    this.#words = new Int32Array(buffer, CODE_BASE, (CODE_END - CODE_BASE) / 4);
  }

  /** Whether `n` more records fit. */
  hasRoom(n: number): boolean {
    return this.#top + n * RECORD_SIZE <= CODE_END;
  }

  /** A record of zeroes. */
  allocate(): number {
    const rec = this.#top;
    this.#top += RECORD_SIZE;
    const word = (rec - CODE_BASE) >> 2;
    this.#words.fill(0, word, word + RECORD_WORDS);
    return rec;
  }

  /** A copy of everything from `rec` on. */
  since(rec: number): Int32Array {
    return this.#words.slice((rec - CODE_BASE) >> 2, (this.#top - CODE_BASE) >> 2);
  }

  /** Adds records made by `since`, those that are in `words` from `start` to `end`. @returns the first */
  append(words: Int32Array, start = 0, end: number = words.length): number {
    const rec = this.#top;
    const to = ((rec - CODE_BASE) >> 2) - start;
    // A few dozen: less than what a view of them costs.
    for (let i = start; i < end; i++) this.#words[to + i] = words[i] as number;
    this.#top += (end - start) * 4;
    return rec;
  }

  /** Where the next record will be. */
  get top(): number {
    return this.#top;
  }

  clear(): void {
    this.#top = CODE_BASE;
  }

  /** A field of a record (`REC`), a multiple of 4; signed. */
  get(rec: number, field: number): number {
    return this.#words[(rec - CODE_BASE + field) >> 2] as number;
  }

  set(rec: number, field: number, value: number): void {
    this.#words[(rec - CODE_BASE + field) >> 2] = value;
  }
}
