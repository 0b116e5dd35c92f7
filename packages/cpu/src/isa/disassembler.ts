/**
 * Instructions as text: Intel syntax as `objdump -d -M intel` writes it, for logs and tests.
 * What decoding drops isn't there: prefixes without effect, a displacement of 0, an SIB byte that wasn't needed.
 */
import type { GprOperand, ImmOperand, Insn, MemOperand, Operand, Row } from "./insn.ts";
import { NO_REGISTER, RIP_BASE } from "./insn.ts";
import { Method, type OperandCode, parseForm } from "./operand-codes.ts";

const LEGACY = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"] as const;
const LOW_BYTES = ["al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"] as const;
const HIGH_BYTES = ["ah", "ch", "dh", "bh"] as const;
const SEGMENTS = ["es", "cs", "ss", "ds", "fs", "gs"] as const;
const SIZE_NAMES: Readonly<Record<number, string>> = {
  1: "BYTE",
  2: "WORD",
  4: "DWORD",
  8: "QWORD",
  10: "TBYTE",
  16: "XMMWORD",
};
const SUFFIX: Readonly<Record<number, string>> = { 1: "b", 2: "w", 4: "d", 8: "" };

/** Comparisons of CMPPS and its kin, by immediate. */
const COMPARISONS = ["eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord"] as const;
/** String instructions for which F3 is REP; for CMPS and SCAS it is REPZ. */
const REP_STRINGS: ReadonlySet<string> = new Set(["movs", "stos", "lods", "ins", "outs"]);

const forms = new WeakMap<Row, readonly OperandCode[]>();

function codesOf(row: Row): readonly OperandCode[] {
  let codes = forms.get(row);
  if (codes === undefined) {
    codes = parseForm(row.form);
    forms.set(row, codes);
  }
  return codes;
}

/** Name of a general register. */
function gprName(index: number, size: number, high = false): string {
  if (high) return HIGH_BYTES[index] ?? "?";
  if (index >= 8) return `r${index}${SUFFIX[size] ?? ""}`;
  if (size === 1) return LOW_BYTES[index] ?? "?";
  const name = LEGACY[index] ?? "?";
  return size === 8 ? `r${name}` : size === 4 ? `e${name}` : name;
}

function signedHex(n: number): string {
  return n < 0 ? `-0x${(-n).toString(16)}` : `+0x${n.toString(16)}`;
}

function immediateText(op: ImmOperand): string {
  if (op.size < 8) return `0x${(op.size === 4 ? op.value >>> 0 : op.value).toString(16)}`;
  return `0x${BigInt.asUintN(64, op.value64).toString(16)}`;
}

/** Address in brackets, or segment:number where there are no registers. */
function addressText(op: MemOperand, segment: string): string {
  const size = op.addressSize;
  if (op.base === NO_REGISTER && op.index === NO_REGISTER) {
    const bits = BigInt.asUintN(size * 8, BigInt(op.disp));
    return `${segment === "" ? "ds:" : segment}0x${bits.toString(16)}`;
  }
  const parts: string[] = [];
  if (op.base === RIP_BASE) parts.push(size === 8 ? "rip" : "eip");
  else if (op.base !== NO_REGISTER) parts.push(gprName(op.base, size));
  if (op.index !== NO_REGISTER) parts.push(`${gprName(op.index, size)}*${op.scale}`);
  let disp = op.disp === 0 ? "" : signedHex(op.disp);
  // Offsets from rip are printed as unsigned numbers.
  if (op.base === RIP_BASE) disp = `+0x${BigInt.asUintN(64, BigInt(op.disp)).toString(16)}`;
  return `${segment}[${parts.join("+")}${disp}]`;
}

function memoryText(op: MemOperand, code: OperandCode): string {
  let segment = op.segment === "none" ? "" : `${op.segment}:`;
  if (code.method === Method.fixedMem && segment === "") {
    segment = code.fixed === 7 && op.size !== 0 ? "es:" : "ds:";
  }
  // An absolute address as wide as a register comes without a size: the accumulator says it.
  const size = code.method === Method.moffs ? undefined : SIZE_NAMES[op.size];
  const address = addressText(op, segment);
  return size === undefined ? address : `${size} PTR ${address}`;
}

function gprText(op: GprOperand): string {
  return gprName(op.index, op.size, op.high);
}

function operandText(op: Operand, code: OperandCode): string {
  switch (op.kind) {
    case "gpr":
      return gprText(op);
    case "xmm":
      return `xmm${op.index}`;
    case "mmx":
      return `mm${op.index}`;
    case "st":
      return code.method === Method.fixedSt ? "st" : `st(${op.index})`;
    case "mem":
      return memoryText(op, code);
    case "imm":
      return code.method === Method.one ? "1" : immediateText(op);
    case "rel":
      return BigInt.asUintN(64, BigInt(op.target)).toString(16);
    case "seg":
      if (op.index >= 32) return `dr${op.index - 32}`;
      return op.index >= 16 ? `cr${op.index - 16}` : (SEGMENTS[op.index] ?? "?");
    default:
      return op satisfies never;
  }
}

/** Mnemonics that depend on more than the row. */
function mnemonicOf(insn: Insn): string {
  const { row, size } = insn;
  switch (row.opcode) {
    case 0x90:
      return row.form === "" && row.mnemonic === "nop" && size === 2 ? "xchg" : row.mnemonic;
    case 0x98:
      return size === 2 ? "cbw" : size === 4 ? "cwde" : "cdqe";
    case 0x99:
      return size === 2 ? "cwd" : size === 4 ? "cdq" : "cqo";
    case 0xe3:
      return insn.addressSize === 4 ? "jecxz" : "jrcxz";
    case 0x0fc2: {
      const last = insn.operands[2];
      const comparison = last?.kind === "imm" ? COMPARISONS[last.value] : undefined;
      return comparison === undefined ? row.mnemonic : `cmp${comparison}${row.mnemonic.slice(3)}`;
    }
    case 0xa0:
    case 0xa1:
    case 0xa2:
    case 0xa3:
      return insn.addressSize === 4 ? "mov" : "movabs";
    default:
      return row.opcode >> 3 === 0xb8 >> 3 && size === 8 ? "movabs" : row.mnemonic;
  }
}

function prefixText(insn: Insn): string {
  const lock = insn.lock ? "lock " : "";
  if (insn.rep === 0) return lock;
  if (REP_STRINGS.has(insn.row.mnemonic) && insn.rep === 0xf3) return `${lock}rep `;
  if (insn.rep === 0xf2 && insn.row.flow !== "next" && insn.row.flow !== "stop")
    return `${lock}bnd `;
  return `${lock}${insn.rep === 0xf3 ? "repz" : "repnz"} `;
}

/** "add rax,QWORD PTR [rbx+0x8]" */
export function formatInsn(insn: Insn): string {
  const codes = codesOf(insn.row);
  const mnemonic = mnemonicOf(insn);
  const texts: string[] = [];
  for (const [i, op] of insn.operands.entries()) {
    let code = codes[i] as OperandCode;
    if (op.kind === "mem" && code.memory !== undefined) code = code.memory;
    // MASKMOVDQU's address is implied; so are the comparisons that the mnemonic names.
    if (code.hidden || (code.method === Method.fixedMem && code.size === 0)) continue;
    if (insn.row.opcode === 0x0fc2 && op.kind === "imm" && mnemonic !== insn.row.mnemonic) continue;
    texts.push(operandText(op, code));
  }
  if (insn.row.opcode === 0x90 && mnemonic === "xchg" && texts.length === 0) texts.push("ax", "ax");
  const operands = texts.length === 0 ? "" : ` ${texts.join(",")}`;
  return `${prefixText(insn)}${mnemonic}${operands}`;
}

/** Bytes as objdump prints them: "48 89 e5". */
export function formatBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join(" ");
}
