/** Conversions between integers, singles and doubles (CVT* pages of the SDM; those with MMX operands aside). */
import type { Emitter } from "../../emit/emitter.ts";
import { f32, f32x4, f64, f64x2, i32x4, i64x2, type Value } from "../../emit/value.ts";
import { SseFloat } from "../../engine/helpers/sse-float.ts";
import type { Insn, Row } from "../insn.ts";
import { row } from "../row.ts";
import {
  mergeF32,
  mergeF64,
  operand,
  packedUnary,
  readF32,
  readF64,
  readLow64,
} from "../semantics/sse.ts";
import {
  asMxcsrSays,
  denormalsAsMxcsrSays,
  packedConversion,
  readF32AsMxcsrSays,
  readF64AsMxcsrSays,
} from "../semantics/sse-float.ts";
import {
  f32ToI32,
  f32ToI64,
  f32x4ToI32x4,
  f64ToI32,
  f64ToI64,
  f64x2ToI32x2,
  roundByMxcsr,
} from "../semantics/sse-round.ts";

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const sseConvertRows: readonly Row[] = [
  row(0x0f2a, "cvtsi2ss", "Vss,Ey", "rw,r", cvtsi2ss, { prefix: 0xf3 }),
  row(0x0f2a, "cvtsi2sd", "Vsd,Ey", "rw,r", cvtsi2sd, { prefix: 0xf2 }),
  row(0x0f2c, "cvttss2si", "Gy,Wss", "w,r", cvttss2si, { prefix: 0xf3 }),
  row(0x0f2c, "cvttsd2si", "Gy,Wsd", "w,r", cvttsd2si, { prefix: 0xf2 }),
  row(0x0f2d, "cvtss2si", "Gy,Wss", "w,r", cvtss2si, { prefix: 0xf3 }),
  row(0x0f2d, "cvtsd2si", "Gy,Wsd", "w,r", cvtsd2si, { prefix: 0xf2 }),
  row(0x0f5a, "cvtps2pd", "Vpd,Wq", "w,r", cvtps2pd, { prefix: 0 }),
  row(0x0f5a, "cvtpd2ps", "Vps,Wpd", "w,r", packedConversion(SseFloat.narrow, f32x4.demote_f64x2_zero), { prefix: 0x66 }),
  row(0x0f5a, "cvtss2sd", "Vsd,Wss", "rw,r", cvtss2sd, { prefix: 0xf3 }),
  row(0x0f5a, "cvtsd2ss", "Vss,Wsd", "rw,r", cvtsd2ss, { prefix: 0xf2 }),
  row(0x0f5b, "cvtdq2ps", "Vps,Wdq", "w,r", packedConversion(SseFloat.fromI32, f32x4.convert_i32x4_s), { prefix: 0 }),
  row(0x0f5b, "cvtps2dq", "Vdq,Wps", "w,r", packedUnary(cvtps2dq), { prefix: 0x66 }),
  row(0x0f5b, "cvttps2dq", "Vdq,Wps", "w,r", packedUnary(f32x4ToI32x4), { prefix: 0xf3 }),
  row(0x0fe6, "cvttpd2dq", "Vdq,Wpd", "w,r", packedUnary(f64x2ToI32x2), { prefix: 0x66 }),
  row(0x0fe6, "cvtdq2pd", "Vpd,Wq", "w,r", cvtdq2pd, { prefix: 0xf3 }),
  row(0x0fe6, "cvtpd2dq", "Vdq,Wpd", "w,r", packedUnary(cvtpd2dq), { prefix: 0xf2 }),
];

function cvtps2pd(e: Emitter, insn: Insn): void {
  const v = denormalsAsMxcsrSays(e, false, e.let(readLow64(e, operand(insn, 1))));
  e.write(operand(insn, 0), f64x2.promote_low_f32x4(v));
}

/** Always exact. */
function cvtdq2pd(e: Emitter, insn: Insn): void {
  e.write(operand(insn, 0), f64x2.convert_low_i32x4_s(readLow64(e, operand(insn, 1))));
}

/** The SseFloat operation for the size of the integer, and the integer in a vector's low lane. */
function integerSource(e: Emitter, insn: Insn): { n: Value; operation: number; vector: Value } {
  const n = e.let(e.read(operand(insn, 1)));
  if (insn.size === 8) return { n, operation: SseFloat.fromI64, vector: i64x2.splat(n) };
  return { n, operation: SseFloat.fromI32, vector: i32x4.splat(n) };
}

function cvtsi2ss(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  const { n, operation, vector } = integerSource(e, insn);
  const a = e.let(e.read(dst));
  const convert = (): Value =>
    mergeF32(a, insn.size === 8 ? f32.convert_i64_s(n) : f32.convert_i32_s(n));
  e.write(dst, asMxcsrSays(e, operation, a, vector, convert));
}

function cvtsi2sd(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  const { n, operation, vector } = integerSource(e, insn);
  const a = e.let(e.read(dst));
  const convert = (): Value =>
    mergeF64(a, insn.size === 8 ? f64.convert_i64_s(n) : f64.convert_i32_s(n));
  e.write(dst, asMxcsrSays(e, operation | SseFloat.double, a, vector, convert));
}

function cvtss2sd(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  const x = readF32AsMxcsrSays(e, operand(insn, 1));
  e.write(dst, mergeF64(e.read(dst), f64.promote_f32(x)));
}

function cvtsd2ss(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  const b = e.let(readLow64(e, operand(insn, 1)));
  const a = e.let(e.read(dst));
  const convert = (): Value => mergeF32(a, f32.demote_f64(f64x2.extract_lane(b, 0)));
  e.write(dst, asMxcsrSays(e, SseFloat.narrow, a, b, convert));
}

function cvttss2si(e: Emitter, insn: Insn): void {
  const x = e.let(readF32(e, operand(insn, 1)));
  e.write(operand(insn, 0), insn.size === 8 ? f32ToI64(x) : f32ToI32(x));
}

function cvttsd2si(e: Emitter, insn: Insn): void {
  const x = e.let(readF64(e, operand(insn, 1)));
  e.write(operand(insn, 0), insn.size === 8 ? f64ToI64(x) : f64ToI32(x));
}

function cvtss2si(e: Emitter, insn: Insn): void {
  const x = e.let(roundByMxcsr(e, f32, readF32AsMxcsrSays(e, operand(insn, 1))));
  e.write(operand(insn, 0), insn.size === 8 ? f32ToI64(x) : f32ToI32(x));
}

function cvtsd2si(e: Emitter, insn: Insn): void {
  const x = e.let(roundByMxcsr(e, f64, readF64AsMxcsrSays(e, operand(insn, 1))));
  e.write(operand(insn, 0), insn.size === 8 ? f64ToI64(x) : f64ToI32(x));
}

function cvtps2dq(v: Value, e: Emitter): Value {
  return f32x4ToI32x4(e.let(roundByMxcsr(e, f32x4, denormalsAsMxcsrSays(e, false, v))));
}

function cvtpd2dq(v: Value, e: Emitter): Value {
  return f64x2ToI32x2(e.let(roundByMxcsr(e, f64x2, denormalsAsMxcsrSays(e, true, v))));
}
