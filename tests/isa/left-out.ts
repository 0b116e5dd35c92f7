/**
 * What the proof against the processor leaves out, as data: rows that aren't run, and results that are compared
 * with a tolerance or in part. Each entry says why; the test prints them.
 */
import type { Case } from "./case.ts";
import { decode, EFLAGS, type Row } from "./cpu.ts";

export interface LeftOut {
  /** Mnemonics. */
  readonly mnemonics: RegExp;
  /** Further condition. */
  readonly when?: (row: Row) => boolean;
  readonly reason: string;
}

// biome-ignore format: one reason per entry.
export const LEFT_OUT: readonly LeftOut[] = [
  { mnemonics: /^(syscall|sysenter|sysexit|sysret)$/, reason: "enters the kernel: covered by the system call tests" },
  { mnemonics: /^cpuid$/, reason: "says what we implement, not what the host has: unit test" },
  { mnemonics: /^(rdtsc|rdtscp|rdpmc|rdrand|rdseed|rdpid)$/, reason: "another result each time" },
  { mnemonics: /^xgetbv$/, reason: "the host has OSXSAVE, we report none" },
  { mnemonics: /^(sgdt|sidt|sldt|str|smsw|lar|lsl|verr|verw)$/, reason: "the host's descriptor tables; UMIP hides them" },
  { mnemonics: /^fstp$/, when: (row) => row.opcode === 0xd9 && row.mod === "reg", reason: "undocumented alias that doesn't look at the tag of st(0)" },
  { mnemonics: /^mov$/, when: (row) => row.form.startsWith("S"), reason: "loads selectors of the host's descriptor table" },
  { mnemonics: /^pop$/, when: (row) => /[FG]S/.test(row.form), reason: "loads selectors of the host's descriptor table" },
  { mnemonics: /^(iret|iretq|retf|jmpf|callf|lss|lfs|lgs)$/, reason: "loads selectors of the host's descriptor table" },
];

export function leftOut(row: Row): LeftOut | undefined {
  return LEFT_OUT.find((l) => l.mnemonics.test(row.mnemonic) && (l.when?.(row) ?? true));
}

/** Results that the architecture only bounds, or that processors differ in. */
export interface Tolerance {
  readonly mnemonics: RegExp;
  readonly reason: string;
  /** Relative error allowed in each single-precision lane of the destination. */
  readonly relativeError?: number;
  /** Units in the last place that st(0) and st(1) may be off by. */
  readonly ulps?: number;
  /** x87 status-word bits not compared. */
  readonly statusBits?: number;
  /** The fields of an x87 environment or FXSAVE image that aren't compared. */
  readonly skipsX87Pointers?: boolean;
  /** Where in its operand a page fault hit isn't compared: the bytes are touched in no certain order. */
  readonly anyByte?: boolean;
  /** Of a page fault's address only the page is compared. */
  readonly anyByteOfPage?: boolean;
}

const C0 = 0x100;
const C1 = 0x200;
const C2 = 0x400;
const C3 = 0x4000;
/** Precision exception: depends on how a transcendental is computed. */
const PE = 0x20;

export const TOLERANCES: readonly Tolerance[] = [
  {
    mnemonics: /^(rcp|rsqrt)[ps]s$/,
    reason: "an approximation: 1.5 * 2^-12 on either side",
    relativeError: 2 ** -10,
  },
  {
    mnemonics: /^(fsin|fcos|fsincos|fptan|fpatan|f2xm1|fyl2x|fyl2xp1)$/,
    reason: "transcendental: the SDM promises one unit in the last place",
    ulps: 1,
    statusBits: C0 | C1 | C3 | PE,
  },
  {
    mnemonics: /^(fcmov.*|fu?comip?)$/,
    reason: "C1: AMD keeps it, Intel clears it",
    statusBits: C1,
  },
  {
    mnemonics: /^ffreep?$/,
    reason: "condition codes are undefined",
    statusBits: C0 | C1 | C2 | C3,
  },
  {
    mnemonics: /^(fnsave|fnstenv|fldenv|frstor|fxsave|fxsave64)$/,
    reason:
      "opcode and pointers of the last x87 instruction: processors differ in when they keep them",
    skipsX87Pointers: true,
    anyByte: true,
  },
  {
    mnemonics: /^(cmps|scas|movs|stos|lods)$/,
    reason: "an element across a page's start, going down: some processors name its last byte",
    anyByteOfPage: true,
  },
  {
    mnemonics: /^(fxrstor|fxrstor64)$/,
    reason: "an operand of many bytes: processors differ in which of them they touch first",
    anyByte: true,
  },
];

export function toleranceOf(row: Row): Tolerance | undefined {
  return TOLERANCES.find((t) => t.mnemonics.test(row.mnemonic));
}

/** Rows of which only the memory form is run. */
export const MEMORY_ONLY: readonly { readonly opcode: number; readonly reason: string }[] = [
  { opcode: 0x0f0d, reason: "prefetch: AMD raises #UD for a register, Intel ignores it" },
];

/** Registers that exist: others are #UD before their privilege is looked at. */
export const CONTROL_REGISTERS: readonly number[] = [0, 2, 3, 4, 8];
export const DEBUG_REGISTERS: readonly number[] = [0, 1, 2, 3, 6, 7];

/** Whether the whole result of a case is undefined: a 16-bit double shift by more than 16. */
export function isUndefined(c: Case): boolean {
  if (!/^sh[lr]d$/.test(c.row.mnemonic)) return false;
  const insn = decode(c.code, 0, c.code.length, c.pc);
  if (insn.row === undefined || insn.size !== 2) return false;
  const count = c.row.form.endsWith("CL")
    ? c.registers.gpr32(1)
    : (c.code[c.code.length - 1] as number);
  return (count & 31) > 16;
}

/**
 * MXCSR bits compared. Its exception flags are not: arithmetic in the default mode is Wasm's own, which has none;
 * for the same reason no case unmasks an exception (#XM is never raised).
 */
export const MXCSR_COMPARED = 0xffc0;

/** RFLAGS bits compared: the status flags less those the row leaves undefined, and DF, AC, NT and ID. */
export const FLAGS_COMPARED: number =
  EFLAGS.CF |
  EFLAGS.PF |
  EFLAGS.AF |
  EFLAGS.ZF |
  EFLAGS.SF |
  EFLAGS.DF |
  EFLAGS.OF |
  EFLAGS.NT |
  EFLAGS.AC |
  EFLAGS.ID;

export const FSW_CONDITION_BITS: number = C0 | C1 | C2 | C3;
