/**
 * Random operand values with a bias to where processors and their imitations differ: extremes, neighbours,
 * equal values, and the special encodings of each floating-point format.
 */
import type { Prng } from "./prng.ts";

/** How the bytes of a vector or memory operand are looked at when filling them. */
export type Lens = "int" | "f32" | "f64" | "f80" | "bcd" | "any";

export function fillRandom(prng: Prng, u8: Uint8Array, off: number, len: number): void {
  let word = 0;
  for (let i = 0; i < len; i++) {
    if ((i & 3) === 0) word = prng.next();
    u8[off + i] = word;
    word >>>= 8;
  }
}

/** Flips one bit: nearly equal. */
export function flipBit(prng: Prng, u8: Uint8Array): void {
  const at = prng.below(u8.length);
  u8[at] = (u8[at] as number) ^ (1 << prng.below(8));
}

/** An integer of `bits` bits (8 … 64), unsigned. */
export function cornerInt(prng: Prng, bits: number): bigint {
  const width = BigInt(bits);
  const min = 1n << (width - 1n);
  switch (prng.below(12)) {
    case 0:
      return 0n;
    case 1:
      return 1n;
    case 2:
      return BigInt.asUintN(bits, -1n);
    case 3:
      return min;
    case 4:
      return min - 1n;
    case 5:
      return BigInt.asUintN(bits, min + BigInt(prng.between(-3, 3)));
    case 6:
      return BigInt.asUintN(bits, BigInt(prng.between(-4, 4)));
    case 7:
      return 1n << BigInt(prng.below(bits));
    case 8:
      return (1n << BigInt(prng.below(bits))) - 1n;
    case 9: // Sign extension of a smaller integer.
      return BigInt.asUintN(bits, BigInt.asIntN(prng.pick([8, 16, 32]), prng.next64()));
    case 10: // Every byte the same.
      return BigInt.asUintN(
        bits,
        BigInt(prng.pick([0x7f, 0x80, 0x55, 0xaa, 1])) * 0x0101_0101_0101_0101n,
      );
    default:
      return BigInt.asUintN(bits, prng.next64());
  }
}

/** A whole general register. */
export function gprValue(prng: Prng): bigint {
  switch (prng.below(8)) {
    case 0:
    case 1:
      return cornerInt(prng, 64);
    case 2: // A corner of the low 32 bits under garbage.
      return (BigInt(prng.next()) << 32n) | cornerInt(prng, 32);
    case 3:
      return (prng.next64() & ~0xffffn) | cornerInt(prng, 16);
    case 4:
      return (prng.next64() & ~0xffffn) | (cornerInt(prng, 8) << 8n) | cornerInt(prng, 8);
    case 5:
      return BigInt(prng.below(70));
    default:
      return prng.next64();
  }
}

// biome-ignore format: by kind.
const F32_CORNERS = [
  0x0000_0000, 0x8000_0000, 0x3f80_0000, 0xbf80_0000, 0x4000_0000, 0x3f00_0000, 0xbf00_0000, 0x3fc0_0000, 0x4020_0000,
  0x0000_0001, 0x8000_0001, 0x007f_ffff, 0x807f_ffff, 0x0080_0000, 0x8080_0000, 0x0040_0000,
  0x7f7f_ffff, 0xff7f_ffff, 0x7f80_0000, 0xff80_0000,
  0x7fc0_0000, 0xffc0_0000, 0x7fc1_2345, 0x7f80_0001, 0xff80_0001, 0x7fbf_ffff, 0xffff_ffff,
  0x4f00_0000, 0xcf00_0000, 0x4eff_ffff, 0x4f80_0000, 0x5f00_0000, 0xdf00_0000, 0x4b00_0000, 0x4b80_0000, 0x3eff_ffff,
];

export function f32Bits(prng: Prng): number {
  switch (prng.below(8)) {
    case 0:
    case 1:
    case 2:
      return prng.pick(F32_CORNERS);
    case 3: // A moderate exponent.
      return ((prng.next() & 0x807f_ffff) | (prng.between(110, 160) << 23)) >>> 0;
    case 4: // A small multiple of one half.
      return floatToBits32(prng.between(-64, 64) / 2);
    case 5: // Near the extremes of the exponent.
      return (
        ((prng.next() & 0x807f_ffff) |
          (prng.pick([0, 1, 2, 24, 126, 127, 150, 158, 190, 252, 253, 254]) << 23)) >>>
        0
      );
    case 6:
      return ((prng.next() & 0x8000_0007) | (prng.between(90, 170) << 23)) >>> 0;
    default:
      return prng.next();
  }
}

// biome-ignore format: by kind.
const F64_CORNERS = [
  0x0000000000000000n, 0x8000000000000000n, 0x3ff0000000000000n, 0xbff0000000000000n, 0x4000000000000000n, 0x3fe0000000000000n, 0xbfe0000000000000n, 0x3ff8000000000000n, 0x4004000000000000n,
  0x0000000000000001n, 0x8000000000000001n, 0x000fffffffffffffn, 0x800fffffffffffffn, 0x0010000000000000n, 0x8010000000000000n, 0x0008000000000000n,
  0x7fefffffffffffffn, 0xffefffffffffffffn, 0x7ff0000000000000n, 0xfff0000000000000n,
  0x7ff8000000000000n, 0xfff8000000000000n, 0x7ff8123456789abcn, 0x7ff0000000000001n, 0xfff0000000000001n, 0x7ff7ffffffffffffn, 0xffffffffffffffffn,
  0x41e0000000000000n, 0xc1e0000000000000n, 0x41dfffffffe00000n, 0x41dfffffffc00000n, 0xc1e0000000200000n, 0x41f0000000000000n, 0x43e0000000000000n, 0xc3e0000000000000n, 0x43dfffffffffffffn,
  0x4330000000000000n, 0x4340000000000000n, 0x47efffffe0000000n, 0x47efffffefffffffn, 0x47effffff0000000n, 0x47f0000000000000n, 0x3810000000000000n, 0x380fffffffffffffn, 0x36a0000000000000n, 0x3690000000000000n, 0x3fdfffffffffffffn,
];

export function f64Bits(prng: Prng): bigint {
  switch (prng.below(8)) {
    case 0:
    case 1:
    case 2:
      return prng.pick(F64_CORNERS);
    case 3:
      return (prng.next64() & 0x800f_ffff_ffff_ffffn) | (BigInt(prng.between(1000, 1090)) << 52n);
    case 4:
      return floatToBits64(prng.between(-64, 64) / 2);
    case 5: {
      const exponent = prng.pick([
        0, 1, 2, 53, 872, 896, 897, 1022, 1023, 1054, 1075, 1086, 1150, 1151, 2044, 2045, 2046,
      ]);
      return (prng.next64() & 0x800f_ffff_ffff_ffffn) | (BigInt(exponent) << 52n);
    }
    case 6:
      return (prng.next64() & 0x8000_0000_0000_0007n) | (BigInt(prng.between(960, 1090)) << 52n);
    default:
      return prng.next64();
  }
}

/** Exponents of the 80-bit format worth meeting: the ends, and the ends of double, single and the integers. */
const F80_EXPONENTS = [
  0, 1, 2, 64, 15361, 15360, 16383, 16382, 16384, 16413, 16414, 16446, 16447, 17406, 17407, 16255,
  16257, 16510, 16511, 32702, 32765, 32766,
];

/** Writes an 80-bit value: ten bytes at `off`. */
export function fillF80(prng: Prng, view: DataView, off: number): void {
  let significand = prng.next64() | (1n << 63n);
  let exponent = 16383;
  let sign = prng.next() & 1;
  switch (prng.below(16)) {
    case 0: // Zero.
      significand = 0n;
      exponent = 0;
      break;
    case 1: // Infinity, and the pseudo-infinity without integer bit.
      significand = prng.chance(0.8) ? 1n << 63n : 0n;
      exponent = 32767;
      break;
    case 2: // NaNs: quiet, signalling, the default one, and the unsupported ones without integer bit.
      exponent = 32767;
      switch (prng.below(4)) {
        case 0:
          significand = 3n << 62n;
          sign = 1;
          break;
        case 1:
          significand = (1n << 63n) | 1n;
          break;
        case 2:
          if (prng.chance(0.5)) significand &= ~(1n << 63n);
          break;
      }
      break;
    case 3: // Denormals and pseudo-denormals.
      exponent = 0;
      if (prng.chance(0.8)) significand &= ~(1n << 63n);
      if (prng.chance(0.3)) significand = 1n;
      break;
    case 4: // Unnormals: unsupported since the 387.
      exponent = prng.between(1, 32766);
      significand &= ~(1n << 63n);
      break;
    case 5:
      exponent = prng.pick(F80_EXPONENTS);
      break;
    case 6: // A double.
      significand &= ~0x7ffn;
      exponent = prng.between(16383 - 60, 16383 + 70);
      break;
    case 7: // A single.
      significand &= ~0xff_ffff_ffffn;
      exponent = prng.between(16383 - 40, 16383 + 40);
      break;
    case 8:
    case 9:
    case 10: {
      // A small multiple of one half.
      const value = prng.between(1, 128);
      const shift = 31 - Math.clz32(value);
      significand = BigInt(value) << BigInt(63 - shift);
      exponent = 16383 + shift - 1;
      break;
    }
    case 11: // All ones: rounding carries into the exponent.
      significand = 0xffff_ffff_ffff_ffffn << BigInt(prng.pick([0, 0, 1, 11, 40]));
      significand = BigInt.asUintN(64, significand);
      exponent = prng.pick(F80_EXPONENTS);
      break;
    case 12:
      exponent = prng.between(0, 32766);
      if (exponent === 0) significand &= ~(1n << 63n);
      break;
    default:
      exponent = prng.between(16383 - 70, 16383 + 70);
  }
  view.setBigUint64(off, significand, true);
  view.setUint16(off + 8, (sign << 15) | exponent, true);
}

/** Packed BCD of FBLD: eighteen digits and a sign. */
export function fillBcd(prng: Prng, view: DataView, off: number): void {
  const digits = prng.pick([0, 1, 5, 18, 18]);
  for (let i = 0; i < 9; i++) {
    const low = 2 * i < digits ? prng.below(10) : 0;
    const high = 2 * i + 1 < digits ? prng.below(10) : 0;
    view.setUint8(off + i, (high << 4) | low);
  }
  view.setUint8(off + 9, prng.next() & 0x80);
}

/** Fills `len` bytes as lanes of one kind. */
export function fillLanes(prng: Prng, view: DataView, off: number, len: number, lens: Lens): void {
  const u8 = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  switch (lens) {
    case "f32":
      for (let i = 0; i + 4 <= len; i += 4) view.setUint32(off + i, f32Bits(prng), true);
      fillRandom(prng, u8, off + (len & ~3), len & 3);
      break;
    case "f64":
      for (let i = 0; i + 8 <= len; i += 8) view.setBigUint64(off + i, f64Bits(prng), true);
      if ((len & 7) !== 0) fillLanes(prng, view, off + (len & ~7), len & 7, "f32");
      break;
    case "f80":
      if (len >= 10) fillF80(prng, view, off);
      else fillLanes(prng, view, off, len, "int");
      break;
    case "bcd":
      if (len >= 10) fillBcd(prng, view, off);
      else fillRandom(prng, u8, off, len);
      break;
    case "int": {
      const lane = Math.min(prng.pick([1, 2, 4, 8]), len);
      let i = 0;
      for (; i + lane <= len; i += lane) setInt(view, off + i, lane, cornerInt(prng, 8 * lane));
      fillRandom(prng, u8, off + i, len - i);
      break;
    }
    case "any":
      fillLanes(prng, view, off, len, prng.pick(["int", "int", "f32", "f64"] as const));
      break;
  }
}

function setInt(view: DataView, off: number, size: number, value: bigint): void {
  for (let i = 0; i < size; i++) view.setUint8(off + i, Number((value >> BigInt(8 * i)) & 0xffn));
}

const scratch = new DataView(new ArrayBuffer(8));

function floatToBits32(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getUint32(0);
}

function floatToBits64(value: number): bigint {
  scratch.setFloat64(0, value);
  return scratch.getBigUint64(0);
}
