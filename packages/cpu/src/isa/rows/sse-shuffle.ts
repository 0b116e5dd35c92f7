/** Lanes moved by a constant or by a register: pshufd, shufps, palignr, pshufb … */
import { type Value, v128 } from "../../emit/value.ts";
import type { Row } from "../insn.ts";
import { row } from "../row.ts";
import { packed, packedImm, packedUnaryImm, splatI8 } from "../semantics/sse.ts";

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const sseShuffleRows: readonly Row[] = [
  row(0x0f70, "pshufd", "Vdq,Wdq,Ib", "w,r,r", packedUnaryImm(pshufd), { prefix: 0x66, staticImm: true }),
  row(0x0f70, "pshufhw", "Vdq,Wdq,Ib", "w,r,r", packedUnaryImm(pshufhw), { prefix: 0xf3, staticImm: true }),
  row(0x0f70, "pshuflw", "Vdq,Wdq,Ib", "w,r,r", packedUnaryImm(pshuflw), { prefix: 0xf2, staticImm: true }),
  row(0x0fc6, "shufps", "Vps,Wps,Ib", "rw,r,r", packedImm(shufps), { prefix: 0, staticImm: true }),
  row(0x0fc6, "shufpd", "Vpd,Wpd,Ib", "rw,r,r", packedImm(shufpd), { prefix: 0x66, staticImm: true }),
  row(0x0f3800, "pshufb", "Vdq,Wdq", "rw,r", packed(pshufb), { prefix: 0x66, feature: "ssse3" }),
  row(0x0f3a0f, "palignr", "Vdq,Wdq,Ib", "rw,r,r", packedImm(palignr), { prefix: 0x66, staticImm: true, feature: "ssse3" }),
];

/** Field `i` of the immediate's four 2-bit lane numbers. */
function field(imm: number, i: number): number {
  return (imm >> (2 * i)) & 3;
}

/** Lanes of `width` bytes by number, as the byte numbers that i8x16.shuffle wants. */
function bytes(width: number, lanes: readonly number[]): number[] {
  return lanes.flatMap((n) => Array.from({ length: width }, (_, k) => n * width + k));
}

function pshufd(v: Value, imm: number): Value {
  return v128.shuffle(v, v, bytes(4, [field(imm, 0), field(imm, 1), field(imm, 2), field(imm, 3)]));
}

/** Four words of the low half; the high half stays. */
function pshuflw(v: Value, imm: number): Value {
  const low = [0, 1, 2, 3].map((i) => field(imm, i));
  return v128.shuffle(v, v, bytes(2, [...low, 4, 5, 6, 7]));
}

function pshufhw(v: Value, imm: number): Value {
  const high = [0, 1, 2, 3].map((i) => 4 + field(imm, i));
  return v128.shuffle(v, v, bytes(2, [0, 1, 2, 3, ...high]));
}

/** Two lanes of dst, then two of src. */
function shufps(a: Value, b: Value, imm: number): Value {
  return v128.shuffle(
    a,
    b,
    bytes(4, [field(imm, 0), field(imm, 1), 4 + field(imm, 2), 4 + field(imm, 3)]),
  );
}

function shufpd(a: Value, b: Value, imm: number): Value {
  return v128.shuffle(a, b, bytes(8, [imm & 1, 2 + ((imm >> 1) & 1)]));
}

/** Byte i of dst by number; 0 where the number's top bit is set. Wasm's swizzle gives 0 above 15, so bits 4–6 go. */
function pshufb(a: Value, b: Value): Value {
  return v128.swizzle(a, v128.and(b, splatI8(0x8f)));
}

/** dst:src to the right by `imm` bytes, the low 16 bytes of it. */
function palignr(a: Value, b: Value, imm: number): Value {
  if (imm >= 32) return v128.zero();
  const from = (n: number): number[] => Array.from({ length: 16 }, (_, i) => n + i);
  return imm < 16 ? v128.shuffle(b, a, from(imm)) : v128.shuffle(a, v128.zero(), from(imm - 16));
}
