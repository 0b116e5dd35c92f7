/** Failures as text: the instruction, the inputs that it looks at, and what came out instead of what. */
import { type Case, COMPLETED } from "./case.ts";
import type { Failure } from "./check.ts";
import { decode, type Insn } from "./cpu.ts";
import { GPR_NAMES, R } from "./registers.ts";

type Operand = Insn["operands"][number];

function operandText(operand: Operand): string {
  switch (operand.kind) {
    case "gpr": {
      const name = GPR_NAMES[operand.index] as string;
      return operand.high ? `${name}.high` : `${name}.${operand.size}`;
    }
    case "mem": {
      const parts: string[] = [];
      if (operand.base === -2) parts.push("rip");
      else if (operand.base >= 0) parts.push(GPR_NAMES[operand.base] as string);
      if (operand.index >= 0) parts.push(`${GPR_NAMES[operand.index]}*${operand.scale}`);
      parts.push(`0x${operand.disp.toString(16)}`);
      const segment = operand.segment === "none" ? "" : `${operand.segment}:`;
      const small = operand.addressSize === 4 ? "a32 " : "";
      return `${small}${segment}[${parts.join(" + ")}].${operand.size}`;
    }
    case "imm":
      return `0x${operand.value64.toString(16)}`;
    case "rel":
      return `0x${operand.target.toString(16)}`;
    case "st":
      return `st(${operand.index})`;
    default:
      return `${operand.kind}${operand.index}`;
  }
}

export function disassemble(c: Case): string {
  const insn = decode(c.code, 0, c.code.length, c.pc);
  if (insn.row === undefined) return `(not decoded: ${insn.kind})`;
  const prefix = `${insn.lock ? "lock " : ""}${insn.rep === 0xf3 ? "rep " : insn.rep === 0xf2 ? "repne " : ""}`;
  return `${prefix}${insn.row.mnemonic} ${insn.operands.map(operandText).join(", ")}`.trim();
}

/** Lines of `name=value` for every register that isn't 0. */
function inputs(c: Case): string[] {
  const { registers } = c;
  const gprs = GPR_NAMES.map((name, i) => `${name}=${registers.gpr(i).toString(16)}`);
  const lines = [gprs.slice(0, 8).join(" "), gprs.slice(8).join(" ")];
  lines.push(`rip=${registers.rip.toString(16)} rflags=${registers.rflags.toString(16)} mxcsr=${registers.u32(R.mxcsr).toString(16)} fcw=${registers.u16(R.fcw).toString(16)} fsw=${registers.u16(R.fsw).toString(16)} ftw=${(registers.u8[R.ftw] as number).toString(16)}`);
  const row = c.row;
  if (/[VWUX]/.test(row.form)) lines.push(vectors(c, "xmm", R.xmm, 16, 16));
  if ((row.opcode >= 0xd8 && row.opcode <= 0xdf) || /[PQN]/.test(row.form)) lines.push(vectors(c, "st", R.st, 8, 10));
  for (const w of c.windows) {
    const shown = Buffer.from(w.bytes.subarray(0, 64)).toString("hex");
    lines.push(`[${w.addr.toString(16)}] ${shown}${w.bytes.length > 64 ? "…" : ""}`);
  }
  return lines;
}

function vectors(c: Case, name: string, off: number, count: number, len: number): string {
  const parts: string[] = [];
  for (let i = 0; i < count; i++) {
    const bytes = c.registers.u8.slice(off + 16 * i, off + 16 * i + len).reverse();
    parts.push(`${name}${i}=${Buffer.from(bytes).toString("hex")}`);
  }
  return parts.join(" ");
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
