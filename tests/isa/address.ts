/** Memory operands: where they point, and which registers and displacement get them there. */
import { DATA_BASE, RO_BASE, RO_LEN, RW_LEN } from "./arena.ts";
import type { MemoryFields } from "./encode.ts";
import type { Prng } from "./prng.ts";
import type { Registers } from "./registers.ts";

/** The size of operand from which some instructions demand alignment. */
const VECTOR_SIZE = 16;

/** An address for an access of `size` bytes: mostly good, sometimes across or beyond the end of something. */
export function chooseAddress(prng: Prng, size: number): bigint {
  const span = Math.max(size, 1);
  const kind = prng.below(100);
  if (kind < 84) {
    const addr = DATA_BASE + 0x200 + prng.below(RW_LEN - 0x400 - span);
    if (size < VECTOR_SIZE) return BigInt(addr);
    return BigInt(prng.chance(0.75) ? addr & ~15 : addr);
  }
  const across = size > 1 ? prng.between(1, size - 1) : 0;
  if (kind < 90) return BigInt(DATA_BASE + 0x1000 * prng.between(1, 3) - across);
  if (kind < 92) return BigInt(RO_BASE - across);
  if (kind < 95)
    return BigInt(RO_BASE + prng.below(RO_LEN - span)) & ~BigInt(size >= VECTOR_SIZE ? 15 : 0);
  if (kind < 96) return BigInt(RO_BASE + RO_LEN - across);
  if (kind < 97) return BigInt(DATA_BASE - Math.max(across, 1));
  switch (prng.below(4)) {
    case 0: // The null page.
      return BigInt(prng.below(0x1000));
    case 1: // The top of the 32-bit space, which no guest may have.
      return BigInt(0xf800_0000 + prng.below(0x07ff_0000));
    case 2: // Beyond 4 GiB.
      return 0x1_0000_0000n + BigInt(prng.next() & ~0xfff) + BigInt(prng.below(0x1000 - span));
    default: // Not canonical.
      return BigInt.asUintN(
        64,
        (BigInt(prng.between(0x0001, 0xfffe)) << 48n) + BigInt(prng.next()),
      );
  }
}

function displacement(prng: Prng, size: 0 | 1 | 4): number {
  if (size === 0) return 0;
  if (size === 1) return (prng.next() << 24) >> 24;
  switch (prng.below(4)) {
    case 0:
      return prng.between(-0x400, 0x400);
    case 1:
      return prng.pick([0x7fff_ffff, -0x8000_0000, 0x80, -0x81, 0]);
    default:
      return prng.next() | 0;
  }
}

const REGISTER_LOW = 0xffff_ffffn;

/** Writes an address register; with 32-bit addressing the upper half stays garbage. */
function setAddressRegister(
  prng: Prng,
  registers: Registers,
  index: number,
  value: bigint,
  addressSize: 4 | 8,
): void {
  if (addressSize === 8) registers.setGpr(index, value);
  else registers.setGpr(index, (prng.next64() & ~REGISTER_LOW) | (value & REGISTER_LOW));
}

/**
 * Chooses an addressing form and sets its registers so that segment base + effective address = `target`.
 * For rip-relative forms `disp` still lacks the address of the next instruction.
 */
export function chooseMemory(
  prng: Prng,
  registers: Registers,
  target: bigint,
  segmentBase: bigint,
  addressSize: 4 | 8,
): MemoryFields {
  const wanted = BigInt.asIntN(64, target - segmentBase);
  const wrapped = addressSize === 4 ? BigInt.asIntN(32, wanted) : wanted;
  const scale = prng.pick([1, 2, 4, 8] as const);
  const dispSize = prng.pick([0, 1, 1, 4] as const);
  const isNear = wrapped >= -0x8000_0000n && wrapped < 0x8000_0000n;
  const kind = prng.below(100);
  if (kind < 10 && target < 0x6000_0000n && segmentBase === 0n) {
    return { base: "rip", index: "none", scale: 1, disp: Number(target), dispSize: 4 };
  }
  if (kind < 16 && isNear) {
    return { base: "none", index: "none", scale: 1, disp: Number(wrapped), dispSize: 4 };
  }
  const index = prng.chance(0.45) ? otherThanRsp(prng) : "none";
  if (kind < 24 && index !== "none") {
    // index * scale + disp32
    const around = BigInt(prng.pick([prng.between(-0x1000, 0x1000), prng.next() >> 2]));
    const value = (wanted - around) / BigInt(scale);
    setAddressRegister(prng, registers, index, value, addressSize);
    const disp = Number(BigInt.asIntN(32, wanted - value * BigInt(scale)));
    return { base: "none", index, scale, disp, dispSize: 4 };
  }
  const base = prng.below(16);
  if (index === base) {
    // (1 + scale) * register + disp32
    const factor = BigInt(scale + 1);
    const value = wanted / factor - BigInt(prng.between(-0x1000, 0x1000));
    setAddressRegister(prng, registers, base, value, addressSize);
    return {
      base,
      index,
      scale,
      disp: Number(BigInt.asIntN(32, wanted - value * factor)),
      dispSize: 4,
    };
  }
  let disp = displacement(prng, dispSize);
  if (base === 4) disp = dispSize === 4 ? prng.between(-0x100, 0x100) : disp;
  let value = wanted - BigInt(disp);
  if (index !== "none") {
    if (prng.chance(0.6)) registers.setGpr(index, BigInt(prng.between(-64, 64)));
    value -= registers.gpr(index) * BigInt(scale);
  }
  setAddressRegister(prng, registers, base, value, addressSize);
  return { base, index, scale: index === "none" ? 1 : scale, disp, dispSize };
}

/** Register 4 as an index means no index. */
function otherThanRsp(prng: Prng): number {
  const index = prng.below(15);
  return index >= 4 ? index + 1 : index;
}
