/**
 * The decoder: bytes → `Insn`, 64-bit mode only (SDM vol. 2, chapter 2). It knows prefixes, REX, ModRM, SIB,
 * displacements and immediates; what an opcode means stands in the rows.
 *
 *   [legacy prefixes]* [REX] opcode(1–3) [ModRM [SIB] [disp8|disp32]] [immediate]      at most 15 bytes
 */
import { buildTables, type Candidate, type OpcodeMap, SizeRule } from "./decoder-tables.ts";
import {
  type Insn,
  type MemOperand,
  NO_REGISTER,
  type Operand,
  type OperandSize,
  RIP_BASE,
} from "./insn.ts";
import { Method, type OperandCode, Size } from "./operand-codes.ts";
import { gpr, Immediate, immByte, mmx, segment, st, xmm } from "./operands.ts";
import { allRows } from "./rows/index.ts";

/** Longest instruction; a longer one raises #GP(0). */
export const MAX_LENGTH = 15;

/** Why no instruction came out. `row` is there so that `insn.row === undefined` tells it from an `Insn`. */
export type DecodeFailure =
  /** More bytes than there are before `end`: the caller decides what the next page is. */
  | { readonly kind: "truncated"; readonly row?: undefined }
  /** #UD. `length` bytes were looked at. */
  | { readonly kind: "invalid"; readonly length: number; readonly row?: undefined }
  /** #GP(0): more than 15 bytes. */
  | { readonly kind: "too-long"; readonly row?: undefined };

const TRUNCATED: DecodeFailure = { kind: "truncated" };
const TOO_LONG: DecodeFailure = { kind: "too-long" };
const NO_OPERANDS: readonly Operand[] = [];

/** Bytes that are prefixes in 64-bit mode. */
const PREFIX_NONE = 0;
const PREFIX_REX = 1;
const PREFIX_IGNORED = 2;
const PREFIX_FS = 3;
const PREFIX_GS = 4;
const PREFIX_66 = 5;
const PREFIX_67 = 6;
const PREFIX_LOCK = 7;
const PREFIX_REPEAT = 8;

const prefixKind = new Uint8Array(256);
prefixKind.fill(PREFIX_REX, 0x40, 0x50);
for (const b of [0x26, 0x2e, 0x36, 0x3e]) prefixKind[b] = PREFIX_IGNORED;
prefixKind[0x64] = PREFIX_FS;
prefixKind[0x65] = PREFIX_GS;
prefixKind[0x66] = PREFIX_66;
prefixKind[0x67] = PREFIX_67;
prefixKind[0xf0] = PREFIX_LOCK;
prefixKind[0xf2] = PREFIX_REPEAT;
prefixKind[0xf3] = PREFIX_REPEAT;

const maps: readonly OpcodeMap[] = buildTables(allRows);

const SCALES = [1, 2, 4, 8] as const;
const SEGMENTS = ["none", "fs", "gs"] as const;

function invalid(length: number): DecodeFailure {
  return { kind: "invalid", length };
}

function int32(bytes: Uint8Array, p: number): number {
  return (
    (bytes[p] as number) |
    ((bytes[p + 1] as number) << 8) |
    ((bytes[p + 2] as number) << 16) |
    ((bytes[p + 3] as number) << 24)
  );
}

/** Candidates stand in order of their constraints: the first that fits is the row. */
function choose(list: readonly Candidate[], rm: number, rex: number): Candidate | undefined {
  for (let i = 0; i < list.length; i++) {
    const c = list[i] as Candidate;
    if (c.rm >= 0 && c.rm !== rm) continue;
    if (c.rexW >= 0 && c.rexW !== ((rex >> 3) & 1)) continue;
    if (c.needsRexB && (rex & 1) === 0) continue;
    return c;
  }
  return undefined;
}

function insnSize(rule: number, rexW: boolean, has66: boolean): OperandSize {
  switch (rule) {
    case SizeRule.byte:
      return 1;
    case SizeRule.v:
      return rexW ? 8 : has66 ? 2 : 4;
    case SizeRule.default64:
      return has66 && !rexW ? 2 : 8;
    case SizeRule.forced64:
      return 8;
    default:
      return rexW ? 8 : 4;
  }
}

function operandBytes(size: number, rexW: boolean, insn: OperandSize): number {
  if (size >= 0) return size;
  if (size === Size.v) return insn;
  if (size === Size.y) return rexW || insn === 8 ? 8 : 4;
  if (size === Size.z) return insn === 8 ? 4 : insn;
  return insn + 2; // Size.p
}

/**
 * Decodes the instruction at `bytes[off]`, not looking at `bytes[end]` and beyond; `pc` is its guest address.
 * Never throws, whatever the bytes.
 */
export function decode(
  bytes: Uint8Array,
  off: number,
  end: number,
  pc: number,
): Insn | DecodeFailure {
  const limit = end - off < MAX_LENGTH ? end : off + MAX_LENGTH;
  const short = end - off < MAX_LENGTH ? TRUNCATED : TOO_LONG;
  let p = off;

  // Prefixes. REX counts only right before the opcode.
  let rex = 0;
  let has66 = false;
  let lock = false;
  let repeat: 0 | 0xf2 | 0xf3 = 0;
  let addressSize: 4 | 8 = 8;
  let segmentIndex = 0;
  let byte: number;
  for (;;) {
    if (p >= limit) return short;
    byte = bytes[p++] as number;
    const kind = prefixKind[byte] as number;
    if (kind === PREFIX_NONE) break;
    if (kind === PREFIX_REX) {
      rex = byte;
      continue;
    }
    rex = 0;
    if (kind === PREFIX_66) has66 = true;
    else if (kind === PREFIX_REPEAT) repeat = byte as 0xf2 | 0xf3;
    else if (kind === PREFIX_FS) segmentIndex = 1;
    else if (kind === PREFIX_GS) segmentIndex = 2;
    else if (kind === PREFIX_67) addressSize = 4;
    else if (kind === PREFIX_LOCK) lock = true;
  }

  // Opcode.
  let map = 0;
  if (byte === 0x0f) {
    if (p >= limit) return short;
    byte = bytes[p++] as number;
    map = 1;
    if (byte === 0x38 || byte === 0x3a) {
      map = byte === 0x38 ? 2 : 3;
      if (p >= limit) return short;
      byte = bytes[p++] as number;
    }
  }
  const entry = (maps[map] as OpcodeMap)[byte];
  if (entry === undefined) return invalid(p - off);
  const opcodeByte = byte;

  // ModRM, SIB and displacement.
  const prefixIndex = repeat === 0xf3 ? 48 : repeat === 0xf2 ? 32 : has66 ? 16 : 0;
  let reg = 0;
  let rm = 0;
  let isMemory = false;
  let base = NO_REGISTER;
  let index = NO_REGISTER;
  let scale = 0;
  let disp = 0;
  let candidate: Candidate | undefined;
  if (entry.hasModrm) {
    if (p >= limit) return short;
    const modrm = bytes[p++] as number;
    const mod = modrm >> 6;
    reg = (modrm >> 3) & 7;
    rm = modrm & 7;
    isMemory = mod !== 3;
    const list = entry.candidates[prefixIndex | (isMemory ? 0 : 8) | reg] as readonly Candidate[];
    candidate = choose(list, rm, rex);
    if (candidate === undefined) return invalid(p - off);
    reg |= (rex & 4) << 1;
    if (isMemory) {
      let dispSize = mod === 1 ? 1 : mod === 2 ? 4 : 0;
      if (rm === 4) {
        if (p >= limit) return short;
        const sib = bytes[p++] as number;
        scale = sib >> 6;
        index = ((sib >> 3) & 7) | ((rex & 2) << 2);
        if (index === 4) {
          index = NO_REGISTER;
          scale = 0;
        }
        base = (sib & 7) | ((rex & 1) << 3);
        if ((sib & 7) === 5 && mod === 0) {
          base = NO_REGISTER;
          dispSize = 4;
        }
      } else if (rm === 5 && mod === 0) {
        base = RIP_BASE;
        dispSize = 4;
      } else {
        base = rm | ((rex & 1) << 3);
      }
      if (p + dispSize > limit) return short;
      if (dispSize === 1) disp = ((bytes[p] as number) << 24) >> 24;
      else if (dispSize === 4) disp = int32(bytes, p);
      p += dispSize;
    }
    rm |= (rex & 1) << 3;
  } else {
    candidate = choose(entry.candidates[prefixIndex] as readonly Candidate[], 0, rex);
    if (candidate === undefined) return invalid(p - off);
  }

  // Operands, in the order of the form; immediates stand in that order too.
  const rexW = (rex & 8) !== 0;
  const size = insnSize(candidate.sizeRule, rexW, has66);
  const codes = candidate.operands;
  const count = codes.length;
  const operands: Operand[] | readonly Operand[] =
    count === 0 ? NO_OPERANDS : new Array<Operand>(count);
  for (let i = 0; i < count; i++) {
    let code = codes[i] as OperandCode;
    if (isMemory && code.memory !== undefined) code = code.memory;
    const n = operandBytes(code.size, rexW, size);
    let operand: Operand;
    switch (code.method) {
      case Method.rmGpr:
      case Method.rmXmm:
      case Method.rmMmx:
        if (isMemory) {
          const memory: MemOperand = {
            kind: "mem",
            size: n,
            base,
            index,
            scale: SCALES[scale] as 1 | 2 | 4 | 8,
            disp,
            segment: SEGMENTS[segmentIndex] as "none" | "fs" | "gs",
            addressSize,
          };
          operand = memory;
        } else if (code.method === Method.rmGpr) operand = gpr(rm, n, rex !== 0);
        else if (code.method === Method.rmXmm) operand = xmm(rm, n);
        else operand = mmx(rm & 7, n);
        break;
      case Method.rmSt:
        operand = st(rm & 7);
        break;
      case Method.regGpr:
        operand = gpr(reg, n, rex !== 0);
        break;
      case Method.regXmm:
        operand = xmm(reg, n);
        break;
      case Method.regMmx:
        operand = mmx(reg & 7, n);
        break;
      case Method.regSegment:
        if ((reg & 7) > 5) return invalid(p - off);
        operand = segment(reg & 7);
        break;
      case Method.regControl:
        operand = segment(16 + reg);
        break;
      case Method.regDebug:
        operand = segment(32 + reg);
        break;
      case Method.opcodeGpr:
        operand = gpr((opcodeByte & 7) | ((rex & 1) << 3), n, rex !== 0);
        break;
      case Method.fixedGpr:
        operand = gpr(code.fixed, n, true);
        break;
      case Method.fixedXmm:
        operand = xmm(code.fixed, n);
        break;
      case Method.fixedSt:
        operand = st(code.fixed);
        break;
      case Method.fixedSegment:
        operand = segment(code.fixed);
        break;
      case Method.one:
        operand = immByte(1);
        break;
      case Method.immByte:
        if (p >= limit) return short;
        operand = immByte(bytes[p++] as number);
        break;
      case Method.immByteSigned: {
        if (p >= limit) return short;
        const value = ((bytes[p++] as number) << 24) >> 24;
        operand = new Immediate(
          size,
          size === 2 ? value & 0xffff : value,
          size === 2 ? 0 : value >> 31,
        );
        break;
      }
      case Method.immWord:
        if (p + 2 > limit) return short;
        operand = new Immediate(2, (bytes[p] as number) | ((bytes[p + 1] as number) << 8), 0);
        p += 2;
        break;
      case Method.immZ:
      case Method.immV: {
        const wide = code.method === Method.immV && size === 8;
        const length = size === 2 ? 2 : wide ? 8 : 4;
        if (p + length > limit) return short;
        if (size === 2) {
          operand = new Immediate(2, (bytes[p] as number) | ((bytes[p + 1] as number) << 8), 0);
        } else {
          const low = int32(bytes, p);
          operand = new Immediate(size, low, wide ? int32(bytes, p + 4) : low >> 31);
        }
        p += length;
        break;
      }
      case Method.rel8: {
        if (p >= limit) return short;
        const distance = ((bytes[p++] as number) << 24) >> 24;
        operand = { kind: "rel", target: pc + (p - off) + distance };
        break;
      }
      case Method.rel32: {
        if (p + 4 > limit) return short;
        const distance = int32(bytes, p);
        p += 4;
        operand = { kind: "rel", target: pc + (p - off) + distance };
        break;
      }
      case Method.moffs: {
        if (p + addressSize > limit) return short;
        // Exact below 2^53; the addresses above are no program's, and still out of reach when rounded.
        const high = addressSize === 8 ? int32(bytes, p + 4) : 0;
        operand = {
          kind: "mem",
          size: n,
          base: NO_REGISTER,
          index: NO_REGISTER,
          scale: 1,
          disp: high * 0x1_0000_0000 + (int32(bytes, p) >>> 0),
          segment: SEGMENTS[segmentIndex] as "none" | "fs" | "gs",
          addressSize,
        };
        p += addressSize;
        break;
      }
      default:
        // Method.fixedMem: es:[rdi] of string instructions (those with a size) takes no override.
        operand = {
          kind: "mem",
          size: n,
          base: code.fixed,
          index: NO_REGISTER,
          scale: 1,
          disp: 0,
          segment:
            code.fixed === 7 && n !== 0 ? "none" : (SEGMENTS[segmentIndex] as "none" | "fs" | "gs"),
          addressSize,
        };
    }
    (operands as Operand[])[i] = operand;
  }

  if (lock && !(candidate.row.lock === true && isMemory)) return invalid(p - off);
  return {
    row: candidate.row,
    pc,
    length: p - off,
    size,
    addressSize,
    lock,
    rep: candidate.eatsRepeat ? 0 : repeat,
    operands,
  };
}
