/**
 * The register image that cases, recordings and the recorder share (`struct registers` of recorder.c):
 * general registers in encoding order, rip, rflags, fs and gs base, and an FXSAVE64 image (SDM vol. 1, table 10-2).
 */
export const R = {
  gpr: 0,
  rip: 128,
  rflags: 136,
  fsBase: 144,
  gsBase: 152,
  fx: 160,
  fcw: 160,
  fsw: 162,
  /** Abridged tag word: bit n is 1 when physical register n is not empty. */
  ftw: 164,
  fop: 166,
  fip: 168,
  fdp: 176,
  mxcsr: 184,
  mxcsrMask: 188,
  /** st(0)…st(7) in stack order, 16 bytes each of which 10 count. */
  st: 192,
  xmm: 320,
  size: 672,
} as const;

export class Registers {
  readonly u8: Uint8Array = new Uint8Array(R.size);
  readonly view: DataView = new DataView(this.u8.buffer);

  constructor(image?: Uint8Array) {
    if (image !== undefined) this.u8.set(image.subarray(0, R.size));
  }

  clone(): Registers {
    return new Registers(this.u8);
  }

  gpr(index: number): bigint {
    return this.view.getBigUint64(R.gpr + 8 * index, true);
  }

  setGpr(index: number, value: bigint): void {
    this.view.setBigUint64(R.gpr + 8 * index, BigInt.asUintN(64, value), true);
  }

  /** The low half of a general register, unsigned. */
  gpr32(index: number): number {
    return this.view.getUint32(R.gpr + 8 * index, true);
  }

  setGpr32(index: number, value: number): void {
    this.view.setUint32(R.gpr + 8 * index, value, true);
  }

  get rip(): number {
    return Number(this.view.getBigUint64(R.rip, true));
  }

  set rip(value: number) {
    this.view.setBigUint64(R.rip, BigInt(value), true);
  }

  get rflags(): number {
    return this.view.getUint32(R.rflags, true);
  }

  set rflags(value: number) {
    this.view.setUint32(R.rflags, value, true);
  }

  u16(offset: number): number {
    return this.view.getUint16(offset, true);
  }

  u32(offset: number): number {
    return this.view.getUint32(offset, true);
  }

  /** x87 stack top, from the status word. */
  get top(): number {
    return (this.u16(R.fsw) >> 11) & 7;
  }
}

export const GPR_NAMES: readonly string[] =
  "rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15".split(" ");
