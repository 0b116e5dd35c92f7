/**
 * Repeated string instructions: repMovs, repStos, repLods, repCmps, repScas.
 *
 * Arguments (S.scratch + 8 × n): element size, address size, prefix (F2 or F3), base of the source's segment (i64).
 *
 * Work goes in runs that stay within one page of each operand; an element across two pages is a run of its own.
 * Before a run its pages are made accessible; after it rCX, rSI and rDI say what is left. So a fault,
 * wherever it strikes, leaves registers with which the instruction can be restarted (SDM vol. 2, REP).
 */
import { EFLAGS, PAGE_SIZE, RAX, RCX, RDI, RSI, S } from "../../state.ts";
import type { Helper, Machine } from "../helper.ts";
import { setCompareFlags } from "./flags.ts";
import { quickMovs, quickStos } from "./string-quick.ts";

/** A pointer register as it moves. */
interface Cursor {
  readonly register: number;
  readonly segmentBase: bigint;
  offset: bigint;
  /** Linear address: exact below 2^53, and those above fault anyway. */
  address: number;
}

class Repetition {
  readonly m: Machine;
  readonly size: number;
  /** Repeat while equal (REPE), else while not equal. */
  readonly whileEqual: boolean;
  /** Elements left. */
  count: bigint;
  /** size, or -size with DF set. */
  readonly step: number;
  readonly #addressBits: number;

  constructor(m: Machine) {
    this.m = m;
    this.size = m.getU32(S.scratch);
    this.#addressBits = m.getU32(S.scratch + 8) * 8;
    this.whileEqual = m.getU32(S.scratch + 16) === 0xf3;
    this.count = BigInt.asUintN(this.#addressBits, m.getU64(S.gpr + 8 * RCX));
    this.step = (m.getU32(S.flagsOther) & EFLAGS.DF) === 0 ? this.size : -this.size;
  }

  source(): Cursor {
    return this.#cursor(RSI, this.m.getU64(S.scratch + 24));
  }

  destination(): Cursor {
    return this.#cursor(RDI, 0n);
  }

  #cursor(register: number, segmentBase: bigint): Cursor {
    const offset = BigInt.asUintN(this.#addressBits, this.m.getU64(S.gpr + 8 * register));
    return { register, segmentBase, offset, address: linear(segmentBase, offset) };
  }

  /**
   * How many elements the next run has: those of `count` that lie within the pages of all cursors, at least 1.
   */
  runLength(...cursors: readonly Cursor[]): number {
    let n = this.count > BigInt(PAGE_SIZE) ? PAGE_SIZE : Number(this.count);
    for (const { address } of cursors) {
      const inPage = address % PAGE_SIZE;
      const bytes = this.step > 0 ? PAGE_SIZE - inPage : inPage + this.size;
      n = Math.min(n, Math.floor(bytes / this.size));
      // The first element may reach into the next page; going down, the next one then lies in this page.
      if (inPage + this.size > PAGE_SIZE) n = 1;
    }
    return Math.max(n, 1);
  }

  /** Makes a run accessible: its pages are those of its first element, which a fault has to name. */
  isReadable(cursor: Cursor): boolean {
    return this.m.ensureReadable(cursor.address, this.size);
  }

  isWritable(cursor: Cursor): boolean {
    return this.m.ensureWritable(cursor.address, this.size);
  }

  /** Lowest address of a run of n elements. */
  low(cursor: Cursor, n: number): number {
    return this.step > 0 ? cursor.address : cursor.address - (n - 1) * this.size;
  }

  /** Moves the cursors over n elements and writes rCX and their registers. */
  commit(n: number, ...cursors: readonly Cursor[]): void {
    this.count -= BigInt(n);
    this.m.setU64(S.gpr + 8 * RCX, this.count);
    for (const cursor of cursors) {
      const moved = cursor.offset + BigInt(n * this.step);
      cursor.offset = BigInt.asUintN(this.#addressBits, moved);
      cursor.address = linear(cursor.segmentBase, cursor.offset);
      this.m.setU64(S.gpr + 8 * cursor.register, cursor.offset);
    }
  }
}

function linear(base: bigint, offset: bigint): number {
  return Number(BigInt.asUintN(64, base + offset));
}

/** Copies bytes upwards one after the other, to > from: where the two overlap, the source's head repeats. */
function copyForward(u8: Uint8Array, to: number, from: number, len: number): void {
  let done = 0;
  let chunk = to - from;
  // [from, to + done) is already what it will be, so each piece may be as long as that.
  while (done < len) {
    const n = Math.min(chunk, len - done);
    u8.copyWithin(to + done, from, from + n);
    done += n;
    chunk += n;
  }
}

/** Element by element, in the order and with the reads of the processor: for overlaps that no block copy gives. */
function copyElements(u8: Uint8Array, to: number, from: number, n: number, step: number): void {
  const size = Math.abs(step);
  for (let i = 0; i < n; i++) {
    u8.copyWithin(to + i * step, from + i * step, from + i * step + size);
  }
}

/** rep movs */
function repMovs(m: Machine): boolean {
  return quickMovs(m) ?? movsInRuns(m);
}

function movsInRuns(m: Machine): boolean {
  const rep = new Repetition(m);
  const src = rep.source();
  const dst = rep.destination();
  const { size, step } = rep;
  while (rep.count > 0n) {
    if (!rep.isReadable(src) || !rep.isWritable(dst)) return false;
    const n = rep.runLength(src, dst);
    const bytes = n * size;
    const from = rep.low(src, n);
    const to = rep.low(dst, n);
    const isAway = step > 0 ? to <= from : to >= from;
    if (isAway || Math.abs(to - from) >= bytes) m.u8.copyWithin(to, from, from + bytes);
    else if (step > 0 && to - from >= size) copyForward(m.u8, to, from, bytes);
    else copyElements(m.u8, dst.address, src.address, n, step);
    rep.commit(n, src, dst);
  }
  return true;
}

/** rep stos */
function repStos(m: Machine): boolean {
  return quickStos(m) ?? stosInRuns(m);
}

function stosInRuns(m: Machine): boolean {
  const rep = new Repetition(m);
  const dst = rep.destination();
  const { size } = rep;
  const rax = m.getU64(S.gpr + 8 * RAX);
  while (rep.count > 0n) {
    if (!rep.isWritable(dst)) return false;
    const n = rep.runLength(dst);
    const bytes = n * size;
    const to = rep.low(dst, n);
    if (size === 1 || rax === 0n) {
      m.u8.fill(Number(rax & 0xffn), to, to + bytes);
    } else {
      for (let i = 0; i < size; i++) m.u8[to + i] = Number((rax >> BigInt(8 * i)) & 0xffn);
      copyForward(m.u8, to + size, to, bytes - size);
    }
    rep.commit(n, dst);
  }
  return true;
}

/** rep lods: only the last element of each run is seen. */
function repLods(m: Machine): boolean {
  const rep = new Repetition(m);
  const src = rep.source();
  const { size, step } = rep;
  while (rep.count > 0n) {
    if (!rep.isReadable(src)) return false;
    const n = rep.runLength(src);
    const value = readElement(m, src.address + (n - 1) * step, size);
    if (size >= 4) m.setU64(S.gpr + 8 * RAX, value);
    else if (size === 2) m.setU16(S.gpr + 8 * RAX, Number(value));
    else m.setU16(S.gpr + 8 * RAX, (m.getU16(S.gpr + 8 * RAX) & 0xff00) | Number(value));
    rep.commit(n, src);
  }
  return true;
}

/** repe cmps, repne cmps */
function repCmps(m: Machine): boolean {
  const rep = new Repetition(m);
  const src = rep.source();
  const dst = rep.destination();
  const { size, step } = rep;
  while (rep.count > 0n) {
    if (!rep.isReadable(src) || !rep.isReadable(dst)) return false;
    const n = rep.runLength(src, dst);
    let i = 0;
    let isLast = false;
    while (i < n && !isLast) {
      const equal = sameElement(m.u8, src.address + i * step, dst.address + i * step, size);
      isLast = equal !== rep.whileEqual;
      i++;
    }
    const last = (i - 1) * step;
    const a = readElement(m, src.address + last, size);
    const b = readElement(m, dst.address + last, size);
    rep.commit(i, src, dst);
    setCompareFlags(m, size, a, b);
    if (isLast) break;
  }
  return true;
}

/** repe scas, repne scas */
function repScas(m: Machine): boolean {
  const rep = new Repetition(m);
  const dst = rep.destination();
  const { size, step } = rep;
  const a = BigInt.asUintN(size * 8, m.getU64(S.gpr + 8 * RAX));
  while (rep.count > 0n) {
    if (!rep.isReadable(dst)) return false;
    const n = rep.runLength(dst);
    const run = size === 1 ? scanBytes(m, rep, dst, n, Number(a)) : scanWide(m, rep, dst, n, a);
    const b = readElement(m, dst.address + (run.length - 1) * step, size);
    rep.commit(run.length, dst);
    setCompareFlags(m, size, a, b);
    if (run.isLast) break;
  }
  return true;
}

interface Scan {
  /** Elements looked at. */
  readonly length: number;
  /** Whether the last of them ends the instruction. */
  readonly isLast: boolean;
}

function scanBytes(m: Machine, rep: Repetition, dst: Cursor, n: number, value: number): Scan {
  for (let i = 0; i < n; i++) {
    const equal = m.u8[dst.address + i * rep.step] === value;
    if (equal !== rep.whileEqual) return { length: i + 1, isLast: true };
  }
  return { length: n, isLast: false };
}

function scanWide(m: Machine, rep: Repetition, dst: Cursor, n: number, value: bigint): Scan {
  for (let i = 0; i < n; i++) {
    const equal = readElement(m, dst.address + i * rep.step, rep.size) === value;
    if (equal !== rep.whileEqual) return { length: i + 1, isLast: true };
  }
  return { length: n, isLast: false };
}

function sameElement(u8: Uint8Array, a: number, b: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (u8[a + i] !== u8[b + i]) return false;
  return true;
}

function readElement(m: Machine, addr: number, size: number): bigint {
  switch (size) {
    case 1:
      return BigInt(m.view.getUint8(addr));
    case 2:
      return BigInt(m.view.getUint16(addr, true));
    case 4:
      return BigInt(m.view.getUint32(addr, true));
    default:
      return m.view.getBigUint64(addr, true);
  }
}

export const stringHelpers: Record<string, Helper> = {
  repMovs,
  repStos,
  repLods,
  repCmps,
  repScas,
};
