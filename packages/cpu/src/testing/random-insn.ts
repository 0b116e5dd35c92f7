/**
 * Random instances of rows, for programs: bytes are drawn around the row's opcode and kept when the decoder finds that
 * row again with operands that a program can live with. What encodings mean is proved elsewhere (tests/isa); here it
 * is enough that both tiers are given the same bytes.
 */
import { needsAlignment } from "../isa/alignment.ts";
import { decode, MAX_LENGTH } from "../isa/decoder.ts";
import type { Insn, MemOperand, Row } from "../isa/insn.ts";
import { allRows } from "../isa/rows/index.ts";
import type { Prng } from "./prng.ts";

/** rsp, the arena's pointers, loop counters: random instructions don't write them. */
const RESERVED: ReadonlySet<number> = new Set([3, 4, 5, 12, 13, 14, 15]);
/** Registers that point into the arena: rbx, rbp, r12, r13. */
const POINTERS: ReadonlySet<number> = new Set([3, 5, 12, 13]);

/** They leave the program's frame, need more than random operands, or differ in NaNs (see the README's gaps). */
const UNFIT =
  /^(pushf|popf|push|pop|leave|enter|ldmxcsr|stmxcsr|fx.*|xsave.*|xrstor.*|fldcw|fldenv|frstor|fnsave|fnstenv|maskmov.*|xlatb?|i?div|rdtscp?|cpuid|xgetbv|rdrand|rdseed|rd[fg]sbase|wr[fg]sbase|in|ins|out|outs|clts|cli|sti|cmpxchg16b|cmpxchg8b)$/;
const FLOAT = /[ps][sd]$/;
const FLOAT_MOVES = /^(mov|and|or|xor|unpck|shuf|blend|ucomi|comi)/;

function fits(row: Row): boolean {
  if (row.flow !== "next" || UNFIT.test(row.mnemonic)) return false;
  if (/[XYSCDO][bvwdqz]|BBb|DI|[FG]S/.test(row.form)) return false;
  if (row.opcode === 0xf1 || row.opcode === 0xcc) return false;
  // A bit offset in a register reaches anywhere.
  return !(/^bt[src]?$/.test(row.mnemonic) && row.form === "Ev,Gv" && row.mod !== "reg");
}

/** Makes new floating-point numbers, so perhaps NaNs. */
const calculates = (row: Row): boolean =>
  FLOAT.test(row.mnemonic) && !FLOAT_MOVES.test(row.mnemonic);
const isX87 = (row: Row): boolean => row.opcode >= 0xd8 && row.opcode <= 0xdf;
const isInteger = (row: Row): boolean => row.feature === undefined && !isX87(row);

const FITTING = allRows.filter((r) => fits(r) && !calculates(r));
const FLOATS = allRows.filter((r) => fits(r) && /[VW][sp][sd]/.test(r.form));
const INTEGER = FITTING.filter((r) => isInteger(r) && !/[VWPQUN]/.test(r.form));
const FLAG_USERS = INTEGER.filter((r) => r.reads !== 0);

function chooseRow(prng: Prng, hasFloats: boolean): Row {
  if (hasFloats && prng.chance(0.6)) return prng.pick(FLOATS);
  if (prng.chance(0.2)) return prng.pick(FLAG_USERS);
  if (prng.chance(0.75)) return prng.pick(INTEGER);
  const row = prng.pick(FITTING);
  return isX87(row) && prng.chance(0.7) ? prng.pick(INTEGER) : row;
}

/** Pieces of an encoding. */
interface Draft {
  readonly bytes: number[];
  /** Where the displacement of a pc-relative operand is, 0 if there is none. */
  readonly ripAt: number;
}

function encode(row: Row, prng: Prng, pointers: ReadonlySet<number>): Draft {
  const bytes: number[] = [];
  let ripAt = 0;
  if (row.prefix === undefined && prng.chance(0.15)) bytes.push(0x66);
  if (prng.chance(0.05)) bytes.push(prng.pick([0x64, 0x65]));
  if (row.prefix !== undefined && row.prefix !== 0) bytes.push(row.prefix);
  if (row.rexW !== undefined || prng.chance(0.6)) {
    const w = row.rexW ?? prng.below(2);
    bytes.push(0x40 | (w << 3) | prng.below(8));
  }
  if (row.opcode > 0xffff) bytes.push(row.opcode >> 16);
  if (row.opcode > 0xff) bytes.push((row.opcode >> 8) & 0xff);
  bytes.push(row.opcode & 0xff);
  const reg = row.digit ?? prng.below(8);
  if (row.rm !== undefined) bytes.push(0xc0 | (reg << 3) | row.rm);
  else if (row.mod === "reg" || (row.mod !== "mem" && prng.chance(0.4))) {
    bytes.push(0xc0 | (reg << 3) | prng.below(8));
  } else ripAt = memory(bytes, reg, prng, pointers);
  while (bytes.length < MAX_LENGTH) bytes.push(prng.chance(0.1) ? 0xff : prng.below(256));
  return { bytes, ripAt };
}

function memory(bytes: number[], reg: number, prng: Prng, pointers: ReadonlySet<number>): number {
  const own = [...pointers].filter((r) => (r & 7) !== 4);
  const rm = own.length > 0 && prng.chance(0.6) ? prng.pick(own) & 7 : prng.pick([3, 5, 4]);
  if (prng.chance(0.08)) {
    bytes.push((reg << 3) | 5);
    const at = bytes.length;
    bytes.push(0, 0, 0, 0);
    return at;
  }
  const mod = rm === 5 ? prng.pick([1, 2]) : prng.pick([0, 1, 1, 1, 2, 2]);
  bytes.push((mod << 6) | (reg << 3) | rm);
  if (rm === 4) bytes.push((prng.below(4) << 6) | (4 << 3) | prng.pick([3, 5, 4]));
  if (mod === 1) bytes.push(prng.chance(0.5) ? prng.below(256) & 0xf0 : prng.below(256));
  else if (mod === 2) {
    const disp = prng.between(-0x780, 0x780) & (prng.chance(0.6) ? ~15 : ~0);
    bytes.push(disp & 255, (disp >> 8) & 255, (disp >> 16) & 255, (disp >> 24) & 255);
  }
  return 0;
}

/** What a program's instruction may touch. */
export interface Frame {
  readonly pc: number;
  /** An address to use relative to rip. */
  readonly data: number;
  /** General registers besides rbx, rbp, r12, r13 that point to 16-byte aligned arena memory now. */
  readonly pointers: ReadonlySet<number>;
  /** Floating-point arithmetic is wanted. */
  readonly hasFloats: boolean;
}

interface CheckedFrame extends Frame {
  /** The displacement of a pc-relative operand is going to be replaced. */
  readonly isRipAllowed: boolean;
}

function isSafe(insn: Insn, frame: CheckedFrame): boolean {
  const { row, operands } = insn;
  let memories = 0;
  for (let i = 0; i < operands.length; i++) {
    const op = operands[i];
    if (op?.kind === "gpr") {
      const index = op.high ? op.index & 3 : op.index;
      if (row.access[i] !== "r" && (RESERVED.has(index) || frame.pointers.has(index))) return false;
    } else if (op?.kind === "mem") {
      memories++;
      if (!isSafeAddress(op, row, frame, row.access[i] === "a" || op.size === 0)) return false;
    }
  }
  if (insn.lock && memories === 0) return false;
  // Implicit ones: rax, rcx and rdx at the most.
  const isWide = /^(i?mul|cmpxchg|cwd|cdq|cqo|cbw|cwde|cdqe|lahf|pcmp[ei]str[im]|mulx)$/.test(
    row.mnemonic,
  );
  return !(isWide && [0, 1, 2].some((r) => frame.pointers.has(r)));
}

function isSafeAddress(
  op: MemOperand,
  row: Row,
  frame: CheckedFrame,
  isAddressOnly: boolean,
): boolean {
  if (isAddressOnly) return true;
  const isPointer = POINTERS.has(op.base) || frame.pointers.has(op.base);
  // fs and gs bases are in the arena: an absolute displacement is relative to them.
  if (op.segment !== "none") {
    return (
      op.base === -1 &&
      op.index === -1 &&
      Math.abs(op.disp) < 0x780 &&
      (!needsAlignment(row, op) || op.disp % 16 === 0)
    );
  }
  if (op.base === -2) return frame.isRipAllowed && op.addressSize === 8 && !needsAlignment(row, op);
  if (!isPointer || op.index !== -1) return false;
  return !needsAlignment(row, op) || op.disp % 16 === 0;
}

/** A random instruction at `frame.pc`, or undefined when none was found this time. */
export function randomInsn(prng: Prng, frame: Frame): { code: Uint8Array; insn: Insn } | undefined {
  const row = chooseRow(prng, frame.hasFloats);
  for (let tries = 0; tries < 12; tries++) {
    const { bytes, ripAt } = encode(row, prng, frame.pointers);
    const code = Uint8Array.from(bytes);
    const probe = decode(code, 0, code.length, frame.pc);
    if (probe.row !== row || !isSafe(probe, { ...frame, isRipAllowed: ripAt !== 0 })) continue;
    if (ripAt !== 0) {
      if (!probe.operands.some((o) => o.kind === "mem" && o.base === -2)) continue;
      const at = frame.data + prng.below(0x780) - (frame.pc + probe.length);
      new DataView(code.buffer).setInt32(ripAt, at, true);
    }
    const insn = decode(code, 0, code.length, frame.pc);
    if (insn.row !== row) continue;
    return { code: code.subarray(0, insn.length), insn };
  }
  return undefined;
}
