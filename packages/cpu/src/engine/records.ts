/** Writes decoded blocks as records into an address space's CODE area. */
import { SLOT } from "../interp/core-module.ts";
import { REC } from "../interp/record.ts";
import { type Insn, type MemOperand, type Operand, RIP_BASE } from "../isa/insn.ts";
import { S } from "../state.ts";
import type { Block } from "./block.ts";
import type { CodeArea } from "./code-area.ts";
import type { GuestSpace } from "./guest-space.ts";
import type { Handlers } from "./handlers.ts";

const SEGMENT = { none: S.zero, fs: S.fsBase, gs: S.gsBase } as const;
const SHIFT = { 1: 0, 2: 1, 4: 2, 8: 3 } as const;
const TWO_32 = 4294967296;

/** Head, instructions, and a goto where the block was cut. @returns the head */
export function writeBlock(space: GuestSpace, handlers: Handlers, block: Block): number {
  const { code } = space;
  const head = code.allocate();
  code.set(head, REC.handler, SLOT.head);
  code.set(head, REC.pc, block.pc);
  writeBody(space, handlers, block);
  return head;
}

/** The block without a head, for one that is run once. @returns the first record */
export function writeBody(space: GuestSpace, handlers: Handlers, block: Block): number {
  handlers.prepare(space, block.insns);
  const { code } = space;
  const first = code.top;
  for (const insn of block.insns) writeInsn(code, handlers.slotOf(insn), insn);
  const last = block.insns[block.insns.length - 1];
  if (last === undefined || last.row.flow === "next") {
    const rec = code.allocate();
    code.set(rec, REC.handler, SLOT.goto);
    code.set(rec, REC.pc, block.end);
    code.set(rec, REC.target, block.end);
  }
  return first;
}

function writeInsn(code: CodeArea, slot: number, insn: Insn): void {
  const rec = code.allocate();
  code.set(rec, REC.handler, slot);
  code.set(rec, REC.pc, insn.pc);
  code.set(rec, REC.next, insn.pc + insn.length);
  const registers = [0, 0, 0];
  let memory: MemOperand | undefined;
  let immediates = 0;
  for (let i = 0; i < insn.operands.length; i++) {
    const op = insn.operands[i] as Operand;
    switch (op.kind) {
      case "mem":
        if (memory === undefined) memory = op;
        else {
          // The second operand of a string instruction: see InterpreterEmitter.
          registers[1] = S.gpr + 8 * op.base;
          registers[2] = SEGMENT[op.segment];
        }
        break;
      case "rel":
        code.set(rec, REC.target, op.target);
        break;
      case "imm":
        if (insn.row.staticImm === true) break;
        if (immediates++ > 0) code.set(rec, REC.target, op.value);
        else writeImmediate(code, rec, op);
        break;
      default:
        if (i < 3) registers[i] = registerOffset(op);
    }
  }
  code.set(rec, REC.op0, (registers[0] as number) | ((registers[1] as number) << 16));
  if (memory === undefined) code.set(rec, REC.op0 + 4, registers[2] as number);
  else writeMemory(code, rec, insn, memory, registers[2] as number);
}

function writeImmediate(code: CodeArea, rec: number, op: Operand & { kind: "imm" }): void {
  if (op.size !== 8) {
    code.set(rec, REC.imm, op.value);
    return;
  }
  code.set(rec, REC.imm, Number(BigInt.asIntN(32, op.value64)));
  code.set(rec, REC.imm + 4, Number(BigInt.asIntN(32, op.value64 >> 32n)));
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

const registerOf = (index: number): number => (index < 0 ? S.zero : S.gpr + 8 * index);

function writeMemory(code: CodeArea, rec: number, insn: Insn, op: MemOperand, op2: number): void {
  code.set(rec, REC.op0 + 4, op2 | (registerOf(op.base) << 16) | (registerOf(op.index) << 24));
  code.set(rec, REC.segment, SEGMENT[op.segment] | (SHIFT[op.scale] << 8));
  const disp = op.base === RIP_BASE ? op.disp + insn.pc + insn.length : op.disp;
  code.set(rec, REC.disp, disp % TWO_32);
  code.set(rec, REC.disp + 4, Math.floor(disp / TWO_32));
}
