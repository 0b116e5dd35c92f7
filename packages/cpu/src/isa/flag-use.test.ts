import { expect, test } from "vitest";
import { decode } from "./decoder.ts";
import { flagsRead } from "./flag-use.ts";
import { ALL_FLAGS, C, O, Z } from "./insn.ts";

test.each([
  { title: "a shift by a constant keeps nothing", hex: "c1e004", want: 0 },
  { title: "a shift by a constant of 0 keeps all", hex: "c1e000", want: ALL_FLAGS },
  { title: "a count is masked before it is looked at", hex: "c1e020", want: ALL_FLAGS },
  { title: "a 64-bit count has six bits", hex: "48c1e020", want: 0 },
  { title: "a shift by CL may keep all", hex: "d3e0", want: ALL_FLAGS },
  { title: "a shift by one keeps nothing", hex: "d1e0", want: 0 },
  { title: "a rotation by CL may keep CF and OF", hex: "d3c0", want: C | O },
  { title: "RCL by a constant reads CF", hex: "c1d004", want: C },
  { title: "a comparison of strings reads nothing", hex: "a6", want: 0 },
  { title: "a repeated one may keep all", hex: "f3a6", want: ALL_FLAGS },
  { title: "ADC reads CF", hex: "11c0", want: C },
  { title: "JE reads ZF", hex: "7400", want: Z },
])("$title", ({ hex, want }) => {
  const bytes = Buffer.from(hex, "hex");
  const insn = decode(bytes, 0, bytes.length, 0);
  expect(insn.row && flagsRead(insn)).toBe(want);
});
