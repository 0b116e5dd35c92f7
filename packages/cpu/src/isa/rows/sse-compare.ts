/** Floating-point comparisons: into masks (cmpps …) and into flags (comiss …). */
import type { Emitter } from "../../emit/emitter.ts";
import { f32x4, f64x2, type Value, v128 } from "../../emit/value.ts";
import { ALL_FLAGS, type Insn, type Row } from "../insn.ts";
import { row } from "../row.ts";
import { immByte, operand } from "../semantics/sse.ts";
import {
  packedChoice,
  readF32AsMxcsrSays,
  readF64AsMxcsrSays,
  scalarChoice,
} from "../semantics/sse-float.ts";

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const sseCompareRows: readonly Row[] = [
  row(0x0f2e, "ucomiss", "Vss,Wss", "r,r", compareSs, { prefix: 0, writes: ALL_FLAGS }),
  row(0x0f2e, "ucomisd", "Vsd,Wsd", "r,r", compareSd, { prefix: 0x66, writes: ALL_FLAGS }),
  row(0x0f2f, "comiss", "Vss,Wss", "r,r", compareSs, { prefix: 0, writes: ALL_FLAGS }),
  row(0x0f2f, "comisd", "Vsd,Wsd", "r,r", compareSd, { prefix: 0x66, writes: ALL_FLAGS }),
  row(0x0fc2, "cmpps", "Vps,Wps,Ib", "rw,r,r", cmpps, { prefix: 0, staticImm: true }),
  row(0x0fc2, "cmppd", "Vpd,Wpd,Ib", "rw,r,r", cmppd, { prefix: 0x66, staticImm: true }),
  row(0x0fc2, "cmpss", "Vss,Wss,Ib", "rw,r,r", cmpss, { prefix: 0xf3, staticImm: true }),
  row(0x0fc2, "cmpsd", "Vsd,Wsd,Ib", "rw,r,r", cmpsd, { prefix: 0xf2, staticImm: true }),
];

interface Comparisons {
  eq(a: Value, b: Value): Value;
  ne(a: Value, b: Value): Value;
  lt(a: Value, b: Value): Value;
  le(a: Value, b: Value): Value;
}

/** The predicates of imm8[2:0] (SDM vol. 2, table 3-1); the upper bits are ignored without VEX. */
function predicate(lanes: Comparisons, a: Value, b: Value, imm: number): Value {
  switch (imm & 7) {
    case 0:
      return lanes.eq(a, b);
    case 1:
      return lanes.lt(a, b);
    case 2:
      return lanes.le(a, b);
    case 3:
      return v128.or(lanes.ne(a, a), lanes.ne(b, b)); // unordered
    case 4:
      return lanes.ne(a, b);
    case 5:
      return v128.not(lanes.lt(a, b)); // true for unordered, unlike ge
    case 6:
      return v128.not(lanes.le(a, b));
    default:
      return v128.and(lanes.eq(a, a), lanes.eq(b, b)); // ordered
  }
}

function cmpps(e: Emitter, insn: Insn): void {
  const imm = immByte(insn, 2);
  packedChoice(false, (a, b) => predicate(f32x4, a, b, imm))(e, insn);
}

function cmppd(e: Emitter, insn: Insn): void {
  const imm = immByte(insn, 2);
  packedChoice(true, (a, b) => predicate(f64x2, a, b, imm))(e, insn);
}

function cmpss(e: Emitter, insn: Insn): void {
  const imm = immByte(insn, 2);
  scalarChoice(false, (a, b) => predicate(f32x4, a, b, imm))(e, insn);
}

function cmpsd(e: Emitter, insn: Insn): void {
  const imm = immByte(insn, 2);
  scalarChoice(true, (a, b) => predicate(f64x2, a, b, imm))(e, insn);
}

function compareSs(e: Emitter, insn: Insn): void {
  const read = (n: number): Value => e.let(readF32AsMxcsrSays(e, operand(insn, n)));
  e.setFlags({ kind: "float", a: read(0), b: read(1) });
}

function compareSd(e: Emitter, insn: Insn): void {
  const read = (n: number): Value => e.let(readF64AsMxcsrSays(e, operand(insn, n)));
  e.setFlags({ kind: "float", a: read(0), b: read(1) });
}
