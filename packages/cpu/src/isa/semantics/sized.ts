/**
 * Integer operations by operand size. Sizes 1 and 2 are i32 values, zero-extended; 4 is i32; 8 is i64
 * (emit/emitter.ts, rule 3). Everything here takes and gives values in that form.
 */
import { i32, i64, type Value } from "../../emit/value.ts";
import type { Insn, Operand, OperandSize } from "../insn.ts";

/** Operand `n` of an instruction whose form has one there. */
export function operand(insn: Insn, n: number): Operand {
  return insn.operands[n] as Operand;
}

export function constant(size: OperandSize, n: number): Value {
  return size === 8 ? i64.const(n) : i32.const(n);
}

/** Clears what stands above the size (1 and 2). */
export function trim(size: OperandSize, v: Value): Value {
  if (size === 1) return i32.and(v, i32.const(0xff));
  if (size === 2) return i32.and(v, i32.const(0xffff));
  return v;
}

type SizedBinary = (size: OperandSize, a: Value, b: Value) => Value;

export const add: SizedBinary = (size, a, b) =>
  size === 8 ? i64.add(a, b) : trim(size, i32.add(a, b));
export const sub: SizedBinary = (size, a, b) =>
  size === 8 ? i64.sub(a, b) : trim(size, i32.sub(a, b));
export const and: SizedBinary = (size, a, b) => (size === 8 ? i64.and(a, b) : i32.and(a, b));
export const or: SizedBinary = (size, a, b) => (size === 8 ? i64.or(a, b) : i32.or(a, b));
export const xor: SizedBinary = (size, a, b) => (size === 8 ? i64.xor(a, b) : i32.xor(a, b));
export const eq: SizedBinary = (size, a, b) => (size === 8 ? i64.eq(a, b) : i32.eq(a, b));
/** Shifts by a count below the bits of the Wasm type; shr_u of trimmed values only. */
export const shl: SizedBinary = (size, a, n) =>
  size === 8 ? i64.shl(a, n) : trim(size, i32.shl(a, n));
export const shrU: SizedBinary = (size, a, n) => (size === 8 ? i64.shr_u(a, n) : i32.shr_u(a, n));

/** 1 where the value is 0. */
export function isZero(size: OperandSize, v: Value): Value {
  return size === 8 ? i64.eqz(v) : i32.eqz(v);
}

/** All bits inverted. */
export function not(size: OperandSize, v: Value): Value {
  return size === 8 ? i64.xor(v, i64.const(-1)) : trim(size, i32.xor(v, i32.const(-1)));
}

/** The sign bit as 0 or 1. */
export function signBit(size: OperandSize, v: Value): Value {
  if (size === 8) return i32.wrap_i64(i64.shr_u(v, i64.const(63)));
  return i32.shr_u(v, i32.const(size * 8 - 1));
}

/** Bit `n` (a constant) as i32 0 or 1. */
export function bit(size: OperandSize, v: Value, n: number): Value {
  if (size === 8) {
    return i32.and(i32.wrap_i64(i64.shr_u(v, i64.const(n))), i32.const(1));
  }
  return i32.and(i32.shr_u(v, i32.const(n)), i32.const(1));
}

/** Sign-extended within the Wasm type: an i32 for 1, 2 and 4. */
export function signed(size: OperandSize, v: Value): Value {
  if (size === 1) return i32.extend8_s(v);
  if (size === 2) return i32.extend16_s(v);
  return v;
}

/** Zero-extended to i64. */
export function toI64(size: OperandSize, v: Value): Value {
  return size === 8 ? v : i64.extend_i32_u(v);
}

/** Sign-extended to i64. */
export function toI64Signed(size: OperandSize, v: Value): Value {
  return size === 8 ? v : i64.extend_i32_s(signed(size, v));
}

/** The low `size` bytes of an i64. */
export function fromI64(size: OperandSize, v: Value): Value {
  return size === 8 ? v : trim(size, i32.wrap_i64(v));
}

/** An i32 that is 0 or 1, as a value of the size. */
export function fromBool(size: OperandSize, v: Value): Value {
  return size === 8 ? i64.extend_i32_u(v) : v;
}

/** A count or shift amount (i32) in the Wasm type of the size. */
export function amount(size: OperandSize, v: Value): Value {
  return size === 8 ? i64.extend_i32_u(v) : v;
}

/** Changes a zero-extended value of one size to another. */
export function zeroExtend(from: OperandSize, to: OperandSize, v: Value): Value {
  if (to === 8) return toI64(from, v);
  if (from === 8) return fromI64(to, v);
  return to < from ? trim(to, v) : v;
}

/** Sign-extends from one size to a larger one, in the form of the larger. */
export function signExtend(from: OperandSize, to: OperandSize, v: Value): Value {
  if (to === 8) return toI64Signed(from, v);
  return trim(to, signed(from, v));
}
