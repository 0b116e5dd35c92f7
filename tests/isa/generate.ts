/**
 * Makes random instances of a row: an encoding with random prefixes, registers, addressing form and immediates, and
 * the registers and memory to run it with. Everything follows from (row, seed, index).
 */
import { chooseAddress, chooseMemory } from "./address.ts";
import { CODE_BASE, CODE_LEN, DATA_BASE, slotPc } from "./arena.ts";
import { type Case, rowKey } from "./case.ts";
import { Method, type OperandCode, type Row, Size } from "./cpu.ts";
import { Draft, type Roles } from "./draft.ts";
import { encode, type InstructionFields, littleEndian, type MemoryFields } from "./encode.ts";
import { landing } from "./landing.ts";
import { CONTROL_REGISTERS, DEBUG_REGISTERS } from "./left-out.ts";
import { hashText, Prng } from "./prng.ts";
import { fillRegisters, segmentBase } from "./random-state.ts";
import { R, Registers } from "./registers.ts";
import { factsOf } from "./row-facts.ts";
import { afterOperands, beforeOperands } from "./special.ts";
import { cornerInt, fillLanes, flipBit } from "./values.ts";

const MAX_LENGTH = 15;
/** Segment overrides that 64-bit mode ignores. */
const IGNORED_SEGMENTS: readonly number[] = [0x2e, 0x36, 0x3e, 0x26];

/** Case `index` of a row under a seed. */
export function generateCase(row: Row, seed: number, index: number): Case {
  const key = rowKey(row);
  const prng = new Prng(hashText(`${key}#${seed}#${index}`));
  const facts = factsOf(row);
  const registers = new Registers();
  fillRegisters(prng, registers, facts);
  const draft = new Draft(row, facts, prng, slotPc(index), registers);
  const prefixes = choosePrefixes(draft);
  registers.rip = draft.pc;
  beforeOperands(draft);
  const fields = chooseOperands(draft, prefixes);
  const code = layOut(draft, fields);
  afterOperands(draft, code.length);
  return {
    row,
    rowKey: key,
    index,
    code,
    pc: draft.pc,
    registers,
    windows: draft.windows,
    target: draft.isMemory && draft.target <= 0xffff_ffffn ? Number(draft.target) : undefined,
    usesSegmentBases: draft.segment !== "none",
  };
}

/** Bytes of one instruction of a sequence, whose registers are set already. */
export function generateInSequence(
  row: Row,
  prng: Prng,
  pc: number,
  registers: Registers,
  roles: Roles,
): { code: Uint8Array; size: number } {
  const draft = new Draft(row, factsOf(row), prng, pc, registers);
  draft.roles = roles;
  const fields = chooseOperands(draft, choosePrefixes(draft));
  return { code: layOut(draft, fields), size: draft.size };
}

/** Chooses prefixes and what follows from them in the draft; returns them without REX. */
function choosePrefixes(draft: Draft): number[] {
  const { prng, row, facts } = draft;
  const prefixes: number[] = [];
  const hasSize = facts.codes.some((c) => isSized(c.size) || isSized(c.memory?.size ?? 0));
  const hasMemory = facts.mod !== "reg" && (facts.hasModrm || facts.codes.some(isMemoryMethod));

  // Operand size. 66 on branches is ignored by Intel and honoured by AMD; where 66 picks the row it isn't free.
  const may66 = !facts.isBranch && (row.prefix === undefined || (row.prefix > 0x66 && hasSize));
  const has66 = may66 && prng.chance(facts.isX87 ? 0.03 : 0.25);
  if (has66) prefixes.push(0x66);
  if (row.rexW !== undefined) draft.rexW = row.rexW === 1;
  else draft.rexW = prng.chance(hasSize || facts.codes.length === 0 ? 0.35 : 0.05);
  if (row.default64 === true) draft.size = has66 && !draft.rexW ? 2 : 8;
  else draft.size = draft.rexW ? 8 : has66 ? 2 : 4;

  if (row.prefix !== undefined && row.prefix !== 0) prefixes.push(row.prefix);
  else if (facts.isString) {
    draft.rep = prng.pick([0, 0xf3, 0xf3, 0xf2] as const);
    if (draft.rep !== 0) prefixes.push(draft.rep);
  }

  const usesAddress =
    hasMemory || facts.isString || /^(loop|jrcxz|jecxz|maskmov|xlat)/.test(row.mnemonic);
  const inSequence = draft.roles !== undefined;
  if (usesAddress && !inSequence && prng.chance(0.12)) {
    draft.addressSize = 4;
    prefixes.push(0x67);
  }
  if (hasMemory && !facts.isString && !inSequence && prng.chance(0.08)) {
    draft.segment = prng.pick(["fs", "gs"] as const);
    prefixes.push(draft.segment === "fs" ? 0x64 : 0x65);
  } else if (prng.chance(0.02)) {
    prefixes.push(prng.pick(IGNORED_SEGMENTS));
  }
  for (let i = prefixes.length - 1; i > 0; i--) {
    const j = prng.below(i + 1);
    [prefixes[i], prefixes[j]] = [prefixes[j] as number, prefixes[i] as number];
  }
  return prefixes;
}

function isSized(size: number): boolean {
  return size < 0;
}

function isMemoryMethod(code: OperandCode): boolean {
  return code.method === Method.moffs || code.method === Method.fixedMem;
}

const ALL_REGISTERS: readonly number[] = Array.from({ length: 16 }, (_, i) => i);

/** ModRM.reg of moves from and to control and debug registers. */
function systemRegisters(row: Row): readonly number[] | undefined {
  if (row.opcode === 0x0f20 || row.opcode === 0x0f22) return CONTROL_REGISTERS;
  if (row.opcode === 0x0f21 || row.opcode === 0x0f23) return DEBUG_REGISTERS;
  return undefined;
}

/** ModRM.reg, with REX.R as bit 3. */
function chooseReg(draft: Draft): number {
  const { prng, row, facts } = draft;
  const registers = systemRegisters(row) ?? ALL_REGISTERS;
  for (;;) {
    const reg = prng.pick(registers);
    if (!facts.takenDigits.includes(reg & 7)) return reg;
  }
}

/** Registers, memory and immediates of the operands. */
function chooseOperands(draft: Draft, prefixes: number[]): InstructionFields {
  const { prng, row, facts } = draft;
  draft.isMemory =
    facts.hasModrm && (facts.mod !== undefined ? facts.mod === "mem" : prng.chance(0.45));
  draft.rm = row.rm ?? prng.below(16);
  draft.reg = row.digit ?? chooseReg(draft);
  const forceRex = prng.chance(0.1) && row.opcode !== 0x90;
  let opcodeB = false;
  const immediates: Uint8Array[] = [];
  for (const given of facts.codes) {
    const code = draft.isMemory && given.memory !== undefined ? given.memory : given;
    switch (code.method) {
      case Method.rmGpr:
      case Method.rmXmm:
      case Method.rmMmx:
        if (draft.isMemory) draft.memorySize = operandBytes(draft, code.size);
        else if (code.method === Method.rmGpr && draft.roles !== undefined)
          draft.rm = prng.pick(draft.roles.operands);
        break;
      case Method.regGpr:
        if (draft.roles !== undefined) draft.reg = prng.pick(draft.roles.operands);
        break;
      case Method.rmSt:
        draft.rm &= 7;
        break;
      case Method.regSegment:
        draft.reg = row.digit ?? prng.below(6);
        break;
      case Method.opcodeGpr:
        // 90 is NOP: XCHG with rax needs REX.B.
        opcodeB = row.opcode === 0x90 || prng.chance(0.5);
        if (draft.roles?.operands.includes(opcodeRegister(row, opcodeB)) === false)
          opcodeB = !opcodeB;
        break;
      case Method.moffs:
        draft.memorySize = operandBytes(draft, code.size);
        immediates.push(chooseMoffs(draft));
        break;
      default:
        chooseImmediate(draft, code, immediates);
    }
  }
  // A row that fixes the ModRM byte has no operand in it, so REX.B must not be there for its sake alone.
  let rm: number | MemoryFields = draft.rm;
  if (row.digit !== undefined && row.rm !== undefined) rm = row.rm;
  if (draft.isMemory) rm = chooseModrmMemory(draft);
  const immediate = new Uint8Array(immediates.reduce((n, b) => n + b.length, 0));
  let off = 0;
  for (const bytes of immediates) {
    immediate.set(bytes, off);
    off += bytes.length;
  }
  if (row.lock === true && draft.isMemory && prng.chance(0.2)) {
    draft.lock = true;
    prefixes.unshift(0xf0);
  }
  const fields = { prefixes, rexW: draft.rexW, forceRex, opcode: row.opcode, opcodeB, immediate };
  return facts.hasModrm ? { ...fields, modrm: { reg: draft.reg, rm } } : fields;
}

function operandBytes(draft: Draft, size: number): number {
  if (size >= 0) return size;
  if (size === Size.v) return draft.size;
  if (size === Size.y) return draft.rexW || draft.size === 8 ? 8 : 4;
  if (size === Size.z) return Math.min(draft.size, 4);
  return draft.size + 2;
}

/** The base of the draft's segment, with one chosen for it if it has none yet. */
function chooseSegment(draft: Draft, isOffset = false): bigint {
  if (draft.segment === "none") return 0n;
  let base = segmentBase(draft.prng, draft.addressSize);
  // An offset has no sign: the segment begins below it.
  if (isOffset && base > draft.target) base = 0n;
  draft.registers.view.setBigUint64(draft.segment === "fs" ? R.fsBase : R.gsBase, base, true);
  return base;
}

function chooseTarget(draft: Draft): void {
  draft.target = chooseAddress(draft.prng, draft.memorySize);
  if (draft.addressSize === 4 && draft.target > 0xffff_ffffn) {
    draft.target = BigInt(DATA_BASE + 0x400 + draft.prng.below(0x800) * 16);
  }
}

/** The register of a row that has one in its opcode byte. */
export function opcodeRegister(row: Row, rexB: boolean): number {
  return (row.opcode & 7) | (rexB ? 8 : 0);
}

/** A pointer register and a displacement, sometimes misaligned. */
function chooseRoleMemory(draft: Draft, pointers: ReadonlyMap<number, number>): MemoryFields {
  const { prng, memorySize } = draft;
  const base = prng.pick([...pointers.keys()]);
  const unit = memorySize >= 16 && prng.chance(0.97) ? 16 : prng.pick([1, 4, 8]);
  const disp = unit * prng.between(Math.ceil(-0x100 / unit), Math.floor(0x100 / unit));
  draft.target = BigInt((pointers.get(base) as number) + disp);
  const dispSize = disp === 0 ? 0 : disp >= -128 && disp < 128 ? 1 : 4;
  return { base, index: "none", scale: 1, disp, dispSize };
}

function chooseModrmMemory(draft: Draft): MemoryFields {
  if (draft.roles !== undefined) return chooseRoleMemory(draft, draft.roles.pointers);
  chooseTarget(draft);
  const base = chooseSegment(draft);
  if (draft.addressSize === 4 && draft.target < base) draft.target = base + 0x40n;
  const fields = chooseMemory(draft.prng, draft.registers, draft.target, base, draft.addressSize);
  draft.addressRegisters = [fields.base, fields.index].filter((r) => typeof r === "number");
  fillTarget(draft);
  return fields;
}

function chooseMoffs(draft: Draft): Uint8Array {
  chooseTarget(draft);
  const base = chooseSegment(draft, true);
  fillTarget(draft);
  return littleEndian(
    BigInt.asUintN(8 * draft.addressSize, draft.target - base),
    draft.addressSize,
  );
}

/** Something worth reading in the memory operand: corner values, or nearly what a register holds. */
function fillTarget(draft: Draft): void {
  const { prng, memorySize, registers, facts } = draft;
  if (memorySize === 0) return;
  const bytes = new Uint8Array(memorySize);
  fillLanes(
    prng,
    new DataView(bytes.buffer),
    0,
    memorySize,
    prng.chance(0.85) ? facts.lens : "any",
  );
  if (prng.chance(0.25)) {
    const from =
      facts.isX87 || facts.isMmx
        ? R.st + 16 * prng.below(8)
        : memorySize === 16
          ? R.xmm + 16 * prng.below(16)
          : R.gpr + 8 * prng.below(16);
    bytes.set(registers.u8.subarray(from, from + Math.min(memorySize, 16)));
    if (prng.chance(0.3)) flipBit(prng, bytes);
  }
  draft.setMemory(draft.target, bytes);
}

function chooseImmediate(draft: Draft, code: OperandCode, out: Uint8Array[]): void {
  const { prng } = draft;
  const value = (bits: number): bigint => {
    const wanted = draft.immediate;
    draft.immediate = undefined;
    return wanted ?? cornerInt(prng, bits);
  };
  switch (code.method) {
    case Method.immByte:
    case Method.immByteSigned:
      out.push(
        littleEndian(prng.chance(0.4) ? (draft.immediate ?? BigInt(prng.below(256))) : value(8), 1),
      );
      break;
    case Method.immWord:
      out.push(littleEndian(value(16), 2));
      break;
    case Method.immZ:
      out.push(littleEndian(value(8 * Math.min(draft.size, 4)), Math.min(draft.size, 4)));
      break;
    case Method.immV:
      out.push(littleEndian(value(8 * draft.size), draft.size));
      break;
    case Method.rel8: // Within the slot, not into the instruction itself.
      out.push(
        littleEndian(
          BigInt(prng.chance(0.5) ? prng.between(0, 127) : -prng.between(MAX_LENGTH + 1, 128)),
          1,
        ),
      );
      break;
    case Method.rel32:
      out.push(littleEndian(BigInt(farDistance(draft)), 4));
      break;
  }
}

/** To the front part of any slot, where only int3 is. */
function farDistance(draft: Draft): number {
  const { prng, pc } = draft;
  if (prng.chance(0.02)) return CODE_BASE + CODE_LEN + 0x10_0000 + prng.below(0x1000) - pc; // Not mapped.
  if (prng.chance(0.3)) return prng.between(0, 127);
  return landing(prng) - pc;
}

/** Bytes, with rip-relative displacements settled and optional prefixes dropped if there were too many. */
function layOut(draft: Draft, fields: InstructionFields): Uint8Array {
  const code = encode(fields);
  if (code.length > MAX_LENGTH) {
    const prefixes = fields.prefixes.filter((p) => !IGNORED_SEGMENTS.includes(p));
    if (prefixes.length < fields.prefixes.length) return layOut(draft, { ...fields, prefixes });
    throw new Error(`${rowKey(draft.row)}: instance of ${code.length} bytes`);
  }
  const rm = fields.modrm?.rm;
  if (rm === undefined || typeof rm === "number" || rm.base !== "rip") return code;
  const disp = rm.disp - (draft.pc + code.length);
  return encode({ ...fields, modrm: { reg: fields.modrm?.reg ?? 0, rm: { ...rm, disp } } });
}
