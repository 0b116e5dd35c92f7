/**
 * A set of 64 bits as two 32-bit words: signal sets and capability sets. A bigint would cost some
 * 50 ns a step, and both are looked at on every return to user space or permission check.
 */
export class BitSet64 {
  /** Bits 0–31, as a signed 32-bit number. */
  lo: number;
  /** Bits 32–63. */
  hi: number;

  constructor(lo = 0, hi = 0) {
    this.lo = lo | 0;
    this.hi = hi | 0;
  }

  static of(...bits: number[]): BitSet64 {
    const set = new BitSet64();
    for (const bit of bits) set.add(bit);
    return set;
  }

  has(bit: number): boolean {
    return ((bit < 32 ? this.lo >>> bit : this.hi >>> (bit - 32)) & 1) !== 0;
  }

  add(bit: number): void {
    if (bit < 32) this.lo |= 1 << bit;
    else this.hi |= 1 << (bit - 32);
  }

  delete(bit: number): void {
    if (bit < 32) this.lo &= ~(1 << bit);
    else this.hi &= ~(1 << (bit - 32));
  }

  get isEmpty(): boolean {
    return (this.lo | this.hi) === 0;
  }

  /** Becomes equal to `other`. */
  assign(other: BitSet64): void {
    this.lo = other.lo;
    this.hi = other.hi;
  }

  clear(): void {
    this.lo = 0;
    this.hi = 0;
  }

  /** Adds what `other` has. */
  union(other: BitSet64): void {
    this.lo |= other.lo;
    this.hi |= other.hi;
  }

  /** Keeps what `other` has as well. */
  intersect(other: BitSet64): void {
    this.lo &= other.lo;
    this.hi &= other.hi;
  }

  /** Takes out what `other` has. */
  subtract(other: BitSet64): void {
    this.lo &= ~other.lo;
    this.hi &= ~other.hi;
  }

  equals(other: BitSet64): boolean {
    return this.lo === other.lo && this.hi === other.hi;
  }

  isSubsetOf(other: BitSet64): boolean {
    return ((this.lo & ~other.lo) | (this.hi & ~other.hi)) === 0;
  }

  copy(): BitSet64 {
    return new BitSet64(this.lo, this.hi);
  }

  toBig(): bigint {
    return (BigInt(this.hi >>> 0) << 32n) | BigInt(this.lo >>> 0);
  }

  /** Lower-case hexadecimal with 16 digits, as /proc/pid/status shows sets. */
  toHex(): string {
    return this.toBig().toString(16).padStart(16, "0");
  }

  /** The bits that are set, in ascending order. */
  *[Symbol.iterator](): Generator<number> {
    for (let bit = 0; bit < 64; bit++) if (this.has(bit)) yield bit;
  }
}
