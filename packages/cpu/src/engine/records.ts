/** Writes decoded blocks as records into an address space's CODE area. */
import { SLOT } from "../interp/core-module.ts";
import { REC, RECORD_SIZE } from "../interp/record.ts";
import { type Insn, type MemOperand, NO_REGISTER, type Operand, RIP_BASE } from "../isa/insn.ts";
import { CODE_END, S } from "../state.ts";
import type { Block } from "./block.ts";
import type { GuestSpace } from "./guest-space.ts";
import type { Handlers } from "./handlers.ts";

const SEGMENT = { none: S.zero, fs: S.fsBase, gs: S.gsBase } as const;
const SHIFT = { 1: 0, 2: 1, 4: 2, 8: 3 } as const;

/** Whether a block of `n` instructions fits into what is left of the CODE area. */
export function hasRoom(space: GuestSpace, n: number): boolean {
  return space.codeTop + (n + 2) * RECORD_SIZE <= CODE_END;
}

function allocate(space: GuestSpace): number {
  const rec = space.codeTop;
  space.codeTop += RECORD_SIZE;
  space.bytes.fill(0, rec, rec + RECORD_SIZE);
  return rec;
}

/** Head, instructions, and a goto where the block was cut. @returns the head */
export function writeBlock(space: GuestSpace, handlers: Handlers, block: Block): number {
  handlers.prepare(space, block.insns);
  const head = allocate(space);
  space.view.setInt32(head + REC.handler, SLOT.head, true);
  space.view.setInt32(head + REC.pc, block.pc, true);
  writeBody(space, handlers, block);
  return head;
}

/** The block without a head, for one that is run once. @returns the first record */
export function writeBody(space: GuestSpace, handlers: Handlers, block: Block): number {
  handlers.prepare(space, block.insns);
  const first = space.codeTop;
  for (const insn of block.insns) writeInsn(space, handlers, insn);
  const last = block.insns[block.insns.length - 1];
  if (last === undefined || last.row.flow === "next") {
    const rec = allocate(space);
    space.view.setInt32(rec + REC.handler, SLOT.goto, true);
    space.view.setInt32(rec + REC.pc, block.end, true);
    space.view.setInt32(rec + REC.target, block.end, true);
  }
  return first;
}

function writeInsn(space: GuestSpace, handlers: Handlers, insn: Insn): void {
  const rec = allocate(space);
  const { view } = space;
  view.setInt32(rec + REC.handler, handlers.slotOf(insn), true);
  view.setInt32(rec + REC.pc, insn.pc, true);
  view.setInt32(rec + REC.next, insn.pc + insn.length, true);
  let immediates = 0;
  let memories = 0;
  insn.operands.forEach((op, i) => {
    if (op.kind === "mem" && memories++ > 0) {
      // The second operand of a string instruction: see InterpreterEmitter.
      view.setUint16(rec + REC.op0 + 2, S.gpr + 8 * op.base, true);
      view.setUint16(rec + REC.op0 + 4, SEGMENT[op.segment], true);
    } else if (op.kind === "mem") writeMemory(view, rec, insn, op);
    else if (op.kind === "rel") view.setInt32(rec + REC.target, op.target, true);
    else if (op.kind === "imm") {
      if (insn.row.staticImm === true) return;
      if (immediates++ > 0) view.setInt32(rec + REC.target, op.value, true);
      else if (op.size === 8) view.setBigInt64(rec + REC.imm, BigInt.asIntN(64, op.value64), true);
      else view.setInt32(rec + REC.imm, op.value, true);
    } else if (i < 3) view.setUint16(rec + REC.op0 + 2 * i, registerOffset(op), true);
  });
}

function registerOffset(op: Operand): number {
  switch (op.kind) {
    case "gpr":
      return S.gpr + 8 * op.index + (op.high ? 1 : 0);
    case "xmm":
      return S.xmm + 16 * op.index;
    case "mmx":
      return S.x87 + 16 * op.index;
    case "st":
      return op.index;
    default:
      return 0;
  }
}

function writeMemory(view: DataView, rec: number, insn: Insn, op: MemOperand): void {
  const reg = (index: number): number => (index === NO_REGISTER ? S.zero : S.gpr + 8 * index);
  const isRip = op.base === RIP_BASE;
  view.setUint8(rec + REC.base, isRip ? S.zero : reg(op.base));
  view.setUint8(rec + REC.index, reg(op.index));
  view.setUint8(rec + REC.segment, SEGMENT[op.segment]);
  view.setUint8(rec + REC.scale, SHIFT[op.scale]);
  const disp = isRip ? op.disp + insn.pc + insn.length : op.disp;
  view.setInt32(rec + REC.disp, disp, true);
  view.setInt32(rec + REC.disp + 4, Math.floor(disp / 4294967296), true);
}
