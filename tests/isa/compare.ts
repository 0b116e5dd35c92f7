/** What the processor did against what the engine did. */
import { BACKGROUND, DATA_BASE, RW_LEN } from "./arena.ts";
import { type Case, COMPLETED, type Outcome, type Window } from "./case.ts";
import { Vector } from "./cpu.ts";
import { FLAGS_COMPARED, MXCSR_COMPARED, type Tolerance, toleranceOf } from "./left-out.ts";
import { GPR_NAMES, R, type Registers } from "./registers.ts";

/** One thing that differs, ready to print. */
export interface Difference {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

export interface Got {
  readonly vector: number;
  readonly errorCode: number;
  readonly address: number;
  readonly registers: Registers;
  /** The read-write data pages. */
  readonly memory: Uint8Array;
}

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/** All differences; empty when the engine is right. */
export function compare(c: Case, expected: Outcome, got: Got): Difference[] {
  const differences: Difference[] = [];
  const differ = (what: string, want: string, is: string): void => {
    differences.push({ what, expected: want, got: is });
  };
  const tolerance = toleranceOf(c.row);
  compareStop(expected, got, tolerance, differ);
  if (expected.vector !== got.vector) return differences;
  compareGprs(expected, got, differ);
  compareFlags(c, expected, got, differ);
  compareXmm(expected.registers, got.registers, tolerance, differ);
  compareX87(expected.registers, got.registers, tolerance, differ);
  compareMemory(c, expected, got, tolerance, differ);
  return differences;
}

type Differ = (what: string, expected: string, got: string) => void;

/** A guest address has 32 bits. */
function lowWord(address: number): number {
  return (address % 0x1_0000_0000) >>> 0;
}

const TASK_SIZE_MAX = 0x7fff_ffff_f000;

function describeStop(vector: number, errorCode: number, address: number): string {
  if (vector === COMPLETED) return "completed";
  const name = Object.entries(Vector).find(([, v]) => v === vector)?.[0] ?? String(vector);
  if (vector === Vector.PF) return `#PF(${hex(errorCode)}) at ${hex(address)}`;
  return `#${name}(${hex(errorCode)})`;
}

/** Linux tells of every fault beyond user addresses as one on a present page (sanitize_error_code in arch/x86/mm/fault.c). */
function sanitized(stop: { readonly errorCode: number; readonly address: number }): number {
  return stop.address >= TASK_SIZE_MAX ? stop.errorCode | 1 : stop.errorCode;
}

function compareStop(
  expected: Outcome,
  got: Got,
  tolerance: Tolerance | undefined,
  differ: Differ,
): void {
  const unit = tolerance?.anyByteOfPage === true ? 0x1000 : 1;
  const samePlace =
    tolerance?.anyByte === true ||
    (Math.floor(expected.address / unit) === Math.floor(got.address / unit) &&
      sanitized(expected) === sanitized(got));
  const same =
    expected.vector === got.vector &&
    (expected.vector !== Vector.PF || samePlace) &&
    (expected.vector !== Vector.GP || expected.errorCode === got.errorCode);
  if (!same) {
    differ(
      "stop",
      describeStop(expected.vector, expected.errorCode, expected.address),
      describeStop(got.vector, got.errorCode, got.address),
    );
  }
}

function compareGprs(expected: Outcome, got: Got, differ: Differ): void {
  for (let i = 0; i < 16; i++) {
    const want = expected.registers.gpr(i);
    const is = got.registers.gpr(i);
    if (want !== is) differ(GPR_NAMES[i] as string, hex(want), hex(is));
  }
  const wantRip = lowWord(expected.registers.rip);
  if (wantRip !== got.registers.rip) differ("rip", hex(wantRip), hex(got.registers.rip));
  for (const [name, off] of [
    ["fsbase", R.fsBase],
    ["gsbase", R.gsBase],
  ] as const) {
    const want = expected.registers.view.getBigUint64(off, true);
    const is = got.registers.view.getBigUint64(off, true);
    if (want !== is) differ(name, hex(want), hex(is));
  }
}

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [0x1, "CF"],
  [0x4, "PF"],
  [0x10, "AF"],
  [0x40, "ZF"],
  [0x80, "SF"],
  [0x400, "DF"],
  [0x800, "OF"],
  [0x4000, "NT"],
  [0x40000, "AC"],
  [0x200000, "ID"],
];

function flagText(flags: number): string {
  return FLAG_NAMES.filter(([bit]) => (flags & bit) !== 0)
    .map(([, name]) => name)
    .join(" ");
}

/** Flags that count here. An instruction that faulted, or shifted by 0, has left none undefined. */
function definedFlags(c: Case, expected: Outcome): number {
  if (expected.vector !== COMPLETED) return FLAGS_COMPARED & ~(c.undefinedOnFault ?? 0);
  return FLAGS_COMPARED & ~c.row.undefinedFlags;
}

function compareFlags(c: Case, expected: Outcome, got: Got, differ: Differ): void {
  const mask = definedFlags(c, expected);
  const want = expected.registers.rflags & mask;
  const is = got.registers.rflags & mask;
  if (want !== is) differ("flags", flagText(want), flagText(is));
}

function compareXmm(
  expected: Registers,
  got: Registers,
  tolerance: Tolerance | undefined,
  differ: Differ,
): void {
  for (let i = 0; i < 16; i++) {
    const off = R.xmm + 16 * i;
    if (sameBytes(expected.u8, got.u8, off, 16)) continue;
    const bound = tolerance?.relativeError;
    if (bound !== undefined && closeSingles(expected, got, off, bound)) continue;
    differ(`xmm${i}`, hexBytes(expected.u8, off, 16), hexBytes(got.u8, off, 16));
  }
  const want = expected.u32(R.mxcsr) & MXCSR_COMPARED;
  const is = got.u32(R.mxcsr) & MXCSR_COMPARED;
  if (want !== is) differ("mxcsr", hex(want), hex(is));
}

function closeSingles(expected: Registers, got: Registers, off: number, bound: number): boolean {
  for (let lane = 0; lane < 16; lane += 4) {
    if (sameBytes(expected.u8, got.u8, off + lane, 4)) continue;
    const want = expected.view.getFloat32(off + lane, true);
    const is = got.view.getFloat32(off + lane, true);
    // A result that is denormal for one may be flushed to zero by the other.
    if (
      Math.abs(want) < 2 ** -126 &&
      Math.abs(is) < 2 ** -125 &&
      Object.is(Math.sign(want) < 0, Math.sign(is) < 0)
    )
      continue;
    if (!(Math.abs(want - is) <= bound * Math.abs(want))) return false;
  }
  return true;
}

function compareX87(
  expected: Registers,
  got: Registers,
  tolerance: Tolerance | undefined,
  differ: Differ,
): void {
  for (const [name, off, bits] of [
    ["fcw", R.fcw, 0xffff],
    ["fsw", R.fsw, 0xffff & ~(tolerance?.statusBits ?? 0)],
  ] as const) {
    const want = expected.u16(off) & bits;
    const is = got.u16(off) & bits;
    if (want !== is) differ(name, hex(want), hex(is));
  }
  const wantTags = expected.u8[R.ftw] as number;
  const isTags = got.u8[R.ftw] as number;
  if (wantTags !== isTags) differ("ftw", hex(wantTags), hex(isTags));
  for (let i = 0; i < 8; i++) {
    const off = R.st + 16 * i;
    if (sameBytes(expected.u8, got.u8, off, 10)) continue;
    const ulps = tolerance?.ulps;
    if (ulps !== undefined && i < 2 && extendedDistance(expected, got, off) <= ulps) continue;
    differ(`st${i}`, hexBytes(expected.u8, off, 10), hexBytes(got.u8, off, 10));
  }
}

/** Units in the last place between two 80-bit values of one sign. */
function extendedDistance(a: Registers, b: Registers, off: number): number {
  const wholeOf = (r: Registers): bigint => {
    const exponent = r.view.getUint16(off + 8, true);
    // The integer bit is implied by the exponent here, so that neighbours are one apart across a power of two.
    const fraction = r.view.getBigUint64(off, true) & 0x7fff_ffff_ffff_ffffn;
    return (BigInt(exponent & 0x7fff) << 63n) | fraction;
  };
  const sameSign = ((a.u16(off + 8) ^ b.u16(off + 8)) & 0x8000) === 0;
  if (!sameSign) return Number.POSITIVE_INFINITY;
  const distance = wholeOf(a) - wholeOf(b);
  return Number(distance < 0n ? -distance : distance);
}

/** Expected memory, kept between calls: what a case writes is taken back after it. */
const arena = BACKGROUND.slice(0, RW_LEN);

function apply(windows: readonly Window[]): void {
  for (const w of windows) arena.set(w.bytes, w.addr - DATA_BASE);
}

function restore(windows: readonly Window[]): void {
  for (const w of windows) {
    const off = w.addr - DATA_BASE;
    arena.set(BACKGROUND.subarray(off, off + w.bytes.length), off);
  }
}

function compareMemory(
  c: Case,
  expected: Outcome,
  got: Got,
  tolerance: Tolerance | undefined,
  differ: Differ,
): void {
  apply(c.windows);
  apply(expected.changes);
  if (tolerance?.skipsX87Pointers === true) copyPointers(c, expected, got.memory);
  if (Buffer.compare(arena, got.memory) !== 0) {
    let from = 0;
    while (arena[from] === got.memory[from]) from++;
    let to = RW_LEN;
    while (arena[to - 1] === got.memory[to - 1]) to--;
    const len = Math.min(to - from, 64);
    differ(
      `memory ${hex(DATA_BASE + from)}+${to - from}`,
      hexBytes(arena, from, len),
      hexBytes(got.memory, from, len),
    );
  }
  if (tolerance?.skipsX87Pointers === true) arena.set(BACKGROUND.subarray(0, RW_LEN));
  restore(expected.changes);
  restore(c.windows);
}

/** Pointer fields, [from, to) in bytes: of the 28- and 14-byte environments and of the FXSAVE image. */
const POINTERS_28 = [
  [2, 4],
  [6, 8],
  [10, 28],
] as const;
const POINTERS_14 = [[6, 14]] as const;
const POINTERS_FX = [
  [6, 24],
  [28, 32],
  [416, 512],
] as const;

/** Makes the fields that aren't compared equal. */
function copyPointers(c: Case, expected: Outcome, memory: Uint8Array): void {
  if (expected.changes.length === 0 || c.target === undefined) return;
  const off = c.target - DATA_BASE;
  const size = /M(\d+)/.exec(c.row.form)?.[1];
  const ranges =
    size === "14" || size === "94"
      ? POINTERS_14
      : size === "28" || size === "108"
        ? POINTERS_28
        : POINTERS_FX;
  for (const [from, to] of ranges) {
    const end = Math.min(off + to, RW_LEN);
    if (off + from < end) arena.set(memory.subarray(off + from, end), off + from);
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array, off: number, len: number): boolean {
  for (let i = off; i < off + len; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** As a number is written: the highest byte first. */
function hexBytes(u8: Uint8Array, off: number, len: number): string {
  let text = "";
  for (let i = off + len - 1; i >= off; i--)
    text += (u8[i] as number).toString(16).padStart(2, "0");
  return text;
}
