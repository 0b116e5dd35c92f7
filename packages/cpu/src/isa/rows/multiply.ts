/** MUL IMUL DIV IDIV: SDM vol. 2, by name. */
import type { Row } from "../insn.ts";
import { A, ALL_FLAGS, C, O, P, SF_, Z } from "../insn.ts";
import { type RowOptions, row } from "../row.ts";
import { div, idiv } from "../semantics/divide.ts";
import { imul1, imul2, imul3, mul } from "../semantics/multiply.ts";

const MULTIPLY: RowOptions = { writes: C | O, undef: SF_ | Z | A | P };
/** All flags are undefined after DIV; they stay, as on processors. */
const DIVIDE: RowOptions = { undef: ALL_FLAGS };

// biome-ignore format: one encoding per line.
export const multiplyRows: readonly Row[] = [
  row(0xf6, "mul",  "Eb", "r", mul,   { ...MULTIPLY, digit: 4 }),
  row(0xf7, "mul",  "Ev", "r", mul,   { ...MULTIPLY, digit: 4 }),
  row(0xf6, "imul", "Eb", "r", imul1, { ...MULTIPLY, digit: 5 }),
  row(0xf7, "imul", "Ev", "r", imul1, { ...MULTIPLY, digit: 5 }),
  row(0x0faf, "imul", "Gv,Ev",     "rw,r",  imul2, MULTIPLY),
  row(0x69,   "imul", "Gv,Ev,Iz",  "w,r,r", imul3, MULTIPLY),
  row(0x6b,   "imul", "Gv,Ev,Ibs", "w,r,r", imul3, MULTIPLY),

  row(0xf6, "div",  "Eb", "r", div,  { ...DIVIDE, digit: 6 }),
  row(0xf7, "div",  "Ev", "r", div,  { ...DIVIDE, digit: 6 }),
  row(0xf6, "idiv", "Eb", "r", idiv, { ...DIVIDE, digit: 7 }),
  row(0xf7, "idiv", "Ev", "r", idiv, { ...DIVIDE, digit: 7 }),
];
