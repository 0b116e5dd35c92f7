/** Rounding to an integral value by a static mode or by MXCSR.RC, and integer conversions with x86's overflow result. */
import type { Emitter } from "../../emit/emitter.ts";
import {
  f32,
  f32x4,
  f64,
  f64x2,
  I32,
  i32,
  i32x4,
  i64,
  select,
  type Value,
  v128,
} from "../../emit/value.ts";
import { S } from "../../state.ts";
import { constI32x4 } from "./sse.ts";

/** What the four float types have for rounding. */
interface Rounding {
  nearest(a: Value): Value;
  floor(a: Value): Value;
  ceil(a: Value): Value;
  trunc(a: Value): Value;
}

/** Bits 13 and 14 of MXCSR: 0 nearest even, 1 down, 2 up, 3 towards zero. */
const RC_SHIFT = 13;

/** MXCSR.RC as i32, in a local. */
function roundingControl(e: Emitter): Value {
  const mxcsr = e.readState(S.mxcsr, I32, 4);
  return e.let(i32.and(i32.shr_u(mxcsr, i32.const(RC_SHIFT)), i32.const(3)));
}

/** `v` rounded to an integral value of its type by `mode`, an RC number known now. */
export function roundBy(type: Rounding, mode: number, v: Value): Value {
  switch (mode & 3) {
    case 0:
      return type.nearest(v);
    case 1:
      return type.floor(v);
    case 2:
      return type.ceil(v);
    default:
      return type.trunc(v);
  }
}

/** `v` rounded to an integral value of its type as MXCSR.RC says; to nearest where the emitter knows it is at its default. */
export function roundByMxcsr(e: Emitter, type: Rounding, v: Value): Value {
  if (!e.checksMxcsr) return type.nearest(v);
  const x = e.let(v);
  const rc = roundingControl(e);
  const down = select(i32.eq(rc, i32.const(1)), type.floor(x), type.trunc(x));
  const directed = select(i32.eq(rc, i32.const(2)), type.ceil(x), down);
  return select(rc, directed, type.nearest(x));
}

// "Integer indefinite" (SDM vol. 1, 4.8.3.7): what a NaN or an unrepresentable number becomes.
const INDEFINITE_32 = i32.const(-0x8000_0000);
const INDEFINITE_64 = i64.const(-0x8000_0000_0000_0000n);
const TWO_31 = 2 ** 31;
const TWO_63 = 2 ** 63;

// Saturation is right below; at the top and for a NaN "x < 2^n" is false.

/** x towards zero, or 0x8000_0000. `x` is a leaf. */
export function f64ToI32(x: Value): Value {
  return select(f64.lt(x, f64.const(TWO_31)), i32.trunc_sat_f64_s(x), INDEFINITE_32);
}

export function f64ToI64(x: Value): Value {
  return select(f64.lt(x, f64.const(TWO_63)), i64.trunc_sat_f64_s(x), INDEFINITE_64);
}

export function f32ToI32(x: Value): Value {
  return select(f32.lt(x, f32.const(TWO_31)), i32.trunc_sat_f32_s(x), INDEFINITE_32);
}

export function f32ToI64(x: Value): Value {
  return select(f32.lt(x, f32.const(TWO_63)), i64.trunc_sat_f32_s(x), INDEFINITE_64);
}

const INDEFINITE_X4 = constI32x4(-0x8000_0000, -0x8000_0000, -0x8000_0000, -0x8000_0000);

/** Four singles towards zero. `x` is a leaf. */
export function f32x4ToI32x4(x: Value): Value {
  const fits = f32x4.lt(x, f32x4.splat(f32.const(TWO_31)));
  return v128.bitselect(i32x4.trunc_sat_f32x4_s(x), INDEFINITE_X4, fits);
}

/** Lanes 0 and 2 of the left side, then two lanes of ones: a 64-bit mask made one of 32-bit lanes. */
const EVEN_LANES = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23];
const ALL_ONES = constI32x4(-1, -1, -1, -1);

/** Two doubles towards zero into the low half; the upper half is 0. `x` is a leaf. */
export function f64x2ToI32x2(x: Value): Value {
  const fits = f64x2.lt(x, f64x2.splat(f64.const(TWO_31)));
  const mask = v128.shuffle(fits, ALL_ONES, EVEN_LANES);
  return v128.bitselect(i32x4.trunc_sat_f64x2_s_zero(x), INDEFINITE_X4, mask);
}
