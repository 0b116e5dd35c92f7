/**
 * The register stack, status word and tags in the state block (SDM vol. 1, 8.1).
 *
 * `S.x87` holds the physical registers R0 … R7; st(i) is R[(TOP + i) mod 8]. `S.ftw` keeps one bit per physical
 * register, 1 = not empty, as FXSAVE does; the two-bit tags that FNSTENV shows are made from the contents.
 */
import type { Machine } from "../engine/helper.ts";
import { S, Vector } from "../state.ts";
import { FpuContext, IE, OE, PE, PRE_COMPUTATION, UE } from "./context.ts";
import { DEFAULT_NAN, type Float80, float80 } from "./float80.ts";

/** Status word bits above the exception flags. */
const SF = 0x40;
export const ES = 0x80;
export const C0 = 0x100;
export const C1 = 0x200;
export const C2 = 0x400;
const TOP_SHIFT = 11;
const TOP_MASK = 0x3800;
export const C3 = 0x4000;
export const BUSY = 0x8000;
/** The condition bits that comparisons write. */
export const CONDITIONS: number = C0 | C2 | C3;

/** The part of a machine that holds registers: enough for whatever doesn't touch memory. */
export type StateBlock = Pick<
  Machine,
  "getU16" | "setU16" | "getU32" | "setU32" | "getU64" | "setU64"
>;

/** The context of the instruction that runs: a work object, as no helper runs inside another. */
export const context: FpuContext = new FpuContext();
/** Set when the instruction found the stack full (else a stack fault is an underflow): C1 tells them apart. */
let isOverflow = false;

/** Argument `i` of the helper that runs, as an unsigned 32-bit number. */
export function argument(m: Machine, i: number): number {
  return m.getU32(S.scratch + 8 * i);
}

export function top(m: StateBlock): number {
  return (m.getU16(S.fsw) >>> TOP_SHIFT) & 7;
}

export function setTop(m: Machine, value: number): void {
  m.setU16(S.fsw, (m.getU16(S.fsw) & ~TOP_MASK) | ((value & 7) << TOP_SHIFT));
}

export function isEmpty(m: Machine, i: number): boolean {
  return ((m.getU16(S.ftw) >>> ((top(m) + i) & 7)) & 1) === 0;
}

export function setEmpty(m: Machine, i: number): void {
  m.setU16(S.ftw, m.getU16(S.ftw) & ~(1 << ((top(m) + i) & 7)));
}

export function readSt(m: Machine, i: number): Float80 {
  const offset = S.x87 + 16 * ((top(m) + i) & 7);
  const word = m.getU16(offset + 8);
  return float80(word >= 0x8000 ? 1 : 0, word & 0x7fff, m.getU32(offset + 4), m.getU32(offset));
}

/** Writes st(i) and tags it not empty. */
export function writeSt(m: Machine, i: number, value: Float80): void {
  const register = (top(m) + i) & 7;
  const offset = S.x87 + 16 * register;
  m.setU32(offset, value.lo);
  m.setU32(offset + 4, value.hi);
  m.setU16(offset + 8, value.sign * 0x8000 + value.exp);
  m.setU16(S.ftw, m.getU16(S.ftw) | (1 << register));
}

export function pop(m: Machine): void {
  setEmpty(m, 0);
  setTop(m, top(m) + 1);
}

export function popTimes(m: Machine, count: number): void {
  for (let i = 0; i < count; i++) pop(m);
}

/**
 * Starts a waiting instruction: raises #MF if an unmasked exception is pending, else readies `context`.
 * Every helper of a waiting instruction returns false at once when this does.
 */
export function begin(m: Machine): boolean {
  if ((m.getU16(S.fsw) & ES) !== 0) return m.raise(Vector.MF);
  context.begin(m.getU16(S.fcw));
  isOverflow = false;
  m.setU32(S.fip, m.getU32(S.rip));
  return true;
}

/** Notes the address of a memory operand, argument `i`. @returns it */
export function operandAddress(m: Machine, i: number): number {
  const addr = argument(m, i);
  m.setU32(S.fdp, addr);
  return addr;
}

/** An empty register as source. @returns the masked response */
export function stackUnderflow(): Float80 {
  context.signal(IE | SF);
  return DEFAULT_NAN;
}

/** A push onto a register in use. @returns the masked response */
export function stackOverflow(): Float80 {
  context.signal(IE | SF);
  isOverflow = true;
  return DEFAULT_NAN;
}

/**
 * Ends an instruction: merges what `context` found into the status word, C1 included.
 * @returns whether results may be written: not after an unmasked exception of those in `blocking`.
 */
export function conclude(m: Machine, blocking: number = PRE_COMPUTATION): boolean {
  let { exceptions } = context;
  const unmasked = exceptions & ~context.masks & 0x3f;
  let status = m.getU16(S.fsw) & ~C1;
  const isBlocked = (unmasked & blocking) !== 0;
  // Nothing was rounded where nothing is written.
  if (isBlocked) exceptions &= ~PE;
  if ((unmasked & blocking & PRE_COMPUTATION) !== 0) exceptions &= PRE_COMPUTATION | SF;
  if (unmasked !== 0) status |= ES | BUSY;
  if ((exceptions & SF) !== 0 ? isOverflow : context.roundedUp && !isBlocked) status |= C1;
  m.setU16(S.fsw, status | exceptions);
  return !isBlocked;
}

/** `conclude` of an instruction that stores to memory: unmasked overflow and underflow keep the memory as it was. */
export function concludeStore(m: Machine): boolean {
  return conclude(m, PRE_COMPUTATION | OE | UE);
}

/** Pushes the value that `load` makes, or handles a full stack. An unmasked DE of a load is pending with the value pushed. */
export function pushLoaded(m: Machine, load: () => Float80): void {
  const value = isEmpty(m, 7) ? load() : stackOverflow();
  if (conclude(m, IE)) pushOnto(m, value);
}

/** Pushes without a look at what is there. */
export function pushOnto(m: Machine, value: Float80): void {
  setTop(m, top(m) - 1);
  writeSt(m, 0, value);
}

/** Replaces condition bits C0, C2, C3. */
export function setConditions(m: Machine, conditions: number): void {
  m.setU16(S.fsw, (m.getU16(S.fsw) & ~CONDITIONS) | conditions);
}
