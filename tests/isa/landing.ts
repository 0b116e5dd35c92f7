import { CODE_BASE, SLOT_SIZE, SLOT_START, SLOTS } from "./arena.ts";
import type { Prng } from "./prng.ts";

/** An address in the code pages where a branch may land: the front part of a slot holds nothing but int3. */
export function landing(prng: Prng): number {
  return CODE_BASE + prng.below(SLOTS) * SLOT_SIZE + 16 + prng.below(SLOT_START - 40);
}
