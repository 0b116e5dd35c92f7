/**
 * The FPU's state as images in memory: FNSTENV and FNSAVE (SDM vol. 1, 8.1.10) and FXSAVE (vol. 1, 10.5).
 * Selectors read as 0: there is no segmentation to report, as on processors without FCS and FDS.
 */
import type { Machine } from "../engine/helper.ts";
import { S } from "../state.ts";
import { EXP_MAX, INTEGER_BIT } from "./float80.ts";
import { BUSY, ES, type StateBlock, top } from "./stack.ts";

/** FNINIT's control word: all masked, 64 bits, to nearest. */
const INITIAL_CONTROL = 0x037f;
/** Bits of the control word that can be written; bit 6 always reads 1. */
const CONTROL_BITS = 0x1f3f;
const CONTROL_ONE = 0x40;
/** MXCSR bits that exist. */
export const MXCSR_MASK = 0xffff;
export const FXSAVE_SIZE = 512;

/** Two-bit tags of FNSTENV. */
const Tag = { VALID: 0, ZERO: 1, SPECIAL: 2, EMPTY: 3 } as const;

/** Sets the control word, and ES as the exceptions then pending ask. */
export function setControlWord(m: StateBlock, value: number): void {
  m.setU16(S.fcw, (value & CONTROL_BITS) | CONTROL_ONE);
  setStatusWord(m, m.getU16(S.fsw));
}

/** Sets the status word; ES and B follow from its exceptions and the control word. */
export function setStatusWord(m: StateBlock, value: number): void {
  const isPending = (value & ~m.getU16(S.fcw) & 0x3f) !== 0;
  m.setU16(S.fsw, (value & ~(ES | BUSY)) | (isPending ? ES | BUSY : 0));
}

/** FNINIT. The registers keep their contents, all tagged empty. */
export function initialize(m: StateBlock): void {
  m.setU16(S.fcw, INITIAL_CONTROL);
  m.setU16(S.fsw, 0);
  m.setU16(S.ftw, 0);
  m.setU16(S.fop, 0);
  m.setU64(S.fip, 0n);
  m.setU64(S.fdp, 0n);
}

/** The tag word with two bits per physical register. */
export function fullTagWord(m: StateBlock): number {
  let tags = 0;
  for (let register = 0; register < 8; register++) tags |= tag(m, register) << (2 * register);
  return tags;
}

function tag(m: StateBlock, register: number): number {
  if (((m.getU16(S.ftw) >>> register) & 1) === 0) return Tag.EMPTY;
  const offset = S.x87 + 16 * register;
  const exp = m.getU16(offset + 8) & EXP_MAX;
  const hi = m.getU32(offset + 4);
  if (exp === 0) return hi === 0 && m.getU32(offset) === 0 ? Tag.ZERO : Tag.SPECIAL;
  return exp === EXP_MAX || hi < INTEGER_BIT ? Tag.SPECIAL : Tag.VALID;
}

function setFullTagWord(m: StateBlock, tags: number): void {
  let valid = 0;
  for (let register = 0; register < 8; register++) {
    if (((tags >>> (2 * register)) & 3) !== Tag.EMPTY) valid |= 1 << register;
  }
  m.setU16(S.ftw, valid);
}

/** Size of an environment: the 32-bit protected-mode format, or with a 66 prefix the 16-bit one. */
export function environmentSize(isShort: boolean): number {
  return isShort ? 14 : 28;
}

/** FNSTENV's image, without the masking that goes with it. */
export function storeEnvironment(m: Machine, addr: number, isShort: boolean): void {
  const { view } = m;
  const words = [m.getU16(S.fcw), m.getU16(S.fsw), fullTagWord(m)];
  const step = isShort ? 2 : 4;
  words.forEach((word, i) => {
    if (isShort) view.setUint16(addr + 2 * i, word, true);
    else view.setUint32(addr + 4 * i, (word | 0xffff_0000) >>> 0, true);
  });
  const pointers = addr + 3 * step;
  if (isShort) {
    view.setUint16(pointers, m.getU32(S.fip) & 0xffff, true);
    view.setUint16(pointers + 2, 0, true);
    view.setUint16(pointers + 4, m.getU32(S.fdp) & 0xffff, true);
    view.setUint16(pointers + 6, 0, true);
    return;
  }
  view.setUint32(pointers, m.getU32(S.fip), true);
  view.setUint32(pointers + 4, (m.getU16(S.fop) & 0x7ff) << 16, true);
  view.setUint32(pointers + 8, m.getU32(S.fdp), true);
  view.setUint32(pointers + 12, 0xffff_0000, true);
}

export function loadEnvironment(m: Machine, addr: number, isShort: boolean): void {
  const { view } = m;
  const step = isShort ? 2 : 4;
  m.setU16(S.fcw, (view.getUint16(addr, true) & CONTROL_BITS) | CONTROL_ONE);
  setStatusWord(m, view.getUint16(addr + step, true));
  setFullTagWord(m, view.getUint16(addr + 2 * step, true));
  const pointers = addr + 3 * step;
  if (isShort) {
    m.setU64(S.fip, BigInt(view.getUint16(pointers, true)));
    m.setU64(S.fdp, BigInt(view.getUint16(pointers + 4, true)));
    return;
  }
  m.setU64(S.fip, BigInt(view.getUint32(pointers, true)));
  m.setU16(S.fop, (view.getUint32(pointers + 4, true) >>> 16) & 0x7ff);
  m.setU64(S.fdp, BigInt(view.getUint32(pointers + 8, true)));
}

/** Offset in the state of st(i)'s register. */
function stOffset(m: StateBlock, i: number): number {
  return S.x87 + 16 * ((top(m) + i) & 7);
}

/** Ten bytes per register in stack order, `stride` apart: the tail of FNSAVE (10) and the middle of FXSAVE (16). */
export function storeRegisters(m: StateBlock, view: DataView, addr: number, stride: number): void {
  for (let i = 0; i < 8; i++) {
    const offset = stOffset(m, i);
    const to = addr + stride * i;
    view.setUint32(to, m.getU32(offset), true);
    view.setUint32(to + 4, m.getU32(offset + 4), true);
    view.setUint16(to + 8, m.getU16(offset + 8), true);
  }
}

export function loadRegisters(m: StateBlock, view: DataView, addr: number, stride: number): void {
  for (let i = 0; i < 8; i++) {
    const offset = stOffset(m, i);
    const from = addr + stride * i;
    m.setU32(offset, view.getUint32(from, true));
    m.setU32(offset + 4, view.getUint32(from + 4, true));
    m.setU16(offset + 8, view.getUint16(from + 8, true));
  }
}
