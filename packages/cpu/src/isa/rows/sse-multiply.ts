/** Packed integer multiplication and sums of products and differences. */
import type { Emitter } from "../../emit/emitter.ts";
import { i8x16, i16x8, i32, i32x4, i64x2, type Value, v128 } from "../../emit/value.ts";
import type { Row } from "../insn.ts";
import { row } from "../row.ts";
import {
  constI32x4,
  packed,
  packedImm,
  packedReused,
  packedUnary,
  splatI16,
} from "../semantics/sse.ts";

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const sseMultiplyRows: readonly Row[] = [
  row(0x0fd5, "pmullw", "Vdq,Wdq", "rw,r", packed(i16x8.mul), { prefix: 0x66 }),
  row(0x0fe4, "pmulhuw", "Vdq,Wdq", "rw,r", packedReused(pmulhuw), { prefix: 0x66 }),
  row(0x0fe5, "pmulhw", "Vdq,Wdq", "rw,r", packedReused(pmulhw), { prefix: 0x66 }),
  row(0x0ff4, "pmuludq", "Vdq,Wdq", "rw,r", packedReused(pmuludq), { prefix: 0x66 }),
  row(0x0ff5, "pmaddwd", "Vdq,Wdq", "rw,r", packed(i32x4.dot_i16x8_s), { prefix: 0x66 }),
  row(0x0ff6, "psadbw", "Vdq,Wdq", "rw,r", packedReused(psadbw), { prefix: 0x66 }),
  row(0x0f3804, "pmaddubsw", "Vdq,Wdq", "rw,r", packedReused(pmaddubsw), { prefix: 0x66, feature: "ssse3" }),
  row(0x0f380b, "pmulhrsw", "Vdq,Wdq", "rw,r", packedReused(pmulhrsw), { prefix: 0x66, feature: "ssse3" }),
  row(0x0f3828, "pmuldq", "Vdq,Wdq", "rw,r", packedReused(pmuldq), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3840, "pmulld", "Vdq,Wdq", "rw,r", packed(i32x4.mul), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3841, "phminposuw", "Vdq,Wdq", "w,r", packedUnary(phminposuw), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3a42, "mpsadbw", "Vdq,Wdq,Ib", "rw,r,r", packedImm(mpsadbw), { prefix: 0x66, staticImm: true, feature: "sse4.1" }),
];

/** The odd 16-bit lanes of two vectors: the high halves of eight 32-bit products. */
const ODD_WORDS = [2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31];

function pmulhuw(a: Value, b: Value): Value {
  const low = i32x4.extmul_low_i16x8_u(a, b);
  return v128.shuffle(low, i32x4.extmul_high_i16x8_u(a, b), ODD_WORDS);
}

function pmulhw(a: Value, b: Value): Value {
  const low = i32x4.extmul_low_i16x8_s(a, b);
  return v128.shuffle(low, i32x4.extmul_high_i16x8_s(a, b), ODD_WORDS);
}

/** 32-bit lanes 0 and 2 moved to 0 and 1, where extmul_low finds them. */
function evenDwords(v: Value): Value {
  return v128.shuffle(v, v, [0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15]);
}

function pmuludq(a: Value, b: Value): Value {
  return i64x2.extmul_low_i32x4_u(evenDwords(a), evenDwords(b));
}

function pmuldq(a: Value, b: Value): Value {
  return i64x2.extmul_low_i32x4_s(evenDwords(a), evenDwords(b));
}

/** In each 64-bit lane, the sum of eight absolute differences of bytes. */
function psadbw(a: Value, b: Value, e: Emitter): Value {
  const difference = i8x16.sub(i8x16.max_u(a, b), i8x16.min_u(a, b));
  const words = i16x8.extadd_pairwise_i8x16_u(difference);
  const sums = e.let(i32x4.extadd_pairwise_i16x8_u(words));
  const even = v128.and(sums, constI32x4(-1, 0, -1, 0));
  return i64x2.add(even, i64x2.shr_u(sums, i32.const(32)));
}

/** Unsigned bytes of dst times signed bytes of src; neighbours are added with saturation. */
function pmaddubsw(a: Value, b: Value): Value {
  const eight = i32.const(8);
  // 255 · -128 and 255 · 127 fit 16 bits, so only the sum can saturate.
  const even = i16x8.mul(v128.and(a, splatI16(0xff)), i16x8.shr_s(i16x8.shl(b, eight), eight));
  const odd = i16x8.mul(i16x8.shr_u(a, eight), i16x8.shr_s(b, eight));
  return i16x8.add_sat_s(even, odd);
}

/** (a · b + 0x4000) >> 15. Wasm's saturates -1 · -1 to 0x7fff where x86 wraps to 0x8000. */
function pmulhrsw(a: Value, b: Value): Value {
  const lowest = splatI16(-0x8000);
  const wraps = v128.and(i16x8.eq(a, lowest), i16x8.eq(b, lowest));
  return v128.xor(i16x8.q15mulr_sat_s(a, b), wraps);
}

/** Lane 0 the smallest unsigned word, lane 1 the first place of it, the rest 0. */
function phminposuw(v: Value, e: Emitter): Value {
  let min = v;
  for (const distance of [8, 4, 2]) {
    const m = e.let(min);
    const moved = Array.from({ length: 16 }, (_, i) => (i + distance) & 15);
    min = i16x8.min_u(m, v128.shuffle(m, m, moved));
  }
  const m = e.let(min); // in every lane
  const place = i32.ctz(i16x8.bitmask(i16x8.eq(v, m)));
  const low = i32.or(i16x8.extract_lane_u(m, 0), i32.shl(place, i32.const(16)));
  return i32x4.replace_lane(v128.zero(), 0, low);
}

/**
 * Eight sums of four absolute differences: bytes i … i + 3 of dst (from byte 0 or 4: imm[2]) against four
 * bytes of src (from byte 0, 4, 8 or 12: imm[1:0]).
 */
function mpsadbw(a: Value, b: Value, imm: number, e: Emitter): Value {
  const aFrom = imm & 4;
  const bFrom = (imm & 3) * 4;
  let sum: Value | undefined;
  for (let k = 0; k < 4; k++) {
    const window = e.let(
      v128.shuffle(
        a,
        a,
        Array.from({ length: 16 }, (_, i) => (aFrom + k + i) & 15),
      ),
    );
    const one = e.let(v128.shuffle(b, b, new Array<number>(16).fill(bFrom + k)));
    const difference = i8x16.sub(i8x16.max_u(window, one), i8x16.min_u(window, one));
    const words = i16x8.extend_low_i8x16_u(difference);
    sum = sum === undefined ? words : i16x8.add(sum, words);
  }
  return sum ?? v128.zero();
}
