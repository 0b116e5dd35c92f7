/**
 * A set of 64 bits as two 32-bit words: signal sets and capability sets. A bigint would cost some
 * 50 ns a step, and both are looked at on every return to user space or permission check.
 */
export declare class BitSet64 {
  /** Bits 0–31, as a signed 32-bit number. */
  lo: number;
  /** Bits 32–63. */
  hi: number;
  constructor(lo?: number, hi?: number);
  static of(...bits: number[]): BitSet64;
  has(bit: number): boolean;
  add(bit: number): void;
  delete(bit: number): void;
  get isEmpty(): boolean;
  /** Becomes equal to `other`. */
  assign(other: BitSet64): void;
  clear(): void;
  /** Adds what `other` has. */
  union(other: BitSet64): void;
  /** Keeps what `other` has as well. */
  intersect(other: BitSet64): void;
  /** Takes out what `other` has. */
  subtract(other: BitSet64): void;
  equals(other: BitSet64): boolean;
  isSubsetOf(other: BitSet64): boolean;
  copy(): BitSet64;
  toBig(): bigint;
  /** Lower-case hexadecimal with 16 digits, as /proc/pid/status shows sets. */
  toHex(): string;
  /** The bits that are set, in ascending order. */
  [Symbol.iterator](): Generator<number>;
}
