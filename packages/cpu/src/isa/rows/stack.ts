/** PUSH POP ENTER LEAVE PUSHF POPF: SDM vol. 2, by name. A push moves rsp only once its store is known good. */
import type { Emitter } from "../../emit/emitter.ts";
import { i32, i64 } from "../../emit/value.ts";
import { RBP, RSP } from "../../state.ts";
import type { Insn, Row } from "../insn.ts";
import { row } from "../row.ts";
import { operand } from "../semantics/sized.ts";
import { popValue, pushValue } from "../semantics/stack.ts";
import { perRegister } from "./expand.ts";

// biome-ignore format: one encoding per line.
export const stackRows: readonly Row[] = [
  ...perRegister(0x50, "push", "Zv", "r", push, { default64: true }),
  ...perRegister(0x58, "pop",  "Zv", "w", pop,  { default64: true }),
  row(0x68, "push", "Iz",  "r", push, { default64: true }),
  row(0x6a, "push", "Ibs", "r", push, { default64: true }),
  row(0xff, "push", "Ev",  "r", push, { default64: true, digit: 6 }),
  row(0x8f, "pop",  "Ev",  "w", pop,  { default64: true, digit: 0, mod: "reg" }),
  row(0x8f, "pop",  "Ev",  "a", popMemory, { default64: true, digit: 0, mod: "mem" }),
  row(0xc8, "enter", "Iw,Ib", "r,r", enter, { default64: true }),
  row(0xc9, "leave", "",      "",    leave, { default64: true }),
];

function push(e: Emitter, insn: Insn): void {
  pushValue(e, insn.size, e.let(e.read(operand(insn, 0))));
}

/** rsp moves before the register is written, so that `pop rsp` gives the value popped. */
function pop(e: Emitter, insn: Insn): void {
  const value = popValue(e, insn.size);
  e.write(operand(insn, 0), value);
}

/**
 * The address is computed with rsp already moved (SDM, POP), the store may still fault with rsp as it was:
 * so rsp moves for the address only, and again once the store has been done.
 */
function popMemory(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const rsp = e.let(e.readGpr(RSP, 8));
  const value = e.let(e.loadAt(size, rsp));
  const moved = e.let(i64.add(rsp, i64.const(size)));
  e.writeGpr(RSP, 8, moved);
  const address = e.let(e.linearAddress(operand(insn, 0)));
  e.writeGpr(RSP, 8, rsp);
  e.storeAt(size, address, value);
  e.writeGpr(RSP, 8, moved);
}

/** A frame with copies of outer frame pointers: rare enough for a helper, whatever the nesting. */
function enter(e: Emitter, insn: Insn): void {
  e.helper("enter", [e.read(operand(insn, 0)), e.read(operand(insn, 1)), i32.const(insn.size)]);
}

/** rsp ← rbp; pop rbp. */
function leave(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const frame = e.let(e.readGpr(RBP, 8));
  const value = e.let(e.loadAt(size, frame));
  e.writeGpr(RSP, 8, i64.add(frame, i64.const(size)));
  e.writeGpr(RBP, size, value);
}
