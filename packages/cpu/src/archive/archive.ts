/**
 * What is known of one file's code at one address: decoded blocks and translated regions, of earlier runs and of this
 * one. An entry is used where the guest has the very bytes that it was made from, and nowhere else.
 */
import type { CachedBlock } from "../engine/block-cache.ts";
import type { Handlers } from "../engine/handlers.ts";
import { SLOT } from "../interp/core-module.ts";
import { RECORD_SIZE } from "../interp/record.ts";
import { decode } from "../isa/decoder.ts";
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
/** Bytes of an archive's blocks, and of its regions, at the most: what comes later is made anew in each run. */
const MAX_BLOCK_BYTES = 16 * 1024 * 1024;
const MAX_REGION_BYTES = 16 * 1024 * 1024;

/** Blocks that lie together, ready for use. */
interface UsedGroup {
  readonly blocks: BlockGroup;
  readonly bytes: Uint8Array;
  readonly units: readonly number[];
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
  /** Modules with the handlers that records of the group name. */
  readonly units: readonly number[];
}

export class Archive {
  readonly file: CodeFile;
  readonly #handlers: Handlers;
  readonly #known: ArchiveReader | undefined;
  /** By number in `#known`, those that were used. null: it is damaged. */
  readonly #groups: (UsedGroup | null)[] = [];
  /** Of `#known`, then those that blocks of this run have added. */
  readonly #shapes: Uint8Array[];
  /** The same as instructions, to be given handlers. Empty once they have. */
  #insns: readonly Insn[] = [];
  /** Table slot by number of the shape, and the module that has the handler. */
  readonly #slots: number[] = [];
  readonly #units: number[] = [];
  readonly #shapeOfSlot: Map<number, number> = new Map();
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
    const shapes = known?.shapes();
    const insns = shapes?.map((shape) => decode(shape, 0, shape.length, 0));
    const isWhole = insns?.every((insn) => insn.row !== undefined) === true;
    this.#known = isWhole ? known : undefined;
    if (!isWhole) known?.close();
    this.#shapes = isWhole ? (shapes ?? []) : [];
    this.#blockBytes = this.#known?.blockBytes ?? 0;
    this.#regionBytes = this.#known?.regionBytes ?? 0;
    if (isWhole) this.#insns = insns as Insn[];
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
    const { blocks, bytes, units } = group;
    const place = blocks.find(pc);
    if (place === undefined) return undefined;
    return {
      words: blocks.words,
      start: place.start,
      end: place.end,
      bytes,
      length: place.length,
      units,
    };
  }

  /** A group with this engine's handlers. */
  #use(number: number): UsedGroup | undefined {
    const blocks = this.#known?.group(number);
    if (blocks === undefined) return undefined;
    this.#makeHandlers();
    const units = blocks.bind(this.#slots, this.#units);
    return units && { blocks, bytes: asBytes(blocks.words), units };
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

  /** The handlers of all shapes that the archive knows, those that are missing in one module. */
  #makeHandlers(): void {
    if (this.#insns.length === 0) return;
    const insns = this.#insns;
    this.#insns = [];
    this.#handlers.make(insns.map((insn, i) => ({ insn, bytes: this.#shapes[i] as Uint8Array })));
    insns.forEach((insn, i) => {
      const slot = this.#handlers.slotOf(insn);
      this.#slots[i] = slot;
      this.#units[i] = this.#handlers.unitOfSlot(slot);
      this.#shapeOfSlot.set(slot, i);
    });
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
    const contents = { shapes: this.#shapes, groups, regions: this.#regionsToKeep() };
    return writeArchive(this.file.name, contents, hash);
  }

  /** Groups into which nothing new comes are kept as they are. */
  #groupsToKeep(): GroupPiece[] {
    const known = this.#known;
    // The numbers of shapes are to be the archive's.
    this.#makeHandlers();
    const fresh = new Map<number, StoredBlock[]>();
    for (const [pc, { bytes, words }] of this.#blocks) {
      const group = Math.max(0, known?.groupOf(pc) ?? 0);
      const blocks = fresh.get(group) ?? [];
      blocks.push({ pc, bytes, words: this.#forKeeping(words) });
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

  /** Records with numbers of shapes for this engine's slots. */
  #forKeeping(records: Int32Array): Int32Array {
    const words = records.slice();
    for (let at = 0; at < words.length; at += RECORD_WORDS) {
      const slot = words[at] as number;
      if (slot >= SLOT.first) words[at] = SLOT.first + this.#numberOf(slot);
    }
    return words;
  }

  #numberOf(slot: number): number {
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
