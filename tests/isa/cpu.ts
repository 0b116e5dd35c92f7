/** The insides of packages/cpu that the instruction tests need, in one place. */

export { Engine } from "../../packages/cpu/src/engine/engine.ts";
export type { GuestSpace } from "../../packages/cpu/src/engine/guest-space.ts";
export { registerAllHelpers } from "../../packages/cpu/src/engine/helpers/index.ts";
export { decode } from "../../packages/cpu/src/isa/decoder.ts";
export { formatInsn } from "../../packages/cpu/src/isa/disassembler.ts";
export { isEnabled } from "../../packages/cpu/src/isa/features.ts";
export { ALL_FLAGS, C, type Insn, type Row } from "../../packages/cpu/src/isa/insn.ts";
export {
  Method,
  type OperandCode,
  parseForm,
  Size,
  usesModrm,
} from "../../packages/cpu/src/isa/operand-codes.ts";
export { allRows } from "../../packages/cpu/src/isa/rows/index.ts";
export { EFLAGS, GUEST_END, S, Vector } from "../../packages/cpu/src/state.ts";
