/**
 * What is known of one file's code at one address: decoded blocks and translated regions, of earlier runs and of this
 * one. An entry is used where the guest has the very bytes that it was made from, and nowhere else.
 */
import type { CachedBlock } from "../engine/block-cache.ts";
import type { Example, Handlers } from "../engine/handlers.ts";
import { RECORD_SIZE } from "../interp/record.ts";
import { type DecodeFailure, decode } from "../isa/decoder.ts";
import type { Insn } from "../isa/insn.ts";
import type { CodeFile } from "./archives.ts";
import { BlockGroup, type StoredBlock } from "./block-group.ts";
import {
  type GroupPiece,
  groupPieces,
  type Hash,
  type KeptRegion,
  type RegionPiece,
  regionPiece,
  type StoredRegion,
  writeArchive,
} from "./format.ts";
import type { ArchiveReader } from "./reader.ts";
import { asBytes } from "./words.ts";

const RECORD_WORDS = RECORD_SIZE / 4;
/** New entries that are worth writing an archive for: so many, and that share of what it has. */
const WORTH_BLOCKS = 64;
const WORTH_BLOCK_SHARE = 1 / 16;
/** A region costs some 20 ms each time that it is made and compiled, a hundred times what it costs to write down. */
const WORTH_REGIONS = 1;
const WORTH_REGION_SHARE = 1 / 64;
/** Bytes of an archive's blocks, and of its regions, at the most: what comes later is made anew in each run. `cc1` has 17 MiB of regions. */
const MAX_BLOCK_BYTES = 16 * 1024 * 1024;
const MAX_REGION_BYTES = 32 * 1024 * 1024;

const NO_UNITS: readonly number[] = [];

/** Blocks that lie together, ready for use. */
interface UsedGroup {
  readonly blocks: BlockGroup;
  readonly bytes: Uint8Array;
}

/** A block of an archive. It is not cut out: a program takes tens of thousands when it starts. */
export interface ArchivedBlock {
  /** Words of its group, and where its records are. */
  readonly words: Int32Array;
  readonly start: number;
  readonly end: number;
  /** The group's bytes: its own begin at `4 * end`. */
  readonly bytes: Uint8Array;
  readonly length: number;
  /** Modules with the handlers that its records name, beside the first. */
  readonly units: readonly number[];
}

export class Archive {
  readonly file: CodeFile;
  readonly #handlers: Handlers;
  readonly #known: ArchiveReader | undefined;
  /** By number in `#known`, those that were used. null: it is damaged. */
  readonly #groups: (UsedGroup | null)[] = [];
  /** Those that the first module has no handler for: of `#known`, then those that blocks of this run have added. */
  readonly #shapes: Uint8Array[];
  /** Table slot by number of the shape, as far as it has one in this engine. */
  readonly #slots: (number | undefined)[] = [];
  readonly #shapeOfSlot: Map<number, number> = new Map();
  /** Modules of these handlers. Empty until one is needed. */
  #units: readonly number[] = [];
  readonly #blocks: Map<number, CachedBlock> = new Map();
  readonly #regions: Map<number, StoredRegion> = new Map();
  readonly #outdated: Set<number> = new Set();
  #blockBytes: number;
  #regionBytes: number;
  #isDamaged = false;

  /** @param known what an earlier run has kept; nothing is taken from what is damaged */
  constructor(file: CodeFile, handlers: Handlers, known: ArchiveReader | undefined) {
    this.file = file;
    this.#handlers = handlers;
    const shapes = known?.isFor(handlers.identity) === true ? known.shapes() : undefined;
    this.#known = shapes === undefined ? undefined : known;
    if (shapes === undefined) known?.close();
    this.#shapes = shapes ?? [];
    this.#blockBytes = this.#known?.blockBytes ?? 0;
    this.#regionBytes = this.#known?.regionBytes ?? 0;
  }

  /** The block at `pc`, if this archive has one. Whether the guest has its bytes there is for the caller to see. */
  block(pc: number): ArchivedBlock | undefined {
    const number = this.#known?.groupOf(pc) ?? -1;
    if (number < 0) return undefined;
    let group = this.#groups[number];
    if (group === undefined) {
      group = this.#use(number) ?? null;
      this.#groups[number] = group;
      if (group === null) this.#isDamaged = true;
    }
    if (group === null) return undefined;
    const { blocks, bytes } = group;
    const place = blocks.find(pc);
    if (place === undefined) return undefined;
    const { start, end, length } = place;
    if (place.isRare && !place.isBound) {
      this.#makeHandlers();
      if (!blocks.bind(pc, this.#handlers.firstEnd, this.#slots)) return undefined;
    }
    const units = place.isRare ? this.#units : NO_UNITS;
    return { words: blocks.words, start, end, bytes, length, units };
  }

  #use(number: number): UsedGroup | undefined {
    const blocks = this.#known?.group(number);
    return blocks && { blocks, bytes: asBytes(blocks.words) };
  }

  /** The region at `pc`, on the same terms as a block. */
  region(pc: number): KeptRegion | undefined {
    if (this.#outdated.has(pc)) return undefined;
    return this.#regions.get(pc) ?? this.#known?.region(pc);
  }

  /** The code of the region at `pc`, packed. */
  packed(pc: number): Uint8Array | undefined {
    return this.#regions.get(pc)?.packed ?? this.#known?.packed(pc);
  }

  /** Handlers for all shapes, those that are missing in one module. Most programs need none of a library's rare ones. */
  #makeHandlers(): void {
    if (this.#units.length > 0) return;
    const shapes = this.#shapes.map((bytes) => ({
      bytes,
      insn: decode(bytes, 0, bytes.length, 0),
    }));
    this.#handlers.make(shapes.filter(isExample));
    const units = new Set<number>();
    for (const [i, { insn }] of shapes.entries()) {
      const slot = insn.row === undefined ? undefined : this.#handlers.slotOf(insn);
      this.#slots[i] = slot;
      if (slot === undefined) continue;
      this.#shapeOfSlot.set(slot, i);
      units.add(this.#handlers.unitOfSlot(slot));
    }
    this.#units = [...units];
  }

  /** A block that was decoded in this run. */
  addBlock(pc: number, block: CachedBlock): void {
    const size = block.bytes.length + 4 * block.words.length;
    if (this.#blockBytes + size > MAX_BLOCK_BYTES) return;
    this.#blockBytes += size;
    this.#blocks.set(pc, block);
  }

  /** A region that was translated in this run; it takes the place of an older one. */
  addRegion(region: StoredRegion): void {
    if (this.#regionBytes + region.packed.length > MAX_REGION_BYTES) return;
    this.#regionBytes += region.packed.length;
    this.#regions.set(region.pc, region);
    this.#outdated.delete(region.pc);
  }

  /** The region at `pc` is no good any more. */
  dropRegion(pc: number): void {
    this.#regions.delete(pc);
    this.#outdated.add(pc);
  }

  /** Whether enough is new to write it all down again. */
  get isWorthKeeping(): boolean {
    if (this.#isDamaged) return true;
    const blockCount = this.#known?.blockCount ?? 0;
    const regionCount = this.#known?.regionCount ?? 0;
    return (
      this.#blocks.size >= Math.max(WORTH_BLOCKS, blockCount * WORTH_BLOCK_SHARE) ||
      this.#regions.size >= Math.max(WORTH_REGIONS, regionCount * WORTH_REGION_SHARE)
    );
  }

  /** What was known and what is new, for the next run. */
  write(hash: Hash): Uint8Array<ArrayBuffer> {
    const groups = this.#groupsToKeep();
    const regions = this.#regionsToKeep();
    const contents = {
      interpreter: this.#handlers.identity,
      shapes: this.#shapes,
      groups,
      regions,
    };
    return writeArchive(this.file.name, contents, hash);
  }

  /** Groups into which nothing new comes are kept as they are. */
  #groupsToKeep(): GroupPiece[] {
    const known = this.#known;
    const fresh = new Map<number, StoredBlock[]>();
    for (const [pc, { bytes, words }] of this.#blocks) {
      const group = Math.max(0, known?.groupOf(pc) ?? 0);
      const blocks = fresh.get(group) ?? [];
      blocks.push({ pc, bytes, ...this.#forKeeping(words) });
      fresh.set(group, blocks);
    }
    const kept: GroupPiece[] = [];
    for (let group = 0; group < Math.max(1, known?.groupCount ?? 0); group++) {
      const piece = known?.groupPiece(group);
      const added = fresh.get(group);
      if (added === undefined) {
        if (piece !== undefined) kept.push(piece);
        continue;
      }
      const blocks = new Map<number, StoredBlock>();
      const before = piece && BlockGroup.of(piece.words, piece.blocks);
      for (const block of [...(before?.all() ?? []), ...added]) blocks.set(block.pc, block);
      kept.push(...groupPieces([...blocks.values()].sort((a, b) => a.pc - b.pc)));
    }
    return kept;
  }

  #regionsToKeep(): RegionPiece[] {
    const regions = [...this.#regions.values()].map(regionPiece);
    for (const entry of this.#known?.regionEntries() ?? []) {
      if (this.#outdated.has(entry.pc) || this.#regions.has(entry.pc)) continue;
      const piece = this.#known?.regionPiece(entry);
      if (piece !== undefined) regions.push(piece);
    }
    return regions.sort((a, b) => a.pc - b.pc);
  }

  /** Records with numbers of shapes for slots that only this engine has. */
  #forKeeping(records: Int32Array): Pick<StoredBlock, "words" | "isRare"> {
    const { firstEnd } = this.#handlers;
    const words = records.slice();
    let isRare = false;
    for (let at = 0; at < words.length; at += RECORD_WORDS) {
      const slot = words[at] as number;
      if (slot < firstEnd) continue;
      words[at] = firstEnd + this.#numberOf(slot);
      isRare = true;
    }
    return { words, isRare };
  }

  #numberOf(slot: number): number {
    // The shapes that the archive knows come first.
    this.#makeHandlers();
    let shape = this.#shapeOfSlot.get(slot);
    if (shape === undefined) {
      shape = this.#shapes.length;
      this.#shapes.push(this.#handlers.exampleOf(slot));
      this.#shapeOfSlot.set(slot, shape);
    }
    return shape;
  }

  /** Nothing is taken from it any more. */
  close(): void {
    this.#known?.close();
  }
}

function isExample(shape: {
  readonly insn: Insn | DecodeFailure;
  readonly bytes: Uint8Array;
}): shape is Example {
  return shape.insn.row !== undefined;
}
