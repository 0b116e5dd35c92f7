/**
 * sfc32 (Chris Doty-Humphrey, PractRand): small, quick and the same everywhere. Recordings hold only what the
 * processor did; the inputs come from the seed again, so a change here makes every recording stale.
 */
export class Prng {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = 0x9e37_79b9 | 0;
    this.#c = 0x243f_6a88 | 0;
    for (let i = 0; i < 12; i++) this.next();
  }

  /** 32 random bits as an unsigned number. */
  next(): number {
    const t = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0;
    return t >>> 0;
  }

  /** A number in [0, n). */
  below(n: number): number {
    return this.next() % n;
  }

  /** A number in [low, high]. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability * 0x1_0000_0000;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** 64 random bits. */
  next64(): bigint {
    return (BigInt(this.next()) << 32n) | BigInt(this.next());
  }
}

/** FNV-1a: a row's seed from its key, so that rows added or moved leave the others' recordings alone. */
export function hashText(text: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  }
  return hash >>> 0;
}
