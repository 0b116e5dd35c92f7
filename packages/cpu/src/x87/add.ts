/** fadd, fsub, fsubr. */
import { type FpuContext, Rounding } from "./context.ts";
import {
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
import { normalize, roundAndPack, shifted, shiftRightSticky } from "./round.ts";

export function add(c: FpuContext, a: Float80, b: Float80): Float80 {
  if (!isPlain(a) || !isPlain(b)) return addSpecial(c, a, b, b.sign);
  return addFinite(c, a, b, b.sign);
}

/** a − b. A NaN operand keeps its sign, so this is no addition of −b. */
export function subtract(c: FpuContext, a: Float80, b: Float80): Float80 {
  const sign = b.sign === 0 ? 1 : 0;
  if (!isPlain(a) || !isPlain(b)) return addSpecial(c, a, b, sign);
  return addFinite(c, a, b, sign);
}

function addSpecial(c: FpuContext, a: Float80, b: Float80, bSign: 0 | 1): Float80 {
  const special = specialOperands(c, a, b);
  if (special !== undefined) return special;
  if (isInfinity(a)) return isInfinity(b) && a.sign !== bSign ? invalid(c) : a;
  if (isInfinity(b)) return infinity(bSign);
  if (isZero(a) && isZero(b)) return a.sign === bSign ? a : zeroDifference(c);
  return addFinite(c, a, b, bSign);
}

/** What x − x gives. */
function zeroDifference(c: FpuContext): Float80 {
  return zero(c.rounding === Rounding.DOWN ? 1 : 0);
}

/** Finite operands, not both zero; b taken with the sign given. */
function addFinite(c: FpuContext, a: Float80, b: Float80, bSign: 0 | 1): Float80 {
  if (a.exp < b.exp) return addOrdered(c, b, bSign, a, a.sign);
  return addOrdered(c, a, a.sign, b, bSign);
}

/** Precondition: large.exp ≥ small.exp. */
function addOrdered(
  c: FpuContext,
  large: Float80,
  largeSign: 0 | 1,
  small: Float80,
  smallSign: 0 | 1,
): Float80 {
  const exp = large.exp === 0 ? 1 : large.exp;
  shiftRightSticky(small.hi, small.lo, 0, exp - (small.exp === 0 ? 1 : small.exp));
  if (largeSign === smallSign) return addMagnitudes(c, largeSign, exp, large);
  return subtractMagnitudes(c, largeSign, exp, large);
}

/** large + `shifted`. */
function addMagnitudes(c: FpuContext, sign: 0 | 1, exp: number, large: Float80): Float80 {
  let ext = shifted.ext;
  let lo = large.lo + shifted.lo;
  let hi = large.hi + shifted.hi;
  if (lo >= TWO32) {
    lo -= TWO32;
    hi += 1;
  }
  if (hi >= TWO32) {
    ext = ((ext >>> 1) | (ext & 1) | (lo << 31)) >>> 0;
    lo = ((lo >>> 1) | (hi << 31)) >>> 0;
    hi = ((hi - TWO32) / 2 + INTEGER_BIT) >>> 0;
    return roundAndPack(c, sign, exp + 1, hi, lo, ext);
  }
  return finish(c, sign, exp, hi, lo, ext);
}

/** large − `shifted`, which may turn out negative where the exponents are equal. */
function subtractMagnitudes(c: FpuContext, sign: 0 | 1, exp: number, large: Float80): Float80 {
  let ext = -shifted.ext;
  let lo = large.lo - shifted.lo;
  let hi = large.hi - shifted.hi;
  if (hi < 0 || (hi === 0 && lo < 0)) {
    // Equal exponents: nothing was shifted out.
    sign = sign === 0 ? 1 : 0;
    lo = -lo;
    hi = -hi;
  }
  if (ext < 0) {
    ext += TWO32;
    lo -= 1;
  }
  if (lo < 0) {
    lo += TWO32;
    hi -= 1;
  }
  if (hi === 0 && lo === 0 && ext === 0) return zeroDifference(c);
  return finish(c, sign, exp, hi, lo, ext);
}

function finish(
  c: FpuContext,
  sign: 0 | 1,
  exp: number,
  hi: number,
  lo: number,
  ext: number,
): Float80 {
  if (hi >= INTEGER_BIT) return roundAndPack(c, sign, exp, hi, lo, ext);
  const distance = normalize(hi, lo, ext);
  return roundAndPack(c, sign, exp - distance, shifted.hi, shifted.lo, shifted.ext);
}
