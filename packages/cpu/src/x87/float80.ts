/**
 * The 80-bit extended format (SDM vol. 1, 4.2.2): sign, 15-bit exponent, 64-bit significand with an explicit integer
 * bit.
 *
 *   value = (-1)^sign × 2^(exp − 16383) × hi:lo / 2^63        exp 0 counts as exp 1
 *
 * The significand is two unsigned 32-bit numbers, not a bigint: an addition is then some 50 ns rather than 1 µs, and C
 * libraries print every double through this format. Values are never changed after they are made.
 */
export interface Float80 {
  readonly sign: 0 | 1;
  /** Biased exponent field, 0 … 0x7fff. */
  readonly exp: number;
  /** Significand bits 63–32, the integer bit on top. */
  readonly hi: number;
  /** Significand bits 31–0. */
  readonly lo: number;
}

export const BIAS = 0x3fff;
export const EXP_MAX = 0x7fff;
/** The integer bit within `hi`. */
export const INTEGER_BIT = 0x8000_0000;
/** The bit of `hi` that tells a quiet NaN from a signalling one. */
export const QUIET_BIT = 0x4000_0000;
export const TWO32 = 0x1_0000_0000;

export function float80(sign: 0 | 1, exp: number, hi: number, lo: number): Float80 {
  return { sign, exp, hi, lo };
}

/** What a masked invalid operation gives: "real indefinite". */
export const DEFAULT_NAN: Float80 = float80(1, EXP_MAX, 0xc000_0000, 0);
export const ONE: Float80 = float80(0, BIAS, INTEGER_BIT, 0);

export function zero(sign: 0 | 1): Float80 {
  return float80(sign, 0, 0, 0);
}

export function infinity(sign: 0 | 1): Float80 {
  return float80(sign, EXP_MAX, INTEGER_BIT, 0);
}

/**
 * What an operand is. The unsupported encodings of the 8087 (pseudo-NaN, pseudo-infinity, unnormal: exponent not 0,
 * integer bit clear) are invalid operands. A pseudo-denormal (exponent 0, integer bit set) counts as a denormal.
 */
export type Float80Class = "zero" | "denormal" | "normal" | "infinity" | "nan" | "unsupported";

export function classify(a: Float80): Float80Class {
  if (a.exp === 0) return a.hi === 0 && a.lo === 0 ? "zero" : "denormal";
  if (a.hi < INTEGER_BIT) return "unsupported";
  if (a.exp !== EXP_MAX) return "normal";
  return a.hi === INTEGER_BIT && a.lo === 0 ? "infinity" : "nan";
}

export function isZero(a: Float80): boolean {
  return a.exp === 0 && a.hi === 0 && a.lo === 0;
}

/** Exponent 0 and not zero: denormals and pseudo-denormals. */
export function isDenormal(a: Float80): boolean {
  return a.exp === 0 && (a.hi !== 0 || a.lo !== 0);
}

export function isUnsupported(a: Float80): boolean {
  return a.exp !== 0 && a.hi < INTEGER_BIT;
}

export function isInfinity(a: Float80): boolean {
  return a.exp === EXP_MAX && a.hi === INTEGER_BIT && a.lo === 0;
}

export function isNan(a: Float80): boolean {
  return a.exp === EXP_MAX && a.hi >= INTEGER_BIT && !(a.hi === INTEGER_BIT && a.lo === 0);
}

export function isSignalling(a: Float80): boolean {
  return isNan(a) && (a.hi & QUIET_BIT) === 0;
}

/** A finite number or infinity that is neither denormal nor unsupported: nothing special to look at in an operand. */
export function isPlain(a: Float80): boolean {
  return a.hi >= INTEGER_BIT && a.exp !== EXP_MAX && a.exp !== 0;
}

export function negate(a: Float80): Float80 {
  return float80(a.sign === 0 ? 1 : 0, a.exp, a.hi, a.lo);
}

export function absolute(a: Float80): Float80 {
  return float80(0, a.exp, a.hi, a.lo);
}

/** The significand as one integer, for the operations that compute in bigint. */
export function significand(a: Float80): bigint {
  return (BigInt(a.hi) << 32n) | BigInt(a.lo);
}
