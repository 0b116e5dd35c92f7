/**
 * Binary floating point of 32 and 64 bits with everything that MXCSR controls (SDM vol. 1, 4.8, 10.2.3, 11.5):
 * directed rounding, denormals-are-zeros, flush-to-zero, and the exception flags. Exceptions count as masked.
 *
 * Wasm rounds to nearest and keeps denormals, so this runs only while MXCSR's control bits aren't at their
 * defaults. It is written to be right rather than quick: an exact result as a bigint, rounded once.
 */

export interface Format {
  /** Bits of the fraction field. */
  readonly fractionBits: number;
  /** Exponent bias, which is also the largest exponent. */
  readonly bias: number;
  readonly signBit: bigint;
  /** All ones in the exponent field. */
  readonly infinity: bigint;
  readonly quietBit: bigint;
}

export const SINGLE: Format = {
  fractionBits: 23,
  bias: 127,
  signBit: 0x8000_0000n,
  infinity: 0x7f80_0000n,
  quietBit: 0x0040_0000n,
};

export const DOUBLE: Format = {
  fractionBits: 52,
  bias: 1023,
  signBit: 0x8000_0000_0000_0000n,
  infinity: 0x7ff0_0000_0000_0000n,
  quietBit: 0x0008_0000_0000_0000n,
};

/** MXCSR bits (SDM vol. 1, figure 10-3). */
export const MXCSR = {
  IE: 0x0001,
  DE: 0x0002,
  ZE: 0x0004,
  OE: 0x0008,
  UE: 0x0010,
  PE: 0x0020,
  DAZ: 0x0040,
  /** All exceptions masked: the value at reset. */
  DEFAULT: 0x1f80,
  RC: 0x6000,
  FTZ: 0x8000,
  /** What changes results: RC, FTZ and DAZ. */
  CONTROL: 0xe040,
  RC_SHIFT: 13,
} as const;

const NEAREST = 0;
const DOWN = 1;
const UP = 2;

/** MXCSR as an operation uses it. */
export class FloatContext {
  readonly rounding: number;
  readonly flushToZero: boolean;
  readonly denormalsAreZeros: boolean;
  /** Exceptions so far, to be or-ed into MXCSR. */
  flags = 0;

  constructor(mxcsr: number) {
    this.rounding = (mxcsr & MXCSR.RC) >> MXCSR.RC_SHIFT;
    this.flushToZero = (mxcsr & MXCSR.FTZ) !== 0;
    this.denormalsAreZeros = (mxcsr & MXCSR.DAZ) !== 0;
  }
}

/** (-1)^sign × significand × 2^exponent; the significand is 0 for zeros. */
interface Finite {
  readonly sign: boolean;
  readonly significand: bigint;
  readonly exponent: number;
}

function isNan(f: Format, bits: bigint): boolean {
  return (bits & ~f.signBit) > f.infinity;
}

function isInfinite(f: Format, bits: bigint): boolean {
  return (bits & ~f.signBit) === f.infinity;
}

function defaultNan(f: Format): bigint {
  return f.signBit | f.infinity | f.quietBit;
}

function isDenormal(f: Format, bits: bigint): boolean {
  return (bits & f.infinity) === 0n && (bits & ~f.signBit) !== 0n;
}

/** The first NaN among the operands, quieted; undefined when none is one. */
function propagateNan(
  c: FloatContext,
  f: Format,
  ...operands: readonly bigint[]
): bigint | undefined {
  let result: bigint | undefined;
  for (const bits of operands) {
    if (!isNan(f, bits)) continue;
    if ((bits & f.quietBit) === 0n) c.flags |= MXCSR.IE;
    result ??= bits | f.quietBit;
  }
  return result;
}

function invalid(c: FloatContext, f: Format): bigint {
  c.flags |= MXCSR.IE;
  return defaultNan(f);
}

/** Denormals made zeros if MXCSR says so. */
function operand(c: FloatContext, f: Format, bits: bigint): bigint {
  return c.denormalsAreZeros && isDenormal(f, bits) ? bits & f.signBit : bits;
}

/** Sets DE when an operand of an operation that goes on to a result is denormal. */
function noteDenormals(c: FloatContext, f: Format, ...operands: readonly bigint[]): void {
  if (operands.some((bits) => isDenormal(f, bits))) c.flags |= MXCSR.DE;
}

function unpack(f: Format, bits: bigint): Finite {
  const fractionBits = BigInt(f.fractionBits);
  const field = Number((bits & f.infinity) >> fractionBits);
  const fraction = bits & ((1n << fractionBits) - 1n);
  return {
    sign: (bits & f.signBit) !== 0n,
    significand: field === 0 ? fraction : fraction | (1n << fractionBits),
    exponent: Math.max(field, 1) - f.bias - f.fractionBits,
  };
}

function bitLength(n: bigint): number {
  const hex = n.toString(16);
  return 4 * hex.length - (Math.clz32(Number.parseInt(hex.charAt(0), 16)) - 28);
}

/** The significand without its low `shift` bits, rounded; whether they were not all 0. */
function shiftRight(c: FloatContext, x: Finite, shift: number): { kept: bigint; inexact: boolean } {
  if (shift <= 0) return { kept: x.significand << BigInt(-shift), inexact: false };
  const n = BigInt(shift);
  const kept = x.significand >> n;
  const rest = x.significand - (kept << n);
  const half = 1n << (n - 1n);
  let away: boolean;
  if (c.rounding === NEAREST) away = rest > half || (rest === half && (kept & 1n) === 1n);
  else away = rest !== 0n && ((c.rounding === DOWN && x.sign) || (c.rounding === UP && !x.sign));
  return { kept: away ? kept + 1n : kept, inexact: rest !== 0n };
}

/** An exact value (or one with a sticky lowest bit, two bits below the last kept one or lower) as bits. */
function round(c: FloatContext, f: Format, x: Finite): bigint {
  const signBits = x.sign ? f.signBit : 0n;
  if (x.significand === 0n) return signBits;
  const length = bitLength(x.significand);
  const precision = f.fractionBits + 1;
  const { kept, inexact } = shiftRight(c, x, length - precision);
  let exponent = x.exponent + length - 1;
  if (kept >> BigInt(precision) !== 0n) exponent++; // rounded up to the next power of two

  if (exponent < 1 - f.bias) {
    // Tiny, which is decided after rounding as if the exponent had no limit.
    if (c.flushToZero) {
      c.flags |= MXCSR.UE | MXCSR.PE;
      return signBits;
    }
    const denormal = shiftRight(c, x, 1 - f.bias - f.fractionBits - x.exponent);
    if (denormal.inexact) c.flags |= MXCSR.UE | MXCSR.PE;
    return signBits | denormal.kept; // may have become the smallest normal number, which encodes itself
  }
  if (exponent > f.bias) {
    c.flags |= MXCSR.OE | MXCSR.PE;
    const toInfinity = c.rounding === NEAREST || c.rounding === (x.sign ? DOWN : UP);
    return signBits | (toInfinity ? f.infinity : f.infinity - 1n);
  }
  if (inexact) c.flags |= MXCSR.PE;
  const fraction = kept & ((1n << BigInt(f.fractionBits)) - 1n);
  return signBits | (BigInt(exponent + f.bias) << BigInt(f.fractionBits)) | fraction;
}

/** a + b; both are bits. */
export function add(c: FloatContext, f: Format, aBits: bigint, bBits: bigint): bigint {
  const a = operand(c, f, aBits);
  const b = operand(c, f, bBits);
  const nan = propagateNan(c, f, a, b);
  if (nan !== undefined) return nan;
  if (isInfinite(f, a) && isInfinite(f, b) && a !== b) return invalid(c, f);
  noteDenormals(c, f, a, b);
  if (isInfinite(f, a)) return a;
  if (isInfinite(f, b)) return b;
  const x = unpack(f, a);
  const y = unpack(f, b);
  const exponent = Math.min(x.exponent, y.exponent);
  const align = (v: Finite): bigint => {
    const aligned = v.significand << BigInt(v.exponent - exponent);
    return v.sign ? -aligned : aligned;
  };
  const sum = align(x) + align(y);
  // An exact zero from unlike signs is +0, or -0 when rounding down.
  const zeroSign = x.sign === y.sign ? x.sign : c.rounding === DOWN;
  const sign = sum === 0n ? zeroSign : sum < 0n;
  return round(c, f, { sign, significand: sum < 0n ? -sum : sum, exponent });
}

/** a - b */
export function sub(c: FloatContext, f: Format, a: bigint, b: bigint): bigint {
  // A NaN keeps its sign.
  return add(c, f, a, isNan(f, b) ? b : b ^ f.signBit);
}

/** a × b */
export function mul(c: FloatContext, f: Format, aBits: bigint, bBits: bigint): bigint {
  const a = operand(c, f, aBits);
  const b = operand(c, f, bBits);
  const nan = propagateNan(c, f, a, b);
  if (nan !== undefined) return nan;
  const x = unpack(f, a);
  const y = unpack(f, b);
  const sign = x.sign !== y.sign;
  if (isInfinite(f, a) || isInfinite(f, b)) {
    if (x.significand === 0n || y.significand === 0n) return invalid(c, f);
    noteDenormals(c, f, a, b);
    return f.infinity | (sign ? f.signBit : 0n);
  }
  noteDenormals(c, f, a, b);
  return round(c, f, {
    sign,
    significand: x.significand * y.significand,
    exponent: x.exponent + y.exponent,
  });
}

/** a ÷ b */
export function div(c: FloatContext, f: Format, aBits: bigint, bBits: bigint): bigint {
  const a = operand(c, f, aBits);
  const b = operand(c, f, bBits);
  const nan = propagateNan(c, f, a, b);
  if (nan !== undefined) return nan;
  const x = unpack(f, a);
  const y = unpack(f, b);
  const sign = x.sign !== y.sign;
  const signBits = sign ? f.signBit : 0n;
  if (isInfinite(f, a)) {
    if (isInfinite(f, b)) return invalid(c, f);
    noteDenormals(c, f, b);
    return f.infinity | signBits;
  }
  if (isInfinite(f, b)) {
    noteDenormals(c, f, a);
    return signBits;
  }
  if (y.significand === 0n) {
    if (x.significand === 0n) return invalid(c, f);
    c.flags |= MXCSR.ZE;
    return f.infinity | signBits;
  }
  noteDenormals(c, f, a, b);
  if (x.significand === 0n) return signBits;
  const wanted = f.fractionBits + 4 - (bitLength(x.significand) - bitLength(y.significand));
  const shift = Math.max(0, wanted);
  const numerator = x.significand << BigInt(shift);
  const quotient = numerator / y.significand;
  const sticky = quotient * y.significand === numerator ? 0n : 1n;
  return round(c, f, {
    sign,
    significand: (quotient << 1n) | sticky,
    exponent: x.exponent - y.exponent - shift - 1,
  });
}

/** The integer part of √n (Newton). */
function integerRoot(n: bigint): bigint {
  let x = 1n << BigInt((bitLength(n) + 1) >> 1);
  for (;;) {
    const y = (x + n / x) >> 1n;
    if (y >= x) return x;
    x = y;
  }
}

/** √a */
export function sqrt(c: FloatContext, f: Format, aBits: bigint): bigint {
  const a = operand(c, f, aBits);
  const nan = propagateNan(c, f, a);
  if (nan !== undefined) return nan;
  const x = unpack(f, a);
  if (x.significand === 0n) return a;
  if (x.sign) return invalid(c, f);
  if (isInfinite(f, a)) return a;
  noteDenormals(c, f, a);
  let shift = Math.max(0, 2 * (f.fractionBits + 4) - bitLength(x.significand));
  if ((x.exponent - shift) % 2 !== 0) shift++;
  const n = x.significand << BigInt(shift);
  const root = integerRoot(n);
  const sticky = root * root === n ? 0n : 1n;
  return round(c, f, {
    sign: false,
    significand: (root << 1n) | sticky,
    exponent: (x.exponent - shift) / 2 - 1,
  });
}

/** A double as a single. */
export function narrow(c: FloatContext, aBits: bigint): bigint {
  const a = operand(c, DOUBLE, aBits);
  const nan = propagateNan(c, DOUBLE, a);
  const signBits = a & DOUBLE.signBit ? SINGLE.signBit : 0n;
  if (nan !== undefined) {
    return signBits | SINGLE.infinity | ((nan & ~DOUBLE.signBit & ~DOUBLE.infinity) >> 29n);
  }
  if (isInfinite(DOUBLE, a)) return signBits | SINGLE.infinity;
  noteDenormals(c, DOUBLE, a);
  return round(c, SINGLE, unpack(DOUBLE, a));
}

/** A signed integer in a format. */
export function fromInteger(c: FloatContext, f: Format, n: bigint): bigint {
  return round(c, f, { sign: n < 0n, significand: n < 0n ? -n : n, exponent: 0 });
}
