/**
 * Packed shifts. A count above the lane's width gives zeros (psll, psrl) or copies of the sign (psra), where
 * Wasm takes counts modulo the width.
 */
import type { Emitter } from "../../emit/emitter.ts";
import {
  constI32,
  i16x8,
  i32,
  i32x4,
  i64,
  i64x2,
  select,
  type Value,
  v128,
} from "../../emit/value.ts";
import type { Insn, Row, Semantics } from "../insn.ts";
import { row } from "../row.ts";
import { immByte, operand, readPacked } from "../semantics/sse.ts";

type Shift = (v: Value, count: Value) => Value;

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const sseShiftRows: readonly Row[] = [
  row(0x0f71, "psrlw", "Udq,Ib", "rw,r", byImmediate(i16x8.shr_u, 16, "logical"), { prefix: 0x66, digit: 2, mod: "reg" }),
  row(0x0f71, "psraw", "Udq,Ib", "rw,r", byImmediate(i16x8.shr_s, 16, "arithmetic"), { prefix: 0x66, digit: 4, mod: "reg" }),
  row(0x0f71, "psllw", "Udq,Ib", "rw,r", byImmediate(i16x8.shl, 16, "logical"), { prefix: 0x66, digit: 6, mod: "reg" }),
  row(0x0f72, "psrld", "Udq,Ib", "rw,r", byImmediate(i32x4.shr_u, 32, "logical"), { prefix: 0x66, digit: 2, mod: "reg" }),
  row(0x0f72, "psrad", "Udq,Ib", "rw,r", byImmediate(i32x4.shr_s, 32, "arithmetic"), { prefix: 0x66, digit: 4, mod: "reg" }),
  row(0x0f72, "pslld", "Udq,Ib", "rw,r", byImmediate(i32x4.shl, 32, "logical"), { prefix: 0x66, digit: 6, mod: "reg" }),
  row(0x0f73, "psrlq", "Udq,Ib", "rw,r", byImmediate(i64x2.shr_u, 64, "logical"), { prefix: 0x66, digit: 2, mod: "reg" }),
  row(0x0f73, "psrldq", "Udq,Ib", "rw,r", psrldq, { prefix: 0x66, digit: 3, mod: "reg", staticImm: true }),
  row(0x0f73, "psllq", "Udq,Ib", "rw,r", byImmediate(i64x2.shl, 64, "logical"), { prefix: 0x66, digit: 6, mod: "reg" }),
  row(0x0f73, "pslldq", "Udq,Ib", "rw,r", pslldq, { prefix: 0x66, digit: 7, mod: "reg", staticImm: true }),
  row(0x0fd1, "psrlw", "Vdq,Wdq", "rw,r", byRegister(i16x8.shr_u, 16, "logical"), { prefix: 0x66 }),
  row(0x0fd2, "psrld", "Vdq,Wdq", "rw,r", byRegister(i32x4.shr_u, 32, "logical"), { prefix: 0x66 }),
  row(0x0fd3, "psrlq", "Vdq,Wdq", "rw,r", byRegister(i64x2.shr_u, 64, "logical"), { prefix: 0x66 }),
  row(0x0fe1, "psraw", "Vdq,Wdq", "rw,r", byRegister(i16x8.shr_s, 16, "arithmetic"), { prefix: 0x66 }),
  row(0x0fe2, "psrad", "Vdq,Wdq", "rw,r", byRegister(i32x4.shr_s, 32, "arithmetic"), { prefix: 0x66 }),
  row(0x0ff1, "psllw", "Vdq,Wdq", "rw,r", byRegister(i16x8.shl, 16, "logical"), { prefix: 0x66 }),
  row(0x0ff2, "pslld", "Vdq,Wdq", "rw,r", byRegister(i32x4.shl, 32, "logical"), { prefix: 0x66 }),
  row(0x0ff3, "psllq", "Vdq,Wdq", "rw,r", byRegister(i64x2.shl, 64, "logical"), { prefix: 0x66 }),
];

type Kind = "logical" | "arithmetic";

/** `count` is a leaf; `inRange` (i32) says whether it is below the width. */
function shifted(
  f: Shift,
  width: number,
  kind: Kind,
  v: Value,
  count: Value,
  inRange: Value,
): Value {
  if (kind === "arithmetic") return f(v, select(inRange, count, i32.const(width - 1)));
  return select(inRange, f(v, count), v128.zero());
}

/** A count that the emitter knows costs no test; the interpreter's comes from the record. */
function byImmediate(f: Shift, width: number, kind: Kind): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const count = e.let(e.read(operand(insn, 1)));
    const known = constI32(count);
    const inRange =
      known === undefined ? i32.lt_u(count, i32.const(width)) : i32.const(known < width ? 1 : 0);
    e.write(dst, shifted(f, width, kind, e.read(dst), count, inRange));
  };
}

/** The count is the whole low half of the second operand. */
function byRegister(f: Shift, width: number, kind: Kind): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    const low = e.let(i64x2.extract_lane(readPacked(e, operand(insn, 1)), 0));
    const inRange = i64.lt_u(low, i64.const(width));
    e.write(dst, shifted(f, width, kind, e.read(dst), i32.wrap_i64(low), inRange));
  };
}

/** Bytes `from` … `from + 15` of the 32 bytes low:high. */
function window(low: Value, high: Value, from: number): Value {
  return v128.shuffle(
    low,
    high,
    Array.from({ length: 16 }, (_, i) => from + i),
  );
}

/** The whole register to the right, by bytes. */
function psrldq(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  const n = Math.min(immByte(insn, 1), 16);
  e.write(dst, window(e.read(dst), v128.zero(), n));
}

function pslldq(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  const n = Math.min(immByte(insn, 1), 16);
  e.write(dst, window(v128.zero(), e.read(dst), 16 - n));
}
