/**
 * What a decoded instruction is, and what a row of the instruction table says.
 * Operand forms are spelled as in the SDM, vol. 2, appendix A ("Ev,Gv").
 */
import type { Emitter } from "../emit/emitter.ts";

export type OperandSize = 1 | 2 | 4 | 8;

/** A general register. `high` marks AH, CH, DH, BH (index 0–3, size 1). */
export interface GprOperand {
  readonly kind: "gpr";
  readonly index: number;
  readonly size: OperandSize;
  readonly high: boolean;
}

/** An SSE register; `size` is how many of its bytes the instruction uses (4, 8, 16, …). */
export interface XmmOperand {
  readonly kind: "xmm";
  readonly index: number;
  readonly size: number;
}

/** An MMX register. */
export interface MmxOperand {
  readonly kind: "mmx";
  readonly index: number;
  readonly size: number;
}

/** An x87 stack register st(index). */
export interface StOperand {
  readonly kind: "st";
  readonly index: number;
}

/** Address = segment base + base + index * scale + disp, cut to the address size. */
export interface MemOperand {
  readonly kind: "mem";
  /** Bytes accessed: 1 … 512; 0 for address-only forms (M of lea, invlpg, nop Ev). */
  readonly size: number;
  /** Register index, RIP_BASE, or NO_REGISTER. */
  readonly base: number;
  readonly index: number;
  readonly scale: 1 | 2 | 4 | 8;
  /** Signed 32-bit; for moffs the absolute address (its low 52 bits). */
  readonly disp: number;
  readonly segment: "none" | "fs" | "gs";
  readonly addressSize: 4 | 8;
}

/** A constant: sign- or zero-extended as the form says. 64-bit ones (mov r64, imm64) are exact only in `value64`. */
export interface ImmOperand {
  readonly kind: "imm";
  readonly size: OperandSize;
  readonly value: number;
  readonly value64: bigint;
}

/** A branch target: absolute guest address. */
export interface RelOperand {
  readonly kind: "rel";
  readonly target: number;
}

/** A segment register es cs ss ds fs gs (0–5), control or debug register. */
export interface SegOperand {
  readonly kind: "seg";
  readonly index: number;
}

export type Operand =
  | GprOperand
  | XmmOperand
  | MmxOperand
  | StOperand
  | MemOperand
  | ImmOperand
  | RelOperand
  | SegOperand;

export const NO_REGISTER = -1;
export const RIP_BASE = -2;

export interface Insn {
  readonly row: Row;
  /** Address of the first byte, prefixes included. */
  readonly pc: number;
  readonly length: number;
  /** Effective operand size of the v/y/z forms; 1 for byte rows. */
  readonly size: OperandSize;
  readonly addressSize: 4 | 8;
  readonly lock: boolean;
  /** The repeat prefix where it isn't part of the opcode: 0, 0xf2 (repne) or 0xf3 (rep, repe). */
  readonly rep: 0 | 0xf2 | 0xf3;
  readonly operands: readonly Operand[];
}

/** Status flags as a mask, for reads and writes of a row (EFLAGS bit values). */
export const C = 0x001;
export const P = 0x004;
export const A = 0x010;
export const Z = 0x040;
export const SF_ = 0x080;
export const O = 0x800;
export const ALL_FLAGS: number = C | P | A | Z | SF_ | O;

/**
 * How an instruction leaves its block.
 *   "next"     goes on with the next instruction
 *   "branch"   jcc, loop, jrcxz: a target and the fall-through
 *   "jump"     direct jmp          "jump*"  indirect jmp
 *   "call"     direct call         "call*"  indirect call
 *   "ret"      near return
 *   "syscall"  syscall: the kernel runs, then the next instruction or elsewhere
 *   "stop"     always raises an exception (ud2, int3, hlt …)
 */
export type Flow =
  | "next"
  | "branch"
  | "jump"
  | "jump*"
  | "call"
  | "call*"
  | "ret"
  | "syscall"
  | "stop";

/** What the instruction does: reads operands from the emitter, builds values, writes them back. */
export type Semantics = (e: Emitter, insn: Insn) => void;

/** How each explicit operand is used: r read, w written, rw both, a only its address, - not at all. */
export type Access = "r" | "w" | "rw" | "a" | "-";

export interface Row {
  /** 0x01, 0x0faf, 0x0f38f0, 0x0f3a0f: escape bytes and opcode byte. For x87 0xd8…0xdf. */
  readonly opcode: number;
  readonly mnemonic: string;
  /** "Ev,Gv"; "" for none. */
  readonly form: string;
  readonly semantics: Semantics;
  /** Mandatory prefix: 0 = none of 66/F2/F3 allowed to change the meaning, absent = don't care. */
  readonly prefix?: 0 | 0x66 | 0xf2 | 0xf3;
  /** ModRM.reg for groups. */
  readonly digit?: number;
  /** ModRM.rm for rows that fix the whole byte (x87 no-operand forms, 0f01 d0 …). */
  readonly rm?: number;
  /** Only the register form, or only the memory form, of ModRM. */
  readonly mod?: "reg" | "mem";
  /** Only with this REX.W. */
  readonly rexW?: 0 | 1;
  /** v operands default to 64 bits (push, pop, near branches). */
  readonly default64?: boolean;
  /** LOCK is legal with a memory destination. */
  readonly lock?: boolean;
  /** Access of each operand, "rw,r". Default: first "rw", others "r" … each row family's builder states it. */
  readonly access: readonly Access[];
  /** Status flags read, written (undefined ones included), and of those left undefined by the SDM. */
  readonly reads: number;
  readonly writes: number;
  readonly undefinedFlags: number;
  readonly flow: Flow;
  /** Semantics look at the immediate's value: the interpreter makes a handler per value. */
  readonly staticImm?: boolean;
  /** CPUID feature that the row belongs to ("sse4.1"); absent = x86-64 baseline. */
  readonly feature?: string;
}
