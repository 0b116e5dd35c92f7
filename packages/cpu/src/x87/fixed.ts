/**
 * Fixed-point arithmetic for the transcendental functions: bigints scaled by 2^FRACTION.
 *
 * Results are computed to well over 100 bits relative to their own size, so that what is rounded is the true value in
 * all but one of some 2^40 cases. A function whose result can be small therefore returns a `Scaled`: the small
 * argument's leading factor is kept apart from the series, which is near 1.
 */
import type { FpuContext } from "./context.ts";
import { BIAS, type Float80, significand } from "./float80.ts";
import { bitLength, integerExponent, roundWideExtended } from "./wide.ts";

/** Bits after the point. */
const FRACTION = 160n;
export const UNIT: bigint = 1n << FRACTION;

/** value × 2^exp, value ≥ 0. */
export interface Scaled {
  readonly value: bigint;
  readonly exp: number;
}

/** The magnitude of a finite number. */
export function magnitude(a: Float80): Scaled {
  return { value: significand(a), exp: integerExponent(a) - BIAS };
}

/** A fixed-point number ≥ 0 as `Scaled`. */
export function fromFixed(value: bigint): Scaled {
  return { value, exp: -Number(FRACTION) };
}

/** Rounds an inexact result; where `a` was cut short it must be below the true value. */
export function roundScaled(c: FpuContext, sign: 0 | 1, a: Scaled): Float80 {
  return roundWideExtended(c, sign, a.exp + BIAS, a.value, false);
}

export function multiplyScaled(a: Scaled, b: Scaled): Scaled {
  return { value: a.value * b.value, exp: a.exp + b.exp };
}

export function multiplyFixed(a: bigint, b: bigint): bigint {
  return (a * b) >> FRACTION;
}

/** a × factor, the factor in fixed point. */
export function timesFixed(a: Scaled, factor: bigint): Scaled {
  return { value: a.value * factor, exp: a.exp - Number(FRACTION) };
}

/** a ÷ b to FRACTION bits or more. Preconditions: a, b > 0. */
export function quotient(a: Scaled, b: Scaled): Scaled {
  const shift = Math.max(0, Number(FRACTION) + bitLength(b.value) - bitLength(a.value));
  return { value: (a.value << BigInt(shift)) / b.value, exp: a.exp - b.exp - shift };
}

/** a in fixed point, truncated. */
export function toFixed(a: Scaled): bigint {
  const shift = BigInt(a.exp) + FRACTION;
  return shift >= 0n ? a.value << shift : a.value >> -shift;
}

/** Position of the top bit: 2^n ≤ a < 2^(n+1). Precondition: a > 0. */
export function topBit(a: Scaled): number {
  return bitLength(a.value) - 1 + a.exp;
}

/** UNIT + t₁ + t₂ + …, where tᵢ = tᵢ₋₁ × x ÷ divisor(i), until the terms vanish. */
function series(x: bigint, divisor: (i: bigint) => bigint): bigint {
  let term = UNIT;
  let sum = UNIT;
  for (let i = 1n; ; i++) {
    term = (term * x) / (divisor(i) << FRACTION); // Division goes towards zero, unlike a shift.
    if (term === 0n) return sum;
    sum += term;
  }
}

/** Σ x^i / (i+1)!  =  (e^x − 1) / x. */
export function expm1Series(x: bigint): bigint {
  return series(x, (i) => i + 1n);
}

/** Σ (−1)^i x^i / (2i+1)!  =  sin r / r of x = r². A little low, as it is of numbers below 1. */
export function sineSeries(square: bigint): bigint {
  return series(-square, (i) => 2n * i * (2n * i + 1n)) - 1n;
}

/** Σ (−1)^i x^i / (2i)!  =  cos r of x = r². A little low. */
export function cosineSeries(square: bigint): bigint {
  return series(-square, (i) => (2n * i - 1n) * 2n * i) - 1n;
}

/** Σ x^i / (2i+1): atanh z / z of x = z², atan z / z of x = −z². */
export function oddSeries(x: bigint): bigint {
  let power = UNIT;
  let sum = UNIT;
  for (let i = 3n; ; i += 2n) {
    power = (power * x) / UNIT;
    if (power === 0n) return sum;
    sum += power / i;
  }
}

/** atanh(1/n), or with sign −1 atan(1/n). */
function ofInverse(n: bigint, sign: bigint): bigint {
  return multiplyFixed(UNIT / n, oddSeries((sign * UNIT) / (n * n)));
}

/** ln 2 = 2 atanh(1/3). */
export const LN2: bigint = 2n * ofInverse(3n, 1n);
/** π = 16 atan(1/5) − 4 atan(1/239), after Machin. */
export const PI: bigint = 16n * ofInverse(5n, -1n) - 4n * ofInverse(239n, -1n);
