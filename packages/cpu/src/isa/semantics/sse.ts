/**
 * What SSE instructions have in common: operands, alignment, scalar views of a register, and semantics
 * built from one Wasm operation.
 *
 * A scalar instruction changes the low lane of its destination and keeps the rest. It is written as
 * `replace_lane(dst, 0, op(extract_lane(dst, 0), …))`, so that a translator may keep the lane as f32/f64.
 */
import type { Emitter } from "../../emit/emitter.ts";
import { f32, f32x4, f64, f64x2, i32, i32x4, i64x2, type Value, v128 } from "../../emit/value.ts";
import { Vector } from "../../state.ts";
import type { Insn, Operand, Semantics } from "../insn.ts";

export type Unary = (a: Value) => Value;
export type Binary = (a: Value, b: Value) => Value;

/** Explicit operand `n`. @throws Error when the form of the row has fewer: a slip in a table. */
export function operand(insn: Insn, n: number): Operand {
  const op = insn.operands[n];
  if (op === undefined)
    throw new Error(`${insn.row.mnemonic} ${insn.row.form} has no operand ${n}`);
  return op;
}

/** The immediate byte in operand `n` of a `staticImm` row, 0 … 255. */
export function immByte(insn: Insn, n: number): number {
  const op = operand(insn, n);
  if (op.kind !== "imm") throw new Error(`${insn.row.mnemonic}: operand ${n} is no immediate`);
  return op.value & 0xff;
}

/**
 * #GP(0) unless a 16-byte memory operand is 16-byte aligned (SDM vol. 1, 4.1.1 and 11.3): all of legacy SSE
 * except the "unaligned" moves and pcmpXstrX. It is the linear address that counts.
 */
export function checkAligned(e: Emitter, op: Operand): void {
  if (op.kind !== "mem" || op.size !== 16) return;
  e.raise(Vector.GP, i32.and(i32.wrap_i64(e.linearAddress(op)), i32.const(15)));
}

/** A whole register, or 16 aligned bytes of memory. */
export function readPacked(e: Emitter, op: Operand): Value {
  checkAligned(e, op);
  return e.read(op);
}

/** The low double of a register, or 8 bytes of memory. */
export function readF64(e: Emitter, op: Operand): Value {
  const v = e.read(op);
  return op.kind === "mem" ? f64.reinterpret_i64(v) : f64x2.extract_lane(v, 0);
}

/** The low single of a register, or 4 bytes of memory. */
export function readF32(e: Emitter, op: Operand): Value {
  const v = e.read(op);
  return op.kind === "mem" ? f32.reinterpret_i32(v) : f32x4.extract_lane(v, 0);
}

/** A vector whose low 8 bytes are the operand's; what is above them is of no interest. */
export function readLow64(e: Emitter, op: Operand): Value {
  const v = e.read(op);
  return op.kind === "mem" ? i64x2.splat(v) : v;
}

/** A vector whose low 4 bytes are the operand's; what is above them is of no interest. */
export function readLow32(e: Emitter, op: Operand): Value {
  const v = e.read(op);
  return op.kind === "mem" ? i32x4.splat(v) : v;
}

/** dst with its low double replaced. */
export function mergeF64(dst: Value, low: Value): Value {
  return f64x2.replace_lane(dst, 0, low);
}

/** dst with its low single replaced. */
export function mergeF32(dst: Value, low: Value): Value {
  return f32x4.replace_lane(dst, 0, low);
}

/** A vector constant of four 32-bit lanes. */
export function constI32x4(a: number, b: number, c: number, d: number): Value {
  return v128.const(new Uint8Array(Int32Array.of(a, b, c, d).buffer));
}

/** A vector constant with the same 16-bit number in each lane. */
export function splatI16(n: number): Value {
  return v128.const(new Uint8Array(Int16Array.from({ length: 8 }, () => n).buffer));
}

/** A vector constant with the same byte in each lane. */
export function splatI8(n: number): Value {
  return v128.const(new Uint8Array(16).fill(n));
}

/** The low 64 bits kept, the high ones cleared. */
export function low64(v: Value): Value {
  return v128.and(v, constI32x4(-1, -1, 0, 0));
}

/** A vector from its two 64-bit halves. */
export function fromHalves(low: Value, high: Value): Value {
  return i64x2.replace_lane(i64x2.splat(low), 1, high);
}

/** dst ← f(dst, src), for an `f` that uses each operand once. */
export function packed(f: Binary): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const b = readPacked(e, operand(insn, 1));
    e.write(dst, f(e.read(dst), b));
  };
}

/** As `packed`, for an `f` that uses its operands more than once (and may need locals of its own). */
export function packedReused(f: (a: Value, b: Value, e: Emitter) => Value): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const b = e.let(readPacked(e, operand(insn, 1)));
    e.write(dst, f(e.let(e.read(dst)), b, e));
  };
}

/** dst ← f(dst, src, imm8): rows with `staticImm`. `f` may use its operands more than once. */
export function packedImm(f: (a: Value, b: Value, imm: number, e: Emitter) => Value): Semantics {
  return (e, insn) => packedReused((a, b) => f(a, b, immByte(insn, 2), e))(e, insn);
}

/** dst ← f(src). `f` may use its operand more than once. */
export function packedUnary(f: (a: Value, e: Emitter) => Value): Semantics {
  return (e, insn) => {
    const src = e.let(readPacked(e, operand(insn, 1)));
    e.write(operand(insn, 0), f(src, e));
  };
}

/** dst ← f(src, imm8): rows with `staticImm`. */
export function packedUnaryImm(f: (a: Value, imm: number) => Value): Semantics {
  return (e, insn) => packedUnary((a) => f(a, immByte(insn, 2)))(e, insn);
}
