/**
 * A group of blocks: a piece of an archive. Its index has 4 words for each block, by pc: pc, offset in words, bytes, and the number
 * of records with a mark on it where the block is rare; at the offset are the records, then the guest's bytes that they
 * were decoded from.
 *
 * Records name their handlers by slots of the interpreter's first module, which are the same in every engine. A block is rare
 * if it has others as well: numbers of shapes of the archive, counted from the end of these slots. They are exchanged for
 * slots when the block is first used.
 */
import { RECORD_SIZE } from "../interp/record.ts";
import { WordWriter, wordsFor } from "./words.ts";

const ENTRY_WORDS = 4;
const RECORD_WORDS = RECORD_SIZE / 4;
const MAX_INSN = 15;
/** A head and something to run; and the longest block with both its ends. */
const MIN_RECORDS = 2;
const MAX_RECORDS = 34;
const MAX_BLOCK_BYTES = 32 * MAX_INSN;
/**
 * A group has as much at the most (and one block): what is read and checked for the first block that is used of it. A read and a
 * checksum cost some 10 µs each however little it is; `true` uses a tenth of what many programs have used of libc.
 */
const MAX_GROUP_WORDS = 0x2000;

const RARE = 0x1_0000;
/** In a group that is in use: the numbers have been exchanged. */
const BOUND = 0x2_0000;

/** A decoded block. */
export interface StoredBlock {
  readonly pc: number;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly isRare: boolean;
}

/** Where a block is in its group: the records begin at a word, the bytes behind them. */
export interface BlockPlace {
  readonly start: number;
  readonly end: number;
  /** Bytes of guest code. */
  readonly length: number;
  readonly isRare: boolean;
  readonly isBound: boolean;
}

export class BlockGroup {
  readonly words: Int32Array;
  readonly #blocks: number;

  /** @returns undefined where the index has no room for as many */
  static of(words: Int32Array, blocks: number): BlockGroup | undefined {
    return ENTRY_WORDS * blocks > words.length ? undefined : new BlockGroup(words, blocks);
  }

  private constructor(words: Int32Array, blocks: number) {
    this.words = words;
    this.#blocks = blocks;
  }

  find(pc: number): BlockPlace | undefined {
    const entry = this.#entry(pc);
    return entry === undefined ? undefined : this.#place(entry);
  }

  #entry(pc: number): number | undefined {
    const { words } = this;
    let low = 0;
    let high = this.#blocks;
    while (low < high) {
      const mid = (low + high) >>> 1;
      const entry = (words[ENTRY_WORDS * mid] as number) >>> 0;
      if (entry === pc) return ENTRY_WORDS * mid;
      if (entry < pc) low = mid + 1;
      else high = mid;
    }
    return undefined;
  }

  /** Of the block whose entry is there; undefined where that leads out of the group. */
  #place(entry: number): BlockPlace | undefined {
    const { words } = this;
    const start = (words[entry + 1] as number) >>> 0;
    const length = words[entry + 2] as number;
    const count = words[entry + 3] as number;
    const records = count & ~(RARE | BOUND);
    if (records < MIN_RECORDS || records > MAX_RECORDS) return undefined;
    if (length < 1 || length > MAX_BLOCK_BYTES) return undefined;
    const end = start + RECORD_WORDS * records;
    const isInside = start >= ENTRY_WORDS * this.#blocks && end + wordsFor(length) <= words.length;
    if (!isInside) return undefined;
    return { start, end, length, isRare: (count & RARE) !== 0, isBound: (count & BOUND) !== 0 };
  }

  /** All that can be read. */
  all(): StoredBlock[] {
    const { words } = this;
    const all: StoredBlock[] = [];
    for (let i = 0; i < this.#blocks; i++) {
      const place = this.#place(ENTRY_WORDS * i);
      if (place === undefined) continue;
      const { start, end, length, isRare } = place;
      all.push({
        isRare,
        pc: (words[ENTRY_WORDS * i] as number) >>> 0,
        words: words.subarray(start, end),
        bytes: new Uint8Array(words.buffer, words.byteOffset + 4 * end, length),
      });
    }
    return all;
  }

  /**
   * Puts slots in the places of shapes' numbers in the rare block at `pc`, for good.
   * @param first the number of the first shape
   * @returns false where a shape has none
   */
  bind(pc: number, first: number, slots: readonly (number | undefined)[]): boolean {
    const entry = this.#entry(pc);
    const place = entry === undefined ? undefined : this.#place(entry);
    if (entry === undefined || place === undefined) return false;
    const { words } = this;
    const { start, end } = place;
    for (let at = start; at < end; at += RECORD_WORDS) {
      const shape = (words[at] as number) - first;
      if (shape >= 0 && slots[shape] === undefined) return false;
    }
    for (let at = start; at < end; at += RECORD_WORDS) {
      words[at] = slots[(words[at] as number) - first] ?? (words[at] as number);
    }
    words[entry + 3] = (words[entry + 3] as number) | BOUND;
    return true;
  }
}

const sizeOf = ({ bytes, words }: StoredBlock): number =>
  ENTRY_WORDS + words.length + wordsFor(bytes.length);

/** Blocks, sorted by pc, in groups of about the same size. */
export function inGroups(blocks: readonly StoredBlock[]): StoredBlock[][] {
  const total = blocks.reduce((sum, block) => sum + sizeOf(block), 0);
  const groups: StoredBlock[][] = Array.from(
    { length: Math.ceil(total / MAX_GROUP_WORDS) },
    () => [],
  );
  let before = 0;
  for (const block of blocks) {
    groups[Math.floor((before / total) * groups.length)]?.push(block);
    before += sizeOf(block);
  }
  return groups.filter((group) => group.length > 0);
}

export function writeGroup(blocks: readonly StoredBlock[]): Int32Array {
  const w = new WordWriter();
  let at = ENTRY_WORDS * blocks.length;
  for (const block of blocks) {
    const records = block.words.length / RECORD_WORDS;
    w.push(block.pc, at, block.bytes.length, records + (block.isRare ? RARE : 0));
    at += sizeOf(block) - ENTRY_WORDS;
  }
  for (const { words, bytes } of blocks) {
    w.words(words);
    w.bytes(bytes);
  }
  return w.take();
}
