/** Makes a program in which the tiers differ smaller: instructions that don't matter become nops. */
import { decode } from "../isa/decoder.ts";
import { compareProgram, type Difference, forgetEngines } from "./differential.ts";

const NOP = 0x90;

export function minimize(found: Difference): Difference {
  let best = found;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const { at, length } of instructions(best)) {
      const code = best.program.code.slice();
      if (code.subarray(at, at + length).every((b) => b === NOP)) continue;
      code.fill(NOP, at, at + length);
      forgetEngines();
      const next = compareProgram(best.seed, { ...best.program, code });
      if (next === undefined) continue;
      best = next;
      isSmaller = true;
    }
  }
  return best;
}

function instructions({ program }: Difference): readonly { at: number; length: number }[] {
  const { code, layout } = program;
  const found: { at: number; length: number }[] = [];
  for (let at = 0; at < code.length; ) {
    const insn = decode(code, at, code.length, layout.code + at);
    const length = insn.row === undefined ? 1 : insn.length;
    found.push({ at, length });
    at += length;
  }
  return found;
}
