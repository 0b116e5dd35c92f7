/** Random numbers from a seed (mulberry32): a failing program is made again from its number. */
export class Prng {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed ^ 0x5bd1_e995, 0x9e37_79b1) | 0;
  }

  /** 32 bits. */
  u32(): number {
    this.#state = (this.#state + 0x6d2b_79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** 0 … n-1. */
  below(n: number): number {
    return Math.floor((this.u32() / 4294967296) * n);
  }

  /** from … to, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  chance(p: number): boolean {
    return this.u32() < p * 4294967296;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}
