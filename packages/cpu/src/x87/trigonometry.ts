/**
 * fsin, fcos, fsincos, fptan, fpatan (SDM vol. 1, 8.3.8 and 8.3.10).
 *
 * Arguments are reduced by a π of 66 bits, as processors from Intel and AMD do for compatibility: for large arguments,
 * and close to multiples of π, the result is therefore that of fsin and not the sine. Up to 2^63; beyond, C2 tells the
 * program to reduce by itself.
 */
import { type FpuContext, PE } from "./context.ts";
import {
  cosineSeries,
  fromFixed,
  magnitude,
  multiplyFixed,
  oddSeries,
  PI,
  quotient,
  roundScaled,
  type Scaled,
  sineSeries,
  timesFixed,
  toFixed,
  topBit,
  UNIT,
} from "./fixed.ts";
import {
  BIAS,
  EXP_MAX,
  type Float80,
  isInfinity,
  isUnsupported,
  isZero,
  ONE,
  zero,
} from "./float80.ts";
import { invalid, specialOperand, specialOperands } from "./nan.ts";

/** π of 66 bits: this × 2^−64. */
const PI_66 = 0x3_243f_6a88_85a3_08d3n;

/** x = ±(quadrant × π/2 ± rest), rest in 0 … π/4. */
interface Reduced {
  readonly quadrant: number;
  /** The rest is taken away. */
  readonly isBelow: boolean;
  readonly rest: Scaled;
}

/** Whether the processor takes the argument; if not, it sets C2 and does nothing else. */
export function isReducible(x: Float80): boolean {
  return x.exp < BIAS + 63 || x.exp === EXP_MAX || isUnsupported(x);
}

export function sine(c: FpuContext, x: Float80): Float80 {
  const special = specialAngle(c, x);
  if (special !== undefined) return special;
  if (isZero(x)) return x;
  c.signal(PE);
  const { quadrant, isBelow, rest } = reduce(x);
  const isOdd = (quadrant & 1) !== 0;
  // sin(−r) = −sin r, cos(−r) = cos r; quadrants 2 and 3 are the negated 0 and 1.
  const isNegative = ((x.sign === 1) !== quadrant >= 2) !== (isBelow && !isOdd);
  return roundScaled(c, isNegative ? 1 : 0, isOdd ? cosineOfRest(rest) : sineOfRest(rest));
}

export function cosine(c: FpuContext, x: Float80): Float80 {
  const special = specialAngle(c, x);
  if (special !== undefined) return special;
  if (isZero(x)) return ONE;
  c.signal(PE);
  const { quadrant, isBelow, rest } = reduce(x);
  const isOdd = (quadrant & 1) !== 0;
  const isNegative = (quadrant === 1 || quadrant === 2) !== (isBelow && isOdd);
  return roundScaled(c, isNegative ? 1 : 0, isOdd ? sineOfRest(rest) : cosineOfRest(rest));
}

export function tangent(c: FpuContext, x: Float80): Float80 {
  const special = specialAngle(c, x);
  if (special !== undefined) return special;
  if (isZero(x)) return x;
  c.signal(PE);
  const { quadrant, isBelow, rest } = reduce(x);
  const isOdd = (quadrant & 1) !== 0;
  const s = sineOfRest(rest);
  const k = cosineOfRest(rest);
  const isNegative = ((x.sign === 1) !== isBelow) !== isOdd;
  return roundScaled(c, isNegative ? 1 : 0, isOdd ? quotient(k, s) : quotient(s, k));
}

/** Signals for the operand. @returns the result of all three where it is no finite number. */
function specialAngle(c: FpuContext, x: Float80): Float80 | undefined {
  return specialOperand(c, x) ?? (isInfinity(x) ? invalid(c) : undefined);
}

function reduce(x: Float80): Reduced {
  const angle = magnitude(x);
  if (topBit(angle) < -1) return { quadrant: 0, isBelow: false, rest: angle };
  // In one unit: the argument, and π/2 = PI_66 × 2^−65.
  const exp = Math.min(angle.exp, -65);
  const value = angle.value << BigInt(angle.exp - exp);
  const quarter = PI_66 << BigInt(-65 - exp);
  const count = value / quarter;
  const rest = value - count * quarter;
  const quadrant = Number(count & 3n);
  if (2n * rest <= quarter) return { quadrant, isBelow: false, rest: { value: rest, exp } };
  const above = { value: quarter - rest, exp };
  return { quadrant: (quadrant + 1) & 3, isBelow: true, rest: above };
}

function sineOfRest(rest: Scaled): Scaled {
  const fixed = toFixed(rest);
  return timesFixed(rest, sineSeries(multiplyFixed(fixed, fixed)));
}

function cosineOfRest(rest: Scaled): Scaled {
  const fixed = toFixed(rest);
  return fromFixed(cosineSeries(multiplyFixed(fixed, fixed)));
}

/** The angle of the point (x, y), −π … π: fpatan, table 3-29 of the SDM for what isn't finite. */
export function arctangent(c: FpuContext, y: Float80, x: Float80): Float80 {
  const special = specialOperands(c, y, x);
  if (special !== undefined) return special;
  if (isInfinity(y)) {
    c.signal(PE);
    const eighths = isInfinity(x) ? (x.sign === 0 ? 2n : 6n) : 4n;
    return roundScaled(c, y.sign, fromFixed((PI * eighths) >> 3n));
  }
  if (isInfinity(x) || isZero(y)) {
    if (x.sign === 0) return zero(y.sign);
    c.signal(PE);
    return roundScaled(c, y.sign, fromFixed(PI));
  }
  c.signal(PE);
  if (isZero(x)) return roundScaled(c, y.sign, fromFixed(PI >> 1n));
  return roundScaled(c, y.sign, angleOf(magnitude(y), magnitude(x), x.sign === 1));
}

/** atan(y / x), x < 0 if `isLeft`: from the nearer axis, so that the series gets a ratio of at most 1. */
function angleOf(y: Scaled, x: Scaled, isLeft: boolean): Scaled {
  const order = compareScaled(y, x);
  if (order <= 0) {
    const angle = arctangentOf(quotient(y, x));
    return isLeft ? fromFixed(PI - toFixed(angle)) : angle;
  }
  const angle = toFixed(arctangentOf(quotient(x, y)));
  return fromFixed((PI >> 1n) + (isLeft ? angle : -angle));
}

function compareScaled(a: Scaled, b: Scaled): number {
  const bits = topBit(a) - topBit(b);
  if (bits !== 0) return bits;
  const shift = a.exp - b.exp;
  const x = shift > 0 ? a.value << BigInt(shift) : a.value;
  const y = shift < 0 ? b.value << BigInt(-shift) : b.value;
  return x < y ? -1 : x > y ? 1 : 0;
}

/** atan(i/8), each from the one before: atan(i/8) − atan((i−1)/8) = atan(8 / (64 + i(i−1))). */
const EIGHTHS: readonly bigint[] = buildEighths();

function buildEighths(): bigint[] {
  const angles = [0n];
  for (let i = 1n; i <= 8n; i++) {
    const z = quotient({ value: 8n, exp: 0 }, { value: 64n + i * (i - 1n), exp: 0 });
    angles.push((angles.at(-1) as bigint) + toFixed(nearZero(z)));
  }
  return angles;
}

/** atan z by its series, for z up to 1/8. A little low, as atan z is below z. */
function nearZero(z: Scaled): Scaled {
  const fixed = toFixed(z);
  return timesFixed(z, oddSeries(-multiplyFixed(fixed, fixed)) - 1n);
}

/** atan z for z up to 1: atan(i/8) + atan((z − i/8) / (1 + z i/8)). */
function arctangentOf(z: Scaled): Scaled {
  const fixed = toFixed(z);
  const i = (8n * fixed + (UNIT >> 1n)) / UNIT;
  if (i === 0n) return nearZero(z);
  const difference = 8n * fixed - i * UNIT;
  const base = EIGHTHS[Number(i)] as bigint;
  if (difference === 0n) return fromFixed(base);
  const size = difference < 0n ? -difference : difference;
  const rest = toFixed(nearZero(quotient(fromFixed(size), fromFixed(8n * UNIT + i * fixed))));
  return fromFixed(difference < 0n ? base - rest : base + rest);
}
