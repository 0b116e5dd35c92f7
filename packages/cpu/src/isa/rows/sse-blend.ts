/** SSE4.1 blends and roundings (BLEND*, PBLEND*, ROUND* pages). */
import type { Emitter } from "../../emit/emitter.ts";
import { f32, f32x4, f64, f64x2, i8x16, i32x4, i64x2, type Value, v128 } from "../../emit/value.ts";
import type { Insn, Row, Semantics } from "../insn.ts";
import { row } from "../row.ts";
import { immByte, mergeF32, mergeF64, operand, packedImm, readPacked } from "../semantics/sse.ts";
import {
  denormalsAsMxcsrSays,
  readF32AsMxcsrSays,
  readF64AsMxcsrSays,
} from "../semantics/sse-float.ts";
import { roundBy, roundByMxcsr } from "../semantics/sse-round.ts";

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const sseBlendRows: readonly Row[] = [
  row(0x0f3810, "pblendvb", "Vdq,Wdq,XMM0", "rw,r,r", blendBySign(i8x16.lt_s), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3814, "blendvps", "Vps,Wps,XMM0", "rw,r,r", blendBySign(i32x4.lt_s), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3815, "blendvpd", "Vpd,Wpd,XMM0", "rw,r,r", blendBySign(i64x2.lt_s), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3a08, "roundps", "Vps,Wps,Ib", "w,r,r", roundps, { prefix: 0x66, staticImm: true, feature: "sse4.1" }),
  row(0x0f3a09, "roundpd", "Vpd,Wpd,Ib", "w,r,r", roundpd, { prefix: 0x66, staticImm: true, feature: "sse4.1" }),
  row(0x0f3a0a, "roundss", "Vss,Wss,Ib", "rw,r,r", roundss, { prefix: 0x66, staticImm: true, feature: "sse4.1" }),
  row(0x0f3a0b, "roundsd", "Vsd,Wsd,Ib", "rw,r,r", roundsd, { prefix: 0x66, staticImm: true, feature: "sse4.1" }),
  row(0x0f3a0c, "blendps", "Vps,Wps,Ib", "rw,r,r", packedImm((a, b, imm) => blend(4, a, b, imm)), { prefix: 0x66, staticImm: true, feature: "sse4.1" }),
  row(0x0f3a0d, "blendpd", "Vpd,Wpd,Ib", "rw,r,r", packedImm((a, b, imm) => blend(8, a, b, imm)), { prefix: 0x66, staticImm: true, feature: "sse4.1" }),
  row(0x0f3a0e, "pblendw", "Vdq,Wdq,Ib", "rw,r,r", packedImm((a, b, imm) => blend(2, a, b, imm)), { prefix: 0x66, staticImm: true, feature: "sse4.1" }),
];

/** Lanes of src where the lane of xmm0 is negative. */
function blendBySign(lessThan: (a: Value, b: Value) => Value): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const src = readPacked(e, operand(insn, 1));
    const negative = lessThan(e.read(operand(insn, 2)), v128.zero());
    e.write(dst, v128.bitselect(src, e.read(dst), negative));
  };
}

/** Lanes (of `width` bytes) of b where the immediate has a 1, of a elsewhere. */
function blend(width: number, a: Value, b: Value, imm: number): Value {
  const lanes = Array.from({ length: 16 }, (_, i) =>
    (imm >> Math.floor(i / width)) & 1 ? 16 + i : i,
  );
  return v128.shuffle(a, b, lanes);
}

/** imm[2]: as MXCSR says; else imm[1:0] is the mode. imm[3] only keeps the inexact flag from being set. */
function round(
  e: Emitter,
  type: typeof f32 | typeof f64 | typeof f32x4 | typeof f64x2,
  imm: number,
  v: Value,
): Value {
  return imm & 4 ? roundByMxcsr(e, type, v) : roundBy(type, imm, v);
}

function roundps(e: Emitter, insn: Insn): void {
  const v = denormalsAsMxcsrSays(e, false, e.let(readPacked(e, operand(insn, 1))));
  e.write(operand(insn, 0), round(e, f32x4, immByte(insn, 2), v));
}

function roundpd(e: Emitter, insn: Insn): void {
  const v = denormalsAsMxcsrSays(e, true, e.let(readPacked(e, operand(insn, 1))));
  e.write(operand(insn, 0), round(e, f64x2, immByte(insn, 2), v));
}

function roundss(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  const v = round(e, f32, immByte(insn, 2), readF32AsMxcsrSays(e, operand(insn, 1)));
  e.write(dst, mergeF32(e.read(dst), v));
}

function roundsd(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  const v = round(e, f64, immByte(insn, 2), readF64AsMxcsrSays(e, operand(insn, 1)));
  e.write(dst, mergeF64(e.read(dst), v));
}
