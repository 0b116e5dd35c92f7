/** ROL ROR RCL RCR: only CF and OF change, and only if the masked count isn't 0. */
import type { Emitter } from "../../emit/emitter.ts";
import type { BitFlags } from "../../emit/flags.ts";
import { constI32, i32, i64, type Value } from "../../emit/value.ts";
import type { Insn, OperandSize } from "../insn.ts";
import { maskedCount } from "./shift.ts";
import * as sized from "./sized.ts";
import { operand } from "./sized.ts";

function setRotateFlags(e: Emitter, count: Value, cf: Value, of: Value): void {
  const constant = constI32(count);
  if (constant === 0) return;
  const then: BitFlags = { kind: "bits", cf: e.let(cf), of: e.let(of) };
  e.setFlags(constant === undefined ? { kind: "if", cond: count, then } : then);
}

/** The two upper bits of a result, xored: OF of a rotation to the right. */
function upperBitsDiffer(size: OperandSize, v: Value): Value {
  const top = size * 8 - 1;
  return i32.xor(sized.bit(size, v, top), sized.bit(size, v, top - 1));
}

/** An 8- or 16-bit value repeated through 32 bits, so that a 32-bit rotation rotates it too. */
function repeated(size: OperandSize, v: Value): Value {
  return i32.mul(v, i32.const(size === 1 ? 0x01010101 : 0x00010001));
}

function rotate(e: Emitter, insn: Insn, count: Value, toLeft: boolean): Value {
  const { size } = insn;
  const a = e.read(operand(insn, 0));
  if (size === 8) {
    const n = i64.extend_i32_u(count);
    return e.let(toLeft ? i64.rotl(a, n) : i64.rotr(a, n));
  }
  const wide = size === 4 ? a : repeated(size, a);
  return e.let(sized.trim(size, toLeft ? i32.rotl(wide, count) : i32.rotr(wide, count)));
}

/** CF is the bit that went round, now lowest; OF = CF xor the sign. */
export function rol(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const count = maskedCount(e, insn, 1);
  const result = rotate(e, insn, count, true);
  e.write(operand(insn, 0), result);
  const cf = e.let(sized.bit(size, result, 0));
  setRotateFlags(e, count, cf, i32.xor(cf, sized.signBit(size, result)));
}

/** CF is the bit that went round, now the sign. */
export function ror(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const count = maskedCount(e, insn, 1);
  const result = rotate(e, insn, count, false);
  e.write(operand(insn, 0), result);
  setRotateFlags(e, count, sized.signBit(size, result), upperBitsDiffer(size, result));
}

/** The 9-, 17- or 33-bit number CF:a rotated within an i64; bits above it are rubbish. */
function rotateThroughCarry(size: OperandSize, pair: Value, count: Value, toLeft: boolean): Value {
  const width = size * 8 + 1;
  const n = i64.extend_i32_u(count);
  const rest = i64.sub(i64.const(width), n);
  return toLeft
    ? i64.or(i64.shl(pair, n), i64.shr_u(pair, rest))
    : i64.or(i64.shr_u(pair, n), i64.shl(pair, rest));
}

function rotateNarrow(e: Emitter, insn: Insn, toLeft: boolean): void {
  const { size } = insn;
  const bits = size * 8;
  const masked = maskedCount(e, insn, 1);
  const count = size === 4 ? masked : e.let(i32.rem_u(masked, i32.const(bits + 1)));
  const carry = i64.shl(i64.extend_i32_u(e.flag("c")), i64.const(bits));
  const pair = e.let(i64.or(i64.extend_i32_u(e.read(operand(insn, 0))), carry));
  const rotated = e.let(rotateThroughCarry(size, pair, count, toLeft));
  const result = e.let(sized.fromI64(size, rotated));
  e.write(operand(insn, 0), result);
  const cf = e.let(sized.bit(8, rotated, bits));
  const of = toLeft ? i32.xor(cf, sized.signBit(size, result)) : upperBitsDiffer(size, result);
  setRotateFlags(e, masked, cf, of);
}

/** 65 bits don't fit: the part that comes round is shifted in steps, as a count of 0 or 1 takes all of it away. */
function rotateWide(e: Emitter, insn: Insn, toLeft: boolean): void {
  const masked = maskedCount(e, insn, 1);
  const n = e.let(i64.extend_i32_u(masked));
  const rest = e.let(i64.sub(i64.const(63), n));
  const a = e.let(e.read(operand(insn, 0)));
  const carry = e.let(i64.extend_i32_u(e.flag("c")));
  const one = i64.const(1);
  const two = i64.const(2);
  const parts = toLeft
    ? [i64.shl(a, n), i64.shr_u(i64.shl(carry, n), one), i64.shr_u(i64.shr_u(a, two), rest)]
    : [i64.shr_u(a, n), i64.shl(i64.shl(carry, one), rest), i64.shl(i64.shl(a, two), rest)];
  const [first, second, third] = parts as [Value, Value, Value];
  const result = e.let(i64.or(i64.or(first, second), third));
  const last = toLeft ? i64.sub(i64.const(64), n) : i64.sub(n, one);
  const cf = e.let(sized.bit(8, i64.shr_u(a, last), 0));
  e.write(operand(insn, 0), result);
  const of = toLeft ? i32.xor(cf, sized.signBit(8, result)) : upperBitsDiffer(8, result);
  setRotateFlags(e, masked, cf, of);
}

/** CF:dst rotated to the left. */
export function rcl(e: Emitter, insn: Insn): void {
  if (insn.size === 8) rotateWide(e, insn, true);
  else rotateNarrow(e, insn, true);
}

/** CF:dst rotated to the right. */
export function rcr(e: Emitter, insn: Insn): void {
  if (insn.size === 8) rotateWide(e, insn, false);
  else rotateNarrow(e, insn, false);
}
