/**
 * What single instructions need beyond random operands to do something worth comparing: a dividend that fits, a
 * return address to return to, strings that are equal for a while, a control word without reserved bits.
 */
import { DATA_BASE, RW_LEN } from "./arena.ts";
import type { Draft } from "./draft.ts";
import { littleEndian } from "./encode.ts";
import { landing } from "./landing.ts";
import type { Prng } from "./prng.ts";
import { randomBytes, randomControlWord, randomMxcsr } from "./random-state.ts";
import { R } from "./registers.ts";
import { cornerInt, fillF80, fillLanes, flipBit } from "./values.ts";

const RAX = 0;
const RCX = 1;
const RDX = 2;
const RBX = 3;
const RSP = 4;
const RBP = 5;
const RSI = 6;
const RDI = 7;

interface Special {
  /** By mnemonic. */
  readonly match: RegExp;
  /** Sets implicit registers. */
  readonly before?: (draft: Draft) => void;
  /** Operands and the code's length are known: sets memory, and registers that point to code. */
  readonly after?: (draft: Draft, length: number) => void;
}

// biome-ignore format: one instruction family per line.
const SPECIALS: readonly Special[] = [
  { match: /^i?div$/, before: dividend },
  { match: /^(shl|sal|shr|sar|rol|ror|rcl|rcr|shld|shrd)$/, before: shiftCount },
  { match: /^(bt|bts|btr|btc)$/, after: bitOffset },
  { match: /^cmpxchg$/, after: compareEqual },
  { match: /^cmpxchg(8|16)b$/, after: comparePairEqual },
  { match: /^(movs|cmps|stos|lods|scas)/, before: strings },
  { match: /^xlat/, before: xlat },
  { match: /^maskmov/, before: maskedStore },
  { match: /^(loop|loope|loopne|jrcxz|jecxz)$/, before: smallCount },
  { match: /^ret$/, after: returnAddress },
  { match: /^(jmp|call)$/, after: indirectTarget },
  { match: /^(push|pop|pushf|popf|pushfq|popfq)$/, after: stackWindow },
  { match: /^popf/, after: poppedFlags },
  { match: /^enter$/, before: enter, after: stackWindow },
  { match: /^leave$/, before: leave },
  { match: /^int$/, before: softwareInterrupt },
  { match: /^ldmxcsr$/, after: controlRegister },
  { match: /^fldcw$/, after: controlWord },
  { match: /^fldenv$/, after: environment },
  { match: /^frstor$/, after: environment },
  { match: /^fxrstor/, after: fxImage },
  { match: /^pcmp[ei]str/, before: textOperands, after: textMemory },
];

const byMnemonic = new Map<string, readonly Special[]>();

function specialsOf(mnemonic: string): readonly Special[] {
  let list = byMnemonic.get(mnemonic);
  if (list === undefined) {
    list = SPECIALS.filter((s) => s.match.test(mnemonic));
    byMnemonic.set(mnemonic, list);
  }
  return list;
}

export function beforeOperands(draft: Draft): void {
  for (const s of specialsOf(draft.row.mnemonic)) s.before?.(draft);
}

export function afterOperands(draft: Draft, length: number): void {
  for (const s of specialsOf(draft.row.mnemonic)) s.after?.(draft, length);
}

function setSized(draft: Draft, index: number, size: number, value: bigint): void {
  const mask = (1n << BigInt(8 * size)) - 1n;
  draft.registers.setGpr(index, (draft.registers.gpr(index) & ~mask) | (value & mask));
}

/** The upper half mostly 0 or a sign extension, so that most quotients fit. */
function dividend(draft: Draft): void {
  const { prng, registers } = draft;
  const isByte = draft.row.form === "Eb";
  const bits = isByte ? 8 : 8 * draft.size;
  const high = prng.pick([0n, 0n, 0n, -1n, 1n, BigInt(prng.below(16)), cornerInt(prng, bits)]);
  const signed = prng.chance(0.3)
    ? BigInt.asIntN(bits, registers.gpr(RAX)) >> BigInt(bits - 1)
    : high;
  if (isByte) setSized(draft, RAX, 2, ((signed & 0xffn) << 8n) | (registers.gpr(RAX) & 0xffn));
  else setSized(draft, RDX, draft.size, signed);
}

function shiftCount(draft: Draft): void {
  const { prng } = draft;
  const count = prng.chance(0.8) ? BigInt(prng.below(72)) : BigInt(prng.below(256));
  setSized(draft, RCX, 1, count);
  draft.immediate = count;
}

/** A bit string in memory reaches as far as the register says; mostly it should stay in the arena. */
function bitOffset(draft: Draft): void {
  const { prng, registers, row } = draft;
  if (!draft.isMemory || !row.form.includes("G") || prng.chance(0.1)) return;
  if (!draft.usesRegister(draft.reg))
    registers.setGpr(draft.reg, BigInt(prng.between(-0x800, 0x800)));
}

function operandValue(draft: Draft, size: number): bigint {
  if (!draft.isMemory) return draft.registers.gpr(draft.rm);
  const bytes = draft.peek(Number(BigInt.asUintN(53, draft.target)), size);
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  return value;
}

/** cmpxchg: rAX equals the destination every other time (unless its address is made of rAX). */
function compareEqual(draft: Draft): void {
  if (draft.prng.chance(0.5) || draft.usesRegister(RAX)) return;
  const size = draft.row.form.startsWith("Eb") ? 1 : draft.size;
  setSized(draft, RAX, size, operandValue(draft, size));
}

function comparePairEqual(draft: Draft): void {
  if (draft.prng.chance(0.5) || !draft.isMemory) return;
  const { registers } = draft;
  const half = draft.rexW ? 8 : 4;
  draft.setMemory(draft.target, littleEndian(BigInt.asUintN(8 * half, registers.gpr(RAX)), half));
  draft.setMemory(
    draft.target + BigInt(half),
    littleEndian(BigInt.asUintN(8 * half, registers.gpr(RDX)), half),
  );
}

function strings(draft: Draft): void {
  const { prng, registers, row } = draft;
  if (!draft.facts.isString) return;
  const size = (row.opcode & 1) === 0 ? 1 : draft.size;
  const count = prng.chance(0.9) ? prng.below(12) : prng.below(40);
  const isBackward = (registers.rflags & 0x400) !== 0;
  const span = Math.max(count, 1) * size;
  const at = (): number => {
    const room = RW_LEN - 2 * span - 0x40;
    const start = DATA_BASE + 0x20 + prng.below(room);
    if (prng.chance(0.9)) return isBackward ? start + span - size : start;
    // Runs into the end of the pages, one way or the other, after some elements.
    const inside = prng.below(span + 1);
    return isBackward ? DATA_BASE + inside : DATA_BASE + RW_LEN - inside;
  };
  const source = at();
  const target = prng.chance(0.25) ? source + prng.between(-2 * size, 2 * size) : at();
  for (const [index, value] of [
    [RSI, BigInt(source)],
    [RDI, BigInt(target)],
    [RCX, BigInt(prng.chance(0.03) ? 0x1000 : count)],
  ] as const) {
    const high = draft.addressSize === 4 && prng.chance(0.7) ? prng.next64() & ~0xffff_ffffn : 0n;
    if (index !== RCX || draft.rep !== 0 || prng.chance(0.5)) registers.setGpr(index, high | value);
  }
  const bytes = randomBytes(prng, span);
  if (prng.chance(0.5)) bytes.fill(prng.next() & 0xff);
  const lowSource = isBackward ? source - span + size : source;
  const lowTarget = isBackward ? target - span + size : target;
  draft.setMemory(lowSource, bytes);
  if (/^cmps/.test(row.mnemonic) && prng.chance(0.7)) {
    const other = bytes.slice();
    if (prng.chance(0.7)) flipBit(prng, other);
    draft.setMemory(lowTarget, other);
  }
  if (/^scas/.test(row.mnemonic)) {
    const other = bytes.slice();
    for (let i = 0; i < span; i++)
      if (prng.chance(0.6)) other[i] = registers.u8[i % size] as number;
    draft.setMemory(lowTarget, other);
  }
}

function arenaAddress(draft: Draft, size: number): bigint {
  const { prng } = draft;
  const addr = DATA_BASE + 0x100 + prng.below(RW_LEN - 0x200 - size);
  const high = draft.addressSize === 4 ? prng.next64() & ~0xffff_ffffn : 0n;
  return BigInt(addr) | high;
}

function xlat(draft: Draft): void {
  draft.registers.setGpr(RBX, arenaAddress(draft, 256));
}

function maskedStore(draft: Draft): void {
  draft.registers.setGpr(RDI, arenaAddress(draft, 16));
}

function smallCount(draft: Draft): void {
  if (draft.prng.chance(0.7)) setSized(draft, RCX, draft.addressSize, BigInt(draft.prng.below(3)));
}

/** Mostly to an int3 in the code pages; else not mapped, not executable, or not canonical. */
function codeAddress(draft: Draft): bigint {
  const { prng } = draft;
  if (prng.chance(0.92)) return BigInt(landing(prng));
  return prng.pick([
    0n,
    BigInt(DATA_BASE + 0x100),
    0x3000_0000n,
    0x0000_8000_0000_0000n,
    0x1234_5678_9abc_def0n,
  ]);
}

function setStack(draft: Draft, bytes: Uint8Array): void {
  draft.setMemory(draft.registers.gpr(RSP), bytes);
}

function returnAddress(draft: Draft): void {
  setStack(draft, littleEndian(codeAddress(draft), 8));
}

function indirectTarget(draft: Draft): void {
  if (!draft.row.form.startsWith("E")) return;
  const to = codeAddress(draft);
  if (draft.isMemory) draft.setMemory(draft.target, littleEndian(to, 8));
  else draft.registers.setGpr(draft.rm, to);
}

function stackWindow(draft: Draft): void {
  const bytes = new Uint8Array(32);
  fillLanes(draft.prng, new DataView(bytes.buffer), 0, 32, "int");
  setStack(draft, bytes);
}

/** Any flags but TF, which would trap after the instruction behind, and AC, which makes Linux trap misaligned accesses. */
function poppedFlags(draft: Draft): void {
  setStack(draft, littleEndian(draft.prng.next64() & ~0x4_0100n, 8));
}

function enter(draft: Draft): void {
  const { prng, registers } = draft;
  draft.immediate = BigInt(prng.chance(0.8) ? prng.below(64) : prng.below(0x400));
  registers.setGpr(RBP, BigInt(DATA_BASE + 0x400 + prng.below(RW_LEN - 0x800)));
}

function leave(draft: Draft): void {
  const { prng, registers } = draft;
  const addr = DATA_BASE + 0x400 + prng.below(RW_LEN - 0x800);
  if (prng.chance(0.95)) registers.setGpr(RBP, BigInt(addr));
  draft.setMemory(addr, littleEndian(cornerInt(prng, 64), 8));
}

/** 80 is Linux's system call of old. */
function softwareInterrupt(draft: Draft): void {
  const vector = draft.prng.below(256);
  draft.immediate = BigInt(vector === 0x80 ? 3 : vector);
}

/** AMD's misaligned-SSE bit of MXCSR, which Intel's doesn't have. */
const MXCSR_MM = 0x2_0000;

/** A bit that MXCSR doesn't have is #GP. */
function mxcsrValue(prng: Prng): number {
  return (prng.chance(0.9) ? randomMxcsr(prng) : prng.next() & ~MXCSR_MM) >>> 0;
}

function controlRegister(draft: Draft): void {
  draft.setMemory(draft.target, littleEndian(BigInt(mxcsrValue(draft.prng)), 4));
}

function controlWord(draft: Draft): void {
  draft.setMemory(draft.target, littleEndian(BigInt(randomControlWord(draft.prng)), 2));
}

/** The 28-byte environment: control, status and tag words, then pointers; behind it the registers of FRSTOR. */
function environment(draft: Draft): void {
  const { prng } = draft;
  const bytes = randomBytes(prng, 108);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, randomControlWord(prng), true);
  let status = prng.next() & 0x7f7f;
  if (prng.chance(0.7)) status &= 0x7f00;
  view.setUint16(4, status, true);
  if (prng.chance(0.5)) view.setUint16(8, prng.pick([0, 0xffff, 0x5555, 0xaaaa]), true);
  for (let i = 0; i < 8; i++) fillF80(prng, view, 28 + 10 * i);
  draft.setMemory(draft.target, bytes.subarray(0, draft.row.mnemonic === "frstor" ? 108 : 28));
}

function fxImage(draft: Draft): void {
  const { prng } = draft;
  const bytes = randomBytes(prng, 512);
  bytes.set(draft.registers.u8.subarray(R.fx, R.fx + 512));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, randomControlWord(prng), true);
  view.setUint16(2, prng.next() & 0x7f00, true);
  view.setUint8(4, prng.next() & 0xff);
  view.setUint32(24, mxcsrValue(prng), true);
  for (let i = 0; i < 8; i++) fillF80(prng, view, 32 + 16 * i);
  draft.setMemory(draft.target, bytes);
}

/** Few different characters, an end now and then, and lengths about the element counts. */
function textOperands(draft: Draft): void {
  const { prng, registers } = draft;
  for (const index of [RAX, RDX]) {
    registers.setGpr(index, prng.chance(0.85) ? BigInt(prng.between(-18, 18)) : prng.next64());
  }
  for (let i = 0; i < 16; i++) registers.u8.set(text(draft), R.xmm + 16 * i);
}

function textMemory(draft: Draft): void {
  if (draft.isMemory) draft.setMemory(draft.target, text(draft));
}

function text(draft: Draft): Uint8Array {
  const { prng } = draft;
  const alphabet = prng.pick([
    [0x61, 0x62, 0x63, 0x64],
    [0x61, 0x62],
    [0x61, 0x7a, 0x30, 0x39],
    [0x00, 0x80, 0x7f, 0xff],
  ]);
  const bytes = new Uint8Array(16);
  const isWide = prng.chance(0.4);
  for (let i = 0; i < 16; i++) {
    bytes[i] =
      isWide && i % 2 === 1
        ? 0
        : prng.chance(0.08)
          ? 0
          : prng.chance(0.1)
            ? prng.next() & 0xff
            : prng.pick(alphabet);
  }
  return bytes;
}
