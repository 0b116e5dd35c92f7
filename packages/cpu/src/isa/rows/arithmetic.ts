/** ADD ADC SUB SBB CMP, INC DEC NEG: SDM vol. 2, by name. Group 1 is 80–83, groups 4 and 5 are FE and FF. */
import { A, ALL_FLAGS, C, O, P, type Row, SF_, Z } from "../insn.ts";
import { ARITH, ARITH_LOCK, type RowOptions, row } from "../row.ts";
import { adc, add, cmp, dec, inc, neg, sbb, sub } from "../semantics/alu.ts";

const CARRY: RowOptions = { writes: ALL_FLAGS, reads: C };
const CARRY_LOCK: RowOptions = { ...CARRY, lock: true };
/** CF is neither read nor written. */
const COUNT: RowOptions = { writes: O | SF_ | Z | A | P, lock: true };

// biome-ignore format: one encoding per line.
export const arithmeticRows: readonly Row[] = [
  row(0x00, "add", "Eb,Gb",  "rw,r", add, ARITH_LOCK),
  row(0x01, "add", "Ev,Gv",  "rw,r", add, ARITH_LOCK),
  row(0x02, "add", "Gb,Eb",  "rw,r", add, ARITH),
  row(0x03, "add", "Gv,Ev",  "rw,r", add, ARITH),
  row(0x04, "add", "AL,Ib",  "rw,r", add, ARITH),
  row(0x05, "add", "rAX,Iz", "rw,r", add, ARITH),
  row(0x80, "add", "Eb,Ib",  "rw,r", add, { ...ARITH_LOCK, digit: 0 }),
  row(0x81, "add", "Ev,Iz",  "rw,r", add, { ...ARITH_LOCK, digit: 0 }),
  row(0x83, "add", "Ev,Ibs", "rw,r", add, { ...ARITH_LOCK, digit: 0 }),

  row(0x10, "adc", "Eb,Gb",  "rw,r", adc, CARRY_LOCK),
  row(0x11, "adc", "Ev,Gv",  "rw,r", adc, CARRY_LOCK),
  row(0x12, "adc", "Gb,Eb",  "rw,r", adc, CARRY),
  row(0x13, "adc", "Gv,Ev",  "rw,r", adc, CARRY),
  row(0x14, "adc", "AL,Ib",  "rw,r", adc, CARRY),
  row(0x15, "adc", "rAX,Iz", "rw,r", adc, CARRY),
  row(0x80, "adc", "Eb,Ib",  "rw,r", adc, { ...CARRY_LOCK, digit: 2 }),
  row(0x81, "adc", "Ev,Iz",  "rw,r", adc, { ...CARRY_LOCK, digit: 2 }),
  row(0x83, "adc", "Ev,Ibs", "rw,r", adc, { ...CARRY_LOCK, digit: 2 }),

  row(0x18, "sbb", "Eb,Gb",  "rw,r", sbb, CARRY_LOCK),
  row(0x19, "sbb", "Ev,Gv",  "rw,r", sbb, CARRY_LOCK),
  row(0x1a, "sbb", "Gb,Eb",  "rw,r", sbb, CARRY),
  row(0x1b, "sbb", "Gv,Ev",  "rw,r", sbb, CARRY),
  row(0x1c, "sbb", "AL,Ib",  "rw,r", sbb, CARRY),
  row(0x1d, "sbb", "rAX,Iz", "rw,r", sbb, CARRY),
  row(0x80, "sbb", "Eb,Ib",  "rw,r", sbb, { ...CARRY_LOCK, digit: 3 }),
  row(0x81, "sbb", "Ev,Iz",  "rw,r", sbb, { ...CARRY_LOCK, digit: 3 }),
  row(0x83, "sbb", "Ev,Ibs", "rw,r", sbb, { ...CARRY_LOCK, digit: 3 }),

  row(0x28, "sub", "Eb,Gb",  "rw,r", sub, ARITH_LOCK),
  row(0x29, "sub", "Ev,Gv",  "rw,r", sub, ARITH_LOCK),
  row(0x2a, "sub", "Gb,Eb",  "rw,r", sub, ARITH),
  row(0x2b, "sub", "Gv,Ev",  "rw,r", sub, ARITH),
  row(0x2c, "sub", "AL,Ib",  "rw,r", sub, ARITH),
  row(0x2d, "sub", "rAX,Iz", "rw,r", sub, ARITH),
  row(0x80, "sub", "Eb,Ib",  "rw,r", sub, { ...ARITH_LOCK, digit: 5 }),
  row(0x81, "sub", "Ev,Iz",  "rw,r", sub, { ...ARITH_LOCK, digit: 5 }),
  row(0x83, "sub", "Ev,Ibs", "rw,r", sub, { ...ARITH_LOCK, digit: 5 }),

  row(0x38, "cmp", "Eb,Gb",  "r,r", cmp, ARITH),
  row(0x39, "cmp", "Ev,Gv",  "r,r", cmp, ARITH),
  row(0x3a, "cmp", "Gb,Eb",  "r,r", cmp, ARITH),
  row(0x3b, "cmp", "Gv,Ev",  "r,r", cmp, ARITH),
  row(0x3c, "cmp", "AL,Ib",  "r,r", cmp, ARITH),
  row(0x3d, "cmp", "rAX,Iz", "r,r", cmp, ARITH),
  row(0x80, "cmp", "Eb,Ib",  "r,r", cmp, { ...ARITH, digit: 7 }),
  row(0x81, "cmp", "Ev,Iz",  "r,r", cmp, { ...ARITH, digit: 7 }),
  row(0x83, "cmp", "Ev,Ibs", "r,r", cmp, { ...ARITH, digit: 7 }),

  row(0xfe, "inc", "Eb", "rw", inc, { ...COUNT, digit: 0 }),
  row(0xff, "inc", "Ev", "rw", inc, { ...COUNT, digit: 0 }),
  row(0xfe, "dec", "Eb", "rw", dec, { ...COUNT, digit: 1 }),
  row(0xff, "dec", "Ev", "rw", dec, { ...COUNT, digit: 1 }),
  row(0xf6, "neg", "Eb", "rw", neg, { ...ARITH_LOCK, digit: 3 }),
  row(0xf7, "neg", "Ev", "rw", neg, { ...ARITH_LOCK, digit: 3 }),
];
