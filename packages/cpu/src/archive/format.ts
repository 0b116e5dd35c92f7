/**
 * An archive as bytes: little-endian words. A reader takes the head and the table, and of the pieces those that it needs:
 * what a start costs depends on what the program uses, not on what all programs before it have used.
 *
 *   head     magic, words in all, number of shapes, of groups, of regions, SHA-256 of the interpreter, SHA-256
 *   table    shapes    length, then up to 15 bytes of one instruction of the shape: those that the interpreter's first module
 *                      does not know
 *            groups    by pc: pc of the first block, offset in words, words, blocks, SHA-256
 *            regions   by pc: pc, offset, words of its facts, bytes of its code as packed, as unpacked, SHA-256 of both
 *   pieces   groups (block-group.ts), regions' facts (region-piece.ts), each with its packed code behind it (code-piece.ts)
 *
 * The head's SHA-256 is over the archive's name, the head before it and the table; those in the table are of the pieces. So
 * nothing is used that isn't what was written, for that name, all of it at once: whatever has become of the file meanwhile.
 * Yet nothing here trusts a number: what leads out of the file makes the entry, or the archive, one that isn't there.
 */
import { inGroups, type StoredBlock, writeGroup } from "./block-group.ts";
import { type RegionFacts, writeFacts } from "./region-piece.ts";
import { asBytes, WordWriter } from "./words.ts";

export const MAGIC = 0x3341_4c4b;
export const HASH_BYTES = 32;
const HASH_WORDS = HASH_BYTES / 4;
export const COUNT_WORDS = 5;
/** The head before its hash. */
export const FACT_WORDS: number = COUNT_WORDS + HASH_WORDS;
export const HEAD_WORDS: number = FACT_WORDS + HASH_WORDS;
export const SHAPE_WORDS = 4;
export const GROUP_WORDS: number = 4 + HASH_WORDS;
export const REGION_WORDS: number = 5 + 2 * HASH_WORDS;
export const MAX_INSN = 15;

/** SHA-256 of bytes, the one behind the other. */
export type Hash = (...parts: readonly Uint8Array[]) => Uint8Array;

export interface KeptRegion extends RegionFacts {
  readonly pc: number;
  /** What its code is known by: SHA-256 of it as packed. */
  readonly key: Uint8Array;
  /** Bytes of its code. */
  readonly length: number;
}

/** A region and its code, as `ArchiveStore.pack` made it. */
export interface StoredRegion extends KeptRegion {
  readonly packed: Uint8Array;
}

/** Of one group, as it is in the file. */
export interface GroupPiece {
  readonly pc: number;
  readonly blocks: number;
  readonly words: Int32Array;
}

/** The same of a region. */
export interface RegionPiece extends Pick<KeptRegion, "pc" | "key" | "length"> {
  readonly facts: Int32Array;
  readonly packed: Uint8Array;
}

export interface ArchiveContents {
  /** `Handlers.identity`: whose slots records name. */
  readonly interpreter: Uint8Array;
  /** An instruction's bytes for each shape. */
  readonly shapes: readonly Uint8Array[];
  /** Sorted by pc, as regions are. */
  readonly groups: readonly GroupPiece[];
  readonly regions: readonly RegionPiece[];
}

/** @param blocks sorted by pc */
export function groupPieces(blocks: readonly StoredBlock[]): GroupPiece[] {
  return inGroups(blocks).map((group) => {
    const [{ pc }] = group as [StoredBlock, ...StoredBlock[]];
    return { pc, blocks: group.length, words: writeGroup(group) };
  });
}

export function regionPiece(region: StoredRegion): RegionPiece {
  const { pc, key, length, packed } = region;
  return { pc, key, length, packed, facts: writeFacts(region) };
}

export function writeArchive(
  name: string,
  { interpreter, shapes, groups, regions }: ArchiveContents,
  hash: Hash,
): Uint8Array<ArrayBuffer> {
  const table = new WordWriter();
  for (const shape of shapes) {
    const bytes = new Uint8Array(4 * SHAPE_WORDS);
    bytes[0] = shape.length;
    bytes.set(shape, 1);
    table.bytes(bytes);
  }
  const start =
    HEAD_WORDS +
    SHAPE_WORDS * shapes.length +
    GROUP_WORDS * groups.length +
    REGION_WORDS * regions.length;
  const pieces = new WordWriter();
  for (const { pc, blocks, words } of groups) {
    table.push(pc, start + pieces.length, words.length, blocks);
    table.bytes(hash(asBytes(words)));
    pieces.words(words);
  }
  for (const { pc, facts, packed, length, key } of regions) {
    table.push(pc, start + pieces.length, facts.length, packed.length, length);
    table.bytes(hash(asBytes(facts)));
    table.bytes(key);
    pieces.words(facts);
    pieces.bytes(packed);
  }
  const size = start + pieces.length;
  const all = new WordWriter();
  all.push(MAGIC, size, shapes.length, groups.length, regions.length);
  all.bytes(interpreter);
  all.bytes(headHash(name, all.take(), table.take(), hash));
  all.words(table.take());
  all.words(pieces.take());
  return asBytes(all.take()) as Uint8Array<ArrayBuffer>;
}

export function headHash(
  name: string,
  facts: Int32Array,
  table: Int32Array,
  hash: Hash,
): Uint8Array {
  return hash(new TextEncoder().encode(name), asBytes(facts), asBytes(table));
}
