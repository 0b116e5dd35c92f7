/** Operations across neighbouring lanes: hadd, hsub, addsub, phadd, phsub, dpps, dppd. */
import type { Emitter } from "../../emit/emitter.ts";
import { f32x4, f64x2, i16x8, i32x4, type Value, v128 } from "../../emit/value.ts";
import { SseFloat } from "../../engine/helpers/sse-float.ts";
import type { Row, Semantics } from "../insn.ts";
import { row } from "../row.ts";
import { type Binary, constI32x4, packedImm, packedReused } from "../semantics/sse.ts";
import { asMxcsrSays, packedArithmetic } from "../semantics/sse-float.ts";

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const sseHorizontalRows: readonly Row[] = [
  row(0x0f7c, "haddpd", "Vpd,Wpd", "rw,r", horizontalFloat("add", true), { prefix: 0x66, feature: "sse3" }),
  row(0x0f7c, "haddps", "Vps,Wps", "rw,r", horizontalFloat("add", false), { prefix: 0xf2, feature: "sse3" }),
  row(0x0f7d, "hsubpd", "Vpd,Wpd", "rw,r", horizontalFloat("sub", true), { prefix: 0x66, feature: "sse3" }),
  row(0x0f7d, "hsubps", "Vps,Wps", "rw,r", horizontalFloat("sub", false), { prefix: 0xf2, feature: "sse3" }),
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

/** Byte numbers of the even and of the odd lanes of dst:src, whose lanes are `width` bytes. */
function evenAndOdd(width: number): { even: readonly number[]; odd: readonly number[] } {
  const even: number[] = [];
  const odd: number[] = [];
  for (let i = 0; i < 32; i += 2 * width) {
    for (let k = 0; k < width; k++) {
      even.push(i + k);
      odd.push(i + width + k);
    }
  }
  return { even, odd };
}

/** f(even lanes, odd lanes) of dst:src, whose lanes are `width` bytes. */
function horizontal(f: Binary, width: number): Semantics {
  const { even, odd } = evenAndOdd(width);
  return packedReused((a, b) => f(v128.shuffle(a, b, even), v128.shuffle(a, b, odd)));
}

function horizontalFloat(name: "add" | "sub", isDouble: boolean): Semantics {
  const { even, odd } = evenAndOdd(isDouble ? 8 : 4);
  return packedReused((a, b, e) => {
    const first = e.let(v128.shuffle(a, b, even));
    return packedArithmetic(e, name, isDouble, first, e.let(v128.shuffle(a, b, odd)));
  });
}

/** Even lanes subtracted, odd lanes added. */
function addsubpd(a: Value, b: Value, e: Emitter): Value {
  const even = constI32x4(-1, -1, 0, 0);
  const code = SseFloat.addsub | SseFloat.double | SseFloat.packed;
  return asMxcsrSays(e, code, a, b, () => v128.bitselect(f64x2.sub(a, b), f64x2.add(a, b), even));
}

function addsubps(a: Value, b: Value, e: Emitter): Value {
  const even = constI32x4(-1, 0, -1, 0);
  const code = SseFloat.addsub | SseFloat.packed;
  return asMxcsrSays(e, code, a, b, () => v128.bitselect(f32x4.sub(a, b), f32x4.add(a, b), even));
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
  const add = (x: Value, y: Value): Value =>
    e.let(packedArithmetic(e, "add", false, e.let(x), e.let(y)));
  const all = packedArithmetic(e, "mul", false, a, b);
  const products = e.let(v128.and(all, laneMask32(imm >> 4)));
  const even = v128.shuffle(products, products, dwords([0, 0, 2, 2]));
  const pairs = add(even, v128.shuffle(products, products, dwords([1, 1, 3, 3])));
  const low = v128.shuffle(pairs, pairs, dwords([0, 0, 0, 0]));
  const sum = add(low, v128.shuffle(pairs, pairs, dwords([2, 2, 2, 2])));
  return v128.and(sum, laneMask32(imm & 15));
}

function dppd(a: Value, b: Value, imm: number, e: Emitter): Value {
  const all = packedArithmetic(e, "mul", true, a, b);
  const products = e.let(v128.and(all, laneMask64(imm >> 4)));
  const low = e.let(v128.shuffle(products, products, dwords([0, 1, 0, 1])));
  const high = e.let(v128.shuffle(products, products, dwords([2, 3, 2, 3])));
  return v128.and(packedArithmetic(e, "add", true, low, high), laneMask64(imm & 3));
}
