/** AND OR XOR TEST NOT: SDM vol. 2, by name. AF is undefined after all but NOT, which changes no flag. */
import { A, ALL_FLAGS, type Row } from "../insn.ts";
import { type RowOptions, row } from "../row.ts";
import { and, not, or, test, xor } from "../semantics/alu.ts";

const LOGIC: RowOptions = { writes: ALL_FLAGS, undef: A };
const LOGIC_LOCK: RowOptions = { ...LOGIC, lock: true };

// biome-ignore format: one encoding per line.
export const logicRows: readonly Row[] = [
  row(0x08, "or",  "Eb,Gb",  "rw,r", or,  LOGIC_LOCK),
  row(0x09, "or",  "Ev,Gv",  "rw,r", or,  LOGIC_LOCK),
  row(0x0a, "or",  "Gb,Eb",  "rw,r", or,  LOGIC),
  row(0x0b, "or",  "Gv,Ev",  "rw,r", or,  LOGIC),
  row(0x0c, "or",  "AL,Ib",  "rw,r", or,  LOGIC),
  row(0x0d, "or",  "rAX,Iz", "rw,r", or,  LOGIC),
  row(0x80, "or",  "Eb,Ib",  "rw,r", or,  { ...LOGIC_LOCK, digit: 1 }),
  row(0x81, "or",  "Ev,Iz",  "rw,r", or,  { ...LOGIC_LOCK, digit: 1 }),
  row(0x83, "or",  "Ev,Ibs", "rw,r", or,  { ...LOGIC_LOCK, digit: 1 }),

  row(0x20, "and", "Eb,Gb",  "rw,r", and, LOGIC_LOCK),
  row(0x21, "and", "Ev,Gv",  "rw,r", and, LOGIC_LOCK),
  row(0x22, "and", "Gb,Eb",  "rw,r", and, LOGIC),
  row(0x23, "and", "Gv,Ev",  "rw,r", and, LOGIC),
  row(0x24, "and", "AL,Ib",  "rw,r", and, LOGIC),
  row(0x25, "and", "rAX,Iz", "rw,r", and, LOGIC),
  row(0x80, "and", "Eb,Ib",  "rw,r", and, { ...LOGIC_LOCK, digit: 4 }),
  row(0x81, "and", "Ev,Iz",  "rw,r", and, { ...LOGIC_LOCK, digit: 4 }),
  row(0x83, "and", "Ev,Ibs", "rw,r", and, { ...LOGIC_LOCK, digit: 4 }),

  row(0x30, "xor", "Eb,Gb",  "rw,r", xor, LOGIC_LOCK),
  row(0x31, "xor", "Ev,Gv",  "rw,r", xor, LOGIC_LOCK),
  row(0x32, "xor", "Gb,Eb",  "rw,r", xor, LOGIC),
  row(0x33, "xor", "Gv,Ev",  "rw,r", xor, LOGIC),
  row(0x34, "xor", "AL,Ib",  "rw,r", xor, LOGIC),
  row(0x35, "xor", "rAX,Iz", "rw,r", xor, LOGIC),
  row(0x80, "xor", "Eb,Ib",  "rw,r", xor, { ...LOGIC_LOCK, digit: 6 }),
  row(0x81, "xor", "Ev,Iz",  "rw,r", xor, { ...LOGIC_LOCK, digit: 6 }),
  row(0x83, "xor", "Ev,Ibs", "rw,r", xor, { ...LOGIC_LOCK, digit: 6 }),

  row(0x84, "test", "Eb,Gb",  "r,r", test, LOGIC),
  row(0x85, "test", "Ev,Gv",  "r,r", test, LOGIC),
  row(0xa8, "test", "AL,Ib",  "r,r", test, LOGIC),
  row(0xa9, "test", "rAX,Iz", "r,r", test, LOGIC),
  row(0xf6, "test", "Eb,Ib",  "r,r", test, { ...LOGIC, digit: 0 }),
  row(0xf7, "test", "Ev,Iz",  "r,r", test, { ...LOGIC, digit: 0 }),
  // Digit 1 is an alias that the SDM does not list and every processor has.
  row(0xf6, "test", "Eb,Ib",  "r,r", test, { ...LOGIC, digit: 1 }),
  row(0xf7, "test", "Ev,Iz",  "r,r", test, { ...LOGIC, digit: 1 }),

  row(0xf6, "not", "Eb", "rw", not, { digit: 2, lock: true }),
  row(0xf7, "not", "Ev", "rw", not, { digit: 2, lock: true }),
];
