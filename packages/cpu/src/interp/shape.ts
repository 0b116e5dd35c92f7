/**
 * Shapes: what two instructions must have in common to run through one interpreter handler. Register numbers,
 * displacements, immediates and targets are fields of the record; the row, sizes, operand kinds, the repeat
 * prefix, the address size and (in `staticImm` rows) immediates are the shape.
 */
import type { Insn, Operand, Row } from "../isa/insn.ts";

function operandKey(op: Operand, isStatic: boolean): string {
  switch (op.kind) {
    case "gpr":
      return `g${op.size}`;
    case "xmm":
      return `x${op.size}`;
    case "mmx":
      return `q${op.size}`;
    case "st":
      return "t";
    case "mem":
      return `m${op.size}`;
    case "imm":
      return isStatic ? `i${op.size}=${op.value}` : `i${op.size}`;
    case "rel":
      return "r";
    case "seg":
      return `s${op.index}`;
    default:
      return op satisfies never;
  }
}

const rowNumbers = new WeakMap<Row, number>();

/** Numbers rows so that keys are short; `rows` is the table in its order. */
export function numberRows(rows: readonly Row[]): void {
  rows.forEach((row, i) => {
    rowNumbers.set(row, i);
  });
}

export function shapeKey(insn: Insn): string {
  const row = rowNumbers.get(insn.row);
  if (row === undefined) throw new Error(`row ${insn.row.mnemonic} is not numbered`);
  let key = `${row}:${insn.size}`;
  if (insn.addressSize === 4) key += "a";
  if (insn.rep !== 0) key += insn.rep === 0xf2 ? "n" : "e";
  const isStatic = insn.row.staticImm === true;
  for (const op of insn.operands) key += operandKey(op, isStatic);
  return key;
}
