/**
 * The decoder's lookup tables, built from the rows at load.
 *
 *   opcode map → opcode byte → OpcodeEntry → (mandatory prefix, ModRM form, ModRM.reg) → short candidate list
 *
 * The list keeps what a column cannot index: ModRM.rm, REX.W. Rows with more constraints come first.
 */
import { isEnabled } from "./features.ts";
import type { Row } from "./insn.ts";
import { Method, type OperandCode, parseForm, Size, usesModrm } from "./operand-codes.ts";

/** How `Insn.size` of a row follows from prefixes. */
export const SizeRule = {
  byte: 0,
  /** 66 → 2, REX.W → 8, else 4. */
  v: 1,
  /** 66 → 2, else 8. */
  default64: 2,
  /** 8 whatever the prefixes: near branches (Intel ignores 66 there). */
  forced64: 3,
  /** REX.W → 8, else 4. */
  y: 4,
} as const;

export interface Candidate {
  readonly row: Row;
  readonly operands: readonly OperandCode[];
  readonly sizeRule: number;
  /** ModRM.rm wanted, or -1. */
  readonly rm: number;
  /** REX.W wanted, or -1. */
  readonly rexW: number;
  /** 90 is NOP, but XCHG r8, rAX with REX.B. */
  readonly needsRexB: boolean;
  /** The mandatory prefix eats F2/F3, so that `Insn.rep` is 0. */
  readonly eatsRepeat: boolean;
}

export interface OpcodeEntry {
  readonly hasModrm: boolean;
  /** Index: prefix index << 4 | (register form ? 8 : 0) | ModRM.reg; without ModRM the low four bits are 0. */
  readonly candidates: readonly (readonly Candidate[])[];
}

/** Index of an opcode map: one byte, 0F, 0F 38, 0F 3A. */
export type OpcodeMap = readonly (OpcodeEntry | undefined)[];

/** Mandatory prefix → index in `OpcodeEntry.candidates`. */
const PREFIXES = [0, 0x66, 0xf2, 0xf3] as const;

function specificity(row: Row): number {
  let n = 0;
  if (row.prefix !== undefined) n++;
  if (row.digit !== undefined) n++;
  if (row.rm !== undefined) n++;
  if (row.mod !== undefined) n++;
  if (row.rexW !== undefined) n++;
  return n;
}

function sizeRule(row: Row, operands: readonly OperandCode[]): number {
  if (row.default64 === true) return row.flow === "next" ? SizeRule.default64 : SizeRule.forced64;
  let hasY = false;
  for (const operand of operands) {
    if (operand.size === Size.v || operand.size === Size.z) return SizeRule.v;
    if (operand.size === Size.y) hasY = true;
  }
  if (hasY) return SizeRule.y;
  const first = operands[0];
  const isByte =
    first !== undefined &&
    first.size === 1 &&
    (first.method === Method.rmGpr ||
      first.method === Method.regGpr ||
      first.method === Method.opcodeGpr ||
      first.method === Method.fixedGpr ||
      first.method === Method.moffs ||
      first.method === Method.fixedMem);
  return isByte ? SizeRule.byte : SizeRule.v;
}

function modOf(row: Row, operands: readonly OperandCode[]): "reg" | "mem" | undefined {
  if (row.mod !== undefined) return row.mod;
  if (row.rm !== undefined) return "reg";
  for (const operand of operands) if (operand.mod !== undefined) return operand.mod;
  return undefined;
}

interface Draft {
  hasModrm: boolean;
  candidates: Candidate[][];
}

function addRow(entry: Draft, row: Row): void {
  const operands = parseForm(row.form);
  const mod = modOf(row, operands);
  const candidate: Candidate = {
    row,
    operands,
    sizeRule: sizeRule(row, operands),
    rm: row.rm ?? -1,
    rexW: row.rexW ?? -1,
    needsRexB: row.opcode === 0x90 && row.form !== "",
    eatsRepeat: row.prefix === 0xf2 || row.prefix === 0xf3,
  };
  for (let p = 0; p < PREFIXES.length; p++) {
    if (row.prefix !== undefined && row.prefix !== PREFIXES[p]) continue;
    for (let low = 0; low < (entry.hasModrm ? 16 : 1); low++) {
      if (entry.hasModrm) {
        if (mod !== undefined && (mod === "reg") !== low >= 8) continue;
        if (row.digit !== undefined && row.digit !== (low & 7)) continue;
      }
      entry.candidates[(p << 4) | low]?.push(candidate);
    }
  }
}

function hasModrm(row: Row): boolean {
  return (
    row.digit !== undefined ||
    row.rm !== undefined ||
    row.mod !== undefined ||
    parseForm(row.form).some(usesModrm)
  );
}

/** @throws Error when rows of one opcode disagree about having a ModRM byte. */
function buildEntry(rows: readonly Row[]): OpcodeEntry {
  const first = rows[0] as Row;
  const entry: Draft = {
    hasModrm: hasModrm(first),
    candidates: Array.from({ length: 64 }, () => []),
  };
  for (const row of rows) {
    if (hasModrm(row) !== entry.hasModrm) {
      throw new Error(`opcode ${row.opcode.toString(16)} ${row.mnemonic}: ModRM in some rows only`);
    }
  }
  for (const row of [...rows].sort((a, b) => specificity(b) - specificity(a))) addRow(entry, row);
  return { hasModrm: entry.hasModrm, candidates: shared(entry.candidates) };
}

const NONE: readonly Candidate[] = [];

/** Lists that are equal as one: mostly the prefix or the form does not matter, and all 64 are. */
function shared(lists: readonly (readonly Candidate[])[]): (readonly Candidate[])[] {
  const distinct: (readonly Candidate[])[] = [NONE];
  return lists.map((list) => {
    const known = distinct.find(
      (one) => one.length === list.length && one.every((candidate, i) => candidate === list[i]),
    );
    if (known !== undefined) return known;
    // A copy has no room for more.
    const kept = list.slice();
    distinct.push(kept);
    return kept;
  });
}

function mapOf(opcode: number): number {
  if (opcode >> 8 === 0) return 0;
  if (opcode >> 8 === 0x0f) return 1;
  if (opcode >> 8 === 0x0f38) return 2;
  if (opcode >> 8 === 0x0f3a) return 3;
  throw new Error(`opcode ${opcode.toString(16)} is in no map`);
}

/** The four opcode maps of the rows whose features are enabled. */
export function buildTables(rows: readonly Row[]): readonly OpcodeMap[] {
  const byOpcode = new Map<number, Row[]>();
  for (const row of rows) {
    if (!isEnabled(row.feature)) continue;
    const list = byOpcode.get(row.opcode);
    if (list === undefined) byOpcode.set(row.opcode, [row]);
    else list.push(row);
  }
  const maps: (OpcodeEntry | undefined)[][] = [0, 1, 2, 3].map(() =>
    new Array<OpcodeEntry | undefined>(256).fill(undefined),
  );
  for (const [opcode, list] of byOpcode) {
    const map = maps[mapOf(opcode)];
    if (map !== undefined) map[opcode & 0xff] = buildEntry(list);
  }
  return maps;
}
