/** Which registers a region's instructions touch, implicit operands included. */
import type { AccessSize, ConditionCode, Emitter, FlagName } from "../emit/emitter.ts";
import type { FlagRecord } from "../emit/flags.ts";
import {
  I32,
  I64,
  i32,
  i64,
  isLeaf,
  isLowDouble,
  local,
  OP_I64X2_REPLACE,
  OP_V128_CONST,
  V128,
  type ValType,
  type Value,
} from "../emit/value.ts";
import type { Insn, MemOperand, Operand, OperandSize } from "../isa/insn.ts";

/** An access to a general register plus a constant. */
export interface RegisterAccess {
  readonly register: number;
  readonly low: number;
  readonly high: number;
  readonly write: boolean;
}

/** Masks of registers: bits 0–15 general, 16–31 SSE. */
export interface BlockRegisters {
  /** Read or written. */
  readonly touched: number;
  readonly written: number;
  /** Read, or written in part, before they are written as a whole. */
  readonly readFirst: number;
  /** How often each SSE register's low half becomes a double of its own, less how often the whole is computed. */
  readonly doubles: readonly number[];
  /** Accesses through registers that still have the value that they have at the start. */
  readonly early: readonly RegisterAccess[];
  readonly writesFlags: boolean;
  /** A helper runs in the middle: it finds everything in the state block, and may change everything there. */
  readonly hasHelper: boolean;
}

/**
 * Runs the semantics against an emitter that emits nothing and only notes registers: nobody has to keep
 * lists of implicit operands.
 */
export function registersOf(insns: readonly Insn[]): BlockRegisters {
  const probe = new Probe();
  let writesFlags = false;
  for (const insn of insns) {
    probe.instruction(insn);
    if (insn.row.writes !== 0) writesFlags = true;
  }
  return {
    touched: probe.touched,
    written: probe.written,
    readFirst: probe.readFirst,
    doubles: probe.doubles,
    early: probe.early,
    writesFlags: writesFlags || probe.setsFlags,
    hasHelper: probe.hasHelper,
  };
}

/** A value that is no constant, of any type. */
const unknown = (type: ValType): Value => local(type, 0);

/** What is as good for a register of either kind. */
function isCopy(v: Value): boolean {
  return isLeaf(v) || v.op === OP_V128_CONST;
}

class Probe implements Emitter {
  readonly checksMxcsr = false;
  touched = 0;
  written = 0;
  readFirst = 0;
  setsFlags = false;
  hasHelper = false;
  readonly early: RegisterAccess[] = [];
  readonly doubles: number[] = new Array<number>(16).fill(0);
  /** Written as a whole. */
  #whole = 0;

  #reads(bit: number): void {
    this.touched |= bit;
    this.readFirst |= bit & ~this.#whole;
  }

  #writes(bit: number, isWhole: boolean): void {
    if (!isWhole) this.#reads(bit);
    this.touched |= bit;
    this.written |= bit;
    if (isWhole) this.#whole |= bit;
  }

  instruction(insn: Insn): void {
    insn.operands.forEach((op, i) => {
      if (op.kind !== "mem") return;
      this.#notes(op, insn.row.access[i]);
      if (op.base >= 0) this.#reads(1 << op.base);
      if (op.index >= 0) this.#reads(1 << op.index);
    });
    insn.row.semantics(this, insn);
  }

  #notes(op: MemOperand, access: string | undefined): void {
    if (op.size === 0 || access === undefined || access === "a" || access === "-") return;
    if (op.base < 0 || op.index >= 0 || op.segment !== "none" || op.addressSize === 4) return;
    if (this.hasHelper || (this.written & (1 << op.base)) !== 0) return;
    const { base, disp, size } = op;
    this.early.push({ register: base, low: disp, high: disp + size, write: access !== "r" });
  }

  let(v: Value): Value {
    return v;
  }

  choose(_cond: Value, then: () => Value, otherwise: () => Value): Value {
    otherwise();
    return then();
  }

  read(op: Operand): Value {
    switch (op.kind) {
      case "gpr":
        this.#reads(1 << op.index);
        return unknown(op.size === 8 ? I64 : I32);
      case "xmm":
        this.#reads(1 << (op.index + 16));
        return unknown(V128);
      case "mmx":
        return unknown(I64);
      case "mem":
        return unknown(op.size === 16 ? V128 : op.size === 8 ? I64 : I32);
      case "imm":
        return op.size === 8 ? i64.const(op.value64) : i32.const(op.value);
      case "rel":
        return i64.const(op.target);
      default:
        return unknown(I32);
    }
  }

  write(op: Operand, v: Value): void {
    if (op.kind === "gpr") this.#writes(1 << op.index, op.size >= 4);
    if (op.kind === "xmm") this.writeXmm(op.index, v);
  }

  stIndex(): Value {
    return unknown(I32);
  }

  effectiveAddress(): Value {
    return unknown(I64);
  }

  linearAddress(): Value {
    return unknown(I64);
  }

  readGpr(index: number, size: OperandSize): Value {
    this.#reads(1 << index);
    return unknown(size === 8 ? I64 : I32);
  }

  writeGpr(index: number, size: OperandSize): void {
    this.#writes(1 << index, size >= 4);
  }

  readAh(): Value {
    this.#reads(1);
    return unknown(I32);
  }

  writeAh(): void {
    this.#writes(1, false);
  }

  readXmm(index: number): Value {
    this.#reads(1 << (index + 16));
    return unknown(V128);
  }

  writeXmm(index: number, v: Value): void {
    this.#writes(1 << (index + 16), true);
    const was = this.doubles[index] as number;
    if (isLowDouble(v) || v.op === OP_I64X2_REPLACE) this.doubles[index] = was + 1;
    else if (!isCopy(v)) this.doubles[index] = was - 1;
  }

  loadAt(size: AccessSize): Value {
    return unknown(size === 16 ? V128 : size === 8 ? I64 : I32);
  }

  storeAt(): void {}
  checkWrite(): void {}

  setFlags(_record: FlagRecord): void {
    this.setsFlags = true;
  }

  flag(_name: FlagName): Value {
    return unknown(I32);
  }

  condition(_cc: ConditionCode): Value {
    return unknown(I32);
  }

  readFlags(): Value {
    return unknown(I64);
  }

  writeFlags(): void {
    this.setsFlags = true;
  }

  readState(_offset: number, type: ValType): Value {
    return unknown(type);
  }

  writeState(): void {}
  raise(): void {}
  checkTarget(): void {}
  jump(): void {}
  branch(): void {}
  call(): void {}
  ret(): void {}

  nextPc(insn: Insn): Value {
    return i64.const(insn.pc + insn.length);
  }

  helper(): void {
    this.hasHelper = true;
  }

  pureHelper(): Value {
    return unknown(I64);
  }

  syscall(): void {}
}
