/** Between the register format and the memory formats f32 and f64: fld, fst, fstp. */
import { DE, type FpuContext, IE, Precision } from "./context.ts";
import {
  BIAS,
  EXP_MAX,
  type Float80,
  float80,
  INTEGER_BIT,
  isInfinity,
  isNan,
  isSignalling,
  isUnsupported,
  isZero,
  zero,
} from "./float80.ts";
import { invalid, quiet } from "./nan.ts";
import { normalize, roundToFormat, shifted } from "./round.ts";

/** A double given as its two words. Signals DE; a signalling NaN stays one, for the operation to find. */
export function fromFloat64(c: FpuContext, high: number, low: number): Float80 {
  const sign = high >= INTEGER_BIT ? 1 : 0;
  const exp = (high >>> 20) & 0x7ff;
  const hi = (((high << 11) | (low >>> 21)) & 0x7fff_ffff) >>> 0;
  const lo = (low << 11) >>> 0;
  return widen(c, sign, exp, 0x7ff, hi, lo);
}

/** A float given as its word. */
export function fromFloat32(c: FpuContext, word: number): Float80 {
  const hi = (word << 8) & 0x7fff_ffff;
  return widen(c, word >= INTEGER_BIT ? 1 : 0, (word >>> 23) & 0xff, 0xff, hi, 0);
}

/** `hi:lo` is the fraction, its first bit below the integer bit. */
function widen(
  c: FpuContext,
  sign: 0 | 1,
  exp: number,
  max: number,
  hi: number,
  lo: number,
): Float80 {
  if (exp !== 0 && exp !== max) {
    return float80(sign, exp + BIAS - (max >>> 1), hi + INTEGER_BIT, lo);
  }
  if (exp === max) return float80(sign, EXP_MAX, hi + INTEGER_BIT, lo);
  if (hi === 0 && lo === 0) return zero(sign);
  c.signal(DE);
  const distance = normalize(hi, lo, 0);
  return float80(sign, 1 + BIAS - (max >>> 1) - distance, shifted.hi, shifted.lo);
}

/** Where `toFloat64` and `toFloat32` leave their result; a float is all in `lo`. */
export const narrowed = { hi: 0, lo: 0 };

/**
 * a as a double into `narrowed`, rounded by the context. After an unmasked overflow or underflow nothing is to be
 * stored: the caller looks at the exceptions.
 */
export function toFloat64(c: FpuContext, a: Float80): void {
  const exp = a.exp - (BIAS - 1023);
  const isExact = exp > 0 && exp < 0x7ff && (a.lo & 0x7ff) === 0 && a.hi >= INTEGER_BIT;
  // Exact are most that C programs store: they were doubles before.
  const f = isExact ? a : narrow(c, a, Precision.DOUBLE, 0x7ff);
  const field = isExact ? exp : f.exp;
  narrowed.hi = ((f.sign << 31) | (field << 20) | ((f.hi & 0x7fff_ffff) >>> 11)) >>> 0;
  narrowed.lo = ((f.hi << 21) | (f.lo >>> 11)) >>> 0;
}

/** a as a float into `narrowed`. */
export function toFloat32(c: FpuContext, a: Float80): void {
  const f = narrow(c, a, Precision.SINGLE, 0xff);
  narrowed.hi = 0;
  narrowed.lo = ((f.sign << 31) | (f.exp << 23) | ((f.hi & 0x7fff_ffff) >>> 8)) >>> 0;
}

/** a with its significand cut to the target's and its exponent field the target's. Denormal operands don't signal. */
function narrow(c: FpuContext, a: Float80, precision: number, limit: number): Float80 {
  if (isUnsupported(a)) return withExponent(invalid(c), limit);
  if (isNan(a)) {
    if (isSignalling(a)) c.signal(IE);
    return withExponent(quiet(a), limit);
  }
  if (isInfinity(a)) return withExponent(a, limit);
  if (isZero(a)) return a;
  const distance = normalize(a.hi, a.lo, 0);
  const exp = (a.exp || 1) - distance - BIAS + (limit >>> 1);
  return roundToFormat(c, precision, limit, a.sign, exp, shifted.hi, shifted.lo, 0);
}

function withExponent(a: Float80, exp: number): Float80 {
  return float80(a.sign, exp, a.hi, a.lo);
}
