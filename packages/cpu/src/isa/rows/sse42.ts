/** SSE4.2 string comparison: pcmpestrm, pcmpestri, pcmpistrm, pcmpistri. Their memory operand may be unaligned. */

import type { Emitter } from "../../emit/emitter.ts";
import { I64, i32, i64, i64x2, type Value } from "../../emit/value.ts";
import { Pcmpstr, PcmpstrFlag } from "../../engine/helpers/sse.ts";
import { RAX, RCX, RDX, S } from "../../state.ts";
import { ALL_FLAGS, type Insn, type Row } from "../insn.ts";
import { row } from "../row.ts";
import { fromHalves, operand } from "../semantics/sse.ts";

// biome-ignore format: one encoding per line.
export const sse42Rows: readonly Row[] = [
  row(0x0f3a60, "pcmpestrm", "Vdq,Wdq,Ib", "r,r,r", pcmpestrm, { prefix: 0x66, writes: ALL_FLAGS, feature: "sse4.2" }),
  row(0x0f3a61, "pcmpestri", "Vdq,Wdq,Ib", "r,r,r", pcmpestri, { prefix: 0x66, writes: ALL_FLAGS, feature: "sse4.2" }),
  row(0x0f3a62, "pcmpistrm", "Vdq,Wdq,Ib", "r,r,r", pcmpistrm, { prefix: 0x66, writes: ALL_FLAGS, feature: "sse4.2" }),
  row(0x0f3a63, "pcmpistri", "Vdq,Wdq,Ib", "r,r,r", pcmpistri, { prefix: 0x66, writes: ALL_FLAGS, feature: "sse4.2" }),
];

function pcmpestrm(e: Emitter, insn: Insn): void {
  const result = compareStrings(e, insn, Pcmpstr.explicitLengths | Pcmpstr.wantsMask);
  writeMask(e, result);
}

function pcmpestri(e: Emitter, insn: Insn): void {
  e.writeGpr(RCX, 4, i32.wrap_i64(compareStrings(e, insn, Pcmpstr.explicitLengths)));
}

function pcmpistrm(e: Emitter, insn: Insn): void {
  writeMask(e, compareStrings(e, insn, Pcmpstr.wantsMask));
}

function pcmpistri(e: Emitter, insn: Insn): void {
  e.writeGpr(RCX, 4, i32.wrap_i64(compareStrings(e, insn, 0)));
}

function writeMask(e: Emitter, low: Value): void {
  e.writeXmm(0, fromHalves(low, e.readState(S.scratch + 8, I64, 8)));
}

/** Runs the comparison, records the flags and returns the first word of the result. */
function compareStrings(e: Emitter, insn: Insn, mode: number): Value {
  const b = e.let(e.read(operand(insn, 1)));
  const a = e.let(e.read(operand(insn, 0)));
  const args = [
    i64x2.extract_lane(a, 0),
    i64x2.extract_lane(a, 1),
    i64x2.extract_lane(b, 0),
    i64x2.extract_lane(b, 1),
    i32.or(i32.and(e.read(operand(insn, 2)), i32.const(0xff)), i32.const(mode)),
  ];
  if (mode & Pcmpstr.explicitLengths) args.push(length(e, insn, RAX), length(e, insn, RDX));
  const result = e.let(e.pureHelper("pcmpstr", args));
  const flags = e.let(i32.wrap_i64(e.readState(S.scratch + 16, I64, 8)));
  const flag = (bit: number): Value => e.let(i32.ne(i32.and(flags, i32.const(bit)), i32.const(0)));
  e.setFlags({
    kind: "bits",
    cf: flag(PcmpstrFlag.c),
    pf: i32.const(0),
    af: i32.const(0),
    zf: flag(PcmpstrFlag.z),
    sf: flag(PcmpstrFlag.s),
    of: flag(PcmpstrFlag.o),
  });
  return result;
}

/** A signed length: eax and edx, or with REX.W rax and rdx. */
function length(e: Emitter, insn: Insn, register: number): Value {
  return insn.size === 8 ? e.readGpr(register, 8) : i64.extend_i32_s(e.readGpr(register, 4));
}
