/**
 * DIV and IDIV. #DE comes before anything is written, and before a Wasm division that would trap: Wasm traps
 * on 0 and on the least number by -1, which are #DE here too.
 */
import type { Emitter } from "../../emit/emitter.ts";
import { I64, i32, i64, type Value } from "../../emit/value.ts";
import { RAX, RDX, S, Vector } from "../../state.ts";
import type { Insn, OperandSize } from "../insn.ts";
import * as sized from "./sized.ts";
import { operand } from "./sized.ts";

const I64_MIN = -0x8000_0000_0000_0000n;

/** rDX:rAX, or AX for bytes, as an i64 (sizes below 8). */
function narrowDividend(e: Emitter, size: OperandSize, signed: boolean): Value {
  if (size === 1) {
    const ax = e.readGpr(RAX, 2);
    return e.let(signed ? sized.toI64Signed(2, ax) : sized.toI64(2, ax));
  }
  const bits = i64.const(size * 8);
  const high = e.readGpr(RDX, size);
  const upper = signed ? sized.toI64Signed(size, high) : sized.toI64(size, high);
  return e.let(i64.or(i64.shl(upper, bits), sized.toI64(size, e.readGpr(RAX, size))));
}

/** rAX ← quotient, rDX ← remainder (AL and AH for bytes). */
function writeResults(e: Emitter, size: OperandSize, quotient: Value, remainder: Value): void {
  if (size === 1) {
    e.writeGpr(RAX, 2, i32.or(sized.trim(1, quotient), i32.shl(remainder, i32.const(8))));
    return;
  }
  e.writeGpr(RAX, size, quotient);
  e.writeGpr(RDX, size, remainder);
}

export function div(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const divisor = e.let(sized.toI64(size, e.read(operand(insn, 0))));
  if (size === 8) {
    divide128(e, divisor);
    return;
  }
  const dividend = narrowDividend(e, size, false);
  e.raise(Vector.DE, i64.eqz(divisor));
  const quotient = e.let(i64.div_u(dividend, divisor));
  e.raise(Vector.DE, i32.eqz(i64.eqz(i64.shr_u(quotient, i64.const(size * 8)))));
  const remainder = e.let(i64.sub(dividend, i64.mul(quotient, divisor)));
  writeResults(e, size, sized.fromI64(size, quotient), sized.fromI64(size, remainder));
}

/** The upper half is nearly always 0: then it is a Wasm division. */
function divide128(e: Emitter, divisor: Value): void {
  const high = e.let(e.readGpr(RDX, 8));
  const low = e.let(e.readGpr(RAX, 8));
  // Covers a divisor of 0 and every quotient of more than 64 bits.
  e.raise(Vector.DE, i64.ge_u(high, divisor));
  const quotient = e.choose(
    i64.eqz(high),
    () => i64.div_u(low, divisor),
    () => e.pureHelper("divide128", [high, low, divisor]),
  );
  const remainder = e.let(i64.sub(low, i64.mul(quotient, divisor)));
  writeResults(e, 8, quotient, remainder);
}

export function idiv(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const divisor = e.let(sized.toI64Signed(size, e.read(operand(insn, 0))));
  if (size === 8) {
    divideSigned128(e, divisor);
    return;
  }
  const dividend = narrowDividend(e, size, true);
  const overflows = i32.and(i64.eq(dividend, i64.const(I64_MIN)), i64.eq(divisor, i64.const(-1)));
  e.raise(Vector.DE, i32.or(i64.eqz(divisor), overflows));
  const quotient = e.let(i64.div_s(dividend, divisor));
  const low = e.let(sized.fromI64(size, quotient));
  e.raise(Vector.DE, i64.ne(sized.toI64Signed(size, low), quotient));
  const remainder = e.let(i64.sub(dividend, i64.mul(quotient, divisor)));
  writeResults(e, size, low, sized.fromI64(size, remainder));
}

/** The upper half is nearly always the sign of the lower: then it is a Wasm division. */
function divideSigned128(e: Emitter, divisor: Value): void {
  const high = e.let(e.readGpr(RDX, 8));
  const low = e.let(e.readGpr(RAX, 8));
  const isShort = e.let(i64.eq(high, i64.shr_s(low, i64.const(63))));
  const overflows = i32.and(
    isShort,
    i32.and(i64.eq(low, i64.const(I64_MIN)), i64.eq(divisor, i64.const(-1))),
  );
  e.raise(Vector.DE, i32.or(i64.eqz(divisor), overflows));
  const quotient = e.choose(
    isShort,
    () => i64.div_s(low, divisor),
    () => e.pureHelper("divideSigned128", [high, low, divisor]),
  );
  const tooLong = e.choose(
    isShort,
    () => i32.const(0),
    // The helper's second result: 1 where the quotient has more than 64 bits.
    () => i32.wrap_i64(e.readState(S.scratch + 8, I64, 8)),
  );
  e.raise(Vector.DE, tooLong);
  const remainder = e.let(i64.sub(low, i64.mul(quotient, divisor)));
  writeResults(e, 8, quotient, remainder);
}
