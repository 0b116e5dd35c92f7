/**
 * SSE arithmetic: one operation in its four shapes, packed and scalar, single and double.
 *
 * NaN results (SDM vol. 1, table 4-7): the first operand's NaN if it is one, else the second's, quieted; the
 * default NaN for an invalid operation. Wasm leaves NaN bits open; V8 on x64 runs the same instructions, so they
 * come out as on the processor, with one exception: V8 may exchange the operands of a scalar addition or
 * multiplication, so that of two different NaNs the other one comes out.
 *
 * MXCSR: Wasm rounds to nearest, keeps denormals and has no exception flags. Code of an emitter that says
 * `checksMxcsr` takes the slow way (engine/helpers/sse-float.ts), which has it all, while rounding, FTZ or DAZ
 * aren't at their defaults. The flags are set there only, and unmasked exceptions are never raised.
 */

import type { Emitter } from "../../emit/emitter.ts";
import {
  f32,
  f32x4,
  f64,
  f64x2,
  I32,
  I64,
  i32,
  i64x2,
  type Value,
  v128,
} from "../../emit/value.ts";
import { SseFloat } from "../../engine/helpers/sse-float.ts";
import { MXCSR } from "../../sse/soft-float.ts";
import { S } from "../../state.ts";
import type { Operand, Semantics } from "../insn.ts";
import {
  type Binary,
  constI32x4,
  fromHalves,
  mergeF32,
  mergeF64,
  operand,
  readF32,
  readF64,
  readLow32,
  readLow64,
  readPacked,
} from "./sse.ts";

export type Arithmetic = "add" | "sub" | "mul" | "div";

/**
 * `fast()`, or what MXCSR makes of operation `code` (SseFloat) on vectors a and b, both leaves.
 * Either way it is the whole new value of the destination.
 */
export function asMxcsrSays(
  e: Emitter,
  code: number,
  a: Value,
  b: Value,
  fast: () => Value,
): Value {
  if (!e.checksMxcsr) return fast();
  const control = i32.and(e.readState(S.mxcsr, I32, 4), i32.const(MXCSR.CONTROL));
  const slow = (): Value => {
    const halves = [a, b].flatMap((v) => [i64x2.extract_lane(v, 0), i64x2.extract_lane(v, 1)]);
    const low = e.let(e.pureHelper("ssefloat", [...halves, i32.const(code)]));
    return fromHalves(low, e.readState(S.scratch + 8, I64, 8));
  };
  return e.choose(control, slow, fast);
}

/** a op b in all lanes; both are leaves. */
export function packedArithmetic(
  e: Emitter,
  name: Arithmetic,
  isDouble: boolean,
  a: Value,
  b: Value,
): Value {
  const code = SseFloat[name] | SseFloat.packed | (isDouble ? SseFloat.double : 0);
  return asMxcsrSays(e, code, a, b, () => (isDouble ? f64x2 : f32x4)[name](a, b));
}

function packedOp(name: Arithmetic, isDouble: boolean): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const b = e.let(readPacked(e, operand(insn, 1)));
    e.write(dst, packedArithmetic(e, name, isDouble, e.let(e.read(dst)), b));
  };
}

/** dst ← dst op src, four singles. */
export function ps(name: Arithmetic): Semantics {
  return packedOp(name, false);
}

/** dst ← dst op src, two doubles. */
export function pd(name: Arithmetic): Semantics {
  return packedOp(name, true);
}

/** Low single of dst ← low single of dst op src. */
export function ss(name: Arithmetic): Semantics {
  return scalarSs(SseFloat[name], (a, b) => f32[name](a, b));
}

/** Low double of dst ← low double of dst op src. */
export function sd(name: Arithmetic): Semantics {
  return scalarSd(SseFloat[name], (a, b) => f64[name](a, b));
}

export const sqrtss: Semantics = scalarSs(SseFloat.sqrt, (_, b) => f32.sqrt(b));
export const sqrtsd: Semantics = scalarSd(SseFloat.sqrt, (_, b) => f64.sqrt(b));

function scalarSs(operation: number, f: Binary): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const src = operand(insn, 1);
    const a = e.let(e.read(dst));
    if (!e.checksMxcsr) {
      e.write(dst, mergeF32(a, f(f32x4.extract_lane(a, 0), readF32(e, src))));
      return;
    }
    const b = e.let(readLow32(e, src));
    const fast = (): Value => mergeF32(a, f(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
    e.write(dst, asMxcsrSays(e, operation, a, b, fast));
  };
}

function scalarSd(operation: number, f: Binary): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const src = operand(insn, 1);
    const a = e.let(e.read(dst));
    if (!e.checksMxcsr) {
      e.write(dst, mergeF64(a, f(f64x2.extract_lane(a, 0), readF64(e, src))));
      return;
    }
    const b = e.let(readLow64(e, src));
    const fast = (): Value => mergeF64(a, f(f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0)));
    e.write(dst, asMxcsrSays(e, operation | SseFloat.double, a, b, fast));
  };
}

/** dst ← operation (SseFloat) of src in all lanes; `f` is what it is by default. */
export function packedConversion(operation: number, f: (v: Value) => Value): Semantics {
  return (e, insn) => {
    const src = e.let(readPacked(e, operand(insn, 1)));
    e.write(
      operand(insn, 0),
      asMxcsrSays(e, operation | SseFloat.packed, src, src, () => f(src)),
    );
  };
}

const SMALLEST_SINGLE = constI32x4(0x0080_0000, 0x0080_0000, 0x0080_0000, 0x0080_0000);
const SMALLEST_DOUBLE = constI32x4(0, 0x0010_0000, 0, 0x0010_0000);
const SINGLE_SIGNS = constI32x4(-0x8000_0000, -0x8000_0000, -0x8000_0000, -0x8000_0000);
const DOUBLE_SIGNS = constI32x4(0, -0x8000_0000, 0, -0x8000_0000);

/** Denormal lanes made zeros of their sign. `v` is a leaf. */
export function flush(isDouble: boolean, v: Value): Value {
  const lanes = isDouble ? f64x2 : f32x4;
  const isSmall = lanes.lt(lanes.abs(v), isDouble ? SMALLEST_DOUBLE : SMALLEST_SINGLE);
  return v128.andnot(v, v128.andnot(isSmall, isDouble ? DOUBLE_SIGNS : SINGLE_SIGNS));
}

/** An operand of something other than arithmetic: denormals made zeros if MXCSR.DAZ says so. `v` is a leaf. */
export function denormalsAsMxcsrSays(e: Emitter, isDouble: boolean, v: Value): Value {
  if (!e.checksMxcsr) return v;
  const daz = i32.and(e.readState(S.mxcsr, I32, 4), i32.const(MXCSR.DAZ));
  return e.choose(
    daz,
    () => flush(isDouble, v),
    () => v,
  );
}

/** The low single of an operand of something other than arithmetic. */
export function readF32AsMxcsrSays(e: Emitter, op: Operand): Value {
  if (!e.checksMxcsr) return readF32(e, op);
  return f32x4.extract_lane(denormalsAsMxcsrSays(e, false, e.let(readLow32(e, op))), 0);
}

/** The low double of an operand of something other than arithmetic. */
export function readF64AsMxcsrSays(e: Emitter, op: Operand): Value {
  if (!e.checksMxcsr) return readF64(e, op);
  return f64x2.extract_lane(denormalsAsMxcsrSays(e, true, e.let(readLow64(e, op))), 0);
}

/** dst ← f(dst, src), a comparison or choice; `f` may use its operands more than once. */
export function packedChoice(isDouble: boolean, f: Binary): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const b = denormalsAsMxcsrSays(e, isDouble, e.let(readPacked(e, operand(insn, 1))));
    const a = denormalsAsMxcsrSays(e, isDouble, e.let(e.read(dst)));
    e.write(dst, f(a, b));
  };
}

/** The same for the low lane. The vector operation has no branch in it, as a scalar compare and select would. */
export function scalarChoice(
  isDouble: boolean,
  f: (a: Value, b: Value, e: Emitter) => Value,
): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const src = operand(insn, 1);
    const low = e.let(isDouble ? readLow64(e, src) : readLow32(e, src));
    const b = denormalsAsMxcsrSays(e, isDouble, low);
    const whole = e.let(e.read(dst));
    const v = f(denormalsAsMxcsrSays(e, isDouble, whole), b, e);
    const merged = isDouble
      ? mergeF64(whole, f64x2.extract_lane(v, 0))
      : mergeF32(whole, f32x4.extract_lane(v, 0));
    e.write(dst, merged);
  };
}

/**
 * minps, maxpd … : the second operand when either is a NaN or both are zeros, which is pmin and pmax with the
 * operands exchanged.
 */
export function exchanged(f: Binary): Binary {
  return (a, b) => f(b, a);
}
