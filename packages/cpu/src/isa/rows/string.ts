/**
 * MOVS STOS LODS SCAS CMPS and XLAT: SDM vol. 2, by name.
 *
 * Operands are address-only: es:[rdi] and ds:[rsi] (the latter with a segment override), as wide as the address size. One step
 * is inline; a repeat prefix goes to a helper, which can stop between elements with rCX, rSI and rDI saying how far it came.
 * REPNE before MOVS, STOS or LODS repeats as REP does.
 */
import type { Emitter } from "../../emit/emitter.ts";
import { I32, i32, i64, type Value } from "../../emit/value.ts";
import { EFLAGS, RAX, RBX, RDI, RSI, S } from "../../state.ts";
import { ALL_FLAGS, type Insn, type Row } from "../insn.ts";
import { type RowOptions, row } from "../row.ts";
import { cutAddress, segmentBase } from "../semantics/address.ts";
import * as sized from "../semantics/sized.ts";
import { operand } from "../semantics/sized.ts";

/** With a prefix and rCX = 0 the flags stay. */
const COMPARE: RowOptions = { writes: ALL_FLAGS, reads: ALL_FLAGS };

// biome-ignore format: one encoding per line.
export const stringRows: readonly Row[] = [
  row(0xa4, "movs", "Yb,Xb",  "a,a", movs),
  row(0xa5, "movs", "Yv,Xv",  "a,a", movs),
  row(0xa6, "cmps", "Xb,Yb",  "a,a", cmps, COMPARE),
  row(0xa7, "cmps", "Xv,Yv",  "a,a", cmps, COMPARE),
  row(0xaa, "stos", "Yb,AL",  "a,r", stos),
  row(0xab, "stos", "Yv,rAX", "a,r", stos),
  row(0xac, "lods", "AL,Xb",  "rw,a", lods),
  row(0xad, "lods", "rAX,Xv", "rw,a", lods),
  row(0xae, "scas", "AL,Yb",  "r,a", scas, COMPARE),
  row(0xaf, "scas", "rAX,Yv", "r,a", scas, COMPARE),
  row(0xd7, "xlat", "BBb",    "a",   xlat),
];

/** Hands a repeated instruction over: element size, address size, prefix, base of the source's segment. */
function repeat(e: Emitter, insn: Insn, name: string, base: Value): void {
  e.helper(name, [i32.const(insn.size), i32.const(insn.addressSize), i32.const(insn.rep), base]);
}

/** rSI or rDI moves on by one element: up, or down if DF is set. */
function advance(e: Emitter, insn: Insn, register: number): void {
  const { size, addressSize } = insn;
  const isDown = i32.and(
    i32.shr_u(e.readState(S.flagsOther, I32, 4), i32.const(Math.log2(EFLAGS.DF))),
    i32.const(1),
  );
  const step = i32.sub(i32.const(size), i32.mul(isDown, i32.const(2 * size)));
  const old = e.readGpr(register, addressSize);
  const moved = addressSize === 8 ? i64.add(old, i64.extend_i32_s(step)) : i32.add(old, step);
  e.writeGpr(register, addressSize, moved);
}

/** es:[rdi] ← ds:[rsi]. */
function movs(e: Emitter, insn: Insn): void {
  const source = operand(insn, 1);
  if (insn.rep !== 0) {
    repeat(e, insn, "repMovs", segmentBase(e, source));
    return;
  }
  const value = e.let(e.loadAt(insn.size, e.linearAddress(source)));
  e.storeAt(insn.size, e.linearAddress(operand(insn, 0)), value);
  advance(e, insn, RSI);
  advance(e, insn, RDI);
}

/** es:[rdi] ← rAX. */
function stos(e: Emitter, insn: Insn): void {
  if (insn.rep !== 0) {
    repeat(e, insn, "repStos", i64.const(0));
    return;
  }
  const value = e.let(e.readGpr(RAX, insn.size));
  e.storeAt(insn.size, e.linearAddress(operand(insn, 0)), value);
  advance(e, insn, RDI);
}

/** rAX ← ds:[rsi]. */
function lods(e: Emitter, insn: Insn): void {
  const source = operand(insn, 1);
  if (insn.rep !== 0) {
    repeat(e, insn, "repLods", segmentBase(e, source));
    return;
  }
  const value = e.let(e.loadAt(insn.size, e.linearAddress(source)));
  e.writeGpr(RAX, insn.size, value);
  advance(e, insn, RSI);
}

/** Flags of a - b. */
function compare(e: Emitter, insn: Insn, a: Value, b: Value): void {
  const { size } = insn;
  const result = e.let(sized.sub(size, a, b));
  e.setFlags({ kind: "sub", size, a, b, result });
}

/** Flags of ds:[rsi] - es:[rdi]. */
function cmps(e: Emitter, insn: Insn): void {
  const source = operand(insn, 0);
  if (insn.rep !== 0) {
    repeat(e, insn, "repCmps", segmentBase(e, source));
    return;
  }
  const a = e.let(e.loadAt(insn.size, e.linearAddress(source)));
  const b = e.let(e.loadAt(insn.size, e.linearAddress(operand(insn, 1))));
  advance(e, insn, RSI);
  advance(e, insn, RDI);
  compare(e, insn, a, b);
}

/** Flags of rAX - es:[rdi]. */
function scas(e: Emitter, insn: Insn): void {
  if (insn.rep !== 0) {
    repeat(e, insn, "repScas", i64.const(0));
    return;
  }
  const a = e.let(e.readGpr(RAX, insn.size));
  const b = e.let(e.loadAt(insn.size, e.linearAddress(operand(insn, 1))));
  advance(e, insn, RDI);
  compare(e, insn, a, b);
}

/** AL ← ds:[rbx + AL]. */
function xlat(e: Emitter, insn: Insn): void {
  const table = operand(insn, 0);
  const index = i64.extend_i32_u(e.readGpr(RAX, 1));
  const offset = cutAddress(insn, i64.add(e.readGpr(RBX, 8), index));
  const address = i64.add(segmentBase(e, table), offset);
  e.writeGpr(RAX, 1, e.let(e.loadAt(1, address)));
}
