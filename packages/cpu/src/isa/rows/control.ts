/** JMP Jcc CALL RET LOOP JRCXZ: SDM vol. 2, by name. Near transfers are 64 bits wide whatever the prefixes. */
import type { ConditionCode, Emitter } from "../../emit/emitter.ts";
import { i32, i64, type Value } from "../../emit/value.ts";
import { RCX, RSP } from "../../state.ts";
import { type Insn, type Row, type Semantics, Z } from "../insn.ts";
import { type RowOptions, row } from "../row.ts";
import * as sized from "../semantics/sized.ts";
import { operand } from "../semantics/sized.ts";
import { pushValue } from "../semantics/stack.ts";
import { perCondition } from "./expand.ts";

const NEAR: RowOptions = { default64: true };

// biome-ignore format: one encoding per line.
export const controlRows: readonly Row[] = [
  ...perCondition(0x70,   "j", "Jb", "-", jcc, { ...NEAR, flow: "branch" }),
  ...perCondition(0x0f80, "j", "Jz", "-", jcc, { ...NEAR, flow: "branch" }),
  row(0xeb, "jmp",    "Jb", "-", jmp,         { ...NEAR, flow: "jump" }),
  row(0xe9, "jmp",    "Jz", "-", jmp,         { ...NEAR, flow: "jump" }),
  row(0xff, "jmp",    "Ev", "r", jmpIndirect, { ...NEAR, flow: "jump*", digit: 4 }),
  row(0xe8, "call",   "Jz", "-", call,        { ...NEAR, flow: "call" }),
  row(0xff, "call",   "Ev", "r", callIndirect, { ...NEAR, flow: "call*", digit: 2 }),
  row(0xc3, "ret",    "",   "",  ret,         { ...NEAR, flow: "ret" }),
  row(0xc2, "ret",    "Iw", "r", retPopping,  { ...NEAR, flow: "ret" }),
  row(0xe0, "loopne", "Jb", "-", loop(0),     { ...NEAR, flow: "branch", reads: Z }),
  row(0xe1, "loope",  "Jb", "-", loop(1),     { ...NEAR, flow: "branch", reads: Z }),
  row(0xe2, "loop",   "Jb", "-", loop(-1),    { ...NEAR, flow: "branch" }),
  row(0xe3, "jrcxz",  "Jb", "-", jrcxz,       { ...NEAR, flow: "branch" }),
];

/** The target of a direct transfer, an i64 constant where the instruction is known. */
function target(e: Emitter, insn: Insn): Value {
  return e.read(operand(insn, 0));
}

function jcc(cc: ConditionCode): Semantics {
  return (e, insn) => e.branch(e.condition(cc), target(e, insn));
}

function jmp(e: Emitter, insn: Insn): void {
  e.jump(target(e, insn));
}

function jmpIndirect(e: Emitter, insn: Insn): void {
  const to = e.let(e.read(operand(insn, 0)));
  e.checkTarget(to);
  e.jump(to);
}

function call(e: Emitter, insn: Insn): void {
  pushValue(e, 8, e.nextPc(insn));
  e.call(target(e, insn));
}

/** The target is read before the push: it may be relative to rsp. The stack's fault comes before the target's. */
function callIndirect(e: Emitter, insn: Insn): void {
  const to = e.let(e.read(operand(insn, 0)));
  e.checkWrite(8, i64.sub(e.readGpr(RSP, 8), i64.const(8)));
  e.checkTarget(to);
  pushValue(e, 8, e.nextPc(insn));
  e.call(to);
}

function ret(e: Emitter): void {
  leave(e, i64.const(0));
}

/** ret imm16: pops the caller's arguments too. */
function retPopping(e: Emitter, insn: Insn): void {
  leave(e, i64.extend_i32_u(e.read(operand(insn, 0))));
}

function leave(e: Emitter, extra: Value): void {
  const top = e.let(e.readGpr(RSP, 8));
  const to = e.let(e.loadAt(8, top));
  e.checkTarget(to);
  e.writeGpr(RSP, 8, i64.add(i64.add(top, i64.const(8)), extra));
  e.ret(to);
}

/** LOOP, LOOPE (wantZero 1), LOOPNE (0): counts rCX of the address size down; no flag changes. */
function loop(wantZero: 0 | 1 | -1): Semantics {
  return (e, insn) => {
    const size = insn.addressSize;
    const count = e.let(sized.sub(size, e.readGpr(RCX, size), sized.constant(size, 1)));
    e.writeGpr(RCX, size, count);
    let taken = i32.eqz(sized.isZero(size, count));
    if (wantZero === 1) taken = i32.and(taken, e.flag("z"));
    if (wantZero === 0) taken = i32.and(taken, i32.eqz(e.flag("z")));
    e.branch(taken, target(e, insn));
  };
}

function jrcxz(e: Emitter, insn: Insn): void {
  const size = insn.addressSize;
  e.branch(sized.isZero(size, e.readGpr(RCX, size)), target(e, insn));
}
