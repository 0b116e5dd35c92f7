/** The eight operations of opcodes 00–3F and group 1, and their one-operand relatives. */
import type { Emitter } from "../../emit/emitter.ts";
import type { Insn } from "../insn.ts";
import * as sized from "./sized.ts";
import { operand } from "./sized.ts";

/** dst ← dst + src. */
export function add(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const a = e.let(e.read(operand(insn, 0)));
  const b = e.let(e.read(operand(insn, 1)));
  const result = e.let(sized.add(size, a, b));
  e.write(operand(insn, 0), result);
  e.setFlags({ kind: "add", size, a, b, result });
}

/** dst ← dst + src + CF. */
export function adc(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const a = e.let(e.read(operand(insn, 0)));
  const b = e.let(e.read(operand(insn, 1)));
  const carry = sized.fromBool(size, e.flag("c"));
  const result = e.let(sized.add(size, sized.add(size, a, b), carry));
  e.write(operand(insn, 0), result);
  e.setFlags({ kind: "adc", size, a, b, result });
}

/** dst ← dst - src. */
export function sub(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const a = e.let(e.read(operand(insn, 0)));
  const b = e.let(e.read(operand(insn, 1)));
  const result = e.let(sized.sub(size, a, b));
  e.write(operand(insn, 0), result);
  e.setFlags({ kind: "sub", size, a, b, result });
}

/** dst ← dst - src - CF. */
export function sbb(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const a = e.let(e.read(operand(insn, 0)));
  const b = e.let(e.read(operand(insn, 1)));
  const borrow = sized.fromBool(size, e.flag("c"));
  const result = e.let(sized.sub(size, sized.sub(size, a, b), borrow));
  e.write(operand(insn, 0), result);
  e.setFlags({ kind: "sbb", size, a, b, result });
}

/** Flags of dst - src; nothing is written. */
export function cmp(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const a = e.let(e.read(operand(insn, 0)));
  const b = e.let(e.read(operand(insn, 1)));
  const result = e.let(sized.sub(size, a, b));
  e.setFlags({ kind: "sub", size, a, b, result });
}

/** dst ← dst and src. */
export function and(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const value = sized.and(size, e.read(operand(insn, 0)), e.read(operand(insn, 1)));
  const result = e.let(value);
  e.write(operand(insn, 0), result);
  e.setFlags({ kind: "logic", size, result });
}

/** dst ← dst or src. */
export function or(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const value = sized.or(size, e.read(operand(insn, 0)), e.read(operand(insn, 1)));
  const result = e.let(value);
  e.write(operand(insn, 0), result);
  e.setFlags({ kind: "logic", size, result });
}

/** dst ← dst xor src. */
export function xor(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const value = sized.xor(size, e.read(operand(insn, 0)), e.read(operand(insn, 1)));
  const result = e.let(value);
  e.write(operand(insn, 0), result);
  e.setFlags({ kind: "logic", size, result });
}

/** Flags of dst and src; nothing is written. */
export function test(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const value = sized.and(size, e.read(operand(insn, 0)), e.read(operand(insn, 1)));
  e.setFlags({ kind: "logic", size, result: e.let(value) });
}

/** dst ← dst + 1; CF is kept. */
export function inc(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const result = e.let(sized.add(size, e.read(operand(insn, 0)), sized.constant(size, 1)));
  e.write(operand(insn, 0), result);
  e.setFlags({ kind: "inc", size, result });
}

/** dst ← dst - 1; CF is kept. */
export function dec(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const result = e.let(sized.sub(size, e.read(operand(insn, 0)), sized.constant(size, 1)));
  e.write(operand(insn, 0), result);
  e.setFlags({ kind: "dec", size, result });
}

/** dst ← 0 - dst, with the flags of that subtraction. */
export function neg(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const a = sized.constant(size, 0);
  const b = e.let(e.read(operand(insn, 0)));
  const result = e.let(sized.sub(size, a, b));
  e.write(operand(insn, 0), result);
  e.setFlags({ kind: "sub", size, a, b, result });
}

/** dst ← not dst; no flag changes. */
export function not(e: Emitter, insn: Insn): void {
  e.write(operand(insn, 0), sized.not(insn.size, e.read(operand(insn, 0))));
}
