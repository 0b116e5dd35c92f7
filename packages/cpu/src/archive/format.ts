/**
 * An archive as bytes: little-endian words. Sections are found through the head, entries through sorted indices, so that
 * looking up one entry reads nothing of the others.
 *
 *   head     magic, words in all, then for each section: number of entries, offset in words
 *   shapes   4 words each: length, then up to 15 bytes of one instruction of the shape
 *   blocks   index of 4 words each, by pc: pc, offset, bytes, records; at the offset the records, then the bytes
 *   regions  index of 4 words each, by pc: pc, offset, words, 0; at the offset see `writeRegion`
 *
 * Whoever keeps archives finds damage by a checksum. Yet nothing here trusts a number: what leads out of the file makes
 * the entry, or the archive, one that isn't there.
 */
import { RECORD_SIZE } from "../interp/record.ts";

const MAGIC = 0x3141_4c4b;
const SECTIONS = 3;
const HEAD_WORDS = 2 + 2 * SECTIONS;
const ENTRY_WORDS = 4;
const RECORD_WORDS = RECORD_SIZE / 4;
const MAX_INSN = 15;
/** A head and something to run; and the longest block with both its ends. */
const MIN_RECORDS = 2;
const MAX_RECORDS = 34;
const MAX_BLOCK_BYTES = 32 * MAX_INSN;

/** A decoded block. In `words` a handler is a number of a shape, or of a fixed slot: see archive.ts. */
export interface StoredBlock {
  readonly pc: number;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

/** Guest code that something relies on. */
export interface StoredSource {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** Where an indirect jump has gone to. */
export interface StoredSite {
  readonly pc: number;
  readonly targets: readonly number[];
}

export interface StoredRegion {
  readonly pc: number;
  /** Its module, as `ArchiveStore.pack` made it, and how many bytes it has unpacked. */
  readonly packed: Uint8Array;
  readonly length: number;
  readonly sources: readonly StoredSource[];
  /** The blocks of its own function. */
  readonly blocks: readonly number[];
  readonly sites: readonly StoredSite[];
  /** Whether the status flags matter that it is entered with. */
  readonly readsFlags: boolean;
}

export interface ArchiveContents {
  /** An instruction's bytes for each shape. */
  readonly shapes: readonly Uint8Array[];
  /** Sorted by pc. */
  readonly blocks: readonly StoredBlock[];
  readonly regions: readonly StoredRegion[];
}

const wordsFor = (bytes: number): number => Math.ceil(bytes / 4);

class WordWriter {
  #words: Int32Array = new Int32Array(0x4000);
  length = 0;

  #room(n: number): void {
    if (this.length + n <= this.#words.length) return;
    const grown = new Int32Array(Math.max(2 * this.#words.length, this.length + n));
    grown.set(this.#words.subarray(0, this.length));
    this.#words = grown;
  }

  push(...values: readonly number[]): void {
    this.#room(values.length);
    for (const value of values) this.#words[this.length++] = value;
  }

  words(values: Int32Array): void {
    this.#room(values.length);
    this.#words.set(values, this.length);
    this.length += values.length;
  }

  bytes(bytes: Uint8Array): void {
    const n = wordsFor(bytes.length);
    this.#room(n);
    new Uint8Array(this.#words.buffer, 4 * this.length, bytes.length).set(bytes);
    this.length += n;
  }

  set(at: number, ...values: readonly number[]): void {
    this.#words.set(values, at);
  }

  take(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#words.buffer as ArrayBuffer, 0, 4 * this.length).slice();
  }
}

export function writeArchive({
  shapes,
  blocks,
  regions,
}: ArchiveContents): Uint8Array<ArrayBuffer> {
  const w = new WordWriter();
  const head = new Int32Array(HEAD_WORDS);
  w.words(head);
  head[2] = shapes.length;
  head[3] = w.length;
  for (const shape of shapes) {
    const bytes = new Uint8Array(4 * ENTRY_WORDS);
    bytes[0] = shape.length;
    bytes.set(shape, 1);
    w.bytes(bytes);
  }
  const indexOf = (section: number, entries: number): number => {
    const at = w.length;
    head[2 + 2 * section] = entries;
    head[3 + 2 * section] = at;
    w.words(new Int32Array(ENTRY_WORDS * entries));
    return at;
  };
  const blockIndex = indexOf(1, blocks.length);
  blocks.forEach(({ pc, bytes, words }, i) => {
    w.set(blockIndex + ENTRY_WORDS * i, pc, w.length, bytes.length, words.length / RECORD_WORDS);
    w.words(words);
    w.bytes(bytes);
  });
  const regionIndex = indexOf(2, regions.length);
  regions.forEach((region, i) => {
    const start = w.length;
    writeRegion(w, region);
    w.set(regionIndex + ENTRY_WORDS * i, region.pc, start, w.length - start, 0);
  });
  w.set(0, MAGIC, w.length, ...head.subarray(2));
  return w.take();
}

function writeRegion(w: WordWriter, region: StoredRegion): void {
  const { packed, length, sources, blocks, sites, readsFlags } = region;
  w.push(readsFlags ? 1 : 0);
  w.push(length, packed.length, sources.length, blocks.length, sites.length);
  for (const { start, bytes } of sources) {
    w.push(start, bytes.length);
    w.bytes(bytes);
  }
  w.push(...blocks);
  for (const { pc, targets } of sites) w.push(pc, targets.length, ...targets);
  w.bytes(packed);
}

/** Thrown within this module only: a number leads out of the archive. */
class Damaged extends Error {}

/** Reads one entry from `at` on, and not beyond `end`. */
class WordReader {
  readonly #words: Int32Array;
  readonly #end: number;
  #at: number;

  constructor(words: Int32Array, at: number, length: number) {
    this.#words = words;
    this.#at = at;
    this.#end = at + length;
    if (at < HEAD_WORDS || length < 0 || this.#end > words.length) throw new Damaged();
  }

  /** A number in 0 … 2^32-1. */
  u32(): number {
    if (this.#at >= this.#end) throw new Damaged();
    return (this.#words[this.#at++] as number) >>> 0;
  }

  /** How many there are of what takes `size` words each. */
  count(size: number): number {
    const n = this.u32();
    if (n * size > this.#end - this.#at) throw new Damaged();
    return n;
  }

  words(n: number): Int32Array {
    if (n > this.#end - this.#at) throw new Damaged();
    this.#at += n;
    return this.#words.subarray(this.#at - n, this.#at);
  }

  bytes(n: number): Uint8Array {
    const part = this.words(wordsFor(n));
    return new Uint8Array(part.buffer, part.byteOffset, n);
  }

  many<T>(n: number, read: () => T): T[] {
    return Array.from({ length: n }, read);
  }
}

interface Section {
  readonly entries: number;
  readonly at: number;
}

export class ArchiveReader {
  readonly #words: Int32Array;
  readonly #shapes: Section;
  readonly #blocks: Section;
  readonly #regions: Section;

  /** @returns undefined where it is no archive */
  static open(bytes: Uint8Array): ArchiveReader | undefined {
    // Words need an aligned start.
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
    const words = new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
    if (words.length < HEAD_WORDS || words[0] !== MAGIC || words[1] !== words.length)
      return undefined;
    try {
      return new ArchiveReader(words);
    } catch (error) {
      if (error instanceof Damaged) return undefined;
      throw error;
    }
  }

  private constructor(words: Int32Array) {
    this.#words = words;
    const section = (i: number): Section => {
      const entries = (words[2 + 2 * i] as number) >>> 0;
      const at = (words[3 + 2 * i] as number) >>> 0;
      new WordReader(words, at, ENTRY_WORDS * entries);
      return { entries, at };
    };
    this.#shapes = section(0);
    this.#blocks = section(1);
    this.#regions = section(2);
  }

  get blockCount(): number {
    return this.#blocks.entries;
  }

  get regionCount(): number {
    return this.#regions.entries;
  }

  /** What the blocks take, and the regions. They follow their indices, and the regions come last. */
  get blockBytes(): number {
    return 4 * (this.#regions.at - this.#blocks.at);
  }

  get regionBytes(): number {
    return 4 * (this.#words.length - this.#regions.at);
  }

  /** undefined where a shape's length is none. */
  shapes(): Uint8Array[] | undefined {
    const { at, entries } = this.#shapes;
    const reader = new WordReader(this.#words, at, ENTRY_WORDS * entries);
    const shapes = reader.many(entries, () => {
      const bytes = reader.bytes(4 * ENTRY_WORDS);
      const length = bytes[0] as number;
      return length > MAX_INSN ? undefined : bytes.subarray(1, 1 + length);
    });
    return shapes.every((s) => s !== undefined) ? shapes : undefined;
  }

  block(pc: number): StoredBlock | undefined {
    const at = this.#find(this.#blocks, pc);
    return at === undefined ? undefined : this.#blockAt(at);
  }

  region(pc: number): StoredRegion | undefined {
    const at = this.#find(this.#regions, pc);
    return at === undefined ? undefined : this.#regionAt(at);
  }

  /** All that can be read. */
  blocks(): StoredBlock[] {
    return this.#all(this.#blocks, (at) => this.#blockAt(at));
  }

  regions(): StoredRegion[] {
    return this.#all(this.#regions, (at) => this.#regionAt(at));
  }

  #all<T>({ at, entries }: Section, read: (at: number) => T | undefined): T[] {
    const all: T[] = [];
    for (let i = 0; i < entries; i++) {
      const entry = read(at + ENTRY_WORDS * i);
      if (entry !== undefined) all.push(entry);
    }
    return all;
  }

  /** Place of the index entry of `pc`. */
  #find({ at, entries }: Section, pc: number): number | undefined {
    let low = 0;
    let high = entries;
    while (low < high) {
      const mid = (low + high) >>> 1;
      const entry = (this.#words[at + ENTRY_WORDS * mid] as number) >>> 0;
      if (entry === pc) return at + ENTRY_WORDS * mid;
      if (entry < pc) low = mid + 1;
      else high = mid;
    }
    return undefined;
  }

  #blockAt(at: number): StoredBlock | undefined {
    const words = this.#words;
    const pc = (words[at] as number) >>> 0;
    const start = (words[at + 1] as number) >>> 0;
    const length = words[at + 2] as number;
    const records = words[at + 3] as number;
    if (records < MIN_RECORDS || records > MAX_RECORDS) return undefined;
    if (length < 1 || length > MAX_BLOCK_BYTES) return undefined;
    const end = start + RECORD_WORDS * records;
    if (start < HEAD_WORDS || end + wordsFor(length) > words.length) return undefined;
    return {
      pc,
      words: words.subarray(start, end),
      bytes: new Uint8Array(words.buffer, words.byteOffset + 4 * end, length),
    };
  }

  #regionAt(at: number): StoredRegion | undefined {
    const [pc = 0, offset = 0, size = 0] = this.#words.subarray(at, at + ENTRY_WORDS);
    return attempt(() => {
      const r = new WordReader(this.#words, offset >>> 0, size >>> 0);
      const readsFlags = r.u32() !== 0;
      const length = r.u32();
      const packed = r.u32();
      const [sources, blocks, sites] = [r.count(2), r.count(1), r.count(2)];
      return {
        pc: pc >>> 0,
        sources: r.many(sources as number, () => ({ start: r.u32(), bytes: r.bytes(r.u32()) })),
        blocks: r.many(blocks as number, () => r.u32()),
        sites: r.many(sites as number, () => {
          return { pc: r.u32(), targets: r.many(r.count(1), () => r.u32()) };
        }),
        packed: r.bytes(packed),
        length,
        readsFlags,
      };
    });
  }
}

/** The Wasm of an archive's regions, packed, and how long it is. */
export function modulesOf(archive: Uint8Array): readonly Pick<StoredRegion, "packed" | "length">[] {
  return ArchiveReader.open(archive)?.regions() ?? [];
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Damaged) return undefined;
    throw error;
  }
}
