/**
 * MUL and IMUL. CF = OF = the product needs more than its lower half. The other flags are undefined; here they come
 * from the lower half, so that nothing older is kept alive.
 */
import type { Emitter } from "../../emit/emitter.ts";
import { i32, i64, type Value } from "../../emit/value.ts";
import { RAX, RDX } from "../../state.ts";
import type { Insn, Operand, OperandSize } from "../insn.ts";
import * as sized from "./sized.ts";
import { operand } from "./sized.ts";
import { mulHighSigned, mulHighUnsigned } from "./wide.ts";

function setMultiplyFlags(e: Emitter, size: OperandSize, low: Value, overflow: Value): void {
  const of = e.let(overflow);
  e.setFlags({ kind: "result", size, result: low, cf: of, of });
}

/** rDX:rAX (AX for bytes) ← low and high halves of a product. */
function writeProduct(e: Emitter, size: OperandSize, low: Value, high: Value): void {
  if (size === 1) {
    e.writeGpr(RAX, 2, i32.or(low, i32.shl(high, i32.const(8))));
    return;
  }
  e.writeGpr(RAX, size, low);
  e.writeGpr(RDX, size, high);
}

/** The halves of the product of two leaves; sizes below 8 multiply as i64. */
function product(
  e: Emitter,
  size: OperandSize,
  a: Value,
  b: Value,
  signed: boolean,
): { low: Value; high: Value } {
  if (size === 8) {
    const high = signed ? mulHighSigned(e, a, b) : mulHighUnsigned(e, a, b);
    return { low: e.let(i64.mul(a, b)), high };
  }
  const extend = signed ? sized.toI64Signed : sized.toI64;
  const wide = e.let(i64.mul(extend(size, a), extend(size, b)));
  return {
    low: e.let(sized.fromI64(size, wide)),
    high: e.let(sized.fromI64(size, i64.shr_u(wide, i64.const(size * 8)))),
  };
}

/** Whether `high` is anything but the sign of `low`. */
function isNotSign(size: OperandSize, low: Value, high: Value): Value {
  const sign =
    size === 8
      ? i64.shr_s(low, i64.const(63))
      : sized.trim(size, i32.shr_s(sized.signed(size, low), i32.const(31)));
  return i32.eqz(sized.eq(size, high, sign));
}

/** rDX:rAX ← rAX × src, unsigned. */
export function mul(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const a = e.let(e.readGpr(RAX, size));
  const b = e.let(e.read(operand(insn, 0)));
  const { low, high } = product(e, size, a, b, false);
  writeProduct(e, size, low, high);
  setMultiplyFlags(e, size, low, i32.eqz(sized.isZero(size, high)));
}

/** rDX:rAX ← rAX × src, signed. */
export function imul1(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const a = e.let(e.readGpr(RAX, size));
  const b = e.let(e.read(operand(insn, 0)));
  const { low, high } = product(e, size, a, b, true);
  writeProduct(e, size, low, high);
  setMultiplyFlags(e, size, low, isNotSign(size, low, high));
}

function truncatingMultiply(e: Emitter, insn: Insn, left: Operand, right: Operand): void {
  const { size } = insn;
  const a = e.let(e.read(left));
  const b = e.let(e.read(right));
  // The product as a whole is for the flags alone, and where nobody reads them V8 drops it.
  const low = e.let(size === 8 ? i64.mul(a, b) : sized.trim(size, i32.mul(a, b)));
  const { high } = product(e, size, a, b, true);
  e.write(operand(insn, 0), low);
  setMultiplyFlags(e, size, low, isNotSign(size, low, high));
}

/** dst ← dst × src, cut to the size. */
export function imul2(e: Emitter, insn: Insn): void {
  truncatingMultiply(e, insn, operand(insn, 0), operand(insn, 1));
}

/** dst ← src × immediate, cut to the size. */
export function imul3(e: Emitter, insn: Insn): void {
  truncatingMultiply(e, insn, operand(insn, 1), operand(insn, 2));
}
