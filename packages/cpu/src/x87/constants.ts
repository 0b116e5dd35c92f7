/** What fld1 … fldz push (SDM vol. 2, FLD1): infinitely precise constants rounded by RC, without signalling PE. */
import { Rounding } from "./context.ts";
import { BIAS, type Float80, float80, ONE, zero } from "./float80.ts";

interface Constant {
  /** Cut to 64 bits of significand. */
  readonly value: Float80;
  /** The bits cut are more than half of the last one kept, less than half, or none. */
  readonly rest: "above" | "below" | "none";
}

// biome-ignore format: in the order of the opcodes, d9 e8 … d9 ee.
const CONSTANTS: readonly Constant[] = [
  { value: ONE, rest: "none" },
  { value: float80(0, BIAS + 1, 0xd49a_784b, 0xcd1b_8afe), rest: "below" }, // log2(10)
  { value: float80(0, BIAS + 0, 0xb8aa_3b29, 0x5c17_f0bb), rest: "above" }, // log2(e)
  { value: float80(0, BIAS + 1, 0xc90f_daa2, 0x2168_c234), rest: "above" }, // π
  { value: float80(0, BIAS - 2, 0x9a20_9a84, 0xfbcf_f798), rest: "above" }, // log10(2)
  { value: float80(0, BIAS - 1, 0xb172_17f7, 0xd1cf_79ab), rest: "above" }, // ln(2)
  { value: zero(0), rest: "none" },
];

/** Constant n: 0 is 1.0, then log2(10), log2(e), π, log10(2), ln(2), 0.0. */
export function constant(n: number, rounding: number): Float80 {
  const { value, rest } = CONSTANTS[n] as Constant;
  const isUp =
    (rounding === Rounding.NEAREST && rest === "above") ||
    (rounding === Rounding.UP && rest !== "none");
  // No constant's last word is all ones: no carry.
  return isUp ? float80(0, value.exp, value.hi, value.lo + 1) : value;
}
