/** Rounding of an exact (or sticky) result into a register: precision control, overflow, underflow. */
import { type FpuContext, OE, PE, Precision, Rounding, UE } from "./context.ts";
import { EXP_MAX, type Float80, float80, INTEGER_BIT, TWO32 } from "./float80.ts";

/** What lies below the last bit kept, compared with half of that bit. */
export const Rest = { NONE: 0, BELOW_HALF: 1, HALF: 2, ABOVE_HALF: 3 } as const;

/** Exponent shift of an unmasked overflow or underflow, so that a handler finds the significand intact. */
const WRAP = 24576;

/** Whether rounding goes away from zero. `odd`: the last kept bit is 1. */
export function roundsAway(rounding: number, sign: 0 | 1, rest: number, odd: boolean): boolean {
  if (rest === Rest.NONE) return false;
  switch (rounding) {
    case Rounding.NEAREST:
      return rest === Rest.ABOVE_HALF || (rest === Rest.HALF && odd);
    case Rounding.DOWN:
      return sign === 1;
    case Rounding.UP:
      return sign === 0;
    default:
      return false;
  }
}

/** `bits` (non-negative) against `half`, with a sticky bit below. */
function compareHalf(bits: number, half: number, sticky: boolean): number {
  if (bits > half) return Rest.ABOVE_HALF;
  if (bits === half) return sticky ? Rest.ABOVE_HALF : Rest.HALF;
  return bits !== 0 || sticky ? Rest.BELOW_HALF : Rest.NONE;
}

// Where `cut` leaves its result: the significand rounded, and how that went. Module fields, as one rounding never nests in another.
let cutHi = 0;
let cutLo = 0;
let cutRest = 0;
let cutAway = false;
let cutCarry = false;

/** Rounds hi:lo:ext to the precision. On a carry out of the top the significand is 1.0 and `cutCarry` is set. */
function cut(c: FpuContext, precision: number, sign: 0 | 1, hi: number, lo: number, ext: number) {
  cutCarry = false;
  if (precision === Precision.SINGLE) {
    cutRest = compareHalf(hi & 0xff, 0x80, lo !== 0 || ext !== 0);
    cutHi = (hi & ~0xff) >>> 0;
    cutLo = 0;
    cutAway = roundsAway(c.rounding, sign, cutRest, (hi & 0x100) !== 0);
    if (cutAway) cutHi += 0x100;
  } else {
    const step = precision === Precision.DOUBLE ? 0x800 : 1;
    if (step === 1) {
      cutRest = compareHalf(ext, INTEGER_BIT, false);
    } else {
      cutRest = compareHalf(lo & 0x7ff, 0x400, ext !== 0);
    }
    cutHi = hi;
    cutLo = (lo & -step) >>> 0;
    cutAway = roundsAway(c.rounding, sign, cutRest, (lo & step) !== 0);
    if (cutAway) {
      cutLo += step;
      if (cutLo >= TWO32) {
        cutLo = 0;
        cutHi += 1;
      }
    }
  }
  if (cutHi >= TWO32) {
    cutHi = INTEGER_BIT;
    cutCarry = true;
  }
}

/**
 * Rounds to the context's precision and packs.
 * Preconditions: hi's top bit is set; `ext` holds the next 32 bits with everything below or-ed into its last bit;
 * `exp` is biased and may be out of range on either side.
 */
export function roundAndPack(
  c: FpuContext,
  sign: 0 | 1,
  exp: number,
  hi: number,
  lo: number,
  ext: number,
): Float80 {
  return roundToFormat(c, c.precision, EXP_MAX, sign, exp, hi, lo, ext);
}

/**
 * `roundAndPack` to any format: the significand's precision, and the exponent field `limit` of its infinities, which
 * also says the bias that `exp` and the result have.
 */
export function roundToFormat(
  c: FpuContext,
  precision: number,
  limit: number,
  sign: 0 | 1,
  exp: number,
  hi: number,
  lo: number,
  ext: number,
): Float80 {
  cut(c, precision, sign, hi, lo, ext);
  const rounded = cutCarry ? exp + 1 : exp;
  if (rounded <= 0) return packTiny(c, precision, sign, exp, hi, lo, ext);
  if (rounded >= limit) return packHuge(c, precision, limit, sign, rounded);
  c.roundedUp = cutAway;
  if (cutRest !== Rest.NONE) c.signal(PE);
  return float80(sign, rounded, cutHi, cutLo);
}

/** fscale can move an exponent further than an unmasked exception wraps: infinity and zero then, as on processors. */
function beyondWrap(c: FpuContext, isUp: boolean, result: Float80): Float80 {
  c.signal(PE);
  c.roundedUp = isUp;
  return result;
}

/** The result of `cut` is too large. */
function packHuge(
  c: FpuContext,
  precision: number,
  limit: number,
  sign: 0 | 1,
  rounded: number,
): Float80 {
  c.signal(OE);
  if ((c.masks & OE) === 0) {
    if (cutRest !== Rest.NONE) c.signal(PE);
    c.roundedUp = cutAway;
    const wrapped = rounded - WRAP;
    if (wrapped < limit) return float80(sign, wrapped, cutHi, cutLo);
    return beyondWrap(c, true, float80(sign, limit, INTEGER_BIT, 0));
  }
  c.signal(PE);
  c.roundedUp = roundsAway(c.rounding, sign, Rest.ABOVE_HALF, true);
  if (c.roundedUp) return float80(sign, limit, INTEGER_BIT, 0);
  if (precision === Precision.SINGLE) return float80(sign, limit - 1, 0xffff_ff00, 0);
  const lo = precision === Precision.DOUBLE ? 0xffff_f800 : 0xffff_ffff;
  return float80(sign, limit - 1, 0xffff_ffff, lo);
}

/** The result is tiny even after rounding: denormalize, and round there instead. */
function packTiny(
  c: FpuContext,
  precision: number,
  sign: 0 | 1,
  exp: number,
  hi: number,
  lo: number,
  ext: number,
): Float80 {
  if ((c.masks & UE) === 0) {
    // Unmasked, tininess alone signals.
    c.signal(cutRest !== Rest.NONE ? UE | PE : UE);
    c.roundedUp = cutAway;
    const wrapped = exp + WRAP + (cutCarry ? 1 : 0);
    if (wrapped > 0) return float80(sign, wrapped, cutHi, cutLo);
    return beyondWrap(c, false, float80(sign, 0, 0, 0));
  }
  shiftRightSticky(hi, lo, ext, 1 - exp);
  cut(c, precision, sign, shifted.hi, shifted.lo, shifted.ext);
  if (cutRest !== Rest.NONE) c.signal(UE | PE);
  c.roundedUp = cutAway;
  return float80(sign, cutHi >= INTEGER_BIT ? 1 : 0, cutHi, cutLo);
}

/** A 96-bit significand: what `shiftRightSticky` and `shiftLeft` return, valid until the next call. */
export const shifted = { hi: 0, lo: 0, ext: 0 };

/** Shifts hi:lo:ext right by n ≥ 0; what falls off is or-ed into the last bit. */
export function shiftRightSticky(hi: number, lo: number, ext: number, n: number): void {
  while (n >= 32) {
    if (n >= 128) {
      shifted.ext = hi !== 0 || lo !== 0 || ext !== 0 ? 1 : 0;
      shifted.hi = 0;
      shifted.lo = 0;
      return;
    }
    ext = ext !== 0 ? (lo | 1) >>> 0 : lo;
    lo = hi;
    hi = 0;
    n -= 32;
  }
  if (n > 0) {
    const lost = ext << (32 - n) !== 0 ? 1 : 0;
    ext = ((ext >>> n) | (lo << (32 - n)) | lost) >>> 0;
    lo = ((lo >>> n) | (hi << (32 - n))) >>> 0;
    hi >>>= n;
  }
  shifted.hi = hi;
  shifted.lo = lo;
  shifted.ext = ext;
}

/** Shifts hi:lo:ext left until the top bit is set. @returns the distance. Precondition: not all zero. */
export function normalize(hi: number, lo: number, ext: number): number {
  let n = 0;
  while (hi === 0) {
    hi = lo;
    lo = ext;
    ext = 0;
    n += 32;
  }
  const z = Math.clz32(hi);
  if (z > 0) {
    hi = ((hi << z) | (lo >>> (32 - z))) >>> 0;
    lo = ((lo << z) | (ext >>> (32 - z))) >>> 0;
    ext = (ext << z) >>> 0;
  }
  shifted.hi = hi;
  shifted.lo = lo;
  shifted.ext = ext;
  return n + z;
}
