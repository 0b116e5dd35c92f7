/** Makes a failing case smaller: what can be zeroed or left out while the same thing differs, is. */
import type { Case } from "./case.ts";
import { check, type Failure } from "./check.ts";
import { decode } from "./cpu.ts";
import type { Executor } from "./executor.ts";
import { record } from "./recorder.ts";
import { R, Registers } from "./registers.ts";

type Change = (registers: Registers) => void;

const FLAGS_NONE = 0x202;
const MXCSR_DEFAULT = 0x1f80;
const FCW_DEFAULT = 0x37f;
const NOP = 0x90;

/** Ways to make an input simpler, big ones first. */
function changes(): Change[] {
  const zero =
    (from: number, len: number): Change =>
    (r) => {
      r.u8.fill(0, from, from + len);
    };
  const list: Change[] = [
    zero(R.xmm, 256),
    zero(R.st, 128),
    (r) => r.view.setUint32(R.mxcsr, MXCSR_DEFAULT, true),
    (r) => r.view.setUint16(R.fcw, FCW_DEFAULT, true),
    (r) => r.view.setUint16(R.fsw, 0, true),
    (r) => {
      r.u8[R.ftw] = 0;
    },
    (r) => {
      r.rflags = FLAGS_NONE;
    },
  ];
  for (let i = 0; i < 16; i++) list.push(zero(R.gpr + 8 * i, 8));
  for (let i = 0; i < 16; i++) list.push(zero(R.xmm + 16 * i, 16));
  for (let i = 0; i < 8; i++) list.push(zero(R.st + 16 * i, 16));
  return list;
}

/** The kinds of things that differ, registers of a kind being one. */
function signature(failure: Failure): string {
  const first = failure.differences[0];
  if (first === undefined) return "";
  if (first.what === "stop")
    return `stop ${first.expected.split(" ")[0]} ${first.got.split(" ")[0]}`;
  return first.what.replace(/\d+.*$/, "");
}

/** The case with the instruction at each place in turn made a NOP. Branches still land where they did. */
function withoutEach(c: Case): Case[] {
  const smaller: Case[] = [];
  for (let off = 0; off < c.code.length; ) {
    const insn = decode(c.code, off, c.code.length, c.pc + off);
    if (insn.row === undefined) break;
    const code = c.code.slice();
    code.fill(NOP, off, off + insn.length);
    if (code.length > insn.length) smaller.push({ ...c, code });
    off += insn.length;
  }
  return smaller;
}

export function minimize(executor: Executor, failure: Failure): Failure {
  const wanted = signature(failure);
  let best = failure;
  const attempt = (c: Case): void => {
    try {
      const [smaller] = check(executor, failure.tier, [c], record([c]));
      if (smaller !== undefined && signature(smaller) === wanted) best = smaller;
    } catch {
      // An input that brings something down is not a smaller one.
    }
  };
  // Each success changes the code, so the rest is looked at again.
  for (let i = 0; ; i++) {
    const next = withoutEach(best.case).filter((c) => Buffer.compare(c.code, best.case.code) !== 0)[
      i
    ];
    if (next === undefined) break;
    const before = best;
    attempt(next);
    if (best !== before) i = -1;
  }
  for (const change of changes()) {
    const registers = new Registers(best.case.registers.u8);
    change(registers);
    if (Buffer.compare(registers.u8, best.case.registers.u8) !== 0)
      attempt({ ...best.case, registers });
  }
  if (best.case.windows.length > 8) attempt({ ...best.case, windows: [] });
  for (let i = best.case.windows.length - 1; i >= 0; i--) {
    attempt({ ...best.case, windows: best.case.windows.filter((_, j) => j !== i) });
  }
  return best;
}
