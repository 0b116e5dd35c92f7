/** Little-endian words, written and read. Nothing that is read is trusted: a number may be any. */

/** Thrown within this folder only: a number leads out of what it is in. */
export class Damaged extends Error {}

export const wordsFor = (bytes: number): number => Math.ceil(bytes / 4);

export class WordWriter {
  #words: Int32Array<ArrayBuffer> = new Int32Array(0x1000);
  length = 0;

  #room(n: number): void {
    if (this.length + n <= this.#words.length) return;
    const grown = new Int32Array(Math.max(2 * this.#words.length, this.length + n));
    grown.set(this.#words.subarray(0, this.length));
    this.#words = grown;
  }

  push(...values: readonly number[]): void {
    this.#room(values.length);
    for (const value of values) this.#words[this.length++] = value;
  }

  words(values: Int32Array): void {
    this.#room(values.length);
    this.#words.set(values, this.length);
    this.length += values.length;
  }

  bytes(bytes: Uint8Array): void {
    const n = wordsFor(bytes.length);
    this.#room(n);
    new Uint8Array(this.#words.buffer, 4 * this.length, bytes.length).set(bytes);
    this.length += n;
  }

  /** A copy. */
  take(): Int32Array<ArrayBuffer> {
    return this.#words.slice(0, this.length);
  }
}

export class WordReader {
  readonly #words: Int32Array;
  #at = 0;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  /** A number in 0 … 2^32-1. */
  u32(): number {
    if (this.#at >= this.#words.length) throw new Damaged();
    return (this.#words[this.#at++] as number) >>> 0;
  }

  /** How many there are of what takes `size` words each. */
  count(size: number): number {
    const n = this.u32();
    if (n * size > this.#words.length - this.#at) throw new Damaged();
    return n;
  }

  bytes(n: number): Uint8Array {
    const words = wordsFor(n);
    if (words > this.#words.length - this.#at) throw new Damaged();
    const { buffer, byteOffset } = this.#words;
    const bytes = new Uint8Array(buffer, byteOffset + 4 * this.#at, n);
    this.#at += words;
    return bytes;
  }

  many<T>(n: number, read: () => T): T[] {
    return Array.from({ length: n }, read);
  }
}

export const asBytes = (words: Int32Array): Uint8Array =>
  new Uint8Array(words.buffer, words.byteOffset, 4 * words.length);

/** Whole words of `bytes`, which begin at one. */
export const asWords = (bytes: Uint8Array): Int32Array =>
  new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
