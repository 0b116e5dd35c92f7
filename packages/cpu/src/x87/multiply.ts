/** fmul. */
import type { FpuContext } from "./context.ts";
import {
  BIAS,
  type Float80,
  INTEGER_BIT,
  infinity,
  isInfinity,
  isPlain,
  isZero,
  TWO32,
  zero,
} from "./float80.ts";
import { invalid, specialOperands } from "./nan.ts";
import { normalize, roundAndPack, shifted } from "./round.ts";

export function multiply(c: FpuContext, a: Float80, b: Float80): Float80 {
  const sign = a.sign === b.sign ? 0 : 1;
  if (isPlain(a) && isPlain(b)) {
    return product(c, sign, a.exp + b.exp - BIAS, a.hi, a.lo, b.hi, b.lo);
  }
  const special = specialOperands(c, a, b);
  if (special !== undefined) return special;
  if (isInfinity(a) || isInfinity(b)) return isZero(a) || isZero(b) ? invalid(c) : infinity(sign);
  if (isZero(a) || isZero(b)) return zero(sign);
  const aExp = normalizedExponent(a);
  const aHi = shifted.hi;
  const aLo = shifted.lo;
  const bExp = normalizedExponent(b);
  return product(c, sign, aExp + bExp - BIAS, aHi, aLo, shifted.hi, shifted.lo);
}

/** Leaves the normalized significand in `shifted`. @returns the exponent that goes with it, which may be below 1. */
export function normalizedExponent(a: Float80): number {
  const distance = normalize(a.hi, a.lo, 0);
  return (a.exp === 0 ? 1 : a.exp) - distance;
}

/** Upper half of a 32 × 32-bit product. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const other = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + Math.floor(middle / 0x1_0000) + Math.floor(other / 0x1_0000);
}

/** Rounds the product of two normalized significands. `exp` is that of a product in [1, 2). */
function product(
  c: FpuContext,
  sign: 0 | 1,
  exp: number,
  aHi: number,
  aLo: number,
  bHi: number,
  bLo: number,
): Float80 {
  // Four columns of 32 bits; sums of three 32-bit numbers are exact in a double.
  const column0 = Math.imul(aLo, bLo) >>> 0;
  const sum1 = mulHigh(aLo, bLo) + (Math.imul(aHi, bLo) >>> 0) + (Math.imul(aLo, bHi) >>> 0);
  const column1 = sum1 >>> 0;
  const sum2 =
    Math.floor(sum1 / TWO32) + mulHigh(aHi, bLo) + mulHigh(aLo, bHi) + (Math.imul(aHi, bHi) >>> 0);
  const column2 = sum2 >>> 0;
  const column3 = Math.floor(sum2 / TWO32) + mulHigh(aHi, bHi);
  const sticky = column0 !== 0 ? 1 : 0;
  if (column3 >= INTEGER_BIT) {
    return roundAndPack(c, sign, exp + 1, column3, column2, (column1 | sticky) >>> 0);
  }
  // The top bit is one lower: shift all left. A sticky bit shifted in stays below what counts.
  const hi = ((column3 << 1) | (column2 >>> 31)) >>> 0;
  const lo = ((column2 << 1) | (column1 >>> 31)) >>> 0;
  const ext = ((column1 << 1) | (column0 >>> 31) | (column0 << 1 !== 0 ? 1 : 0)) >>> 0;
  return roundAndPack(c, sign, exp, hi, lo, ext);
}
