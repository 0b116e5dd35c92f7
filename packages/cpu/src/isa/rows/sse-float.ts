/** SSE and SSE2 arithmetic: add mul sub div min max sqrt, and the approximations rcp and rsqrt. */
import type { Emitter } from "../../emit/emitter.ts";
import { f32, f32x4, f64x2, type Value } from "../../emit/value.ts";
import { SseFloat } from "../../engine/helpers/sse-float.ts";
import type { Row, Semantics } from "../insn.ts";
import { row } from "../row.ts";
import { mergeF32, operand, packedUnary, readLow32 } from "../semantics/sse.ts";
import {
  exchanged,
  flush,
  packedChoice,
  packedConversion,
  pd,
  ps,
  scalarChoice,
  sd,
  sqrtsd,
  sqrtss,
  ss,
} from "../semantics/sse-float.ts";

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const sseFloatRows: readonly Row[] = [
  row(0x0f51, "sqrtps", "Vps,Wps", "w,r", packedConversion(SseFloat.sqrt, f32x4.sqrt), { prefix: 0 }),
  row(0x0f51, "sqrtpd", "Vpd,Wpd", "w,r", packedConversion(SseFloat.sqrt | SseFloat.double, f64x2.sqrt), { prefix: 0x66 }),
  row(0x0f51, "sqrtss", "Vss,Wss", "rw,r", sqrtss, { prefix: 0xf3 }),
  row(0x0f51, "sqrtsd", "Vsd,Wsd", "rw,r", sqrtsd, { prefix: 0xf2 }),
  row(0x0f52, "rsqrtps", "Vps,Wps", "w,r", packedUnary(reciprocalRoot), { prefix: 0 }),
  row(0x0f52, "rsqrtss", "Vss,Wss", "rw,r", approximateSs(reciprocalRoot), { prefix: 0xf3 }),
  row(0x0f53, "rcpps", "Vps,Wps", "w,r", packedUnary(reciprocal), { prefix: 0 }),
  row(0x0f53, "rcpss", "Vss,Wss", "rw,r", approximateSs(reciprocal), { prefix: 0xf3 }),
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
  row(0x0f5d, "minps", "Vps,Wps", "rw,r", packedChoice(false, exchanged(f32x4.pmin)), { prefix: 0 }),
  row(0x0f5d, "minpd", "Vpd,Wpd", "rw,r", packedChoice(true, exchanged(f64x2.pmin)), { prefix: 0x66 }),
  row(0x0f5d, "minss", "Vss,Wss", "rw,r", scalarChoice(false, exchanged(f32x4.pmin)), { prefix: 0xf3 }),
  row(0x0f5d, "minsd", "Vsd,Wsd", "rw,r", scalarChoice(true, exchanged(f64x2.pmin)), { prefix: 0xf2 }),
  row(0x0f5e, "divps", "Vps,Wps", "rw,r", ps("div"), { prefix: 0 }),
  row(0x0f5e, "divpd", "Vpd,Wpd", "rw,r", pd("div"), { prefix: 0x66 }),
  row(0x0f5e, "divss", "Vss,Wss", "rw,r", ss("div"), { prefix: 0xf3 }),
  row(0x0f5e, "divsd", "Vsd,Wsd", "rw,r", sd("div"), { prefix: 0xf2 }),
  row(0x0f5f, "maxps", "Vps,Wps", "rw,r", packedChoice(false, exchanged(f32x4.pmax)), { prefix: 0 }),
  row(0x0f5f, "maxpd", "Vpd,Wpd", "rw,r", packedChoice(true, exchanged(f64x2.pmax)), { prefix: 0x66 }),
  row(0x0f5f, "maxss", "Vss,Wss", "rw,r", scalarChoice(false, exchanged(f32x4.pmax)), { prefix: 0xf3 }),
  row(0x0f5f, "maxsd", "Vsd,Wsd", "rw,r", scalarChoice(true, exchanged(f64x2.pmax)), { prefix: 0xf2 }),
];

const ONES = f32x4.splat(f32.const(1));

/**
 * 1/x. The manual promises a relative error below 1.5 · 2^-12 and each processor has its own table; this is
 * the nearest single, the same everywhere. Denormals count as zeros, going in and coming out. `v` is a leaf.
 */
function reciprocal(v: Value, e: Emitter): Value {
  return flush(false, e.let(f32x4.div(ONES, flush(false, v))));
}

/** 1/√x, as `reciprocal`. No result is denormal. */
function reciprocalRoot(v: Value): Value {
  return f32x4.div(ONES, f32x4.sqrt(flush(false, v)));
}

/** rcpss, rsqrtss: the approximations know no MXCSR. */
function approximateSs(f: (v: Value, e: Emitter) => Value): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const src = e.let(readLow32(e, operand(insn, 1)));
    e.write(dst, mergeF32(e.read(dst), f32x4.extract_lane(f(src, e), 0)));
  };
}
