/**
 * Moves to and from segment registers. They hold what Linux starts a 64-bit program with and cannot change: writes of
 * null selectors (and of its own to ss) are accepted, others raise #GP(0). A null selector zeroes the base of fs or gs.
 */
import type { Emitter } from "../../emit/emitter.ts";
import { i32, i64, type Value } from "../../emit/value.ts";
import { RSP, S, Vector } from "../../state.ts";
import type { Insn, Row, Semantics } from "../insn.ts";
import { row } from "../row.ts";
import { SELECTOR_SS, SELECTORS } from "../semantics/segment.ts";
import * as sized from "../semantics/sized.ts";
import { operand } from "../semantics/sized.ts";
import { pushValue } from "../semantics/stack.ts";

const ES = 0;
const CS = 1;
const SS = 2;
const DS = 3;
const FS = 4;
const GS = 5;

// biome-ignore format: one encoding per line.
export const segmentRows: readonly Row[] = [
  ...[ES, CS, SS, DS, FS, GS].flatMap((s) => [
    row(0x8c, "mov", "Rv,Sw", "w,-", readSelector(s), { digit: s }),
    row(0x8c, "mov", "Mw,Sw", "w,-", readSelector(s), { digit: s }),
  ]),
  // mov cs, … is #UD: no row.
  ...[ES, SS, DS, FS, GS].map((s) => row(0x8e, "mov", "Sw,Ew", "-,r", writeSelector(s), { digit: s })),

  row(0x0fa0, "push", "FS", "-", pushSelector(FS), { default64: true }),
  row(0x0fa8, "push", "GS", "-", pushSelector(GS), { default64: true }),
  row(0x0fa1, "pop",  "FS", "-", popSelector(FS), { default64: true }),
  row(0x0fa9, "pop",  "GS", "-", popSelector(GS), { default64: true }),
];

/** Registers get the selector zero-extended to the operand size, memory 16 bits. */
function readSelector(segment: number): Semantics {
  const selector = SELECTORS[segment] as number;
  return (e, insn) => {
    const dst = operand(insn, 0);
    const isWide = dst.kind === "gpr" && dst.size === 8;
    e.write(dst, isWide ? i64.const(selector) : i32.const(selector));
  };
}

/** Raises #GP unless the selector (i32) is one that this segment can have. */
function checkSelector(e: Emitter, segment: number, selector: Value): void {
  const refused =
    segment === SS
      ? i32.ne(selector, i32.const(SELECTOR_SS))
      : i32.and(selector, i32.const(0xfffc));
  e.raise(Vector.GP, refused, 0);
}

function zeroBase(e: Emitter, segment: number): void {
  if (segment === FS) e.writeState(S.fsBase, 8, i64.const(0));
  if (segment === GS) e.writeState(S.gsBase, 8, i64.const(0));
}

function writeSelector(segment: number): Semantics {
  return (e, insn) => {
    checkSelector(e, segment, e.let(e.read(operand(insn, 1))));
    zeroBase(e, segment);
  };
}

function pushSelector(segment: number): Semantics {
  const selector = SELECTORS[segment] as number;
  return (e, insn) => pushValue(e, insn.size, sized.constant(insn.size, selector));
}

function popSelector(segment: number): Semantics {
  return (e: Emitter, insn: Insn) => {
    const { size } = insn;
    const top = e.let(e.readGpr(RSP, 8));
    const value = e.let(e.loadAt(size, top));
    checkSelector(e, segment, i32.and(size === 8 ? i32.wrap_i64(value) : value, i32.const(0xffff)));
    e.writeGpr(RSP, 8, i64.add(top, i64.const(size)));
    zeroBase(e, segment);
  };
}
