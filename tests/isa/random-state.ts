/** Random register files: every register, flag and mode bit that an instruction can see. */
import { DATA_BASE, RW_LEN } from "./arena.ts";
import { EFLAGS } from "./cpu.ts";
import type { Prng } from "./prng.ts";
import { R, type Registers } from "./registers.ts";
import type { RowFacts } from "./row-facts.ts";
import { fillF80, fillLanes, fillRandom, gprValue } from "./values.ts";

const STATUS_FLAGS = EFLAGS.CF | EFLAGS.PF | EFLAGS.AF | EFLAGS.ZF | EFLAGS.SF | EFLAGS.OF;
const MXCSR_DEFAULT = 0x1f80;
const MXCSR_EXCEPTIONS = 0x3f;
const FCW_DEFAULT = 0x37f;
/** Status-word bits: exception flags, stack fault, error summary, condition codes, busy. */
const FSW_ES = 0x80;
const FSW_CONDITIONS = 0x4700;
const FSW_BUSY = 0x8000;

export function fillRegisters(prng: Prng, registers: Registers, facts: RowFacts): void {
  fillGprs(prng, registers);
  fillFlags(prng, registers, facts);
  fillXmm(prng, registers, facts);
  fillX87(prng, registers, facts);
}

function fillGprs(prng: Prng, registers: Registers): void {
  for (let i = 0; i < 16; i++) {
    registers.setGpr(i, gprValue(prng));
    // Equal and nearly equal values: what compares, borrows and overflows differ by.
    if (i > 0 && prng.chance(0.2)) {
      const other = registers.gpr(prng.below(i));
      const by = BigInt(prng.between(-1, 1));
      registers.setGpr(i, prng.pick([other + by, -other, ~other, other]));
    }
  }
  registers.setGpr(4, BigInt(stackAddress(prng)));
}

/** Somewhere in the middle of the read-write pages, mostly aligned as stacks are. */
function stackAddress(prng: Prng): number {
  const addr = DATA_BASE + 0x800 + prng.below(RW_LEN - 0x1000);
  return prng.chance(0.8) ? addr & ~7 : addr;
}

function fillFlags(prng: Prng, registers: Registers, facts: RowFacts): void {
  let flags = (prng.next() & STATUS_FLAGS) | EFLAGS.IF | EFLAGS.RESERVED1;
  if (prng.chance(facts.isString ? 0.3 : 0.03)) flags |= EFLAGS.DF;
  registers.rflags = flags;
}

function fillXmm(prng: Prng, registers: Registers, facts: RowFacts): void {
  for (let i = 0; i < 16; i++) {
    const off = R.xmm + 16 * i;
    fillLanes(prng, registers.view, off, 16, prng.chance(0.8) ? facts.lens : "any");
    if (i > 0 && prng.chance(0.15)) {
      const from = R.xmm + 16 * prng.below(i);
      registers.u8.copyWithin(off, from, from + 16);
      if (prng.chance(0.4)) {
        const at = off + prng.below(16);
        registers.u8[at] = (registers.u8[at] as number) ^ (1 << prng.below(8));
      }
    }
  }
  registers.view.setUint32(R.mxcsr, facts.isSseFloat ? modelledMxcsr(prng) : MXCSR_DEFAULT, true);
}

/** Other roundings, flush-to-zero, denormals-are-zeros and sticky flags now and then; exceptions stay masked (left-out.ts). */
function modelledMxcsr(prng: Prng): number {
  let value = MXCSR_DEFAULT;
  if (prng.chance(0.25)) value |= prng.below(4) << 13;
  if (prng.chance(0.1)) value |= prng.pick([0x8000, 0x0040, 0x8040]);
  if (prng.chance(0.2)) value |= prng.next() & MXCSR_EXCEPTIONS;
  return value;
}

/** Any value that LDMXCSR takes. */
export function randomMxcsr(prng: Prng): number {
  return prng.next() & 0xffff;
}

function fillX87(prng: Prng, registers: Registers, facts: RowFacts): void {
  const { view, u8 } = registers;
  const isUsed = facts.isX87 || facts.isMmx;
  view.setUint16(R.fcw, isUsed ? randomControlWord(prng) : FCW_DEFAULT, true);
  const control = view.getUint16(R.fcw, true);
  let status = (prng.below(8) << 11) | (prng.next() & FSW_CONDITIONS);
  if (isUsed && prng.chance(0.15)) status |= prng.next() & 0x7f;
  // A pending exception is one that is flagged and not masked; mostly there is none.
  if (prng.chance(0.8)) status &= ~(~control & 0x3f);
  if ((status & ~control & 0x3f) !== 0) status |= FSW_ES | FSW_BUSY;
  view.setUint16(R.fsw, status, true);
  u8[R.ftw] = prng.chance(0.75) ? 0xff : prng.next() & 0xff;
  for (let i = 0; i < 8; i++) {
    const off = R.st + 16 * i;
    if (facts.isMmx) {
      fillLanes(prng, view, off, 8, facts.lens === "int" ? "int" : "any");
      view.setUint16(off + 8, prng.chance(0.7) ? 0xffff : prng.next() & 0xffff, true);
    } else fillF80(prng, view, off);
    if (i > 0 && prng.chance(0.15)) {
      const from = R.st + 16 * prng.below(i);
      u8.copyWithin(off, from, from + 10);
      if (prng.chance(0.5)) u8[off + 9] = (u8[off + 9] as number) ^ 0x80;
      else if (prng.chance(0.4)) u8[off] = (u8[off] as number) ^ 1;
    }
  }
}

/** Rounding and precision control, and sometimes exceptions unmasked. */
export function randomControlWord(prng: Prng): number {
  let value = FCW_DEFAULT;
  if (prng.chance(0.3)) value = (value & ~0xc00) | (prng.below(4) << 10);
  if (prng.chance(0.2)) value = (value & ~0x300) | (prng.pick([0, 2, 3]) << 8);
  if (prng.chance(0.1)) value &= ~(prng.next() & 0x3f);
  return value;
}

/** fs and gs bases that arch_prctl(2) takes; with 32-bit addresses the arena must be above them. */
export function segmentBase(prng: Prng, addressSize: 4 | 8): bigint {
  switch (prng.below(addressSize === 4 ? 3 : 4)) {
    case 0:
      return BigInt(prng.below(0x1000));
    case 1:
      return BigInt(DATA_BASE - 0x1000 + prng.below(0x1000));
    case 2:
      return 0n;
    default:
      return 0x7000_0000_0000n + BigInt(prng.next());
  }
}

export function randomBytes(prng: Prng, len: number): Uint8Array {
  const bytes = new Uint8Array(len);
  fillRandom(prng, bytes, 0, len);
  return bytes;
}
