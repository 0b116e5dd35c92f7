/** The insides of packages/cpu that the instruction tests need, in one place. */
export { decode } from "../../packages/cpu/src/isa/decoder.ts";
export { isEnabled } from "../../packages/cpu/src/isa/features.ts";
export type { Insn, Row } from "../../packages/cpu/src/isa/insn.ts";
export {
  Method,
  type OperandCode,
  parseForm,
  Size,
  usesModrm,
} from "../../packages/cpu/src/isa/operand-codes.ts";
export { allRows } from "../../packages/cpu/src/isa/rows/index.ts";
export { EFLAGS, GUEST_END, S, Vector } from "../../packages/cpu/src/state.ts";
export { Engine } from "../../packages/cpu/src/engine/engine.ts";
export type { GuestSpace } from "../../packages/cpu/src/engine/guest-space.ts";
import { readdirSync } from "node:fs";
import { registerHelpers } from "../../packages/cpu/src/engine/helper-ids.ts";

const helpers = new URL("../../packages/cpu/src/engine/helpers/", import.meta.url);
for (const name of readdirSync(helpers)) {
  if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
  const module = (await import(new URL(name, helpers).href)) as Record<string, unknown>;
  for (const [key, family] of Object.entries(module)) {
    if (key.endsWith("Helpers")) registerHelpers(family as never);
  }
}

export function setUpHelpers(): void {}
