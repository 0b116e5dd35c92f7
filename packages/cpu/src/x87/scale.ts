/** fscale, fxtract: exponents as numbers (SDM vol. 2, tables 3-31 and the FXTRACT page). */
import { DE, type FpuContext, ZE } from "./context.ts";
import {
  BIAS,
  type Float80,
  float80,
  infinity,
  isInfinity,
  isZero,
  significand,
  zero,
} from "./float80.ts";
import { fromInt32 } from "./integer.ts";
import { normalizedExponent } from "./multiply.ts";
import { invalid, specialOperand, specialOperands } from "./nan.ts";
import { shifted } from "./round.ts";
import { integerExponent, roundWideExtended } from "./wide.ts";

/** More than any exponent can be moved by: scaling further changes nothing. */
const SCALE_LIMIT = 0x1_0000;

/** a × 2^trunc(b). */
export function scale(c: FpuContext, a: Float80, b: Float80): Float80 {
  const special = specialOperands(c, a, b);
  if (special !== undefined) return special;
  if (isInfinity(b)) {
    if (b.sign === 0) return isZero(a) ? invalid(c) : infinity(a.sign);
    return isInfinity(a) ? invalid(c) : zero(a.sign);
  }
  if (isInfinity(a) || isZero(a)) return a;
  return roundWideExtended(c, a.sign, integerExponent(a) + truncated(b), significand(a), true);
}

/** trunc(b), held within ±SCALE_LIMIT. */
function truncated(b: Float80): number {
  const exp = b.exp - BIAS;
  if (exp < 0) return 0;
  const magnitude = exp > 15 ? SCALE_LIMIT : b.hi >>> (31 - exp);
  return b.sign === 1 ? -magnitude : magnitude;
}

export interface Extracted {
  readonly exponent: Float80;
  readonly significand: Float80;
}

/** The unbiased exponent as a number, and the significand with exponent 0. */
export function extract(c: FpuContext, a: Float80): Extracted {
  const special = specialOperand(c, a);
  if (special !== undefined) return { exponent: special, significand: special };
  if (isInfinity(a)) return { exponent: infinity(0), significand: a };
  if (isZero(a)) {
    c.withdraw(DE);
    c.signal(ZE);
    return { exponent: infinity(1), significand: a };
  }
  const exp = normalizedExponent(a);
  return {
    exponent: fromInt32(exp - BIAS),
    significand: float80(a.sign, BIAS, shifted.hi, shifted.lo),
  };
}
