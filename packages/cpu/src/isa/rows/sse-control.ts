/** MXCSR, and pause. */
import type { Emitter } from "../../emit/emitter.ts";
import { I32, i32 } from "../../emit/value.ts";
import { S, Vector } from "../../state.ts";
import type { Insn, Row } from "../insn.ts";
import { row } from "../row.ts";
import { operand } from "../semantics/sse.ts";

// biome-ignore format: one encoding per line.
export const sseControlRows: readonly Row[] = [
  row(0x90, "pause", "", "", pause, { prefix: 0xf3 }),
  row(0x0fae, "ldmxcsr", "Md", "r", ldmxcsr, { prefix: 0, digit: 2, mod: "mem" }),
  row(0x0fae, "stmxcsr", "Md", "w", stmxcsr, { prefix: 0, digit: 3, mod: "mem" }),
];

/** Bits that MXCSR doesn't have: MXCSR_MASK of the FXSAVE image is 0xffff. */
const MXCSR_RESERVED = ~0xffff;

/** In a helper because code that was translated for other rounding must be left when it changes. */
function ldmxcsr(e: Emitter, insn: Insn): void {
  const v = e.let(e.read(operand(insn, 0)));
  e.raise(Vector.GP, i32.and(v, i32.const(MXCSR_RESERVED)));
  e.helper("ldmxcsr", [v]);
}

function stmxcsr(e: Emitter, insn: Insn): void {
  e.write(operand(insn, 0), e.readState(S.mxcsr, I32, 4));
}

/** A hint to a hyper-threaded core; here it is nothing. */
function pause(): void {}
