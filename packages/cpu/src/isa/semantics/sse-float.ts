/**
 * SSE arithmetic: one operation in its four shapes, packed and scalar, single and double.
 *
 * NaN results (SDM vol. 1, table 4-7): the first operand's NaN if it is one, else the second's, quieted; the
 * default NaN for an invalid operation. Wasm leaves NaN bits open; V8 on x64 runs the same instructions with
 * the operands in the order given here, so they come out as on the processor.
 */
import type { Emitter } from "../../emit/emitter.ts";
import { f32, f32x4, f64, f64x2, type Value } from "../../emit/value.ts";
import type { Insn, Semantics } from "../insn.ts";
import {
  type Binary,
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

/** dst ← dst op src, four singles. */
export function ps(name: Arithmetic): Semantics {
  return packedFloat(f32x4[name]);
}

/** dst ← dst op src, two doubles. */
export function pd(name: Arithmetic): Semantics {
  return packedFloat(f64x2[name]);
}

function packedFloat(f: Binary): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const b = readPacked(e, operand(insn, 1));
    e.write(dst, f(e.read(dst), b));
  };
}

/** Low single of dst ← low single of dst op src. */
export function ss(name: Arithmetic): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const a = e.let(e.read(dst));
    const b = readF32(e, operand(insn, 1));
    e.write(dst, mergeF32(a, f32[name](f32x4.extract_lane(a, 0), b)));
  };
}

/** Low double of dst ← low double of dst op src. */
export function sd(name: Arithmetic): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const a = e.let(e.read(dst));
    const b = readF64(e, operand(insn, 1));
    e.write(dst, mergeF64(a, f64[name](f64x2.extract_lane(a, 0), b)));
  };
}

/**
 * minps, maxpd … : the second operand when either is a NaN or both are zeros, which is pmin and pmax with the
 * operands exchanged.
 */
export function minMax(f: Binary): Semantics {
  return packedFloat((a, b) => f(b, a));
}

/** minss, maxss: the vector operation has no branch in it, as a scalar compare and select would. */
export function minMaxSs(f: Binary): Semantics {
  return lowSingle((a, b) => f(b, a));
}

export function minMaxSd(f: Binary): Semantics {
  return lowDouble((a, b) => f(b, a));
}

/** Low single of dst ← that of `f(dst, src)`, a vector operation that may use its operands more than once. */
export function lowSingle(f: (a: Value, b: Value, e: Emitter) => Value): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const b = e.let(readLow32(e, operand(insn, 1)));
    const a = e.let(e.read(dst));
    e.write(dst, mergeF32(a, f32x4.extract_lane(f(a, b, e), 0)));
  };
}

/** As `lowSingle` for the low double. */
export function lowDouble(f: (a: Value, b: Value, e: Emitter) => Value): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const b = e.let(readLow64(e, operand(insn, 1)));
    const a = e.let(e.read(dst));
    e.write(dst, mergeF64(a, f64x2.extract_lane(f(a, b, e), 0)));
  };
}

/** Low single of dst ← f(low single of src). */
export function unarySs(f: (a: Value) => Value): Semantics {
  return (e: Emitter, insn: Insn) => {
    const dst = operand(insn, 0);
    const b = readF32(e, operand(insn, 1));
    e.write(dst, mergeF32(e.read(dst), f(b)));
  };
}

/** Low double of dst ← f(low double of src). */
export function unarySd(f: (a: Value) => Value): Semantics {
  return (e: Emitter, insn: Insn) => {
    const dst = operand(insn, 0);
    const b = readF64(e, operand(insn, 1));
    e.write(dst, mergeF64(e.read(dst), f(b)));
  };
}
