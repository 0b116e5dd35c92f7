/**
 * Status flags (CF PF AF ZF SF OF) as a record of the operation that set them.
 *
 * Semantics say *what* set the flags; nothing is computed until something reads them. At a place where the
 * setter isn't known at translation time (entry of a region, the interpreter) flags are two words in the
 * state ("canonical form"):
 *   flagResult  the result, sign-extended to 64 bits:  ZF = (r == 0), SF = (r < 0) ^ bit 1 of the vector,
 *               PF = even parity of the low byte of r ^ bit 0 of the vector
 *   flagVector  carries out of each bit: CF = bit 63, OF = bit 63 ^ bit 62, AF = bit 3; bits 0 and 1 are the
 *               deltas above; all other bits are 0
 * Values in a record must be leaves (constants or `Emitter.let` results): they are used later.
 */
import type { OperandSize } from "../isa/insn.ts";
import type { Value } from "./value.ts";

/** a op b (op carry-in) = result; a, b, result as read at `size` (i32 zero-extended for 1 and 2; i64 for 8). */
export interface ArithmeticFlags {
  readonly kind: "add" | "adc" | "sub" | "sbb";
  readonly size: OperandSize;
  readonly a: Value;
  readonly b: Value;
  readonly result: Value;
}

/** and, or, xor, test: CF = OF = AF = 0. */
export interface LogicFlags {
  readonly kind: "logic";
  readonly size: OperandSize;
  readonly result: Value;
}

/** inc, dec: CF kept from before. */
export interface IncDecFlags {
  readonly kind: "inc" | "dec";
  readonly size: OperandSize;
  readonly result: Value;
}

/**
 * Result flags (ZF SF PF) from `result` and the others given: what shifts, multiplications and the like need.
 * AF = 0. cf and of are i32 values 0 or 1.
 */
export interface ResultFlags {
  readonly kind: "result";
  readonly size: OperandSize;
  readonly result: Value;
  readonly cf: Value;
  readonly of: Value;
}

/** Some flags given one by one as i32 values 0 or 1; those absent keep what they were. */
export interface BitFlags {
  readonly kind: "bits";
  readonly cf?: Value;
  readonly pf?: Value;
  readonly af?: Value;
  readonly zf?: Value;
  readonly sf?: Value;
  readonly of?: Value;
}

/**
 * comiss, comisd and their like: two f32 or two f64 compared. Unordered: ZF = PF = CF = 1; a < b: CF; a = b: ZF;
 * a > b: none. OF = SF = AF = 0.
 */
export interface FloatFlags {
  readonly kind: "float";
  readonly a: Value;
  readonly b: Value;
}

/** `then` if cond (i32) ≠ 0, else all flags keep what they were: shifts and rotates by CL. */
export interface ConditionalFlags {
  readonly kind: "if";
  readonly cond: Value;
  readonly then: ArithmeticFlags | LogicFlags | ResultFlags | BitFlags;
}

export type FlagRecord =
  | ArithmeticFlags
  | LogicFlags
  | IncDecFlags
  | ResultFlags
  | BitFlags
  | FloatFlags
  | ConditionalFlags;
