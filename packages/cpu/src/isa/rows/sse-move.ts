/** SSE data movement: movaps … movq, non-temporal stores, sign masks (SDM vol. 2, MOV* pages). */
import type { Emitter } from "../../emit/emitter.ts";
import { f32x4, f64x2, i8x16, i32x4, i64x2, type Value, v128 } from "../../emit/value.ts";
import type { Insn, Row, Semantics } from "../insn.ts";
import { row } from "../row.ts";
import {
  checkAligned,
  low64,
  mergeF32,
  mergeF64,
  operand,
  readLow64,
  readPacked,
} from "../semantics/sse.ts";

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const sseMoveRows: readonly Row[] = [
  row(0x0f10, "movups", "Vps,Wps", "w,r", moveUnaligned, { prefix: 0 }),
  row(0x0f10, "movupd", "Vpd,Wpd", "w,r", moveUnaligned, { prefix: 0x66 }),
  row(0x0f10, "movss", "Vss,Uss", "rw,r", moveLow32, { prefix: 0xf3, mod: "reg" }),
  row(0x0f10, "movss", "Vss,Md", "w,r", load32, { prefix: 0xf3, mod: "mem" }),
  row(0x0f10, "movsd", "Vsd,Usd", "rw,r", moveLow64, { prefix: 0xf2, mod: "reg" }),
  row(0x0f10, "movsd", "Vsd,Mq", "w,r", load64, { prefix: 0xf2, mod: "mem" }),
  row(0x0f11, "movups", "Wps,Vps", "w,r", moveUnaligned, { prefix: 0 }),
  row(0x0f11, "movupd", "Wpd,Vpd", "w,r", moveUnaligned, { prefix: 0x66 }),
  row(0x0f11, "movss", "Uss,Vss", "rw,r", moveLow32, { prefix: 0xf3, mod: "reg" }),
  row(0x0f11, "movss", "Md,Vss", "w,r", store32, { prefix: 0xf3, mod: "mem" }),
  row(0x0f11, "movsd", "Usd,Vsd", "rw,r", moveLow64, { prefix: 0xf2, mod: "reg" }),
  row(0x0f11, "movsd", "Mq,Vsd", "w,r", storeLow, { prefix: 0xf2, mod: "mem" }),
  row(0x0f12, "movhlps", "Vq,Uq", "rw,r", movHighToLow, { prefix: 0, mod: "reg" }),
  row(0x0f12, "movlps", "Vq,Mq", "rw,r", loadLow, { prefix: 0, mod: "mem" }),
  row(0x0f12, "movlpd", "Vq,Mq", "rw,r", loadLow, { prefix: 0x66, mod: "mem" }),
  row(0x0f12, "movsldup", "Vps,Wps", "w,r", duplicate([0, 0, 2, 2]), { prefix: 0xf3, feature: "sse3" }),
  row(0x0f12, "movddup", "Vpd,Wq", "w,r", movddup, { prefix: 0xf2, feature: "sse3" }),
  row(0x0f13, "movlps", "Mq,Vq", "w,r", storeLow, { prefix: 0, mod: "mem" }),
  row(0x0f13, "movlpd", "Mq,Vq", "w,r", storeLow, { prefix: 0x66, mod: "mem" }),
  row(0x0f16, "movlhps", "Vdq,Uq", "rw,r", movLowToHigh, { prefix: 0, mod: "reg" }),
  row(0x0f16, "movhps", "Vdq,Mq", "rw,r", loadHigh, { prefix: 0, mod: "mem" }),
  row(0x0f16, "movhpd", "Vdq,Mq", "rw,r", loadHigh, { prefix: 0x66, mod: "mem" }),
  row(0x0f16, "movshdup", "Vps,Wps", "w,r", duplicate([1, 1, 3, 3]), { prefix: 0xf3, feature: "sse3" }),
  row(0x0f17, "movhps", "Mq,Vdq", "w,r", storeHigh, { prefix: 0, mod: "mem" }),
  row(0x0f17, "movhpd", "Mq,Vdq", "w,r", storeHigh, { prefix: 0x66, mod: "mem" }),
  row(0x0f28, "movaps", "Vps,Wps", "w,r", moveAligned, { prefix: 0 }),
  row(0x0f28, "movapd", "Vpd,Wpd", "w,r", moveAligned, { prefix: 0x66 }),
  row(0x0f29, "movaps", "Wps,Vps", "w,r", moveAligned, { prefix: 0 }),
  row(0x0f29, "movapd", "Wpd,Vpd", "w,r", moveAligned, { prefix: 0x66 }),
  row(0x0f2b, "movntps", "Mps,Vps", "w,r", moveAligned, { prefix: 0, mod: "mem" }),
  row(0x0f2b, "movntpd", "Mpd,Vpd", "w,r", moveAligned, { prefix: 0x66, mod: "mem" }),
  row(0x0f50, "movmskps", "Gd,Ups", "w,r", mask(i32x4.bitmask), { prefix: 0, mod: "reg" }),
  row(0x0f50, "movmskpd", "Gd,Upd", "w,r", mask(i64x2.bitmask), { prefix: 0x66, mod: "reg" }),
  row(0x0f6e, "movd", "Vdq,Ed", "w,r", load32, { prefix: 0x66, rexW: 0 }),
  row(0x0f6e, "movq", "Vdq,Eq", "w,r", load64, { prefix: 0x66, rexW: 1 }),
  row(0x0f6f, "movdqa", "Vdq,Wdq", "w,r", moveAligned, { prefix: 0x66 }),
  row(0x0f6f, "movdqu", "Vdq,Wdq", "w,r", moveUnaligned, { prefix: 0xf3 }),
  row(0x0f7e, "movd", "Ed,Vdq", "w,r", store32, { prefix: 0x66, rexW: 0 }),
  row(0x0f7e, "movq", "Eq,Vdq", "w,r", storeLow, { prefix: 0x66, rexW: 1 }),
  row(0x0f7e, "movq", "Vq,Wq", "w,r", movq, { prefix: 0xf3 }),
  row(0x0f7f, "movdqa", "Wdq,Vdq", "w,r", moveAligned, { prefix: 0x66 }),
  row(0x0f7f, "movdqu", "Wdq,Vdq", "w,r", moveUnaligned, { prefix: 0xf3 }),
  row(0x0fc3, "movnti", "My,Gy", "w,r", moveUnaligned, { prefix: 0, mod: "mem" }),
  row(0x0fd6, "movq", "Uq,Vq", "w,r", movq, { prefix: 0x66, mod: "reg" }),
  row(0x0fd6, "movq", "Mq,Vq", "w,r", storeLow, { prefix: 0x66, mod: "mem" }),
  row(0x0fd7, "pmovmskb", "Gd,Udq", "w,r", mask(i8x16.bitmask), { prefix: 0x66, mod: "reg" }),
  row(0x0fe7, "movntdq", "Mdq,Vdq", "w,r", moveAligned, { prefix: 0x66, mod: "mem" }),
  row(0x0ff0, "lddqu", "Vdq,Mdq", "w,r", moveUnaligned, { prefix: 0xf2, mod: "mem", feature: "sse3" }),
  row(0x0ff7, "maskmovdqu", "DI,Vdq,Udq", "a,r,r", maskmovdqu, { prefix: 0x66, mod: "reg" }),
  row(0x0f382a, "movntdqa", "Vdq,Mdq", "w,r", moveAligned, { prefix: 0x66, mod: "mem", feature: "sse4.1" }),
];

function moveUnaligned(e: Emitter, insn: Insn): void {
  e.write(operand(insn, 0), e.read(operand(insn, 1)));
}

/** Either side may be the memory operand. */
function moveAligned(e: Emitter, insn: Insn): void {
  checkAligned(e, operand(insn, 0));
  e.write(operand(insn, 0), readPacked(e, operand(insn, 1)));
}

/** movss between registers keeps the destination's upper 96 bits. */
function moveLow32(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  e.write(dst, mergeF32(e.read(dst), f32x4.extract_lane(e.read(operand(insn, 1)), 0)));
}

/** movsd between registers keeps the destination's upper 64 bits. */
function moveLow64(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  e.write(dst, mergeF64(e.read(dst), f64x2.extract_lane(e.read(operand(insn, 1)), 0)));
}

/** movss from memory and movd clear the upper 96 bits. */
function load32(e: Emitter, insn: Insn): void {
  e.write(operand(insn, 0), i32x4.replace_lane(v128.zero(), 0, e.read(operand(insn, 1))));
}

/** movsd from memory and movq clear the upper 64 bits. */
function load64(e: Emitter, insn: Insn): void {
  e.write(operand(insn, 0), i64x2.replace_lane(v128.zero(), 0, e.read(operand(insn, 1))));
}

function store32(e: Emitter, insn: Insn): void {
  e.write(operand(insn, 0), i32x4.extract_lane(e.read(operand(insn, 1)), 0));
}

function storeLow(e: Emitter, insn: Insn): void {
  e.write(operand(insn, 0), i64x2.extract_lane(e.read(operand(insn, 1)), 0));
}

function storeHigh(e: Emitter, insn: Insn): void {
  e.write(operand(insn, 0), i64x2.extract_lane(e.read(operand(insn, 1)), 1));
}

function loadLow(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  e.write(dst, i64x2.replace_lane(e.read(dst), 0, e.read(operand(insn, 1))));
}

function loadHigh(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  e.write(dst, i64x2.replace_lane(e.read(dst), 1, e.read(operand(insn, 1))));
}

/** dst.low ← src.high */
function movHighToLow(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  e.write(dst, shuffle64(e.read(operand(insn, 1)), e.read(dst), 1, 1));
}

/** dst.high ← src.low */
function movLowToHigh(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  e.write(dst, shuffle64(e.read(dst), e.read(operand(insn, 1)), 0, 0));
}

/** (64-bit lane `i` of a, 64-bit lane `j` of b) */
function shuffle64(a: Value, b: Value, i: number, j: number): Value {
  const lanes = [];
  for (let k = 0; k < 8; k++) lanes.push(8 * i + k);
  for (let k = 0; k < 8; k++) lanes.push(16 + 8 * j + k);
  return v128.shuffle(a, b, lanes);
}

/** movsldup, movshdup: 32-bit lanes of the source by number. */
function duplicate(lanes: readonly number[]): Semantics {
  const bytes = lanes.flatMap((n) => [4 * n, 4 * n + 1, 4 * n + 2, 4 * n + 3]);
  return (e, insn) => {
    const src = e.let(readPacked(e, operand(insn, 1)));
    e.write(operand(insn, 0), v128.shuffle(src, src, bytes));
  };
}

function movddup(e: Emitter, insn: Insn): void {
  const src = e.let(readLow64(e, operand(insn, 1)));
  e.write(operand(insn, 0), shuffle64(src, src, 0, 0));
}

function mask(bitmask: (v: Value) => Value): Semantics {
  return (e, insn) => e.write(operand(insn, 0), bitmask(e.read(operand(insn, 1))));
}

/** movq to a register clears its upper half. */
function movq(e: Emitter, insn: Insn): void {
  const src = operand(insn, 1);
  if (src.kind === "mem") load64(e, insn);
  else e.write(operand(insn, 0), low64(e.read(src)));
}

/**
 * Stores those bytes of the first register at [rdi] whose byte in the second has its top bit set. Pages on which no
 * byte is selected are not touched, so this goes byte by byte, in a helper.
 */
function maskmovdqu(e: Emitter, insn: Insn): void {
  const data = e.let(e.read(operand(insn, 1)));
  const select = i8x16.bitmask(e.read(operand(insn, 2)));
  e.helper("maskmovdqu", [
    e.linearAddress(operand(insn, 0)),
    i64x2.extract_lane(data, 0),
    i64x2.extract_lane(data, 1),
    select,
  ]);
}
