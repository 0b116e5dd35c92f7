/** Failures as text: the instruction, the inputs that it looks at, and what came out instead of what. */
import { type Case, COMPLETED } from "./case.ts";
import type { Failure } from "./check.ts";
import { decode, formatInsn } from "./cpu.ts";
import { GPR_NAMES, R } from "./registers.ts";

/** The instruction, or all of a sequence. */
export function disassemble(c: Case): string {
  const parts: string[] = [];
  for (let off = 0; off < c.code.length; ) {
    const insn = decode(c.code, off, c.code.length, c.pc + off);
    if (insn.row === undefined) return [...parts, `(not decoded: ${insn.kind})`].join("; ");
    if (insn.row.mnemonic !== "nop" || c.code.length === 1) parts.push(formatInsn(insn));
    off += insn.length;
  }
  return parts.join("; ");
}

/** `name=value` of what isn't 0, a few on a line. */
function inputs(c: Case): string[] {
  const { registers, row } = c;
  const parts: string[] = [];
  const add = (name: string, text: string): void => {
    if (/[1-9a-f]/.test(text)) parts.push(`${name}=${text}`);
  };
  GPR_NAMES.forEach((name, i) => {
    add(name, registers.gpr(i).toString(16));
  });
  add("rip", registers.rip.toString(16));
  add("rflags", registers.rflags.toString(16));
  add("mxcsr", registers.u32(R.mxcsr).toString(16));
  if (c.usesSegmentBases) {
    add("fsbase", registers.view.getBigUint64(R.fsBase, true).toString(16));
    add("gsbase", registers.view.getBigUint64(R.gsBase, true).toString(16));
  }
  const isSequence = row.mnemonic === "sequence";
  if (isSequence || /[VWUX]/.test(row.form)) {
    for (let i = 0; i < 16; i++) add(`xmm${i}`, hexNumber(c, R.xmm + 16 * i, 16));
  }
  if (isSequence || (row.opcode >= 0xd8 && row.opcode <= 0xdf) || /[PQN]/.test(row.form)) {
    add("fcw", registers.u16(R.fcw).toString(16));
    add("fsw", registers.u16(R.fsw).toString(16));
    add("ftw", (registers.u8[R.ftw] as number).toString(16));
    for (let i = 0; i < 8; i++) add(`st${i}`, hexNumber(c, R.st + 16 * i, 10));
  }
  for (const w of c.windows) {
    const shown = Buffer.from(w.bytes.subarray(0, 64)).toString("hex");
    parts.push(`[${w.addr.toString(16)}]=${shown}${w.bytes.length > 64 ? "…" : ""}`);
  }
  return wrap(parts);
}

const LINE = 110;

function wrap(parts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.length - 1;
    if (last >= 0 && (lines[last] as string).length + part.length < LINE) lines[last] += ` ${part}`;
    else lines.push(part);
  }
  return lines;
}

function hexNumber(c: Case, off: number, len: number): string {
  return Buffer.from(c.registers.u8.slice(off, off + len).reverse()).toString("hex");
}

export function describe(f: Failure): string {
  const { case: c } = f;
  const bytes = Buffer.from(c.code).toString("hex");
  const lines = [`${c.rowKey} #${c.index} (${f.tier}): ${bytes}  ${disassemble(c)}`];
  for (const line of inputs(c)) lines.push(`  ${line}`);
  if (f.expected.vector !== COMPLETED) lines.push(`  the processor raised ${f.expected.vector}`);
  for (const d of f.differences) {
    lines.push(`  ${d.what}`, `    expected ${d.expected}`, `    got      ${d.got}`);
  }
  return lines.join("\n");
}
