/** Which registers a region's instructions touch, implicit operands included. */
import type { AccessSize, ConditionCode, Emitter, FlagName } from "../emit/emitter.ts";
import type { FlagRecord } from "../emit/flags.ts";
import { I32, I64, i32, i64, local, V128, type ValType, type Value } from "../emit/value.ts";
import type { Insn, Operand, OperandSize } from "../isa/insn.ts";
import type { RegionBlock } from "./form.ts";

export interface UsedRegisters {
  readonly gprs: readonly number[];
  readonly xmms: readonly number[];
  readonly writtenGprs: readonly number[];
  readonly writtenXmms: readonly number[];
  readonly writesFlags: boolean;
}

/**
 * Runs the semantics against an emitter that emits nothing and only notes registers: nobody has to keep
 * lists of implicit operands.
 */
export function registersOf(blocks: Iterable<RegionBlock>): UsedRegisters {
  const probe = new Probe();
  let writesFlags = false;
  for (const block of blocks) {
    for (const insn of block.insns) {
      probe.instruction(insn);
      if (insn.row.writes !== 0) writesFlags = true;
    }
  }
  const sorted = (s: Set<number>): number[] => [...s].sort((a, b) => a - b);
  return {
    gprs: sorted(probe.gprs),
    xmms: sorted(probe.xmms),
    writtenGprs: sorted(probe.writtenGprs),
    writtenXmms: sorted(probe.writtenXmms),
    // Helpers write the state block; syscalls and calls may change what is there, and it is read back.
    writesFlags: writesFlags || probe.setsFlags,
  };
}

/** A value that is no constant, of any type. */
const unknown = (type: ValType): Value => local(type, 0);

class Probe implements Emitter {
  readonly checksMxcsr = false;
  readonly gprs: Set<number> = new Set();
  readonly xmms: Set<number> = new Set();
  readonly writtenGprs: Set<number> = new Set();
  readonly writtenXmms: Set<number> = new Set();
  setsFlags = false;

  instruction(insn: Insn): void {
    for (const op of insn.operands) {
      if (op.kind !== "mem") continue;
      if (op.base >= 0) this.gprs.add(op.base);
      if (op.index >= 0) this.gprs.add(op.index);
    }
    insn.row.semantics(this, insn);
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
        this.gprs.add(op.index);
        return unknown(op.size === 8 ? I64 : I32);
      case "xmm":
        this.xmms.add(op.index);
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

  write(op: Operand, _v: Value): void {
    if (op.kind === "gpr") this.writeGpr(op.index);
    if (op.kind === "xmm") this.writeXmm(op.index);
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
    this.gprs.add(index);
    return unknown(size === 8 ? I64 : I32);
  }

  writeGpr(index: number): void {
    this.gprs.add(index);
    this.writtenGprs.add(index);
  }

  readAh(): Value {
    this.gprs.add(0);
    return unknown(I32);
  }

  writeAh(): void {
    this.writeGpr(0);
  }

  readXmm(index: number): Value {
    this.xmms.add(index);
    return unknown(V128);
  }

  writeXmm(index: number): void {
    this.xmms.add(index);
    this.writtenXmms.add(index);
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
  jump(): void {}
  branch(): void {}
  call(): void {}
  ret(): void {}

  nextPc(insn: Insn): Value {
    return i64.const(insn.pc + insn.length);
  }

  helper(): void {}

  pureHelper(): Value {
    return unknown(I64);
  }

  syscall(): void {}
}
