/** Addresses that instructions compute themselves, beside an address-only memory operand. */
import type { Emitter } from "../../emit/emitter.ts";
import { i64, type Value } from "../../emit/value.ts";
import type { Insn, Operand } from "../insn.ts";

/** Base of the operand's segment: 0 unless fs or gs. */
export function segmentBase(e: Emitter, op: Operand): Value {
  return i64.sub(e.linearAddress(op), e.effectiveAddress(op));
}

/** An effective address cut to the instruction's address size. */
export function cutAddress(insn: Insn, address: Value): Value {
  return insn.addressSize === 8 ? address : i64.and(address, i64.const(0xffff_ffff));
}

/** Linear address `delta` (i64) bytes from a memory operand; the offset wraps at the address size. */
export function displaced(e: Emitter, insn: Insn, op: Operand, delta: Value): Value {
  if (insn.addressSize === 8) return e.let(i64.add(e.linearAddress(op), delta));
  const offset = cutAddress(insn, i64.add(e.effectiveAddress(op), delta));
  return e.let(i64.add(segmentBase(e, op), offset));
}
