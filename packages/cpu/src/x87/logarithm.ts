/** f2xm1, fyl2x, fyl2xp1 (SDM vol. 2, the instructions' pages). Results always count as inexact, as on processors. */
import { DE, type FpuContext, PE, ZE } from "./context.ts";
import {
  expm1Series,
  fromFixed,
  LN2,
  magnitude,
  multiplyFixed,
  multiplyScaled,
  oddSeries,
  quotient,
  roundScaled,
  type Scaled,
  timesFixed,
  toFixed,
  topBit,
  UNIT,
} from "./fixed.ts";
import { BIAS, type Float80, infinity, isInfinity, isZero, negate, ONE, zero } from "./float80.ts";
import { invalid, specialOperand, specialOperands } from "./nan.ts";
import { bitLength } from "./wide.ts";

/** 2^x − 1 for |x| ≤ 1. Further out, where the SDM leaves the result open, x itself, as AMD processors give. */
export function exp2m1(c: FpuContext, x: Float80): Float80 {
  const special = specialOperand(c, x);
  if (special !== undefined) return special;
  if (isZero(x)) return x;
  if (isInfinity(x)) return x.sign === 0 ? x : negate(ONE);
  c.signal(PE);
  const isOne = x.exp === BIAS && x.hi === ONE.hi && x.lo === 0;
  if (x.exp >= BIAS && !isOne) return x;
  const y = timesFixed(magnitude(x), LN2);
  const power = x.sign === 1 ? -toFixed(y) : toFixed(y);
  return roundScaled(c, x.sign, timesFixed(y, expm1Series(power)));
}

/** y × log2(x). */
export function yLog2(c: FpuContext, x: Float80, y: Float80): Float80 {
  const special = specialOperands(c, x, y);
  if (special !== undefined) return special;
  if (isZero(x)) {
    if (isZero(y)) return invalid(c);
    if (!isInfinity(y)) {
      c.withdraw(DE);
      c.signal(ZE);
    }
    return infinity(y.sign === 0 ? 1 : 0);
  }
  if (x.sign === 1) return invalid(c);
  const isOne = x.exp === BIAS && x.hi === ONE.hi && x.lo === 0;
  const sign = x.exp >= BIAS === (y.sign === 0) ? 0 : 1;
  if (isInfinity(x)) return isZero(y) ? invalid(c) : infinity(sign);
  if (isInfinity(y)) return isOne ? invalid(c) : infinity(sign);
  if (isZero(y) || isOne) return zero(sign);
  c.signal(PE);
  return roundScaled(c, sign, multiplyScaled(magnitude(y), log2(magnitude(x))));
}

/** y × log2(x + 1). From −1 down, where there is no logarithm, x itself, as AMD processors give. */
export function yLog2Plus1(c: FpuContext, x: Float80, y: Float80): Float80 {
  const special = specialOperands(c, x, y);
  if (special !== undefined) return special;
  const sign = x.sign === y.sign ? 0 : 1;
  if (isInfinity(x)) return x.sign === 1 || isZero(y) ? invalid(c) : infinity(sign);
  if (isInfinity(y)) return isZero(x) ? invalid(c) : infinity(sign);
  if (isZero(x) || isZero(y)) return zero(sign);
  c.signal(PE);
  if (x.sign === 1 && x.exp >= BIAS) return x;
  return roundScaled(c, sign, multiplyScaled(magnitude(y), log2Plus1(x)));
}

/** |log2(x)|. Precondition: x is finite, above 0 and not 1. */
function log2(x: Scaled): Scaled {
  // x = 2^k × m / 2^n, m / 2^n in 0.70 … 1.41.
  const n = BigInt(bitLength(x.value) - 1);
  let k = topBit(x);
  let unit = 1n << n;
  if (x.value * 32n > unit * 45n) {
    k += 1;
    unit *= 2n;
  }
  const difference = x.value - unit;
  if (difference === 0n) return { value: BigInt(Math.abs(k)), exp: 0 };
  const ratio = logarithm(difference < 0n ? -difference : difference, x.value + unit);
  if (k === 0) return ratio;
  const rest = toFixed(ratio);
  const whole = BigInt(k) * UNIT + (difference < 0n ? -rest : rest);
  return fromFixed(whole < 0n ? -whole : whole);
}

/** |log2(1 + x)|. Preconditions: x ≠ 0 and x > −1. */
function log2Plus1(x: Float80): Scaled {
  const { value, exp } = magnitude(x);
  if (x.exp >= BIAS - 2) {
    // 1 + x has few enough bits to be written out.
    const unit = Math.min(0, exp);
    const one = 1n << BigInt(-unit);
    const moved = value << BigInt(exp - unit);
    return log2({ value: x.sign === 1 ? one - moved : one + moved, exp: unit });
  }
  // atanh(x / (2 + x)): the 2 + x in fixed point, where a tiny x is lost without harm.
  const fixed = toFixed({ value, exp });
  const sum = 2n * UNIT + (x.sign === 1 ? -fixed : fixed);
  const z = quotient({ value, exp }, fromFixed(sum));
  return ofAtanh(z);
}

/** 2 atanh(numerator ÷ denominator) ÷ ln 2. */
function logarithm(numerator: bigint, denominator: bigint): Scaled {
  return ofAtanh(quotient({ value: numerator, exp: 0 }, { value: denominator, exp: 0 }));
}

/** 2 atanh(z) ÷ ln 2 for z up to 0.18. */
function ofAtanh(z: Scaled): Scaled {
  const fixed = toFixed(z);
  const twice: Scaled = { value: z.value, exp: z.exp + 1 };
  return quotient(timesFixed(twice, oddSeries(multiplyFixed(fixed, fixed))), fromFixed(LN2));
}
