/** 64 × 64 → 128 bits: Wasm in V8 has no such operation, so the upper half comes from four 32-bit products. */
import type { Emitter } from "../../emit/emitter.ts";
import { i64, type Value } from "../../emit/value.ts";

const LOW = 0xffff_ffff;

/** Upper 64 bits of the unsigned product of two leaves. */
export function mulHighUnsigned(e: Emitter, a: Value, b: Value): Value {
  const half = i64.const(32);
  const mask = i64.const(LOW);
  const aLow = e.let(i64.and(a, mask));
  const aHigh = e.let(i64.shr_u(a, half));
  const bLow = e.let(i64.and(b, mask));
  const bHigh = e.let(i64.shr_u(b, half));
  // Neither sum overflows: (2³² - 1)² + 2³² - 1 < 2⁶⁴.
  const low = i64.shr_u(i64.mul(aLow, bLow), half);
  const middle = e.let(i64.add(i64.mul(aHigh, bLow), low));
  const cross = i64.add(i64.mul(aLow, bHigh), i64.and(middle, mask));
  const carries = i64.add(i64.shr_u(middle, half), i64.shr_u(cross, half));
  return e.let(i64.add(i64.mul(aHigh, bHigh), carries));
}

/** Upper 64 bits of the signed product: each negative factor took the other one too often. */
export function mulHighSigned(e: Emitter, a: Value, b: Value): Value {
  const sign = i64.const(63);
  const excess = i64.add(i64.and(b, i64.shr_s(a, sign)), i64.and(a, i64.shr_s(b, sign)));
  return e.let(i64.sub(mulHighUnsigned(e, a, b), excess));
}
