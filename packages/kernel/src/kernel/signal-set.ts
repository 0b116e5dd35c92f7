/** sigset_t: the kernel's 64-bit set of signals; signal n is bit n - 1. */
import { SIGKILL, SIGSTOP } from "@kernelet/abi";

export class SignalSet {
  /** Signals 1–32, as a signed 32-bit number. */
  lo: number;
  /** Signals 33–64. */
  hi: number;

  constructor(lo = 0, hi = 0) {
    this.lo = lo | 0;
    this.hi = hi | 0;
  }

  static of(...signals: number[]): SignalSet {
    const set = new SignalSet();
    for (const signo of signals) set.add(signo);
    return set;
  }

  has(signo: number): boolean {
    return ((signo <= 32 ? this.lo >>> (signo - 1) : this.hi >>> (signo - 33)) & 1) !== 0;
  }

  add(signo: number): void {
    if (signo <= 32) this.lo |= 1 << (signo - 1);
    else this.hi |= 1 << (signo - 33);
  }

  delete(signo: number): void {
    if (signo <= 32) this.lo &= ~(1 << (signo - 1));
    else this.hi &= ~(1 << (signo - 33));
  }

  get isEmpty(): boolean {
    return (this.lo | this.hi) === 0;
  }

  assign(other: SignalSet): void {
    this.lo = other.lo;
    this.hi = other.hi;
  }

  clear(): void {
    this.lo = 0;
    this.hi = 0;
  }

  union(other: SignalSet): void {
    this.lo |= other.lo;
    this.hi |= other.hi;
  }

  subtract(other: SignalSet): void {
    this.lo &= ~other.lo;
    this.hi &= ~other.hi;
  }

  /** Keeps what `other` has as well. */
  intersect(other: SignalSet): void {
    this.lo &= other.lo;
    this.hi &= other.hi;
  }

  /** All signals that are not in this set. */
  complement(): SignalSet {
    return new SignalSet(~this.lo, ~this.hi);
  }

  intersects(other: SignalSet): boolean {
    return ((this.lo & other.lo) | (this.hi & other.hi)) !== 0;
  }

  /** Whether this set has a signal that `mask` does not block. */
  hasUnblocked(mask: SignalSet): boolean {
    return ((this.lo & ~mask.lo) | (this.hi & ~mask.hi)) !== 0;
  }

  equals(other: SignalSet): boolean {
    return this.lo === other.lo && this.hi === other.hi;
  }

  copy(): SignalSet {
    return new SignalSet(this.lo, this.hi);
  }

  /** SIGKILL and SIGSTOP cannot be blocked: every mask that comes from user space goes through here. */
  withoutUnblockable(): SignalSet {
    const set = this.copy();
    set.delete(SIGKILL);
    set.delete(SIGSTOP);
    return set;
  }

  /** Lower-case hexadecimal with 16 digits, as /proc/pid/status shows sets. */
  toHex(): string {
    const word = (n: number) => (n >>> 0).toString(16).padStart(8, "0");
    return word(this.hi) + word(this.lo);
  }

  /** The signals in the set, in ascending order. */
  *[Symbol.iterator](): Generator<number> {
    for (let signo = 1; signo <= 64; signo++) if (this.has(signo)) yield signo;
  }
}
