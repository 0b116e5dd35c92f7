/**
 * Shapes: what two instructions must have in common to run through one interpreter handler. Register numbers,
 * displacements, immediates and targets are fields of the record; the row, the sizes, whether there is a memory
 * operand, the repeat prefix and (in `staticImm` rows) the immediate are the shape. Given these, the row's form
 * determines every operand's kind and size.
 */
import type { Insn } from "../isa/insn.ts";

const SIZE_BITS = { 1: 0, 2: 1, 4: 2, 8: 3 } as const;
const REP_BITS = { 0: 0, 242: 1, 243: 2 } as const;

/** A number that two instructions of the same row share exactly when they have the same shape. */
export function shapeOf(insn: Insn): number {
  let shape: number = SIZE_BITS[insn.size] | (REP_BITS[insn.rep] << 2);
  if (insn.addressSize === 4) shape |= 0x10;
  for (const op of insn.operands) {
    if (op.kind === "mem") shape |= 0x20;
    // Segment registers: semantics look at which one it is.
    else if (op.kind === "seg") shape |= op.index << 8;
    else if (op.kind === "imm" && insn.row.staticImm === true) shape |= (op.value & 0xffff) << 8;
  }
  return shape;
}
