/** Reads an archive, a piece at a time. */
import { BlockGroup } from "./block-group.ts";
import {
  COUNT_WORDS,
  FACT_WORDS,
  GROUP_WORDS,
  type GroupPiece,
  HASH_BYTES,
  type Hash,
  HEAD_WORDS,
  headHash,
  type KeptRegion,
  MAGIC,
  MAX_INSN,
  REGION_WORDS,
  type RegionPiece,
  SHAPE_WORDS,
} from "./format.ts";
import { readFacts } from "./region-piece.ts";
import { asBytes, asWords } from "./words.ts";

/** Where an archive lies. */
export interface ArchiveBytes {
  readonly size: number;
  /** A copy that begins at a word; undefined where there are not as many. */
  read(offset: number, length: number): Uint8Array | undefined;
  close(): void;
}

/** The head and most tables: one read. */
const FIRST_READ = 0x8000;

interface ArchiveParts {
  readonly bytes: ArchiveBytes;
  readonly hash: Hash;
  readonly table: Int32Array;
  /** Numbers of them. */
  readonly shapes: number;
  readonly groups: number;
  readonly interpreter: Uint8Array;
}

export class ArchiveReader {
  readonly #bytes: ArchiveBytes;
  readonly #hash: Hash;
  readonly #interpreter: Uint8Array;
  readonly #shapes: Int32Array;
  readonly #groups: Int32Array;
  readonly #regions: Int32Array;

  /** @returns undefined where it is no archive of that name */
  static open(name: string, bytes: ArchiveBytes, hash: Hash): ArchiveReader | undefined {
    const first = bytes.read(0, Math.min(bytes.size, FIRST_READ));
    if (first === undefined || first.length < 4 * HEAD_WORDS) return undefined;
    const head = asWords(first).subarray(0, HEAD_WORDS);
    const [magic, size = 0, ...counts] = head.subarray(0, COUNT_WORDS);
    if (magic !== MAGIC || 4 * (size >>> 0) !== bytes.size) return undefined;
    const [shapes = 0, groups = 0, regions = 0] = counts.map((n) => n >>> 0);
    const end = HEAD_WORDS + SHAPE_WORDS * shapes + GROUP_WORDS * groups + REGION_WORDS * regions;
    if (4 * end > bytes.size) return undefined;
    const whole = 4 * end <= first.length ? first : bytes.read(0, 4 * end);
    if (whole === undefined) return undefined;
    // Of its own: the rest of what was read is not kept for it.
    const table = asWords(whole).slice(HEAD_WORDS, end);
    const facts = head.subarray(0, FACT_WORDS);
    const expected = asBytes(head).subarray(4 * FACT_WORDS);
    if (!isEqual(headHash(name, facts, table, hash), expected)) return undefined;
    const interpreter = asBytes(facts).slice(4 * COUNT_WORDS);
    return new ArchiveReader({ bytes, hash, table, shapes, groups, interpreter });
  }

  private constructor({ bytes, hash, table, shapes, groups, interpreter }: ArchiveParts) {
    this.#bytes = bytes;
    this.#hash = hash;
    this.#interpreter = interpreter;
    const groupsAt = SHAPE_WORDS * shapes;
    const regionsAt = groupsAt + GROUP_WORDS * groups;
    this.#shapes = table.subarray(0, groupsAt);
    this.#groups = table.subarray(groupsAt, regionsAt);
    this.#regions = table.subarray(regionsAt);
  }

  /** Whether records name slots of that interpreter. */
  isFor(interpreter: Uint8Array): boolean {
    return isEqual(this.#interpreter, interpreter);
  }

  get groupCount(): number {
    return this.#groups.length / GROUP_WORDS;
  }

  get blockCount(): number {
    return sum(this.#groups, GROUP_WORDS, (entry) => entry[3] as number);
  }

  get regionCount(): number {
    return this.#regions.length / REGION_WORDS;
  }

  /** What the blocks take. */
  get blockBytes(): number {
    return sum(this.#groups, GROUP_WORDS, (entry) => 4 * (entry[2] as number));
  }

  /** What the regions' code takes. */
  get regionBytes(): number {
    return sum(this.#regions, REGION_WORDS, (entry) => entry[3] as number);
  }

  /** undefined where a shape's length is none. */
  shapes(): Uint8Array[] | undefined {
    const bytes = asBytes(this.#shapes);
    const shapes: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += 4 * SHAPE_WORDS) {
      const length = bytes[at] as number;
      if (length > MAX_INSN) return undefined;
      shapes.push(bytes.subarray(at + 1, at + 1 + length));
    }
    return shapes;
  }

  /** Number of the group that the block at `pc` is in, if there is one; -1 where there are no groups. */
  groupOf(pc: number): number {
    const after = lowerBound(this.#groups, GROUP_WORDS, pc + 1);
    return after > 0 ? after - 1 : Math.min(0, this.groupCount - 1);
  }

  /** undefined where it is damaged. */
  groupPiece(group: number): GroupPiece | undefined {
    const at = GROUP_WORDS * group;
    const entry = this.#groups.subarray(at, at + GROUP_WORDS);
    const [pc = 0, offset = 0, length = 0, blocks = 0] = entry;
    const bytes = this.#piece(offset >>> 0, 4 * (length >>> 0), asBytes(entry).subarray(16));
    return bytes && { pc: pc >>> 0, blocks: blocks >>> 0, words: asWords(bytes) };
  }

  group(group: number): BlockGroup | undefined {
    const piece = this.groupPiece(group);
    return piece && BlockGroup.of(piece.words, piece.blocks);
  }

  /** The region at `pc`. */
  region(pc: number): KeptRegion | undefined {
    const entry = this.#regionAt(pc);
    if (entry === undefined) return undefined;
    const bytes = this.#piece(entry.offset, 4 * entry.words, entry.hash);
    const facts = bytes && readFacts(asWords(bytes));
    const { key, length } = entry;
    return facts && { ...facts, pc, key, length };
  }

  /** The code of the region at `pc`, packed. */
  packed(pc: number): Uint8Array | undefined {
    const entry = this.#regionAt(pc);
    return entry && this.#packed(entry);
  }

  #regionAt(pc: number): RegionEntry | undefined {
    const i = lowerBound(this.#regions, REGION_WORDS, pc);
    const isThere = (this.#regions[REGION_WORDS * i] as number) >>> 0 === pc;
    return isThere && i < this.regionCount ? this.#regionEntry(i) : undefined;
  }

  #packed({ offset, words, packed, key }: RegionEntry): Uint8Array | undefined {
    return this.#piece(offset + words, packed, key);
  }

  /** What there is of regions, without reading them. */
  regionEntries(): RegionEntry[] {
    return Array.from({ length: this.regionCount }, (_, i) => this.#regionEntry(i));
  }

  /** All of a region; undefined where it is damaged. */
  regionPiece(entry: RegionEntry): RegionPiece | undefined {
    const facts = this.#piece(entry.offset, 4 * entry.words, entry.hash);
    const packed = this.#packed(entry);
    if (facts === undefined || packed === undefined) return undefined;
    const { pc, key, length } = entry;
    return { pc, key, length, facts: asWords(facts), packed };
  }

  #regionEntry(i: number): RegionEntry {
    const at = REGION_WORDS * i;
    const words = this.#regions.subarray(at, at + REGION_WORDS);
    const hashes = asBytes(words).subarray(20);
    const [pc = 0, offset = 0, facts = 0, packed = 0, length = 0] = words;
    return {
      pc: pc >>> 0,
      offset: offset >>> 0,
      words: facts >>> 0,
      packed: packed >>> 0,
      length: length >>> 0,
      hash: hashes.subarray(0, HASH_BYTES),
      key: hashes.subarray(HASH_BYTES),
    };
  }

  /** @param offset in words */
  #piece(offset: number, length: number, expected: Uint8Array): Uint8Array | undefined {
    if (4 * offset + length > this.#bytes.size) return undefined;
    const bytes = this.#bytes.read(4 * offset, length);
    return bytes !== undefined && isEqual(this.#hash(bytes), expected) ? bytes : undefined;
  }

  close(): void {
    this.#bytes.close();
  }
}

/** Where a region is, and what its pieces must be. */
export interface RegionEntry extends Pick<KeptRegion, "pc" | "key" | "length"> {
  readonly offset: number;
  /** Of its facts. */
  readonly words: number;
  readonly hash: Uint8Array;
  /** Bytes of its code as packed. */
  readonly packed: number;
}

/** Number of the first entry whose first word isn't below `pc`. */
function lowerBound(entries: Int32Array, size: number, pc: number): number {
  let low = 0;
  let high = entries.length / size;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if ((entries[size * mid] as number) >>> 0 < pc) low = mid + 1;
    else high = mid;
  }
  return low;
}

function sum(entries: Int32Array, size: number, of: (entry: Int32Array) => number): number {
  let total = 0;
  for (let at = 0; at < entries.length; at += size) {
    total += of(entries.subarray(at, at + size)) >>> 0;
  }
  return total;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
