/** Odds and ends: timeStamp, crc32c (pure), enter. */
import { RBP, RSP, S } from "../../state.ts";
import type { Helper, Machine } from "../helper.ts";

/** () → time-stamp counter. */
function timeStamp(m: Machine): boolean {
  m.setU64(S.scratch, m.timeStamp());
  return true;
}

/** CRC-32C (Castagnoli), reflected: the remainder of each byte. */
const CRC_TABLE: Uint32Array = buildTable(0x82f63b78);

function buildTable(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
    return crc;
  });
}

/** (crc, data, bytes of data) → crc over data. */
function crc32c(m: Machine): boolean {
  let crc = m.getU32(S.scratch);
  let data = m.getU32(S.scratch + 8);
  const bytes = m.getU32(S.scratch + 16);
  for (let i = 0; i < bytes; i++) {
    if (i === 4) data = m.getU32(S.scratch + 12);
    crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ data) & 0xff] as number);
    data >>>= 8;
  }
  m.setU64(S.scratch, BigInt(crc >>> 0));
  return true;
}

/**
 * enter imm16, imm8 (SDM vol. 2, ENTER): (bytes to allocate, nesting level, operand size 2 or 8).
 * Pushes rbp and, for nested procedures, the frame pointers of the outer ones.
 */
function enter(m: Machine): boolean {
  const bytes = m.getU32(S.scratch);
  const level = m.getU32(S.scratch + 8) & 31;
  const size = m.getU32(S.scratch + 16);
  const rsp = Number(m.getU64(S.gpr + 8 * RSP));
  const oldFrame = m.getU64(S.gpr + 8 * RBP);
  const frame = rsp - size;
  const outer = Math.max(level - 1, 0);
  const pushed = level === 0 ? size : size * (level + 1);

  const outerLow = Number(oldFrame) - outer * size;
  if (outer > 0 && !m.ensureReadable(outerLow, outer * size)) return false;
  if (!m.ensureWritable(rsp - pushed, pushed)) return false;
  // The processor also probes the end of the frame, with the stack pointer it leaves.
  const top = rsp - pushed - bytes;
  if (!m.ensureWritable(top, size)) return false;

  const store = (addr: number, v: bigint): void => {
    if (size === 8) m.view.setBigUint64(addr, v, true);
    else m.view.setUint16(addr, Number(v & 0xffffn), true);
  };
  const load = (addr: number): bigint =>
    size === 8 ? m.view.getBigUint64(addr, true) : BigInt(m.view.getUint16(addr, true));
  store(frame, oldFrame);
  for (let i = 1; i <= outer; i++) store(frame - i * size, load(Number(oldFrame) - i * size));
  if (level > 0) store(frame - level * size, BigInt(frame));

  m.setU64(S.gpr + 8 * RSP, BigInt.asUintN(64, BigInt(top)));
  if (size === 8) m.setU64(S.gpr + 8 * RBP, BigInt.asUintN(64, BigInt(frame)));
  else m.setU16(S.gpr + 8 * RBP, frame & 0xffff);
  return true;
}

export const systemHelpers: Record<string, Helper> = { timeStamp, crc32c, enter };
