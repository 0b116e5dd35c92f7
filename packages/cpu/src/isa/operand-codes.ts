/**
 * Operand codes of the rows' `form` column, spelled as in the SDM, vol. 2, appendix A.2.1–A.2.2: a letter for
 * the addressing method and a suffix for the type, `Ev`, `Wsd`, or one of the fixed names below.
 * `A/B` is A in the register form of ModRM and B in its memory form (`Rd/Mb` of PEXTRB). `~A` is an operand that
 * assembly language does not write: the whole register behind a 32-bit operand, where the upper half may stay.
 *
 * A code becomes an `OperandCode` once, at load; the decoder switches on its numbers.
 */

/** Where the decoder finds an operand and what it makes of it. */
export const Method = {
  /** ModRM.rm: a general register or memory. */
  rmGpr: 0,
  rmXmm: 1,
  rmMmx: 2,
  /** ModRM.rm as st(i). */
  rmSt: 3,
  /** ModRM.reg. */
  regGpr: 4,
  regXmm: 5,
  regMmx: 6,
  regSegment: 7,
  regControl: 8,
  regDebug: 9,
  /** Low three bits of the opcode and REX.B. */
  opcodeGpr: 10,
  /** A register that the opcode implies; `fixed` is its number. */
  fixedGpr: 11,
  fixedXmm: 12,
  fixedSt: 13,
  fixedSegment: 14,
  /** The constant 1 of the shift-by-one forms. */
  one: 15,
  /** Immediate byte, zero-extended. */
  immByte: 16,
  /** Immediate byte, sign-extended to the operand size. */
  immByteSigned: 17,
  /** Immediate word, zero-extended. */
  immWord: 18,
  /** Immediate of 2 or 4 bytes, sign-extended to the operand size. */
  immZ: 19,
  /** Immediate as wide as the operand, up to 8 bytes (mov only). */
  immV: 20,
  /** Branch displacements from the next instruction. */
  rel8: 21,
  rel32: 22,
  /** Absolute address as wide as the address size. */
  moffs: 23,
  /** Memory at a fixed register: ds:[rsi] (segment override applies), es:[rdi], ds:[rbx]. `fixed` is the base. */
  fixedMem: 24,
} as const;
export type Method = (typeof Method)[keyof typeof Method];

/** Sizes that depend on prefixes; all others are byte counts. */
export const Size = {
  /** 2, 4 or 8: the operand size. */
  v: -1,
  /** 4 or 8: REX.W only. */
  y: -2,
  /** 2 or 4: the operand size, 4 where that is 8. */
  z: -3,
  /** A far pointer: a selector and an offset of the operand size. */
  p: -4,
} as const;

export interface OperandCode {
  readonly method: Method;
  /** Bytes, or one of `Size`; 0 for address-only memory. */
  readonly size: number;
  /** The register number of fixed operands. */
  readonly fixed: number;
  /** ModRM form that the code demands. */
  readonly mod: "reg" | "mem" | undefined;
  /** What stands here instead in the memory form (`A/B`). */
  readonly memory: OperandCode | undefined;
  /** Not written in assembly language (`~`). */
  readonly hidden: boolean;
}

/** Type suffixes. Vector types are 16 bytes: there is no VEX. A plain number is a byte count (M28, M512). */
const SUFFIX: Readonly<Record<string, number>> = {
  "": 0,
  b: 1,
  w: 2,
  d: 4,
  q: 8,
  dq: 16,
  x: 16,
  ps: 16,
  pd: 16,
  ss: 4,
  sd: 8,
  pi: 8,
  t: 10,
  s: 10,
  v: Size.v,
  y: Size.y,
  z: Size.z,
  p: Size.p,
};

type Letter = readonly [method: Method, mod?: "reg" | "mem"];

/** Addressing-method letters that take a type suffix. */
const LETTER: Readonly<Record<string, Letter>> = {
  E: [Method.rmGpr],
  M: [Method.rmGpr, "mem"],
  R: [Method.rmGpr, "reg"],
  W: [Method.rmXmm],
  U: [Method.rmXmm, "reg"],
  Q: [Method.rmMmx],
  N: [Method.rmMmx, "reg"],
  G: [Method.regGpr],
  V: [Method.regXmm],
  P: [Method.regMmx],
  S: [Method.regSegment],
  C: [Method.regControl],
  D: [Method.regDebug],
  Z: [Method.opcodeGpr],
  O: [Method.moffs],
};

type Fixed = readonly [method: Method, size: number, fixed?: number];

/** Codes that are whole words. */
const WORD: Readonly<Record<string, Fixed>> = {
  AL: [Method.fixedGpr, 1, 0],
  CL: [Method.fixedGpr, 1, 1],
  AX: [Method.fixedGpr, 2, 0],
  DX: [Method.fixedGpr, 2, 2],
  EAX: [Method.fixedGpr, 4, 0],
  ECX: [Method.fixedGpr, 4, 1],
  RAX: [Method.fixedGpr, 8, 0],
  rAX: [Method.fixedGpr, Size.v, 0],
  eAX: [Method.fixedGpr, Size.z, 0],
  XMM0: [Method.fixedXmm, 16, 0],
  ST: [Method.fixedSt, 10, 0],
  ST0: [Method.fixedSt, 10, 0],
  "ST(0)": [Method.fixedSt, 10, 0],
  STi: [Method.rmSt, 10],
  "ST(i)": [Method.rmSt, 10],
  FS: [Method.fixedSegment, 2, 4],
  GS: [Method.fixedSegment, 2, 5],
  "1": [Method.one, 1],
  Ib: [Method.immByte, 1],
  Ibs: [Method.immByteSigned, Size.v],
  Iw: [Method.immWord, 2],
  Iz: [Method.immZ, Size.v],
  Iv: [Method.immV, Size.v],
  Jb: [Method.rel8, 1],
  Jz: [Method.rel32, 4],
  Xb: [Method.fixedMem, 1, 6],
  Xv: [Method.fixedMem, Size.v, 6],
  Xz: [Method.fixedMem, Size.z, 6],
  Yb: [Method.fixedMem, 1, 7],
  Yv: [Method.fixedMem, Size.v, 7],
  Yz: [Method.fixedMem, Size.z, 7],
  /** ds:[rbx], of XLAT. */
  BBb: [Method.fixedMem, 1, 3],
  /** ds:[rdi], of MASKMOVDQU and MASKMOVQ (a segment override applies, unlike Y). */
  DI: [Method.fixedMem, 0, 7],
};

function parseSingle(code: string): OperandCode {
  const word = WORD[code];
  if (word !== undefined) {
    const [method, size, fixed = 0] = word;
    const mod = method === Method.rmSt ? "reg" : undefined;
    return { method, size, fixed, mod, memory: undefined, hidden: false };
  }
  const letter = LETTER[code.charAt(0)];
  const suffix = code.slice(1);
  const size = SUFFIX[suffix] ?? Number(suffix);
  if (letter === undefined || Number.isNaN(size))
    throw new Error(`operand code ${code} is unknown`);
  return { method: letter[0], size, fixed: 0, mod: letter[1], memory: undefined, hidden: false };
}

/**
 * @throws Error for a code that isn't in the tables: a slip in a row, found at load.
 */
function parseOperandCode(code: string): OperandCode {
  if (code.startsWith("~")) return { ...parseOperandCode(code.slice(1)), hidden: true };
  const slash = code.indexOf("/");
  if (slash < 0) return parseSingle(code);
  const register = parseSingle(code.slice(0, slash));
  const memory = parseSingle(code.slice(slash + 1));
  return { ...register, mod: undefined, memory };
}

/** The operand codes of a form: "Ev,Gv" → Ev and Gv; "" → none. */
export function parseForm(form: string): OperandCode[] {
  return form === "" ? [] : form.split(",").map(parseOperandCode);
}

/** Whether the code takes its operand from a ModRM byte. */
export function usesModrm(code: OperandCode): boolean {
  return code.method <= Method.regDebug;
}
