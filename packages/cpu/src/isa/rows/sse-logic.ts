/** Bitwise logic on whole registers, in its three spellings (ps, pd, integer), and ptest. */
import type { Emitter } from "../../emit/emitter.ts";
import { i32, v128 } from "../../emit/value.ts";
import { ALL_FLAGS, type Insn, type Row } from "../insn.ts";
import { row } from "../row.ts";
import { type Binary, operand, packed, readPacked } from "../semantics/sse.ts";

/** ~dst & src */
const andNot: Binary = (a, b) => v128.andnot(b, a);

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const sseLogicRows: readonly Row[] = [
  row(0x0f54, "andps", "Vps,Wps", "rw,r", packed(v128.and), { prefix: 0 }),
  row(0x0f54, "andpd", "Vpd,Wpd", "rw,r", packed(v128.and), { prefix: 0x66 }),
  row(0x0f55, "andnps", "Vps,Wps", "rw,r", packed(andNot), { prefix: 0 }),
  row(0x0f55, "andnpd", "Vpd,Wpd", "rw,r", packed(andNot), { prefix: 0x66 }),
  row(0x0f56, "orps", "Vps,Wps", "rw,r", packed(v128.or), { prefix: 0 }),
  row(0x0f56, "orpd", "Vpd,Wpd", "rw,r", packed(v128.or), { prefix: 0x66 }),
  row(0x0f57, "xorps", "Vps,Wps", "rw,r", packed(v128.xor), { prefix: 0 }),
  row(0x0f57, "xorpd", "Vpd,Wpd", "rw,r", packed(v128.xor), { prefix: 0x66 }),
  row(0x0fdb, "pand", "Vdq,Wdq", "rw,r", packed(v128.and), { prefix: 0x66 }),
  row(0x0fdf, "pandn", "Vdq,Wdq", "rw,r", packed(andNot), { prefix: 0x66 }),
  row(0x0feb, "por", "Vdq,Wdq", "rw,r", packed(v128.or), { prefix: 0x66 }),
  row(0x0fef, "pxor", "Vdq,Wdq", "rw,r", packed(v128.xor), { prefix: 0x66 }),
  row(0x0f3817, "ptest", "Vdq,Wdq", "r,r", ptest, { prefix: 0x66, writes: ALL_FLAGS, feature: "sse4.1" }),
];

/** ZF = no bit of src & dst, CF = no bit of src & ~dst; the other flags are cleared. */
function ptest(e: Emitter, insn: Insn): void {
  const b = e.let(readPacked(e, operand(insn, 1)));
  const a = e.let(e.read(operand(insn, 0)));
  const zero = i32.const(0);
  e.setFlags({
    kind: "bits",
    cf: e.let(i32.eqz(v128.any_true(v128.andnot(b, a)))),
    pf: zero,
    af: zero,
    zf: e.let(i32.eqz(v128.any_true(v128.and(b, a)))),
    sf: zero,
    of: zero,
  });
}
