/** Operations across neighbouring lanes: hadd, hsub, addsub, phadd, phsub, dpps, dppd. */
import type { Emitter } from "../../emit/emitter.ts";
import { f32x4, f64x2, i16x8, i32x4, type Value, v128 } from "../../emit/value.ts";
import type { Row, Semantics } from "../insn.ts";
import { row } from "../row.ts";
import { type Binary, constI32x4, packedImm, packedReused } from "../semantics/sse.ts";

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const sseHorizontalRows: readonly Row[] = [
  row(0x0f7c, "haddpd", "Vpd,Wpd", "rw,r", horizontal(f64x2.add, 8), { prefix: 0x66, feature: "sse3" }),
  row(0x0f7c, "haddps", "Vps,Wps", "rw,r", horizontal(f32x4.add, 4), { prefix: 0xf2, feature: "sse3" }),
  row(0x0f7d, "hsubpd", "Vpd,Wpd", "rw,r", horizontal(f64x2.sub, 8), { prefix: 0x66, feature: "sse3" }),
  row(0x0f7d, "hsubps", "Vps,Wps", "rw,r", horizontal(f32x4.sub, 4), { prefix: 0xf2, feature: "sse3" }),
  row(0x0fd0, "addsubpd", "Vpd,Wpd", "rw,r", packedReused(addsubpd), { prefix: 0x66, feature: "sse3" }),
  row(0x0fd0, "addsubps", "Vps,Wps", "rw,r", packedReused(addsubps), { prefix: 0xf2, feature: "sse3" }),
  row(0x0f3801, "phaddw", "Vdq,Wdq", "rw,r", horizontal(i16x8.add, 2), { prefix: 0x66, feature: "ssse3" }),
  row(0x0f3802, "phaddd", "Vdq,Wdq", "rw,r", horizontal(i32x4.add, 4), { prefix: 0x66, feature: "ssse3" }),
  row(0x0f3803, "phaddsw", "Vdq,Wdq", "rw,r", horizontal(i16x8.add_sat_s, 2), { prefix: 0x66, feature: "ssse3" }),
  row(0x0f3805, "phsubw", "Vdq,Wdq", "rw,r", horizontal(i16x8.sub, 2), { prefix: 0x66, feature: "ssse3" }),
  row(0x0f3806, "phsubd", "Vdq,Wdq", "rw,r", horizontal(i32x4.sub, 4), { prefix: 0x66, feature: "ssse3" }),
  row(0x0f3807, "phsubsw", "Vdq,Wdq", "rw,r", horizontal(i16x8.sub_sat_s, 2), { prefix: 0x66, feature: "ssse3" }),
  row(0x0f3a40, "dpps", "Vps,Wps,Ib", "rw,r,r", packedImm(dpps), { prefix: 0x66, staticImm: true, feature: "sse4.1" }),
  row(0x0f3a41, "dppd", "Vpd,Wpd,Ib", "rw,r,r", packedImm(dppd), { prefix: 0x66, staticImm: true, feature: "sse4.1" }),
];

/** f(even lanes, odd lanes) of dst:src, whose lanes are `width` bytes. */
function horizontal(f: Binary, width: number): Semantics {
  const even: number[] = [];
  const odd: number[] = [];
  for (let i = 0; i < 32; i += 2 * width) {
    for (let k = 0; k < width; k++) {
      even.push(i + k);
      odd.push(i + width + k);
    }
  }
  return packedReused((a, b) => f(v128.shuffle(a, b, even), v128.shuffle(a, b, odd)));
}

/** Even lanes subtracted, odd lanes added. */
function addsubpd(a: Value, b: Value): Value {
  return v128.bitselect(f64x2.sub(a, b), f64x2.add(a, b), constI32x4(-1, -1, 0, 0));
}

function addsubps(a: Value, b: Value): Value {
  return v128.bitselect(f32x4.sub(a, b), f32x4.add(a, b), constI32x4(-1, 0, -1, 0));
}

/** Ones in the 32-bit lanes whose bit in `bits` is set. */
function laneMask32(bits: number): Value {
  const lane = (i: number): number => ((bits >> i) & 1 ? -1 : 0);
  return constI32x4(lane(0), lane(1), lane(2), lane(3));
}

function laneMask64(bits: number): Value {
  const low = bits & 1 ? -1 : 0;
  const high = bits & 2 ? -1 : 0;
  return constI32x4(low, low, high, high);
}

/** 32-bit lanes by number, as the byte numbers that i8x16.shuffle wants. */
function dwords(lanes: readonly number[]): number[] {
  return lanes.flatMap((n) => [4 * n, 4 * n + 1, 4 * n + 2, 4 * n + 3]);
}

/**
 * imm[7:4] says which products count (others are +0), imm[3:0] which lanes get their sum (others +0). The sum is
 * (0 + 1) + (2 + 3) in every lane: operand order decides which NaN comes out.
 */
function dpps(a: Value, b: Value, imm: number, e: Emitter): Value {
  const products = e.let(v128.and(f32x4.mul(a, b), laneMask32(imm >> 4)));
  const even = v128.shuffle(products, products, dwords([0, 0, 2, 2]));
  const odd = v128.shuffle(products, products, dwords([1, 1, 3, 3]));
  const pairs = e.let(f32x4.add(even, odd));
  const low = v128.shuffle(pairs, pairs, dwords([0, 0, 0, 0]));
  const high = v128.shuffle(pairs, pairs, dwords([2, 2, 2, 2]));
  return v128.and(f32x4.add(low, high), laneMask32(imm & 15));
}

function dppd(a: Value, b: Value, imm: number, e: Emitter): Value {
  const products = e.let(v128.and(f64x2.mul(a, b), laneMask64(imm >> 4)));
  const low = v128.shuffle(products, products, dwords([0, 1, 0, 1]));
  const high = v128.shuffle(products, products, dwords([2, 3, 2, 3]));
  return v128.and(f64x2.add(low, high), laneMask64(imm & 3));
}
