/** The stack as instructions use it: rsp is written after everything that can fault. */
import type { Emitter } from "../../emit/emitter.ts";
import { i64, type Value } from "../../emit/value.ts";
import { RSP } from "../../state.ts";
import type { OperandSize } from "../insn.ts";

/** rsp ← rsp - size; [rsp] ← value. `value` is a leaf. */
export function pushValue(e: Emitter, size: OperandSize, value: Value): void {
  const top = e.let(i64.sub(e.readGpr(RSP, 8), i64.const(size)));
  e.storeAt(size, top, value);
  e.writeGpr(RSP, 8, top);
}

/** Loads [rsp] and moves rsp by `size` bytes. */
export function popValue(e: Emitter, size: OperandSize): Value {
  const top = e.let(e.readGpr(RSP, 8));
  const value = e.let(e.loadAt(size, top));
  e.writeGpr(RSP, 8, i64.add(top, i64.const(size)));
  return value;
}
