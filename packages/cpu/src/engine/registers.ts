/** The registers of one task: in a buffer of their own, or in the state block of the space they run in. */
import { EFLAGS, S } from "../state.ts";
import type { GuestSpace } from "./guest-space.ts";

const TWO_32 = 4294967296;
const OTHERS = EFLAGS.TF | EFLAGS.DF | EFLAGS.NT | EFLAGS.AC | EFLAGS.ID | EFLAGS.IF;

/** Reads and writes of an FXSAVE image: set by the x87 part, so that this file needs no floating point. */
export interface FxState {
  save(state: DataView, into: Uint8Array): void;
  restore(state: DataView, from: Uint8Array): void;
}

export class CpuRegisters {
  readonly #saved: ArrayBuffer = new ArrayBuffer(S.end);
  readonly #savedBytes: Uint8Array = new Uint8Array(this.#saved);
  readonly #savedWords: Int32Array = new Int32Array(this.#saved);
  readonly #fx: FxState;
  #words: Int32Array = this.#savedWords;
  #space: GuestSpace | undefined;

  constructor(fx: FxState) {
    this.#fx = fx;
    this.reset();
  }

  /** Moves into the state block of `space`. */
  attach(space: GuestSpace): void {
    if (this.#space === space) return;
    this.detach();
    space.live?.detach();
    space.stateBytes.set(this.#savedBytes);
    this.#words = space.state32;
    this.#space = space;
    space.live = this;
  }

  /** Moves back into the own buffer. */
  detach(): void {
    const space = this.#space;
    if (space === undefined) return;
    this.#savedBytes.set(space.stateBytes);
    this.#words = this.#savedWords;
    this.#space = undefined;
    space.live = undefined;
  }

  #bytes(): Uint8Array {
    return this.#space === undefined ? this.#savedBytes : this.#space.stateBytes;
  }

  #view(): DataView {
    const b = this.#bytes();
    return new DataView(b.buffer, b.byteOffset, S.end);
  }

  #number(offset: number): number {
    const w = this.#words;
    return ((w[offset >> 2] as number) >>> 0) + ((w[(offset >> 2) + 1] as number) >>> 0) * TWO_32;
  }

  #setNumber(offset: number, value: number): void {
    const w = this.#words;
    w[offset >> 2] = value % TWO_32;
    w[(offset >> 2) + 1] = Math.floor(value / TWO_32);
  }

  get(reg: number): number {
    return this.#number(8 * reg);
  }

  getInt32(reg: number): number {
    return this.#words[2 * reg] as number;
  }

  getBig(reg: number): bigint {
    const w = this.#words;
    const low = BigInt((w[2 * reg] as number) >>> 0);
    return low | (BigInt((w[2 * reg + 1] as number) >>> 0) << 32n);
  }

  set(reg: number, value: number): void {
    this.#setNumber(8 * reg, value);
  }

  setBig(reg: number, value: bigint): void {
    const w = this.#words;
    w[2 * reg] = Number(BigInt.asIntN(32, value));
    w[2 * reg + 1] = Number(BigInt.asIntN(32, value >> 32n));
  }

  get rip(): number {
    return this.#number(S.rip);
  }

  set rip(value: number) {
    this.#setNumber(S.rip, value);
  }

  get fsBase(): number {
    return this.#number(S.fsBase);
  }

  set fsBase(value: number) {
    this.#setNumber(S.fsBase, value);
  }

  get gsBase(): number {
    return this.#number(S.gsBase);
  }

  set gsBase(value: number) {
    this.#setNumber(S.gsBase, value);
  }

  get rflags(): number {
    const w = this.#words;
    const rl = w[S.flagResult >> 2] as number;
    const rh = w[(S.flagResult >> 2) + 1] as number;
    const vl = w[S.flagVector >> 2] as number;
    const vh = w[(S.flagVector >> 2) + 1] as number;
    let flags = (w[S.flagsOther >> 2] as number) | EFLAGS.RESERVED1 | EFLAGS.IF;
    if (vh < 0) flags |= EFLAGS.CF;
    if (((vh ^ (vh << 1)) & 0x8000_0000) !== 0) flags |= EFLAGS.OF;
    if ((rl | rh) === 0) flags |= EFLAGS.ZF;
    if ((rh < 0 ? 1 : 0) !== ((vl >> 1) & 1)) flags |= EFLAGS.SF;
    let p = rl & 0xff;
    p ^= p >> 4;
    p ^= p >> 2;
    p ^= p >> 1;
    if (((p & 1) ^ 1) !== (vl & 1)) flags |= EFLAGS.PF;
    if ((vl & 8) !== 0) flags |= EFLAGS.AF;
    return flags;
  }

  set rflags(value: number) {
    const w = this.#words;
    const bit = (mask: number): number => ((value & mask) !== 0 ? 1 : 0);
    const cf = bit(EFLAGS.CF);
    const zf = bit(EFLAGS.ZF);
    w[S.flagResult >> 2] = zf ^ 1;
    w[(S.flagResult >> 2) + 1] = 0;
    w[S.flagVector >> 2] = (bit(EFLAGS.AF) << 3) | (bit(EFLAGS.SF) << 1) | (bit(EFLAGS.PF) ^ zf);
    w[(S.flagVector >> 2) + 1] = (cf << 31) | ((cf ^ bit(EFLAGS.OF)) << 30);
    w[S.flagsOther >> 2] = value & OTHERS & ~EFLAGS.IF;
  }

  reset(): void {
    const bytes = this.#bytes();
    bytes.fill(0);
    const view = this.#view();
    view.setUint16(S.fcw, 0x37f, true);
    view.setUint32(S.mxcsr, 0x1f80, true);
    this.rflags = 0x202;
  }

  copyFrom(other: CpuRegisters): void {
    this.#bytes().set(other.#bytes());
  }

  fxsave(into: Uint8Array): void {
    this.#fx.save(this.#view(), into);
  }

  fxrstor(from: Uint8Array): void {
    this.#fx.restore(this.#view(), from);
  }

  save(): Uint8Array {
    return this.#bytes().slice();
  }

  restore(state: Uint8Array): void {
    this.#bytes().set(state.subarray(0, S.end));
  }
}
