/**
 * Shifts, rotates, SHLD, SHRD: SDM vol. 2, by name. Group 2 is C0 C1 D0–D3.
 * A masked count of 0 keeps all flags, so forms with a count that isn't 1 read what they may keep (see flag-use.ts).
 */
import { A, ALL_FLAGS, C, O, type Row } from "../insn.ts";
import { type RowOptions, row } from "../row.ts";
import { rcl, rcr, rol, ror } from "../semantics/rotate.ts";
import { sar, shl, shld, shr, shrd } from "../semantics/shift.ts";

/** Shifts by one define OF; other counts leave it undefined. AF always is. */
const SHIFT1: RowOptions = { writes: ALL_FLAGS, undef: A };
const SHIFT: RowOptions = { writes: ALL_FLAGS, undef: A | O, reads: ALL_FLAGS };
/** Rotates touch CF and OF only. */
const ROTATE1: RowOptions = { writes: C | O };
const ROTATE: RowOptions = { writes: C | O, undef: O, reads: C | O };
const CARRY1: RowOptions = { writes: C | O, reads: C };

// biome-ignore format: one encoding per line.
export const shiftRows: readonly Row[] = [
  row(0xc0, "rol", "Eb,Ib", "rw,r", rol, { ...ROTATE, digit: 0 }),
  row(0xc1, "rol", "Ev,Ib", "rw,r", rol, { ...ROTATE, digit: 0 }),
  row(0xd0, "rol", "Eb,1",  "rw,r", rol, { ...ROTATE1, digit: 0 }),
  row(0xd1, "rol", "Ev,1",  "rw,r", rol, { ...ROTATE1, digit: 0 }),
  row(0xd2, "rol", "Eb,CL", "rw,r", rol, { ...ROTATE, digit: 0 }),
  row(0xd3, "rol", "Ev,CL", "rw,r", rol, { ...ROTATE, digit: 0 }),

  row(0xc0, "ror", "Eb,Ib", "rw,r", ror, { ...ROTATE, digit: 1 }),
  row(0xc1, "ror", "Ev,Ib", "rw,r", ror, { ...ROTATE, digit: 1 }),
  row(0xd0, "ror", "Eb,1",  "rw,r", ror, { ...ROTATE1, digit: 1 }),
  row(0xd1, "ror", "Ev,1",  "rw,r", ror, { ...ROTATE1, digit: 1 }),
  row(0xd2, "ror", "Eb,CL", "rw,r", ror, { ...ROTATE, digit: 1 }),
  row(0xd3, "ror", "Ev,CL", "rw,r", ror, { ...ROTATE, digit: 1 }),

  row(0xc0, "rcl", "Eb,Ib", "rw,r", rcl, { ...ROTATE, digit: 2 }),
  row(0xc1, "rcl", "Ev,Ib", "rw,r", rcl, { ...ROTATE, digit: 2 }),
  row(0xd0, "rcl", "Eb,1",  "rw,r", rcl, { ...CARRY1, digit: 2 }),
  row(0xd1, "rcl", "Ev,1",  "rw,r", rcl, { ...CARRY1, digit: 2 }),
  row(0xd2, "rcl", "Eb,CL", "rw,r", rcl, { ...ROTATE, digit: 2 }),
  row(0xd3, "rcl", "Ev,CL", "rw,r", rcl, { ...ROTATE, digit: 2 }),

  row(0xc0, "rcr", "Eb,Ib", "rw,r", rcr, { ...ROTATE, digit: 3 }),
  row(0xc1, "rcr", "Ev,Ib", "rw,r", rcr, { ...ROTATE, digit: 3 }),
  row(0xd0, "rcr", "Eb,1",  "rw,r", rcr, { ...CARRY1, digit: 3 }),
  row(0xd1, "rcr", "Ev,1",  "rw,r", rcr, { ...CARRY1, digit: 3 }),
  row(0xd2, "rcr", "Eb,CL", "rw,r", rcr, { ...ROTATE, digit: 3 }),
  row(0xd3, "rcr", "Ev,CL", "rw,r", rcr, { ...ROTATE, digit: 3 }),

  row(0xc0, "shl", "Eb,Ib", "rw,r", shl, { ...SHIFT, digit: 4 }),
  row(0xc1, "shl", "Ev,Ib", "rw,r", shl, { ...SHIFT, digit: 4 }),
  row(0xd0, "shl", "Eb,1",  "rw,r", shl, { ...SHIFT1, digit: 4 }),
  row(0xd1, "shl", "Ev,1",  "rw,r", shl, { ...SHIFT1, digit: 4 }),
  row(0xd2, "shl", "Eb,CL", "rw,r", shl, { ...SHIFT, digit: 4 }),
  row(0xd3, "shl", "Ev,CL", "rw,r", shl, { ...SHIFT, digit: 4 }),

  row(0xc0, "shr", "Eb,Ib", "rw,r", shr, { ...SHIFT, digit: 5 }),
  row(0xc1, "shr", "Ev,Ib", "rw,r", shr, { ...SHIFT, digit: 5 }),
  row(0xd0, "shr", "Eb,1",  "rw,r", shr, { ...SHIFT1, digit: 5 }),
  row(0xd1, "shr", "Ev,1",  "rw,r", shr, { ...SHIFT1, digit: 5 }),
  row(0xd2, "shr", "Eb,CL", "rw,r", shr, { ...SHIFT, digit: 5 }),
  row(0xd3, "shr", "Ev,CL", "rw,r", shr, { ...SHIFT, digit: 5 }),

  // Digit 6 is an alias of SHL that the SDM does not list and every processor has.
  row(0xc0, "shl", "Eb,Ib", "rw,r", shl, { ...SHIFT, digit: 6 }),
  row(0xc1, "shl", "Ev,Ib", "rw,r", shl, { ...SHIFT, digit: 6 }),
  row(0xd0, "shl", "Eb,1",  "rw,r", shl, { ...SHIFT1, digit: 6 }),
  row(0xd1, "shl", "Ev,1",  "rw,r", shl, { ...SHIFT1, digit: 6 }),
  row(0xd2, "shl", "Eb,CL", "rw,r", shl, { ...SHIFT, digit: 6 }),
  row(0xd3, "shl", "Ev,CL", "rw,r", shl, { ...SHIFT, digit: 6 }),

  row(0xc0, "sar", "Eb,Ib", "rw,r", sar, { ...SHIFT, digit: 7 }),
  row(0xc1, "sar", "Ev,Ib", "rw,r", sar, { ...SHIFT, digit: 7 }),
  row(0xd0, "sar", "Eb,1",  "rw,r", sar, { ...SHIFT1, digit: 7 }),
  row(0xd1, "sar", "Ev,1",  "rw,r", sar, { ...SHIFT1, digit: 7 }),
  row(0xd2, "sar", "Eb,CL", "rw,r", sar, { ...SHIFT, digit: 7 }),
  row(0xd3, "sar", "Ev,CL", "rw,r", sar, { ...SHIFT, digit: 7 }),

  // 16-bit forms with a count above 16 have an undefined result too; ours is that of AMD's processors.
  row(0x0fa4, "shld", "Ev,Gv,Ib", "rw,r,r", shld, SHIFT),
  row(0x0fa5, "shld", "Ev,Gv,CL", "rw,r,r", shld, SHIFT),
  row(0x0fac, "shrd", "Ev,Gv,Ib", "rw,r,r", shrd, SHIFT),
  row(0x0fad, "shrd", "Ev,Gv,CL", "rw,r,r", shrd, SHIFT),
];
