/**
 * Which flags an instruction really needs from before it. A row must list every flag that any instance may
 * keep; an instance with a known count or without a repeat prefix keeps fewer. Translation's liveness asks here.
 */
import type { Insn } from "./insn.ts";

/** Opcodes whose flags stay when the count, their last operand, is 0 after masking. */
const COUNTED: ReadonlySet<number> = new Set([0xc0, 0xc1, 0x0fa4, 0x0fac]);
/** Opcodes whose flags stay when a repeat prefix meets rCX = 0. */
const REPEATED: ReadonlySet<number> = new Set([0xa6, 0xa7, 0xae, 0xaf]);
/** RCL and RCR read CF whatever the count. */
const CF = 1;

/** Flags (EFLAGS mask) that `insn` reads or may leave as they were. */
export function flagsRead(insn: Insn): number {
  const { row } = insn;
  if (row.reads === 0) return 0;
  if (COUNTED.has(row.opcode)) {
    const count = insn.operands[insn.operands.length - 1];
    const mask = insn.size === 8 ? 63 : 31;
    if (count?.kind !== "imm" || (count.value & mask) === 0) return row.reads;
    return row.mnemonic === "rcl" || row.mnemonic === "rcr" ? CF : 0;
  }
  if (REPEATED.has(row.opcode) && insn.rep === 0) return 0;
  return row.reads;
}
