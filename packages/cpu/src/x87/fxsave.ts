/**
 * The 512-byte FXSAVE image (SDM vol. 1, table 10-2), which is also `struct _fpstate` of a signal frame.
 *
 *     0 FCW  2 FSW  4 FTW (one bit a register)  6 FOP  8 FIP  16 FDP  24 MXCSR  28 MXCSR_MASK
 *    32 st(0) … st(7), 16 bytes each    160 xmm0 … xmm15    416 reserved, then 48 bytes of software's own
 */
import { S } from "../state.ts";
import { loadRegisters, MXCSR_MASK, setStatusWord, storeRegisters } from "./environment.ts";
import type { StateBlock } from "./stack.ts";

/** Offset of MXCSR in the image. */
export const MXCSR = 24;
const ST = 32;
const XMM = 160;
const XMM_END = 416;

/**
 * Writes the image at `addr` of `view`; bytes from 416 on stay as they are, as the processor leaves them.
 * @param isWide the REX.W form: 64-bit FIP and FDP, no selectors.
 */
export function fxsaveImage(m: StateBlock, view: DataView, addr: number, isWide: boolean): void {
  view.setUint16(addr, m.getU16(S.fcw), true);
  view.setUint16(addr + 2, m.getU16(S.fsw), true);
  view.setUint16(addr + 4, m.getU16(S.ftw) & 0xff, true);
  view.setUint16(addr + 6, m.getU16(S.fop), true);
  view.setBigUint64(addr + 8, pointerImage(m.getU64(S.fip), isWide), true);
  view.setBigUint64(addr + 16, pointerImage(m.getU64(S.fdp), isWide), true);
  view.setUint32(addr + MXCSR, m.getU32(S.mxcsr), true);
  view.setUint32(addr + 28, MXCSR_MASK, true);
  for (let i = ST; i < XMM; i += 4) view.setUint32(addr + i, 0, true);
  storeRegisters(m, view, addr + ST, 16);
  for (let i = 0; i < XMM_END - XMM; i += 4)
    view.setUint32(addr + XMM + i, m.getU32(S.xmm + i), true);
}

/** The other form keeps 32 bits, and a selector that is 0. */
function pointerImage(pointer: bigint, isWide: boolean): bigint {
  return isWide ? pointer : BigInt.asUintN(32, pointer);
}

/** @returns false, with nothing loaded, where MXCSR has bits that don't exist: #GP. */
export function fxrstorImage(
  m: StateBlock,
  view: DataView,
  addr: number,
  isWide: boolean,
): boolean {
  const mxcsr = view.getUint32(addr + MXCSR, true);
  if ((mxcsr & ~MXCSR_MASK) !== 0) return false;
  m.setU32(S.mxcsr, mxcsr);
  m.setU16(S.fcw, (view.getUint16(addr, true) & 0x1f3f) | 0x40);
  setStatusWord(m, view.getUint16(addr + 2, true));
  m.setU16(S.ftw, view.getUint8(addr + 4));
  m.setU16(S.fop, view.getUint16(addr + 6, true) & 0x7ff);
  m.setU64(S.fip, pointerImage(view.getBigUint64(addr + 8, true), isWide));
  m.setU64(S.fdp, pointerImage(view.getBigUint64(addr + 16, true), isWide));
  loadRegisters(m, view, addr + ST, 16);
  for (let i = 0; i < XMM_END - XMM; i += 4)
    m.setU32(S.xmm + i, view.getUint32(addr + XMM + i, true));
  return true;
}
