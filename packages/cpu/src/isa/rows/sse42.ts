/** SSE4.2 string comparison: pcmpestrm, pcmpestri, pcmpistrm, pcmpistri. Their memory operand may be unaligned. */
import type { Emitter } from "../../emit/emitter.ts";
import { i32, i64, i64x2, select, type Value, v128 } from "../../emit/value.ts";
import { RAX, RCX, RDX } from "../../state.ts";
import { ALL_FLAGS, type Insn, type Row } from "../insn.ts";
import { row } from "../row.ts";
import { immByte, operand } from "../semantics/sse.ts";
import {
  compareFragments,
  elementsOf,
  expandBits,
  implicitLength,
  type StringComparison,
} from "../semantics/sse-string.ts";

// biome-ignore format: one encoding per line.
export const sse42Rows: readonly Row[] = [
  row(0x0f3a60, "pcmpestrm", "Vdq,Wdq,Ib", "r,r,r", pcmpestrm, { prefix: 0x66, staticImm: true, writes: ALL_FLAGS, feature: "sse4.2" }),
  row(0x0f3a61, "pcmpestri", "Vdq,Wdq,Ib", "r,r,r", pcmpestri, { prefix: 0x66, staticImm: true, writes: ALL_FLAGS, feature: "sse4.2" }),
  row(0x0f3a62, "pcmpistrm", "Vdq,Wdq,Ib", "r,r,r", pcmpistrm, { prefix: 0x66, staticImm: true, writes: ALL_FLAGS, feature: "sse4.2" }),
  row(0x0f3a63, "pcmpistri", "Vdq,Wdq,Ib", "r,r,r", pcmpistri, { prefix: 0x66, staticImm: true, writes: ALL_FLAGS, feature: "sse4.2" }),
];

function pcmpestrm(e: Emitter, insn: Insn): void {
  writeMask(e, insn, compareExplicit(e, insn));
}

function pcmpestri(e: Emitter, insn: Insn): void {
  writeIndex(e, insn, compareExplicit(e, insn));
}

function pcmpistrm(e: Emitter, insn: Insn): void {
  writeMask(e, insn, compareImplicit(e, insn));
}

function pcmpistri(e: Emitter, insn: Insn): void {
  writeIndex(e, insn, compareImplicit(e, insn));
}

function compareImplicit(e: Emitter, insn: Insn): StringComparison {
  const imm = immByte(insn, 2);
  const b = e.let(e.read(operand(insn, 1)));
  const a = e.let(e.read(operand(insn, 0)));
  return compareFragments(e, imm, a, b, implicitLength(e, imm, a), implicitLength(e, imm, b));
}

function compareExplicit(e: Emitter, insn: Insn): StringComparison {
  const imm = immByte(insn, 2);
  const b = e.let(e.read(operand(insn, 1)));
  const a = e.let(e.read(operand(insn, 0)));
  return compareFragments(e, imm, a, b, explicitLength(e, insn, RAX), explicitLength(e, insn, RDX));
}

/** The absolute value of eax and edx (rax and rdx with REX.W), at most the number of elements. */
function explicitLength(e: Emitter, insn: Insn, register: number): Value {
  const { n } = elementsOf(immByte(insn, 2));
  const signed = e.let(
    insn.size === 8 ? e.readGpr(register, 8) : i64.extend_i32_s(e.readGpr(register, 4)),
  );
  const sign = e.let(i64.shr_s(signed, i64.const(63)));
  const length = e.let(i64.sub(i64.xor(signed, sign), sign));
  // -2^63 has no positive counterpart, and is a large unsigned number.
  return e.let(select(i64.lt_u(length, i64.const(n)), i32.wrap_i64(length), i32.const(n)));
}

/** ecx ← the first place found, or the last for imm8[6] = 1; the number of elements when there is none. */
function writeIndex(e: Emitter, insn: Insn, c: StringComparison): void {
  setFlags(e, c);
  const last = select(c.bits, i32.sub(i32.const(31), i32.clz(c.bits)), i32.const(c.n));
  const first = i32.ctz(i32.or(c.bits, i32.const(1 << c.n)));
  e.writeGpr(RCX, 4, immByte(insn, 2) & 0x40 ? last : first);
}

/** xmm0 ← the bits, or for imm8[6] = 1 whole elements of ones. */
function writeMask(e: Emitter, insn: Insn, c: StringComparison): void {
  setFlags(e, c);
  const asBits = i64x2.replace_lane(v128.zero(), 0, i64.extend_i32_u(c.bits));
  e.writeXmm(0, immByte(insn, 2) & 0x40 ? expandBits(c) : asBits);
}

/** CF: anything found; ZF: the second operand ends here; SF: the first does; OF: found at place 0. */
function setFlags(e: Emitter, { bits, length1, length2, n }: StringComparison): void {
  e.setFlags({
    kind: "bits",
    cf: e.let(i32.ne(bits, i32.const(0))),
    pf: i32.const(0),
    af: i32.const(0),
    zf: e.let(i32.lt_u(length2, i32.const(n))),
    sf: e.let(i32.lt_u(length1, i32.const(n))),
    of: e.let(i32.and(bits, i32.const(1))),
  });
}
