/** Packed integer addition, subtraction, comparison, minimum, maximum, average, absolute value and sign. */
import { i8x16, i16x8, i32x4, i64x2, type Value, v128 } from "../../emit/value.ts";
import type { Row } from "../insn.ts";
import { row } from "../row.ts";
import { packed, packedReused, packedUnary } from "../semantics/sse.ts";

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const sseIntegerRows: readonly Row[] = [
  row(0x0f64, "pcmpgtb", "Vdq,Wdq", "rw,r", packed(i8x16.gt_s), { prefix: 0x66 }),
  row(0x0f65, "pcmpgtw", "Vdq,Wdq", "rw,r", packed(i16x8.gt_s), { prefix: 0x66 }),
  row(0x0f66, "pcmpgtd", "Vdq,Wdq", "rw,r", packed(i32x4.gt_s), { prefix: 0x66 }),
  row(0x0f74, "pcmpeqb", "Vdq,Wdq", "rw,r", packed(i8x16.eq), { prefix: 0x66 }),
  row(0x0f75, "pcmpeqw", "Vdq,Wdq", "rw,r", packed(i16x8.eq), { prefix: 0x66 }),
  row(0x0f76, "pcmpeqd", "Vdq,Wdq", "rw,r", packed(i32x4.eq), { prefix: 0x66 }),
  row(0x0fd4, "paddq", "Vdq,Wdq", "rw,r", packed(i64x2.add), { prefix: 0x66 }),
  row(0x0fd8, "psubusb", "Vdq,Wdq", "rw,r", packed(i8x16.sub_sat_u), { prefix: 0x66 }),
  row(0x0fd9, "psubusw", "Vdq,Wdq", "rw,r", packed(i16x8.sub_sat_u), { prefix: 0x66 }),
  row(0x0fda, "pminub", "Vdq,Wdq", "rw,r", packed(i8x16.min_u), { prefix: 0x66 }),
  row(0x0fdc, "paddusb", "Vdq,Wdq", "rw,r", packed(i8x16.add_sat_u), { prefix: 0x66 }),
  row(0x0fdd, "paddusw", "Vdq,Wdq", "rw,r", packed(i16x8.add_sat_u), { prefix: 0x66 }),
  row(0x0fde, "pmaxub", "Vdq,Wdq", "rw,r", packed(i8x16.max_u), { prefix: 0x66 }),
  row(0x0fe0, "pavgb", "Vdq,Wdq", "rw,r", packed(i8x16.avgr_u), { prefix: 0x66 }),
  row(0x0fe3, "pavgw", "Vdq,Wdq", "rw,r", packed(i16x8.avgr_u), { prefix: 0x66 }),
  row(0x0fe8, "psubsb", "Vdq,Wdq", "rw,r", packed(i8x16.sub_sat_s), { prefix: 0x66 }),
  row(0x0fe9, "psubsw", "Vdq,Wdq", "rw,r", packed(i16x8.sub_sat_s), { prefix: 0x66 }),
  row(0x0fea, "pminsw", "Vdq,Wdq", "rw,r", packed(i16x8.min_s), { prefix: 0x66 }),
  row(0x0fec, "paddsb", "Vdq,Wdq", "rw,r", packed(i8x16.add_sat_s), { prefix: 0x66 }),
  row(0x0fed, "paddsw", "Vdq,Wdq", "rw,r", packed(i16x8.add_sat_s), { prefix: 0x66 }),
  row(0x0fee, "pmaxsw", "Vdq,Wdq", "rw,r", packed(i16x8.max_s), { prefix: 0x66 }),
  row(0x0ff8, "psubb", "Vdq,Wdq", "rw,r", packed(i8x16.sub), { prefix: 0x66 }),
  row(0x0ff9, "psubw", "Vdq,Wdq", "rw,r", packed(i16x8.sub), { prefix: 0x66 }),
  row(0x0ffa, "psubd", "Vdq,Wdq", "rw,r", packed(i32x4.sub), { prefix: 0x66 }),
  row(0x0ffb, "psubq", "Vdq,Wdq", "rw,r", packed(i64x2.sub), { prefix: 0x66 }),
  row(0x0ffc, "paddb", "Vdq,Wdq", "rw,r", packed(i8x16.add), { prefix: 0x66 }),
  row(0x0ffd, "paddw", "Vdq,Wdq", "rw,r", packed(i16x8.add), { prefix: 0x66 }),
  row(0x0ffe, "paddd", "Vdq,Wdq", "rw,r", packed(i32x4.add), { prefix: 0x66 }),

  row(0x0f3808, "psignb", "Vdq,Wdq", "rw,r", packedReused((a, b) => sign(i8x16, a, b)), { prefix: 0x66, feature: "ssse3" }),
  row(0x0f3809, "psignw", "Vdq,Wdq", "rw,r", packedReused((a, b) => sign(i16x8, a, b)), { prefix: 0x66, feature: "ssse3" }),
  row(0x0f380a, "psignd", "Vdq,Wdq", "rw,r", packedReused((a, b) => sign(i32x4, a, b)), { prefix: 0x66, feature: "ssse3" }),
  row(0x0f381c, "pabsb", "Vdq,Wdq", "w,r", packedUnary(i8x16.abs), { prefix: 0x66, feature: "ssse3" }),
  row(0x0f381d, "pabsw", "Vdq,Wdq", "w,r", packedUnary(i16x8.abs), { prefix: 0x66, feature: "ssse3" }),
  row(0x0f381e, "pabsd", "Vdq,Wdq", "w,r", packedUnary(i32x4.abs), { prefix: 0x66, feature: "ssse3" }),

  row(0x0f3829, "pcmpeqq", "Vdq,Wdq", "rw,r", packed(i64x2.eq), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3837, "pcmpgtq", "Vdq,Wdq", "rw,r", packed(i64x2.gt_s), { prefix: 0x66, feature: "sse4.2" }),
  row(0x0f3838, "pminsb", "Vdq,Wdq", "rw,r", packed(i8x16.min_s), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3839, "pminsd", "Vdq,Wdq", "rw,r", packed(i32x4.min_s), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f383a, "pminuw", "Vdq,Wdq", "rw,r", packed(i16x8.min_u), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f383b, "pminud", "Vdq,Wdq", "rw,r", packed(i32x4.min_u), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f383c, "pmaxsb", "Vdq,Wdq", "rw,r", packed(i8x16.max_s), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f383d, "pmaxsd", "Vdq,Wdq", "rw,r", packed(i32x4.max_s), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f383e, "pmaxuw", "Vdq,Wdq", "rw,r", packed(i16x8.max_u), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f383f, "pmaxud", "Vdq,Wdq", "rw,r", packed(i32x4.max_u), { prefix: 0x66, feature: "sse4.1" }),
];

interface SignedLanes {
  eq(a: Value, b: Value): Value;
  gt_s(a: Value, b: Value): Value;
  sub(a: Value, b: Value): Value;
}

/** Each lane of a times the sign (-1, 0, 1) of its lane in b. */
function sign(lanes: SignedLanes, a: Value, b: Value): Value {
  const negative = lanes.gt_s(v128.zero(), b);
  // (a ^ -1) - -1 = -a
  const signed = lanes.sub(v128.xor(a, negative), negative);
  return v128.andnot(signed, lanes.eq(b, v128.zero()));
}
