/** MOV MOVZX MOVSX MOVSXD LEA XCHG BSWAP CMOVcc SETcc, sign extension of rAX: SDM vol. 2, by name. */
import type { ConditionCode, Emitter } from "../../emit/emitter.ts";
import { i32, i64, select, type Value } from "../../emit/value.ts";
import { RAX, RDX } from "../../state.ts";
import type { Insn, OperandSize, Row, Semantics } from "../insn.ts";
import { row } from "../row.ts";
import * as sized from "../semantics/sized.ts";
import { operand } from "../semantics/sized.ts";
import { perCondition, perRegister } from "./expand.ts";

// biome-ignore format: one encoding per line.
export const moveRows: readonly Row[] = [
  row(0x88, "mov",    "Eb,Gb",  "w,r", mov),
  row(0x89, "mov",    "Ev,Gv",  "w,r", mov),
  row(0x8a, "mov",    "Gb,Eb",  "w,r", mov),
  row(0x8b, "mov",    "Gv,Ev",  "w,r", mov),
  row(0xa0, "movabs", "AL,Ob",  "w,r", mov),
  row(0xa1, "movabs", "rAX,Ov", "w,r", mov),
  row(0xa2, "movabs", "Ob,AL",  "w,r", mov),
  row(0xa3, "movabs", "Ov,rAX", "w,r", mov),
  ...perRegister(0xb0, "mov", "Zb,Ib", "w,r", mov),
  ...perRegister(0xb8, "mov", "Zv,Iv", "w,r", mov),
  row(0xc6, "mov",    "Eb,Ib",  "w,r", mov, { digit: 0 }),
  row(0xc7, "mov",    "Ev,Iz",  "w,r", mov, { digit: 0 }),

  row(0x0fb6, "movzx",  "Gv,Eb", "w,r", movzx),
  row(0x0fb7, "movzx",  "Gv,Ew", "w,r", movzx),
  row(0x0fbe, "movsx",  "Gv,Eb", "w,r", movsx),
  row(0x0fbf, "movsx",  "Gv,Ew", "w,r", movsx),
  row(0x63,   "movsxd", "Gv,Ed", "w,r", movsx, { rexW: 1 }),
  row(0x63,   "movsxd", "Gv,Ez", "w,r", mov,   { rexW: 0 }),

  row(0x8d, "lea",  "Gv,M",  "w,a",   lea),
  row(0x86, "xchg", "Eb,Gb", "rw,rw", xchg, { lock: true }),
  row(0x87, "xchg", "Ev,Gv", "rw,rw", xchg, { lock: true }),
  // 90 is XCHG with REX.B only, and tried first: XCHG eax, eax would clear the upper half.
  ...perRegister(0x90, "xchg", "Zv,rAX", "rw,rw", xchg),
  row(0x90, "nop",  "",      "",      nop),
  ...perRegister(0x0fc8, "bswap", "Zv", "rw", bswap),

  ...perCondition(0x0f40, "cmov", "Gv,Ev", "rw,r", cmov),
  ...perCondition(0x0f90, "set",  "Eb",    "w",    setcc),

  row(0x98, "cwde", "", "", extendAccumulator),
  row(0x99, "cdq",  "", "", extendIntoRdx),
];

/** dst ← src. */
function mov(e: Emitter, insn: Insn): void {
  e.write(operand(insn, 0), e.read(operand(insn, 1)));
}

/** Size of a general-register, memory or immediate operand. */
function sourceSize(insn: Insn): OperandSize {
  const source = operand(insn, 1);
  return source.kind === "gpr" || source.kind === "mem" ? (source.size as OperandSize) : insn.size;
}

function movzx(e: Emitter, insn: Insn): void {
  const value = e.read(operand(insn, 1));
  e.write(operand(insn, 0), sized.zeroExtend(sourceSize(insn), insn.size, value));
}

function movsx(e: Emitter, insn: Insn): void {
  const value = e.read(operand(insn, 1));
  e.write(operand(insn, 0), sized.signExtend(sourceSize(insn), insn.size, value));
}

/** dst ← the address, cut to the operand size; no segment base, no access. */
function lea(e: Emitter, insn: Insn): void {
  const address = e.effectiveAddress(operand(insn, 1));
  e.write(operand(insn, 0), sized.fromI64(insn.size, address));
}

function xchg(e: Emitter, insn: Insn): void {
  const a = e.let(e.read(operand(insn, 0)));
  const b = e.let(e.read(operand(insn, 1)));
  e.write(operand(insn, 0), b);
  e.write(operand(insn, 1), a);
}

function nop(): void {}

/** Reverses the bytes. With 16 bits the SDM leaves the result undefined; processors give 0. */
function bswap(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  if (insn.size === 2) {
    e.write(dst, i32.const(0));
  } else {
    const v = e.let(e.read(dst));
    e.write(dst, insn.size === 8 ? swap64(e, v) : swap32(v));
  }
}

/** Bytes 0 and 2 rotate to 1 and 3 one way, 1 and 3 to 2 and 0 the other. */
function swap32(v: Value): Value {
  const even = i32.and(v, i32.const(0x00ff00ff));
  const odd = i32.and(v, i32.const(0xff00ff00));
  return i32.or(i32.rotr(even, i32.const(8)), i32.rotl(odd, i32.const(8)));
}

function swap64(e: Emitter, v: Value): Value {
  const bytes = i64.const(0x00ff00ff00ff00ffn);
  const swapped = e.let(
    i64.or(i64.shl(i64.and(v, bytes), i64.const(8)), i64.and(i64.shr_u(v, i64.const(8)), bytes)),
  );
  const words = i64.const(0x0000ffff0000ffffn);
  const pairs = i64.or(
    i64.shl(i64.and(swapped, words), i64.const(16)),
    i64.and(i64.shr_u(swapped, i64.const(16)), words),
  );
  return i64.rotl(pairs, i64.const(32));
}

/** The source is read, and the destination written, whatever the condition: a 32-bit form always clears the upper half. */
function cmov(cc: ConditionCode): Semantics {
  return (e, insn) => {
    const taken = e.let(e.condition(cc));
    const old = e.read(operand(insn, 0));
    e.write(operand(insn, 0), select(taken, e.read(operand(insn, 1)), old));
  };
}

function setcc(cc: ConditionCode): Semantics {
  return (e, insn) => e.write(operand(insn, 0), e.condition(cc));
}

/** CBW, CWDE, CDQE: rAX ← sign extension of its lower half. */
function extendAccumulator(e: Emitter, insn: Insn): void {
  const half = (insn.size >> 1) as OperandSize;
  e.writeGpr(RAX, insn.size, sized.signExtend(half, insn.size, e.readGpr(RAX, half)));
}

/** CWD, CDQ, CQO: rDX ← copies of the sign of rAX. */
function extendIntoRdx(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const value = e.readGpr(RAX, size);
  const sign =
    size === 8
      ? i64.shr_s(value, i64.const(63))
      : sized.trim(size, i32.shr_s(sized.signed(size, value), i32.const(31)));
  e.writeGpr(RDX, size, sign);
}
