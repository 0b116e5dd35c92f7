/** fdiv, fdivr, fsqrt. In bigint: some 0.5 µs each, which their rarity allows. */
import { DE, type FpuContext, ZE } from "./context.ts";
import { BIAS, type Float80, infinity, isInfinity, isZero, zero } from "./float80.ts";
import { normalizedExponent } from "./multiply.ts";
import { invalid, specialOperand, specialOperands } from "./nan.ts";
import { shifted } from "./round.ts";
import { integerSquareRoot, roundWide } from "./wide.ts";

/** a ÷ b. */
export function divide(c: FpuContext, a: Float80, b: Float80): Float80 {
  const sign = a.sign === b.sign ? 0 : 1;
  const special = specialOperands(c, a, b);
  if (special !== undefined) return special;
  if (isInfinity(a)) return isInfinity(b) ? invalid(c) : infinity(sign);
  if (isInfinity(b)) return zero(sign);
  if (isZero(b)) {
    if (isZero(a)) return invalid(c);
    c.withdraw(DE);
    c.signal(ZE);
    return infinity(sign);
  }
  if (isZero(a)) return zero(sign);
  const aExp = normalizedExponent(a);
  const dividend = shiftedSignificand();
  const bExp = normalizedExponent(b);
  const divisor = shiftedSignificand();
  // 96 or 97 bits of quotient: 64 to keep, the rest to round by.
  const numerator = dividend << 96n;
  const quotient = numerator / divisor;
  const exact = quotient * divisor === numerator;
  return roundWide(c, sign, aExp - bExp + BIAS - 96, quotient, exact);
}

export function squareRoot(c: FpuContext, a: Float80): Float80 {
  const special = specialOperand(c, a);
  if (special !== undefined) return special;
  if (isZero(a)) return a;
  if (a.sign === 1) return invalid(c);
  if (isInfinity(a)) return a;
  const exp = normalizedExponent(a) - BIAS;
  // value = m × 2^(exp − 63); with an even exponent the root of m × 2^129 (or 130) has 97 bits.
  const odd = exp & 1;
  const scaled = shiftedSignificand() << (odd === 0 ? 129n : 130n);
  const root = integerSquareRoot(scaled);
  return roundWide(c, 0, ((exp - odd) >> 1) + BIAS - 96, root, root * root === scaled);
}

function shiftedSignificand(): bigint {
  return (BigInt(shifted.hi) << 32n) | BigInt(shifted.lo);
}
