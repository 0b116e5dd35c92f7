/**
 * rep movs and rep stos as compilers use them for small objects: upwards, 64-bit addresses below 4 GiB, each operand within
 * a page. In numbers: with registers as bigints (string.ts, which does what is left over) it takes four times as long.
 */
import { EFLAGS, PAGE_SIZE, RAX, RCX, RDI, RSI, S } from "../../state.ts";
import type { Machine } from "../helper.ts";

const low = (register: number): number => S.gpr + 8 * register;
const high = (register: number): number => S.gpr + 8 * register + 4;
/** Calling the engine for more bytes than that is quicker than writing them one by one. */
const MAX_SINGLY = 128;

/** How many bytes there are to do; undefined where it isn't as above, or there are none. */
function bytesOf(m: Machine): number | undefined {
  const isPlain =
    m.getU32(S.scratch + 8) === 8 &&
    (m.getU32(S.flagsOther) & EFLAGS.DF) === 0 &&
    (m.getU32(high(RCX)) | m.getU32(high(RDI))) === 0;
  if (!isPlain) return undefined;
  const count = m.getU32(low(RCX));
  const bytes = count * m.getU32(S.scratch);
  return count > 0 && isInPage(m.getU32(low(RDI)), bytes) ? bytes : undefined;
}

const isInPage = (addr: number, bytes: number): boolean => (addr % PAGE_SIZE) + bytes <= PAGE_SIZE;

/** @returns undefined: it is for string.ts; otherwise as a helper */
export function quickStos(m: Machine): boolean | undefined {
  const bytes = bytesOf(m);
  if (bytes === undefined) return undefined;
  const size = m.getU32(S.scratch);
  const value = m.getU32(low(RAX)) & 0xff;
  if (size !== 1 && (m.getU32(low(RAX)) | m.getU32(high(RAX))) !== 0) return undefined;
  const to = m.getU32(low(RDI));
  // A fault has to name the first element.
  if (!m.ensureWritable(to, size)) return false;
  if (bytes > MAX_SINGLY) m.u8.fill(value, to, to + bytes);
  else for (let i = 0; i < bytes; i++) m.u8[to + i] = value;
  m.setU32(low(RCX), 0);
  m.setU32(low(RDI), to + bytes);
  return true;
}

/** @returns undefined: it is for string.ts; otherwise as a helper */
export function quickMovs(m: Machine): boolean | undefined {
  const bytes = bytesOf(m);
  const hasBase = (m.getU32(S.scratch + 24) | m.getU32(S.scratch + 28)) !== 0;
  if (bytes === undefined || hasBase || m.getU32(high(RSI)) !== 0) return undefined;
  const size = m.getU32(S.scratch);
  const from = m.getU32(low(RSI));
  const to = m.getU32(low(RDI));
  if (!isInPage(from, bytes) || Math.abs(to - from) < bytes) return undefined;
  if (!m.ensureReadable(from, size) || !m.ensureWritable(to, size)) return false;
  if (bytes > MAX_SINGLY) m.u8.copyWithin(to, from, from + bytes);
  else for (let i = 0; i < bytes; i++) m.u8[to + i] = m.u8[from + i] as number;
  m.setU32(low(RCX), 0);
  m.setU32(low(RSI), from + bytes);
  m.setU32(low(RDI), to + bytes);
  return true;
}
