/** FXSAVE and FXRSTOR (SDM vol. 1, 10.5): x87, MMX and SSE state at once. */
import type { Emitter } from "../../emit/emitter.ts";
import { i32 } from "../../emit/value.ts";
import { Vector } from "../../state.ts";
import type { Insn, Row, Semantics } from "../insn.ts";
import { row } from "../row.ts";
import { operand } from "../semantics/sse.ts";

// biome-ignore format: one encoding per line.
export const fxstateRows: readonly Row[] = [
  row(0x0fae, "fxsave",    "M512", "w", image("fxstate.fxsave", false),  { prefix: 0, digit: 0, mod: "mem", rexW: 0 }),
  row(0x0fae, "fxsave64",  "M512", "w", image("fxstate.fxsave", true),   { prefix: 0, digit: 0, mod: "mem", rexW: 1 }),
  row(0x0fae, "fxrstor",   "M512", "r", image("fxstate.fxrstor", false), { prefix: 0, digit: 1, mod: "mem", rexW: 0 }),
  row(0x0fae, "fxrstor64", "M512", "r", image("fxstate.fxrstor", true),  { prefix: 0, digit: 1, mod: "mem", rexW: 1 }),
];

/** #GP(0) unless the image is aligned to 16 bytes. `isWide`: the 64-bit form of its pointers. */
function image(helper: string, isWide: boolean): Semantics {
  return (e: Emitter, insn: Insn) => {
    const addr = e.let(e.linearAddress(operand(insn, 0)));
    e.raise(Vector.GP, i32.and(i32.wrap_i64(addr), i32.const(15)));
    e.helper(helper, [addr, i32.const(isWide ? 1 : 0)]);
  };
}
