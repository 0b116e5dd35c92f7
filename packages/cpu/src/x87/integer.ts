/** Integers and packed decimal: fild, fist, fisttp, frndint, fbld, fbstp. */
import { type FpuContext, IE, PE } from "./context.ts";
import {
  BIAS,
  EXP_MAX,
  type Float80,
  float80,
  INTEGER_BIT,
  isZero,
  TWO32,
  zero,
} from "./float80.ts";
import { specialOperand } from "./nan.ts";
import { normalize, Rest, roundsAway, shifted, shiftRightSticky } from "./round.ts";

/** An int32 or int16, exactly. */
export function fromInt32(value: number): Float80 {
  if (value === 0) return zero(0);
  const distance = Math.clz32(Math.abs(value));
  const hi = (Math.abs(value) << distance) >>> 0;
  return float80(value < 0 ? 1 : 0, BIAS + 31 - distance, hi, 0);
}

/** An int64 as two unsigned halves, exactly. */
export function fromInt64(high: number, low: number): Float80 {
  const sign = high >= INTEGER_BIT ? 1 : 0;
  if (sign === 1) {
    low = (~low + 1) >>> 0;
    high = (~high + (low === 0 ? 1 : 0)) >>> 0;
  }
  if (high === 0 && low === 0) return zero(0);
  const distance = normalize(high, low, 0);
  return float80(sign, BIAS + 63 - distance, shifted.hi, shifted.lo);
}

/** The integer that `roundMagnitude` found: unsigned, below 2^64. */
const magnitude = { hi: 0, lo: 0 };

/**
 * Rounds |a| to an integer into `magnitude`; signals PE. @returns false where it is 2^64 or more.
 * Precondition: a is finite and supported.
 */
function roundMagnitude(c: FpuContext, a: Float80, rounding: number): boolean {
  if (a.exp >= BIAS + 64) return false;
  shiftRightSticky(a.hi, a.lo, 0, BIAS + 63 - (a.exp || 1));
  const { ext } = shifted;
  magnitude.hi = shifted.hi;
  magnitude.lo = shifted.lo;
  if (ext === 0) return true;
  c.signal(PE);
  const rest =
    ext > INTEGER_BIT ? Rest.ABOVE_HALF : ext === INTEGER_BIT ? Rest.HALF : Rest.BELOW_HALF;
  if (roundsAway(rounding, a.sign, rest, (shifted.lo & 1) !== 0)) {
    // Cannot overflow: bits below the point mean that the exponent is below 63.
    c.roundedUp = true;
    magnitude.lo += 1;
    if (magnitude.lo >= TWO32) {
      magnitude.lo = 0;
      magnitude.hi += 1;
    }
  }
  return true;
}

/** Where integer stores leave their result: two's complement, low half first. */
export const stored = { hi: 0, lo: 0 };

/**
 * a as a signed integer of 16, 32 or 64 bits into `stored`. What doesn't fit, NaNs and unsupported operands are
 * invalid and give the integer indefinite, the smallest number.
 */
export function toInteger(
  c: FpuContext,
  a: Float80,
  bits: 16 | 32 | 64,
  rounding: number = c.rounding,
): void {
  const isSupported = a.exp === 0 || a.hi >= INTEGER_BIT;
  if (!isSupported || !roundMagnitude(c, a, rounding) || !fits(a.sign, bits)) {
    c.exceptions = IE; // Not PE: nothing was rounded.
    c.roundedUp = false;
    integerIndefinite(bits);
    return;
  }
  const { hi, lo } = magnitude;
  stored.lo = a.sign === 0 ? lo : (~lo + 1) >>> 0;
  stored.hi = a.sign === 0 ? hi : (~hi + (lo === 0 ? 1 : 0)) >>> 0;
}

/** Whether `magnitude` with this sign is in a signed integer's range. */
function fits(sign: 0 | 1, bits: 16 | 32 | 64): boolean {
  const limitHigh = bits === 64 ? INTEGER_BIT : 0;
  const limitLow = bits === 16 ? 0x8000 : bits === 32 ? INTEGER_BIT : 0;
  const excess = magnitude.hi - limitHigh || magnitude.lo - limitLow;
  return sign === 0 ? excess < 0 : excess <= 0;
}

/** Leaves the integer indefinite of that width in `stored`. */
export function integerIndefinite(bits: 16 | 32 | 64): void {
  stored.hi = bits === 64 ? INTEGER_BIT : 0;
  stored.lo = bits === 16 ? 0x8000 : bits === 32 ? INTEGER_BIT : 0;
}

/** frndint. */
export function roundToInteger(c: FpuContext, a: Float80): Float80 {
  const special = specialOperand(c, a);
  if (special !== undefined) return special;
  if (a.exp >= BIAS + 63 || isZero(a)) return a;
  roundMagnitude(c, a, c.rounding);
  if (magnitude.hi === 0 && magnitude.lo === 0) return zero(a.sign);
  const distance = normalize(magnitude.hi, magnitude.lo, 0);
  return float80(a.sign, BIAS + 63 - distance, shifted.hi, shifted.lo);
}

const BCD_LIMIT = 10n ** 18n;

/** fbld: 18 decimal digits, low byte first, sign in the top bit of byte 9. Invalid digits count as their value. */
export function fromBcd(bytes: Uint8Array): Float80 {
  let value = 0n;
  for (let i = 8; i >= 0; i--) {
    const byte = bytes[i] as number;
    value = value * 100n + BigInt((byte >>> 4) * 10 + (byte & 15));
  }
  const sign = ((bytes[9] as number) & 0x80) !== 0 ? 1 : 0;
  if (value === 0n) return zero(sign);
  const whole = fromInt64(Number(value >> 32n), Number(value & 0xffff_ffffn));
  return float80(sign, whole.exp, whole.hi, whole.lo);
}

/** fbstp's ten bytes. */
export function toBcd(c: FpuContext, a: Float80): Uint8Array {
  const bytes = new Uint8Array(10);
  const supported = a.exp === 0 || a.hi >= INTEGER_BIT;
  if (!supported || a.exp === EXP_MAX || !roundMagnitude(c, a, c.rounding)) return invalidBcd(c);
  let value = (BigInt(magnitude.hi) << 32n) | BigInt(magnitude.lo);
  if (value >= BCD_LIMIT) return invalidBcd(c);
  for (let i = 0; i < 9; i++) {
    const pair = Number(value % 100n);
    bytes[i] = Math.floor(pair / 10) * 16 + (pair % 10);
    value /= 100n;
  }
  bytes[9] = a.sign === 1 ? 0x80 : 0;
  return bytes;
}

function invalidBcd(c: FpuContext): Uint8Array {
  c.exceptions = IE;
  c.roundedUp = false;
  return bcdIndefinite();
}

export function bcdIndefinite(): Uint8Array {
  return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0xff);
}
