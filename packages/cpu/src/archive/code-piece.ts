/**
 * A region's function as bytes, before they are packed:
 *
 *   pc, number of slots, of uses of slots, of hints, length of the code; slots, uses, hints (twice the place, and 1 if likely); code
 */
import { paddedAt, type RegionCode } from "../region/region-module.ts";
import { asBytes, asWords, Damaged, WordReader, WordWriter } from "./words.ts";

/** Bytes of a number of a global. */
const PADDED = 5;

export function writeCode({ pc, slots, code }: RegionCode): Uint8Array<ArrayBuffer> {
  const { bytes, globals, hints } = code;
  const w = new WordWriter();
  w.push(pc, slots.length, globals.length, hints.length, bytes.length, ...slots, ...globals);
  for (const { at, likely } of hints) w.push(2 * at + (likely ? 1 : 0));
  w.bytes(bytes);
  return asBytes(w.take()) as Uint8Array<ArrayBuffer>;
}

/** @returns undefined where that isn't what `writeCode` has written: V8 says whether it is code */
export function readCode(bytes: Uint8Array): RegionCode | undefined {
  try {
    const r = new WordReader(asWords(bytes));
    const pc = r.u32();
    const [slotCount, useCount, hintCount] = [r.count(1), r.count(1), r.count(1)];
    const length = r.u32();
    const slots = r.many(slotCount, () => r.u32());
    const globals = r.many(useCount, () => r.u32());
    const hints = r.many(hintCount, () => {
      const word = r.u32();
      return { at: word >>> 1, likely: (word & 1) !== 0 };
    });
    const code = r.bytes(length);
    const isUse = (at: number): boolean =>
      at + PADDED <= length && paddedAt(code, at) < slots.length;
    return globals.every(isUse) ? { pc, slots, code: { bytes: code, globals, hints } } : undefined;
  } catch (error) {
    if (error instanceof Damaged) return undefined;
    throw error;
  }
}
