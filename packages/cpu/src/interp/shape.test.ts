/** What shares an interpreter handler, and what doesn't. */
import { expect, test } from "vitest";
import { decode } from "../isa/decoder.ts";
import type { Insn } from "../isa/insn.ts";
import { hex } from "../testing/guest.ts";
import { shapeOf } from "./shape.ts";

function insn(bytes: string): Insn {
  const code = hex(bytes);
  const found = decode(code, 0, code.length, 0x40_0000);
  if (found.row === undefined) throw new Error(`${bytes} is no instruction`);
  return found;
}

const hasSameShape = (a: Insn, b: Insn): boolean => a.row === b.row && shapeOf(a) === shapeOf(b);

test.each([
  { title: "other registers", a: "01c8", b: "4401ee", want: true },
  { title: "other displacements and bases", a: "8b4308", b: "8b8d00010000", want: true },
  { title: "other immediates", a: "83c001", b: "83c17f", want: true },
  { title: "another size", a: "01c8", b: "4801c8", want: false },
  { title: "memory and register", a: "01c8", b: "0108", want: false },
  { title: "repeated and not", a: "a4", b: "f3a4", want: false },
  { title: "32-bit addresses", a: "8b03", b: "678b03", want: false },
  {
    title: "an immediate that the semantics look at",
    a: "660f70c11b",
    b: "660f70c1e4",
    want: false,
  },
  { title: "AH and a low byte", a: "88e0", b: "88c8", want: true },
])("$title: $want", ({ a, b, want }) => {
  expect(hasSameShape(insn(a), insn(b))).toBe(want);
});
