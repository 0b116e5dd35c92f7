/**
 * SHL SHR SAR SHLD SHRD.
 *
 * The count is a value like any other; where it is a constant (a translated immediate) the flags are
 * unconditional and the arithmetic on it folds away. Formulas for OF hold for counts of 1, where it is defined,
 * and are processors' for others.
 */
import type { Emitter } from "../../emit/emitter.ts";
import type { ResultFlags } from "../../emit/flags.ts";
import { constI32, i32, i64, type Value } from "../../emit/value.ts";
import type { Insn, OperandSize } from "../insn.ts";
import * as sized from "./sized.ts";
import { operand } from "./sized.ts";

/** The count operand masked to 6 bits for 64-bit operands, else to 5: i32. */
export function maskedCount(e: Emitter, insn: Insn, n: number): Value {
  return e.let(i32.and(e.read(operand(insn, n)), i32.const(insn.size === 8 ? 63 : 31)));
}

/** Sets the flags of a shift; a count of 0 keeps them. cf and of are made leaves here. */
function setShiftFlags(
  e: Emitter,
  size: OperandSize,
  count: Value,
  result: Value,
  cf: Value,
  of: Value,
): void {
  const constant = constI32(count);
  if (constant === 0) return;
  const then: ResultFlags = { kind: "result", size, result, cf: e.let(cf), of: e.let(of) };
  e.setFlags(constant === undefined ? { kind: "if", cond: count, then } : then);
}

/** Bit 0 as i32. */
function lowBit(size: OperandSize, v: Value): Value {
  return i32.and(size === 8 ? i32.wrap_i64(v) : v, i32.const(1));
}

/** dst ← dst << count. CF is the last bit out, OF whether the sign changed. */
export function shl(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const bits = size * 8;
  const a = e.let(e.read(operand(insn, 0)));
  const count = maskedCount(e, insn, 1);
  const result = e.let(sized.shl(size, a, sized.amount(size, count)));
  // Counts above 8 and 16 shift zeros out of narrow operands: those are shifted in 32 bits.
  const cf =
    size < 4
      ? i32.and(i32.shr_u(i32.shl(a, count), i32.const(bits)), i32.const(1))
      : lowBit(size, sized.shrU(size, a, sized.amount(size, i32.sub(i32.const(bits), count))));
  const out = e.let(cf);
  e.write(operand(insn, 0), result);
  setShiftFlags(e, size, count, result, out, i32.xor(sized.signBit(size, result), out));
}

/** dst ← dst >> count, zeros from above. CF is the last bit out, OF the sign before. */
export function shr(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const a = e.let(e.read(operand(insn, 0)));
  const count = maskedCount(e, insn, 1);
  const result = e.let(sized.shrU(size, a, sized.amount(size, count)));
  const before = sized.amount(size, i32.sub(count, i32.const(1)));
  const cf = e.let(lowBit(size, sized.shrU(size, a, before)));
  e.write(operand(insn, 0), result);
  setShiftFlags(e, size, count, result, cf, sized.bit(size, result, size * 8 - 2));
}

/** dst ← dst >> count, signs from above. CF is the last bit out, OF = 0. */
export function sar(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const a = e.let(sized.signed(size, e.read(operand(insn, 0))));
  const count = maskedCount(e, insn, 1);
  const shift = (n: Value): Value =>
    size === 8 ? i64.shr_s(a, i64.extend_i32_u(n)) : i32.shr_s(a, n);
  const result = e.let(sized.trim(size, shift(count)));
  const cf = e.let(lowBit(size, shift(i32.sub(count, i32.const(1)))));
  e.write(operand(insn, 0), result);
  setShiftFlags(e, size, count, result, cf, i32.const(0));
}

/**
 * The 16-bit forms. Counts above 16 leave everything undefined; this is what AMD's processors do: the source goes on to come
 * in again (dst:src:src), and CF is 0. `toLeft` shifts the upper end out, else the lower.
 */
function doubleShift16(e: Emitter, insn: Insn, toLeft: boolean): void {
  const a = e.let(e.read(operand(insn, 0)));
  const count = maskedCount(e, insn, 2);
  const source = e.let(i64.extend_i32_u(i32.mul(e.read(operand(insn, 1)), i32.const(0x10001))));
  const n = i64.extend_i32_u(count);
  const wide = i64.extend_i32_u(a);
  const shifted = toLeft
    ? i64.shr_u(i64.shl(i64.or(i64.shl(wide, i64.const(32)), source), n), i64.const(32))
    : i64.shr_u(i64.or(i64.shl(source, i64.const(16)), wide), n);
  const last = toLeft
    ? i32.shr_u(i32.shl(a, count), i32.const(16))
    : i32.shr_u(a, i32.sub(count, i32.const(1)));
  const result = e.let(sized.fromI64(2, shifted));
  const cf = e.let(lowBit(2, last));
  e.write(operand(insn, 0), result);
  const of = sized.signBit(2, sized.xor(2, result, a));
  setShiftFlags(e, 2, count, result, cf, of);
}

/** dst ← dst << count, filled from the upper end of src. */
export function shld(e: Emitter, insn: Insn): void {
  const { size } = insn;
  if (size === 2) {
    doubleShift16(e, insn, true);
    return;
  }
  const bits = size * 8;
  const a = e.let(e.read(operand(insn, 0)));
  const b = e.read(operand(insn, 1));
  const count = maskedCount(e, insn, 2);
  // b >> (bits - n) in two steps, as n may be 0.
  const rest = sized.amount(size, i32.sub(i32.const(bits - 1), count));
  const fill = sized.shrU(size, sized.shrU(size, b, sized.constant(size, 1)), rest);
  const result = e.let(sized.or(size, sized.shl(size, a, sized.amount(size, count)), fill));
  const last = sized.amount(size, i32.sub(i32.const(bits), count));
  const cf = e.let(lowBit(size, sized.shrU(size, a, last)));
  e.write(operand(insn, 0), result);
  const of = sized.signBit(size, sized.xor(size, result, a));
  setShiftFlags(e, size, count, result, cf, of);
}

/** dst ← dst >> count, filled from the lower end of src. */
export function shrd(e: Emitter, insn: Insn): void {
  const { size } = insn;
  if (size === 2) {
    doubleShift16(e, insn, false);
    return;
  }
  const bits = size * 8;
  const a = e.let(e.read(operand(insn, 0)));
  const b = e.read(operand(insn, 1));
  const count = maskedCount(e, insn, 2);
  const rest = sized.amount(size, i32.sub(i32.const(bits - 1), count));
  const fill = sized.shl(size, sized.shl(size, b, sized.constant(size, 1)), rest);
  const result = e.let(sized.or(size, sized.shrU(size, a, sized.amount(size, count)), fill));
  const last = sized.amount(size, i32.sub(count, i32.const(1)));
  const cf = e.let(lowBit(size, sized.shrU(size, a, last)));
  e.write(operand(insn, 0), result);
  const of = sized.signBit(size, sized.xor(size, result, a));
  setShiftFlags(e, size, count, result, cf, of);
}
