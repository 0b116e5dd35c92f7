/** What the generator wants to know of a row before it makes an instance: read off its columns once. */
import {
  allRows,
  isEnabled,
  Method,
  type OperandCode,
  parseForm,
  type Row,
  usesModrm,
} from "./cpu.ts";
import { MEMORY_ONLY } from "./left-out.ts";
import type { Lens } from "./values.ts";

export interface RowFacts {
  readonly codes: readonly OperandCode[];
  readonly hasModrm: boolean;
  /** Only this ModRM form, if set. */
  readonly mod: "reg" | "mem" | undefined;
  /** ModRM.reg values that belong to more special rows of the opcode. */
  readonly takenDigits: readonly number[];
  /** One of movs cmps stos lods scas: takes a repeat prefix. */
  readonly isString: boolean;
  /** Near branches: 66 would cut rip on some processors and not on others. */
  readonly isBranch: boolean;
  readonly isX87: boolean;
  readonly isMmx: boolean;
  /** SSE arithmetic that looks at MXCSR. */
  readonly isSseFloat: boolean;
  /** How operands are interpreted, which decides the corner values. */
  readonly lens: Lens;
}

const STRING_OPCODES = new Set([0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf]);
const MMX_METHODS: ReadonlySet<number> = new Set([Method.rmMmx, Method.regMmx]);

const cache = new Map<Row, RowFacts>();

export function factsOf(row: Row): RowFacts {
  let facts = cache.get(row);
  if (facts === undefined) {
    facts = readFacts(row);
    cache.set(row, facts);
  }
  return facts;
}

function readFacts(row: Row): RowFacts {
  const codes = parseForm(row.form);
  const isX87 = row.opcode >= 0xd8 && row.opcode <= 0xdf;
  const isBranch = row.flow !== "next" && row.flow !== "stop" && row.flow !== "syscall";
  const usesXmm = /[VWU]/.test(row.form);
  const isSseFloat =
    row.opcode >= 0x0f00 &&
    /^(v?(add|sub|mul|div|sqrt|min|max|cmp|cvt|comi|ucomi|round|dpp|rcp|rsqrt|hadd|hsub|addsub))/.test(
      row.mnemonic,
    ) &&
    /(p[sd]|s[sd]|2|pi|dq)/.test(row.mnemonic) &&
    row.mnemonic !== "cmpxchg8b";
  return {
    codes,
    hasModrm:
      row.digit !== undefined ||
      row.rm !== undefined ||
      row.mod !== undefined ||
      codes.some(usesModrm),
    mod: modOf(row, codes),
    takenDigits: siblings(row).flatMap((r) =>
      row.digit === undefined && r.digit !== undefined ? [r.digit] : [],
    ),
    isString: STRING_OPCODES.has(row.opcode),
    isBranch,
    isX87,
    isMmx:
      codes.some(
        (c) =>
          MMX_METHODS.has(c.method) || (c.memory !== undefined && MMX_METHODS.has(c.memory.method)),
      ) || row.mnemonic === "emms",
    isSseFloat,
    lens: lensOf(row, isX87, usesXmm),
  };
}

/** Other rows that the same bytes could be, were it not for a column that this row leaves open. */
function siblings(row: Row): Row[] {
  return allRows.filter(
    (r) =>
      r !== row &&
      r.opcode === row.opcode &&
      isEnabled(r.feature) &&
      (r.prefix === undefined || row.prefix === undefined || r.prefix === row.prefix),
  );
}

/** The ModRM form: of the row itself, or what a row for the other form leaves it. */
function modOf(row: Row, codes: readonly OperandCode[]): "reg" | "mem" | undefined {
  if (MEMORY_ONLY.some((m) => m.opcode === row.opcode)) return "mem";
  const own =
    row.mod ?? (row.rm !== undefined ? "reg" : codes.find((c) => c.mod !== undefined)?.mod);
  if (own !== undefined) return own;
  const special = siblings(row).find(
    (r) => r.mod !== undefined && r.digit === row.digit && r.rm === row.rm,
  );
  if (special === undefined) return undefined;
  return special.mod === "reg" ? "mem" : "reg";
}

function lensOf(row: Row, isX87: boolean, usesXmm: boolean): Lens {
  const { mnemonic, opcode } = row;
  if (isX87) {
    if (mnemonic.startsWith("fi")) return "int";
    if (mnemonic.startsWith("fb")) return "bcd";
    if (opcode === 0xd8 || opcode === 0xd9) return "f32";
    if (opcode === 0xdc || opcode === 0xdd) return "f64";
    return "f80";
  }
  if (!usesXmm && !mnemonic.startsWith("cvt")) return "int";
  const convert = /^cvtt?(ps|pd|ss|sd|pi|si|dq)2/.exec(mnemonic);
  const type = convert !== null ? convert[1] : /(ps|pd|ss|sd)$/.exec(mnemonic)?.[1];
  if (type === "ps" || type === "ss") return "f32";
  if (type === "pd" || type === "sd") return "f64";
  return "int";
}
