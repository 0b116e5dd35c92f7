/** XADD CMPXCHG CMPXCHG8B CMPXCHG16B: SDM vol. 2, by name. (XCHG stands with the moves.) */
import type { Emitter } from "../../emit/emitter.ts";
import { i32, i64, i64x2, select, type Value, v128 } from "../../emit/value.ts";
import { RAX, RBX, RCX, RDX, Vector } from "../../state.ts";
import { type Insn, type OperandSize, type Row, Z } from "../insn.ts";
import { ARITH, ARITH_LOCK, type RowOptions, row } from "../row.ts";
import * as sized from "../semantics/sized.ts";
import { operand } from "../semantics/sized.ts";

const PAIR: RowOptions = { digit: 1, mod: "mem", lock: true, writes: Z };

// biome-ignore format: one encoding per line.
export const atomicRows: readonly Row[] = [
  row(0x0fc0, "xadd",    "Eb,Gb", "rw,rw", xadd,    ARITH_LOCK),
  row(0x0fc1, "xadd",    "Ev,Gv", "rw,rw", xadd,    ARITH_LOCK),
  row(0x0fb0, "cmpxchg", "Eb,Gb", "rw,r",  cmpxchg, ARITH_LOCK),
  row(0x0fb1, "cmpxchg", "Ev,Gv", "rw,r",  cmpxchg, ARITH_LOCK),
  row(0x0fb1, "cmpxchg", "Rv,Gv,~Rq", "rw,r,rw", cmpxchgRegister, { ...ARITH, mod: "reg" }),
  row(0x0fc7, "cmpxchg8b",  "Mq",  "rw", cmpxchg8b,  { ...PAIR, rexW: 0 }),
  row(0x0fc7, "cmpxchg16b", "Mdq", "a",  cmpxchg16b, { ...PAIR, rexW: 1 }),
];

/** src ← dst; dst ← the sum. The sum wins where both are one register. */
function xadd(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const a = e.let(e.read(operand(insn, 0)));
  const b = e.let(e.read(operand(insn, 1)));
  const result = e.let(sized.add(size, a, b));
  e.write(operand(insn, 1), a);
  e.write(operand(insn, 0), result);
  e.setFlags({ kind: "add", size, a, b, result });
}

/** Compares rAX with dst and records the flags; returns old dst and whether they are equal. */
function compareAccumulator(e: Emitter, insn: Insn): { old: Value; isEqual: Value } {
  const { size } = insn;
  const a = e.let(e.readGpr(RAX, size));
  const b = e.let(e.read(operand(insn, 0)));
  const result = e.let(sized.sub(size, a, b));
  const isEqual = e.let(sized.eq(size, a, b));
  e.setFlags({ kind: "sub", size, a, b, result });
  return { old: b, isEqual };
}

/** rAX ← old unless equal; an EAX that isn't written keeps its upper half. */
function writeAccumulator(e: Emitter, size: OperandSize, isEqual: Value, old: Value): void {
  const width = size >= 4 ? 8 : size;
  const value = size >= 4 ? sized.toI64(size, old) : old;
  e.writeGpr(RAX, width, select(isEqual, e.readGpr(RAX, width), value));
}

/** if rAX = dst: dst ← src; else rAX ← dst. Memory is written back either way, as the processor does. */
function cmpxchg(e: Emitter, insn: Insn): void {
  const src = e.let(e.read(operand(insn, 1)));
  const { old, isEqual } = compareAccumulator(e, insn);
  e.write(operand(insn, 0), select(isEqual, src, old));
  writeAccumulator(e, insn.size, isEqual, old);
}

/** A register that isn't written keeps its upper half; rAX as the destination is always equal. */
function cmpxchgRegister(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const src = e.let(e.read(operand(insn, 1)));
  const { old, isEqual } = compareAccumulator(e, insn);
  writeAccumulator(e, size, isEqual, old);
  if (size < 4) {
    e.write(operand(insn, 0), select(isEqual, src, e.read(operand(insn, 0))));
  } else {
    const whole = operand(insn, 2);
    e.write(whole, select(isEqual, sized.toI64(size, src), e.read(whole)));
  }
}

/** if EDX:EAX = m64: m64 ← ECX:EBX; else EDX:EAX ← m64. Only ZF changes. */
function cmpxchg8b(e: Emitter, insn: Insn): void {
  const half = i64.const(32);
  const pair = (high: number, low: number): Value =>
    i64.or(i64.shl(e.readGpr(high, 8), half), i64.and(e.readGpr(low, 8), i64.const(0xffff_ffff)));
  const old = e.let(e.read(operand(insn, 0)));
  const zf = e.let(i64.eq(old, pair(RDX, RAX)));
  e.write(operand(insn, 0), select(zf, pair(RCX, RBX), old));
  e.writeGpr(RAX, 8, select(zf, e.readGpr(RAX, 8), i64.and(old, i64.const(0xffff_ffff))));
  e.writeGpr(RDX, 8, select(zf, e.readGpr(RDX, 8), i64.shr_u(old, half)));
  e.setFlags({ kind: "bits", zf });
}

/** As CMPXCHG8B with 64-bit halves. A misaligned operand raises #GP(0), before any page fault: so it checks for itself. */
function cmpxchg16b(e: Emitter, insn: Insn): void {
  const address = e.let(e.linearAddress(operand(insn, 0)));
  e.raise(Vector.GP, i32.wrap_i64(i64.and(address, i64.const(15))), 0);
  e.checkWrite(16, address);
  const old = e.let(e.loadAt(16, address));
  const low = e.let(i64x2.extract_lane(old, 0));
  const high = e.let(i64x2.extract_lane(old, 1));
  const zf = e.let(i32.and(i64.eq(low, e.readGpr(RAX, 8)), i64.eq(high, e.readGpr(RDX, 8))));
  const fresh = i64x2.replace_lane(i64x2.splat(e.readGpr(RBX, 8)), 1, e.readGpr(RCX, 8));
  const mask = i64x2.splat(i64.sub(i64.const(0), i64.extend_i32_u(zf)));
  e.storeAt(16, address, v128.bitselect(fresh, old, mask));
  e.writeGpr(RAX, 8, select(zf, e.readGpr(RAX, 8), low));
  e.writeGpr(RDX, 8, select(zf, e.readGpr(RDX, 8), high));
  e.setFlags({ kind: "bits", zf });
}
