export declare class SignalSet {
  /** Signals 1–32, as a signed 32-bit number. */
  lo: number;
  /** Signals 33–64. */
  hi: number;
  constructor(lo?: number, hi?: number);
  static of(...signals: number[]): SignalSet;
  has(signo: number): boolean;
  add(signo: number): void;
  delete(signo: number): void;
  get isEmpty(): boolean;
  assign(other: SignalSet): void;
  clear(): void;
  union(other: SignalSet): void;
  subtract(other: SignalSet): void;
  /** Keeps what `other` has as well. */
  intersect(other: SignalSet): void;
  /** All signals that are not in this set. */
  complement(): SignalSet;
  intersects(other: SignalSet): boolean;
  /** Whether this set has a signal that `mask` does not block. */
  hasUnblocked(mask: SignalSet): boolean;
  equals(other: SignalSet): boolean;
  copy(): SignalSet;
  /** SIGKILL and SIGSTOP cannot be blocked: every mask that comes from user space goes through here. */
  withoutUnblockable(): SignalSet;
  /** Lower-case hexadecimal with 16 digits, as /proc/pid/status shows sets. */
  toHex(): string;
  /** The signals in the set, in ascending order. */
  [Symbol.iterator](): Generator<number>;
}
