/**
 * SSE instructions that run outside Wasm.
 *
 *   maskmovdqu  [0] linear address, [1] [2] data, [3] one bit per byte to store
 *   pcmpstr     (pure) [0] [1] first operand, [2] [3] second operand, [4] imm8 and `Pcmpstr` bits,
 *               [5] [6] lengths of the explicit forms → [0] index, or [0] [1] mask; [2] flags, `PcmpstrFlag` bits
 */
import { S } from "../../state.ts";
import type { Helper, Machine } from "../helper.ts";
import { sseFloatHelpers } from "./sse-float.ts";

/** Stores the selected bytes; either all of them or, when a page of one is not writable, none. */
function maskmovdqu(m: Machine): boolean {
  const addr = Number(m.getU64(S.scratch));
  const data = [m.getU64(S.scratch + 8), m.getU64(S.scratch + 16)];
  const select = m.getU32(S.scratch + 24);
  for (let i = 0; i < 16; i++) {
    if ((select >> i) & 1 && !m.ensureWritable(addr + i, 1)) return false;
  }
  for (let i = 0; i < 16; i++) {
    if (!((select >> i) & 1)) continue;
    m.u8[addr + i] = Number(((data[i >> 3] as bigint) >> BigInt(8 * (i & 7))) & 0xffn);
  }
  return true;
}

/** Bits above the immediate in argument 4 of `pcmpstr`. */
export const Pcmpstr = { explicitLengths: 0x100, wantsMask: 0x200 } as const;

/** Flags that `pcmpstr` answers; AF and PF are 0. */
export const PcmpstrFlag = { c: 1, z: 2, s: 4, o: 8 } as const;

/** imm8[3:2], how the comparisons of single elements are put together. */
const EQUAL_ANY = 0;
const RANGES = 1;
const EQUAL_EACH = 2;

// Work space of one call: the elements of both operands.
const first = new Int32Array(16);
const second = new Int32Array(16);

/** Fills `out` with the elements at `offset`; imm8[0]: words, imm8[1]: signed. */
function elements(m: Machine, out: Int32Array, offset: number, imm: number): void {
  const width = imm & 1 ? 16 : 8;
  const perDword = 32 / width;
  const unused = 32 - width;
  for (let i = 0; i < 128 / width; i++) {
    const dword = m.getU32(offset + 4 * Math.floor(i / perDword));
    const top = dword << (unused - width * (i % perDword));
    out[i] = imm & 2 ? top >> unused : top >>> unused;
  }
}

/** Elements before the first null one. */
function implicitLength(v: Int32Array, n: number): number {
  for (let i = 0; i < n; i++) if (v[i] === 0) return i;
  return n;
}

/** The absolute value of a length register, at most `n`. */
function explicitLength(length: bigint, n: number): number {
  const signed = BigInt.asIntN(64, length);
  const absolute = signed < 0n ? -signed : signed;
  return absolute > BigInt(n) ? n : Number(absolute);
}

/** IntRes1 of the SDM: one bit per element of the second operand (of both, for EQUAL_EACH). */
function aggregate(kind: number, n: number, length1: number, length2: number): number {
  let result = 0;
  for (let j = 0; j < n; j++) {
    let bit = false;
    if (kind === EQUAL_ANY) {
      if (j < length2) for (let i = 0; i < length1; i++) bit ||= first[i] === second[j];
    } else if (kind === RANGES) {
      const x = second[j] as number;
      // A pair whose upper bound lies beyond the end is no range.
      if (j < length2) {
        for (let i = 0; i + 1 < length1; i += 2) {
          bit ||= x >= (first[i] as number) && x <= (first[i + 1] as number);
        }
      }
    } else if (kind === EQUAL_EACH) {
      // Both beyond their ends counts as equal.
      bit = j < length1 && j < length2 ? first[j] === second[j] : j >= length1 && j >= length2;
    } else {
      // EQUAL_ORDERED: the first operand occurs at j, as far as the register shows.
      bit = true;
      for (let i = 0; i < length1 && j + i < n; i++) {
        bit &&= j + i < length2 && first[i] === second[j + i];
      }
    }
    if (bit) result |= 1 << j;
  }
  return result;
}

/** PCMPISTRI, PCMPISTRM, PCMPESTRI, PCMPESTRM (SDM vol. 2, 4.1). */
function pcmpstr(m: Machine): boolean {
  const control = m.getU32(S.scratch + 32);
  const n = control & 1 ? 8 : 16;
  elements(m, first, S.scratch, control);
  elements(m, second, S.scratch + 16, control);
  const isExplicit = (control & Pcmpstr.explicitLengths) !== 0;
  const length1 = isExplicit
    ? explicitLength(m.getU64(S.scratch + 40), n)
    : implicitLength(first, n);
  const length2 = isExplicit
    ? explicitLength(m.getU64(S.scratch + 48), n)
    : implicitLength(second, n);

  const all = (1 << n) - 1;
  let bits = aggregate((control >> 2) & 3, n, length1, length2);
  if (control & 0x10) bits ^= control & 0x20 ? (1 << length2) - 1 : all; // IntRes2

  if (control & Pcmpstr.wantsMask) {
    let mask = BigInt(bits);
    if (control & 0x40) {
      const width = 128n / BigInt(n);
      mask = 0n;
      for (let i = 0; i < n; i++) {
        if ((bits >> i) & 1) mask |= ((1n << width) - 1n) << (width * BigInt(i));
      }
    }
    m.setU64(S.scratch, mask & 0xffff_ffff_ffff_ffffn);
    m.setU64(S.scratch + 8, mask >> 64n);
  } else {
    const lowest = 31 - Math.clz32(bits & -bits);
    const highest = 31 - Math.clz32(bits);
    m.setU64(S.scratch, BigInt(bits === 0 ? n : control & 0x40 ? highest : lowest));
  }
  const flags =
    (bits !== 0 ? PcmpstrFlag.c : 0) |
    (length2 < n ? PcmpstrFlag.z : 0) |
    (length1 < n ? PcmpstrFlag.s : 0) |
    (bits & 1 ? PcmpstrFlag.o : 0);
  m.setU64(S.scratch + 16, BigInt(flags));
  return true;
}

export const sseHelpers: Readonly<Record<string, Helper>> = {
  maskmovdqu,
  pcmpstr,
  ...sseFloatHelpers,
};
