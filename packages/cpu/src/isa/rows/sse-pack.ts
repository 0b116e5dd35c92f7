/** Lanes made narrower (pack), interleaved (punpck, unpck) and wider (pmovsx, pmovzx). */
import { i8x16, i16x8, i32x4, i64x2, type Value, v128 } from "../../emit/value.ts";
import type { Row, Semantics } from "../insn.ts";
import { row } from "../row.ts";
import { operand, packed, type Unary } from "../semantics/sse.ts";

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const ssePackRows: readonly Row[] = [
  row(0x0f14, "unpcklps", "Vps,Wps", "rw,r", interleave(4, 0), { prefix: 0 }),
  row(0x0f14, "unpcklpd", "Vpd,Wpd", "rw,r", interleave(8, 0), { prefix: 0x66 }),
  row(0x0f15, "unpckhps", "Vps,Wps", "rw,r", interleave(4, 8), { prefix: 0 }),
  row(0x0f15, "unpckhpd", "Vpd,Wpd", "rw,r", interleave(8, 8), { prefix: 0x66 }),
  row(0x0f60, "punpcklbw", "Vdq,Wdq", "rw,r", interleave(1, 0), { prefix: 0x66 }),
  row(0x0f61, "punpcklwd", "Vdq,Wdq", "rw,r", interleave(2, 0), { prefix: 0x66 }),
  row(0x0f62, "punpckldq", "Vdq,Wdq", "rw,r", interleave(4, 0), { prefix: 0x66 }),
  row(0x0f63, "packsswb", "Vdq,Wdq", "rw,r", packed(i8x16.narrow_i16x8_s), { prefix: 0x66 }),
  row(0x0f67, "packuswb", "Vdq,Wdq", "rw,r", packed(i8x16.narrow_i16x8_u), { prefix: 0x66 }),
  row(0x0f68, "punpckhbw", "Vdq,Wdq", "rw,r", interleave(1, 8), { prefix: 0x66 }),
  row(0x0f69, "punpckhwd", "Vdq,Wdq", "rw,r", interleave(2, 8), { prefix: 0x66 }),
  row(0x0f6a, "punpckhdq", "Vdq,Wdq", "rw,r", interleave(4, 8), { prefix: 0x66 }),
  row(0x0f6b, "packssdw", "Vdq,Wdq", "rw,r", packed(i16x8.narrow_i32x4_s), { prefix: 0x66 }),
  row(0x0f6c, "punpcklqdq", "Vdq,Wdq", "rw,r", interleave(8, 0), { prefix: 0x66 }),
  row(0x0f6d, "punpckhqdq", "Vdq,Wdq", "rw,r", interleave(8, 8), { prefix: 0x66 }),
  row(0x0f3820, "pmovsxbw", "Vdq,Wq", "w,r", extend(i16x8.extend_low_i8x16_s), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3821, "pmovsxbd", "Vdq,Wd", "w,r", extend(i16x8.extend_low_i8x16_s, i32x4.extend_low_i16x8_s), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3822, "pmovsxbq", "Vdq,Ww", "w,r", extend(i16x8.extend_low_i8x16_s, i32x4.extend_low_i16x8_s, i64x2.extend_low_i32x4_s), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3823, "pmovsxwd", "Vdq,Wq", "w,r", extend(i32x4.extend_low_i16x8_s), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3824, "pmovsxwq", "Vdq,Wd", "w,r", extend(i32x4.extend_low_i16x8_s, i64x2.extend_low_i32x4_s), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3825, "pmovsxdq", "Vdq,Wq", "w,r", extend(i64x2.extend_low_i32x4_s), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f382b, "packusdw", "Vdq,Wdq", "rw,r", packed(i16x8.narrow_i32x4_u), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3830, "pmovzxbw", "Vdq,Wq", "w,r", extend(i16x8.extend_low_i8x16_u), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3831, "pmovzxbd", "Vdq,Wd", "w,r", extend(i16x8.extend_low_i8x16_u, i32x4.extend_low_i16x8_u), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3832, "pmovzxbq", "Vdq,Ww", "w,r", extend(i16x8.extend_low_i8x16_u, i32x4.extend_low_i16x8_u, i64x2.extend_low_i32x4_u), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3833, "pmovzxwd", "Vdq,Wq", "w,r", extend(i32x4.extend_low_i16x8_u), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3834, "pmovzxwq", "Vdq,Wd", "w,r", extend(i32x4.extend_low_i16x8_u, i64x2.extend_low_i32x4_u), { prefix: 0x66, feature: "sse4.1" }),
  row(0x0f3835, "pmovzxdq", "Vdq,Wq", "w,r", extend(i64x2.extend_low_i32x4_u), { prefix: 0x66, feature: "sse4.1" }),
];

/** Lanes of `width` bytes taken in turn from dst and src, from byte `from` (0: low halves, 8: high) on. */
function interleave(width: number, from: number): Semantics {
  const lanes: number[] = [];
  for (let i = from; i < from + 8; i += width) {
    for (let k = 0; k < width; k++) lanes.push(i + k);
    for (let k = 0; k < width; k++) lanes.push(16 + i + k);
  }
  return packed((a, b) => v128.shuffle(a, b, lanes));
}

/** The low lanes widened in steps. The memory operand is as small as what is used. */
function extend(...steps: readonly Unary[]): Semantics {
  return (e, insn) => {
    const src = operand(insn, 1);
    const v = src.kind === "mem" ? splat(src.size, e.read(src)) : e.read(src);
    e.write(
      operand(insn, 0),
      steps.reduce((x: Value, f) => f(x), v),
    );
  };
}

/** A vector with `v`, of `size` bytes, in its low lane. */
function splat(size: number, v: Value): Value {
  return size === 8 ? i64x2.splat(v) : size === 4 ? i32x4.splat(v) : i16x8.splat(v);
}
