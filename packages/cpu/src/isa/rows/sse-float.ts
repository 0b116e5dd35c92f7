/** SSE and SSE2 arithmetic: add mul sub div min max sqrt, and the approximations rcp and rsqrt. */
import type { Emitter } from "../../emit/emitter.ts";
import { f32, f32x4, f64, f64x2, type Value, v128 } from "../../emit/value.ts";
import type { Row } from "../insn.ts";
import { row } from "../row.ts";
import { constI32x4, packedUnary } from "../semantics/sse.ts";
import {
  lowSingle,
  minMax,
  minMaxSd,
  minMaxSs,
  pd,
  ps,
  sd,
  ss,
  unarySd,
  unarySs,
} from "../semantics/sse-float.ts";

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const sseFloatRows: readonly Row[] = [
  row(0x0f51, "sqrtps", "Vps,Wps", "w,r", packedUnary(f32x4.sqrt), { prefix: 0 }),
  row(0x0f51, "sqrtpd", "Vpd,Wpd", "w,r", packedUnary(f64x2.sqrt), { prefix: 0x66 }),
  row(0x0f51, "sqrtss", "Vss,Wss", "rw,r", unarySs(f32.sqrt), { prefix: 0xf3 }),
  row(0x0f51, "sqrtsd", "Vsd,Wsd", "rw,r", unarySd(f64.sqrt), { prefix: 0xf2 }),
  row(0x0f52, "rsqrtps", "Vps,Wps", "w,r", packedUnary(reciprocalRoot), { prefix: 0 }),
  row(0x0f52, "rsqrtss", "Vss,Wss", "rw,r", lowSingle((_, b) => reciprocalRoot(b)), { prefix: 0xf3 }),
  row(0x0f53, "rcpps", "Vps,Wps", "w,r", packedUnary(reciprocal), { prefix: 0 }),
  row(0x0f53, "rcpss", "Vss,Wss", "rw,r", lowSingle((_, b, e) => reciprocal(b, e)), { prefix: 0xf3 }),
  row(0x0f58, "addps", "Vps,Wps", "rw,r", ps("add"), { prefix: 0 }),
  row(0x0f58, "addpd", "Vpd,Wpd", "rw,r", pd("add"), { prefix: 0x66 }),
  row(0x0f58, "addss", "Vss,Wss", "rw,r", ss("add"), { prefix: 0xf3 }),
  row(0x0f58, "addsd", "Vsd,Wsd", "rw,r", sd("add"), { prefix: 0xf2 }),
  row(0x0f59, "mulps", "Vps,Wps", "rw,r", ps("mul"), { prefix: 0 }),
  row(0x0f59, "mulpd", "Vpd,Wpd", "rw,r", pd("mul"), { prefix: 0x66 }),
  row(0x0f59, "mulss", "Vss,Wss", "rw,r", ss("mul"), { prefix: 0xf3 }),
  row(0x0f59, "mulsd", "Vsd,Wsd", "rw,r", sd("mul"), { prefix: 0xf2 }),
  row(0x0f5c, "subps", "Vps,Wps", "rw,r", ps("sub"), { prefix: 0 }),
  row(0x0f5c, "subpd", "Vpd,Wpd", "rw,r", pd("sub"), { prefix: 0x66 }),
  row(0x0f5c, "subss", "Vss,Wss", "rw,r", ss("sub"), { prefix: 0xf3 }),
  row(0x0f5c, "subsd", "Vsd,Wsd", "rw,r", sd("sub"), { prefix: 0xf2 }),
  row(0x0f5d, "minps", "Vps,Wps", "rw,r", minMax(f32x4.pmin), { prefix: 0 }),
  row(0x0f5d, "minpd", "Vpd,Wpd", "rw,r", minMax(f64x2.pmin), { prefix: 0x66 }),
  row(0x0f5d, "minss", "Vss,Wss", "rw,r", minMaxSs(f32x4.pmin), { prefix: 0xf3 }),
  row(0x0f5d, "minsd", "Vsd,Wsd", "rw,r", minMaxSd(f64x2.pmin), { prefix: 0xf2 }),
  row(0x0f5e, "divps", "Vps,Wps", "rw,r", ps("div"), { prefix: 0 }),
  row(0x0f5e, "divpd", "Vpd,Wpd", "rw,r", pd("div"), { prefix: 0x66 }),
  row(0x0f5e, "divss", "Vss,Wss", "rw,r", ss("div"), { prefix: 0xf3 }),
  row(0x0f5e, "divsd", "Vsd,Wsd", "rw,r", sd("div"), { prefix: 0xf2 }),
  row(0x0f5f, "maxps", "Vps,Wps", "rw,r", minMax(f32x4.pmax), { prefix: 0 }),
  row(0x0f5f, "maxpd", "Vpd,Wpd", "rw,r", minMax(f64x2.pmax), { prefix: 0x66 }),
  row(0x0f5f, "maxss", "Vss,Wss", "rw,r", minMaxSs(f32x4.pmax), { prefix: 0xf3 }),
  row(0x0f5f, "maxsd", "Vsd,Wsd", "rw,r", minMaxSd(f64x2.pmax), { prefix: 0xf2 }),
];

const SIGN_BITS = constI32x4(-0x8000_0000, -0x8000_0000, -0x8000_0000, -0x8000_0000);
const SMALLEST_NORMAL = constI32x4(0x0080_0000, 0x0080_0000, 0x0080_0000, 0x0080_0000);
const ONES = f32x4.splat(f32.const(1));

/** Denormal lanes made zeros of their sign. */
function flush(v: Value): Value {
  const isNormal = f32x4.ge(f32x4.abs(v), SMALLEST_NORMAL);
  // A NaN compares false with everything, itself included: it is kept as it is.
  return v128.and(v, v128.or(v128.or(isNormal, f32x4.ne(v, v)), SIGN_BITS));
}

/**
 * 1/x. The manual promises a relative error below 1.5 · 2^-12 and each processor has its own table; this is
 * the nearest single, the same everywhere. Denormals count as zeros, going in and coming out.
 */
function reciprocal(v: Value, e: Emitter): Value {
  return flush(e.let(f32x4.div(ONES, flush(v))));
}

/** 1/√x, as `reciprocal`. No result is denormal. */
function reciprocalRoot(v: Value): Value {
  return f32x4.div(ONES, f32x4.sqrt(flush(v)));
}
