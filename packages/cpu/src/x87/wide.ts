/** Between bigints and rounded results, for the operations that compute in bigint. */
import { type FpuContext, Precision } from "./context.ts";
import { EXP_MAX, type Float80 } from "./float80.ts";
import { roundToFormat } from "./round.ts";

/**
 * Rounds `value` × 2^(exp − BIAS) to the context's precision.
 * Preconditions: value > 0; where it is not exact, the true value is a little above it and it has more than 66 bits.
 */
export function roundWide(
  c: FpuContext,
  sign: 0 | 1,
  exp: number,
  value: bigint,
  exact: boolean,
  precision: number = c.precision,
): Float80 {
  const length = bitLength(value);
  const drop = BigInt(length - 96);
  const top = drop >= 0n ? value >> drop : value << -drop;
  const sticky = !exact || (drop > 0n && top << drop !== value) ? 1 : 0;
  const hi = Number(top >> 64n);
  const lo = Number((top >> 32n) & 0xffff_ffffn);
  const ext = (Number(top & 0xffff_ffffn) | sticky) >>> 0;
  return roundToFormat(c, precision, EXP_MAX, sign, exp + length - 1, hi, lo, ext);
}

/** `roundWide` at full precision: what transcendental operations and remainders do. */
export function roundWideExtended(
  c: FpuContext,
  sign: 0 | 1,
  exp: number,
  value: bigint,
  exact: boolean,
): Float80 {
  return roundWide(c, sign, exp, value, exact, Precision.EXTENDED);
}

/** The exponent e of a finite value as significand × 2^(e − BIAS). */
export function integerExponent(a: Float80): number {
  return (a.exp === 0 ? 1 : a.exp) - 63;
}

/** Number of bits of a positive integer. */
export function bitLength(n: bigint): number {
  const digits = n.toString(16);
  return digits.length * 4 - (Math.clz32(Number.parseInt(digits[0] as string, 16)) - 28);
}

/** The largest integer whose square is not above n, by Newton's method from a double's estimate. */
export function integerSquareRoot(n: bigint): bigint {
  if (n < 2n) return n;
  const shift = BigInt(Math.max(0, Math.ceil((bitLength(n) - 100) / 2)));
  let x = (BigInt(Math.ceil(Math.sqrt(Number(n >> (2n * shift))))) + 1n) << shift;
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}
