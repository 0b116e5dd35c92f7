/** Operand objects that the decoder hands out. Registers exist once: decoding one allocates nothing. */
import type {
  GprOperand,
  ImmOperand,
  MmxOperand,
  Operand,
  OperandSize,
  SegOperand,
  StOperand,
  XmmOperand,
} from "./insn.ts";

const SIZES: readonly OperandSize[] = [1, 2, 4, 8];

/** Index: size << 4 | register (size 1, 2, 4, 8). */
const gprs: readonly GprOperand[] = buildGprs();
/** AH CH DH BH. */
const highBytes: readonly GprOperand[] = [0, 1, 2, 3].map((index) => ({
  kind: "gpr",
  index,
  size: 1,
  high: true,
}));

function buildGprs(): GprOperand[] {
  const all: GprOperand[] = [];
  for (const size of SIZES) {
    for (let index = 0; index < 16; index++) {
      all[(size << 4) | index] = { kind: "gpr", index, size, high: false };
    }
  }
  return all;
}

/** General register; byte registers 4–7 are AH CH DH BH unless a REX prefix is there. */
export function gpr(index: number, size: number, hasRex: boolean): Operand {
  if (size === 1 && !hasRex && index >= 4 && index < 8) return highBytes[index - 4] as GprOperand;
  return gprs[(size << 4) | index] as GprOperand;
}

const xmms: XmmOperand[] = [];
for (const size of [1, 2, 4, 8, 16]) {
  for (let index = 0; index < 16; index++) xmms[(size << 4) | index] = { kind: "xmm", index, size };
}

export function xmm(index: number, size: number): Operand {
  return xmms[(size << 4) | index] as XmmOperand;
}

const mmxs: MmxOperand[] = [];
for (const size of [1, 2, 4, 8]) {
  for (let index = 0; index < 8; index++) mmxs[(size << 4) | index] = { kind: "mmx", index, size };
}

export function mmx(index: number, size: number): Operand {
  return mmxs[(size << 4) | index] as MmxOperand;
}

const sts: readonly StOperand[] = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => ({ kind: "st", index }));

export function st(index: number): Operand {
  return sts[index] as StOperand;
}

/** Segment registers 0–5, control registers 16 + n, debug registers 32 + n. */
const segments: readonly SegOperand[] = Array.from({ length: 48 }, (_, index) => ({
  kind: "seg",
  index,
}));

export function segment(index: number): Operand {
  return segments[index] as SegOperand;
}

/**
 * An immediate. `value` is zero-extended where `size` is 1 or 2 (as registers of these sizes are read), signed
 * where it is 4 or 8. The bigint is made only when somebody asks: it costs more than decoding the rest.
 */
export class Immediate implements ImmOperand {
  readonly kind = "imm";
  readonly size: OperandSize;
  readonly value: number;
  readonly #low: number;
  readonly #high: number;

  /** `low` and `high` are the halves of the 64-bit constant, signed. */
  constructor(size: OperandSize, low: number, high: number) {
    this.size = size;
    this.value = high === low >> 31 ? low : high * 0x1_0000_0000 + (low >>> 0);
    this.#low = low;
    this.#high = high;
  }

  get value64(): bigint {
    return (BigInt(this.#high) << 32n) | BigInt(this.#low >>> 0);
  }
}

const bytes: readonly Immediate[] = Array.from({ length: 256 }, (_, n) => new Immediate(1, n, 0));

/** A zero-extended byte. */
export function immByte(n: number): Operand {
  return bytes[n] as Immediate;
}
