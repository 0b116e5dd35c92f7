/** fprem, fprem1: exact remainders, in steps of at most 63 exponents (SDM vol. 2, FPREM). */
import type { FpuContext } from "./context.ts";
import { type Float80, isInfinity, isZero, significand, zero } from "./float80.ts";
import { invalid, specialOperands } from "./nan.ts";
import { bitLength, integerExponent, roundWideExtended } from "./wide.ts";

export interface Remainder {
  readonly value: Float80;
  /** The reduction isn't complete: run again on the result (C2 set). */
  readonly isPartial: boolean;
  /** Low three bits of the quotient (C0 C3 C1); undefined where there is none, and those bits stay. */
  readonly quotient: number | undefined;
}

function withoutQuotient(value: Float80): Remainder {
  return { value, isPartial: false, quotient: undefined };
}

function complete(value: Float80, quotient: number): Remainder {
  return { value, isPartial: false, quotient };
}

/** The remainder of a ÷ b, quotient truncated (fprem) or rounded to nearest even (fprem1). */
export function remainder(c: FpuContext, a: Float80, b: Float80, nearest: boolean): Remainder {
  const special = specialOperands(c, a, b);
  if (special !== undefined) return withoutQuotient(special);
  if (isInfinity(a) || isZero(b)) return withoutQuotient(invalid(c));
  if (isZero(a)) return complete(a, 0);
  const unchanged = (): Remainder =>
    complete(rounded(c, a.sign, significand(a), integerExponent(a)), 0);
  if (isInfinity(b)) return unchanged();

  let dividend = significand(a);
  let divisor = significand(b);
  const distance = magnitudeExponent(a) - magnitudeExponent(b);
  if (distance < -1) return unchanged();
  // Bring both to the smaller exponent, so that they are integers in one unit.
  const aExp = integerExponent(a);
  const bExp = integerExponent(b);
  const unit = Math.min(aExp, bExp);
  dividend <<= BigInt(aExp - unit);
  divisor <<= BigInt(bExp - unit);

  if (distance >= 64) {
    // Subtract the top 32 … 63 bits of the quotient only.
    const step = (distance & 31) | 32;
    const scaled = divisor << BigInt(distance - step);
    return {
      value: rounded(c, a.sign, dividend % scaled, unit),
      isPartial: true,
      quotient: 0,
    };
  }
  let quotient = dividend / divisor;
  let rest = dividend - quotient * divisor;
  let sign = a.sign;
  if (nearest && (2n * rest > divisor || (2n * rest === divisor && (quotient & 1n) === 1n))) {
    quotient += 1n;
    rest = divisor - rest;
    sign = sign === 0 ? 1 : 0;
  }
  return complete(rounded(c, sign, rest, unit), Number(quotient & 7n));
}

/** Exponent of the top bit. */
function magnitudeExponent(a: Float80): number {
  return integerExponent(a) + bitLength(significand(a));
}

/** The remainder is always exact; it may be denormal. A zero keeps the dividend's sign. */
function rounded(c: FpuContext, sign: 0 | 1, value: bigint, exp: number): Float80 {
  if (value === 0n) return zero(sign);
  return roundWideExtended(c, sign, exp, value, true);
}
