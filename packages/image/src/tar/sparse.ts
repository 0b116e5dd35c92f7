/**
 * Maps of sparse files, in four dialects ("Storing Sparse Files" of GNU tar's manual):
 *
 *   old GNU    type "S": 4 pairs in the header and 21 more in each extension block that follows it
 *   PAX 0.0    keywords GNU.sparse.offset and GNU.sparse.numbytes, repeated
 *   PAX 0.1    one keyword, GNU.sparse.map: "off,len,off,len"
 *   PAX 1.0    the map is in front of the data, a number a line, padded to a block
 */
import { LayerError } from "../errors.ts";
import type { Segment } from "./entry.ts";
import { BLOCK, decodeNumber } from "./header.ts";
import { MAX_SEGMENTS } from "./limits.ts";
import { type PaxRecords, paxNumber } from "./pax.ts";
import type { Steps } from "./steps.ts";

const PAIR = 24;

/** Adds pairs of numbers until an empty one. */
function addGnuPairs(
  into: Segment[],
  block: Buffer,
  at: number,
  count: number,
  entry: string,
): void {
  for (let i = 0; i < count; i++) {
    const pair = block.subarray(at + i * PAIR, at + (i + 1) * PAIR);
    if (pair[0] === 0) return;
    const off = decodeNumber(pair.subarray(0, 12));
    const len = decodeNumber(pair.subarray(12, 24));
    if (off === null || len === null) throw new LayerError("bad sparse map", entry);
    into.push({ off, len });
  }
}

/** The header's own pairs, whether more follow, and the size with holes. */
export function gnuSparseHeader(
  block: Buffer,
  entry: string,
): { segments: Segment[]; isExtended: boolean; size: number } {
  const segments: Segment[] = [];
  addGnuPairs(segments, block, 386, 4, entry);
  const size = decodeNumber(block.subarray(483, 495));
  if (size === null) throw new LayerError("bad size of a sparse file", entry);
  return { segments, isExtended: block[482] !== 0, size };
}

/** A block of 21 pairs. @returns whether another follows. */
export function gnuSparseExtension(block: Buffer, into: Segment[], entry: string): boolean {
  addGnuPairs(into, block, 0, 21, entry);
  if (into.length > MAX_SEGMENTS) throw new LayerError("sparse map is too long", entry);
  return block[504] !== 0;
}

export interface PaxSparse {
  /** Null: the map is in front of the data (1.0). */
  readonly segments: Segment[] | null;
  readonly size: number | null;
  readonly name: Buffer | null;
}

/** @returns null if the records tell of no sparse file. */
export function paxSparse(
  records: PaxRecords,
  repeated: readonly Segment[],
  entry: string,
): PaxSparse | null {
  const get = (key: string): Buffer | undefined => records.get(`GNU.sparse.${key}`);
  const sizeField = get("realsize") ?? get("size");
  const size = sizeField === undefined ? null : paxNumber(sizeField, "sparse size", entry);
  const name = get("name") ?? null;
  const major = get("major")?.toString("latin1");
  const minor = get("minor")?.toString("latin1");
  if (major === "1" && minor === "0") return { segments: null, size, name };
  const isOld = major === undefined || (major === "0" && (minor === "0" || minor === "1"));
  if (!isOld) throw new LayerError(`sparse file of version ${major}.${minor}`, entry);
  const map = get("map");
  if (map !== undefined)
    return { segments: pairs(map.toString("latin1").split(","), entry), size, name };
  if (repeated.length > 0) return { segments: [...repeated], size, name };
  // A sparse file that is one hole.
  if (get("numblocks") !== undefined || size !== null) return { segments: [], size, name };
  return null;
}

function pairs(numbers: readonly string[], entry: string): Segment[] {
  // An empty map is one empty field.
  const fields = numbers.length === 1 && numbers[0] === "" ? [] : numbers;
  if (fields.length % 2 !== 0) throw new LayerError("bad sparse map", entry);
  if (fields.length / 2 > MAX_SEGMENTS) throw new LayerError("sparse map is too long", entry);
  const segments: Segment[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const [off, len] = [fields[i], fields[i + 1]].map((field) => wholeNumber(field ?? "", entry));
    segments.push({ off: off as number, len: len as number });
  }
  return segments;
}

function wholeNumber(digits: string, entry: string): number {
  const value = /^\d{1,16}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new LayerError("bad sparse map", entry);
  return value;
}

/** Reads blocks until the map of version 1.0 is complete. */
export function* readSparseMap(
  entry: string,
  nextBlock: () => Steps<Buffer>,
): Steps<{ readonly segments: Segment[]; readonly blocks: number }> {
  let text = "";
  let blocks = 0;
  const numbers: string[] = [];
  let wanted = 1;
  while (numbers.length < wanted) {
    const newline = text.indexOf("\n");
    if (newline < 0) {
      if (text.length > BLOCK) throw new LayerError("bad sparse map", entry);
      text += (yield* nextBlock()).toString("latin1");
      blocks++;
      continue;
    }
    numbers.push(text.slice(0, newline));
    text = text.slice(newline + 1);
    if (numbers.length > 1 || wanted > 1) continue;
    const count = wholeNumber(numbers[0] ?? "", entry);
    if (count > MAX_SEGMENTS) throw new LayerError("sparse map is too long", entry);
    wanted += count * 2;
    if (count === 0) break;
  }
  return { segments: pairs(numbers.slice(1), entry), blocks };
}

/** In order, apart, within the file, and as many bytes as are stored. */
export function checkSegments(
  segments: readonly Segment[],
  size: number,
  stored: number,
  entry: string,
): void {
  let end = 0;
  let total = 0;
  for (const { off, len } of segments) {
    if (len < 0 || off < end || !Number.isSafeInteger(off + len) || off + len > size) {
      throw new LayerError("sparse map does not fit its file", entry);
    }
    end = off + len;
    total += len;
  }
  if (total !== stored) throw new LayerError("sparse map does not fit its data", entry);
}
