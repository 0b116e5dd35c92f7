/**
 * Stores a whole number as 64 bits, little-endian; a negative one in two's complement. Not through a BigInt: each entry
 * of a directory has two.
 */
export function storeU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setInt32(at + 4, Math.floor(value / 0x1_0000_0000), true);
}
