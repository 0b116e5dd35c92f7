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
import { ArchiveReader, type StoredBlock, type StoredRegion, writeArchive } from "./format.ts";

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

export class Archive {
  readonly file: CodeFile;
  readonly #handlers: Handlers;
  readonly #known: ArchiveReader | undefined;
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

  /** @param bytes what an earlier run has kept; nothing is taken from what is damaged */
  constructor(file: CodeFile, handlers: Handlers, bytes: Uint8Array | undefined) {
    this.file = file;
    this.#handlers = handlers;
    const known = bytes === undefined ? undefined : ArchiveReader.open(bytes);
    const shapes = known?.shapes();
    const insns = shapes?.map((shape) => decode(shape, 0, shape.length, 0));
    const isWhole = insns?.every((insn) => insn.row !== undefined) === true;
    this.#known = isWhole ? known : undefined;
    this.#shapes = isWhole ? (shapes ?? []) : [];
    this.#blockBytes = this.#known?.blockBytes ?? 0;
    this.#regionBytes = this.#known?.regionBytes ?? 0;
    if (isWhole) this.#insns = insns as Insn[];
  }

  /** The block at `pc`, if this archive has one. Whether the guest has its bytes there is for the caller to see. */
  block(pc: number): CachedBlock | undefined {
    const stored = this.#known?.block(pc);
    return stored === undefined ? undefined : this.#forUse(stored);
  }

  /** The region at `pc`, on the same terms. */
  region(pc: number): StoredRegion | undefined {
    if (this.#outdated.has(pc)) return undefined;
    return this.#regions.get(pc) ?? this.#known?.region(pc);
  }

  /** A stored block with this engine's handlers. */
  #forUse({ bytes, words: stored }: StoredBlock): CachedBlock | undefined {
    this.#makeHandlers();
    const words = stored.slice();
    const units: number[] = [];
    for (let at = 0; at < words.length; at += RECORD_WORDS) {
      const handler = words[at] as number;
      if (handler === SLOT.head || handler === SLOT.goto) continue;
      const slot = this.#slots[handler - SLOT.first];
      if (slot === undefined) return undefined;
      words[at] = slot;
      const unit = this.#units[handler - SLOT.first] as number;
      if (!units.includes(unit)) units.push(unit);
    }
    return { bytes, words, units };
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
    const { blockCount = 0, regionCount = 0 } = this.#known ?? {};
    return (
      this.#blocks.size >= Math.max(WORTH_BLOCKS, blockCount * WORTH_BLOCK_SHARE) ||
      this.#regions.size >= Math.max(WORTH_REGIONS, regionCount * WORTH_REGION_SHARE)
    );
  }

  /** What was known and what is new, for the next run. */
  write(): Uint8Array<ArrayBuffer> {
    const blocks = new Map<number, StoredBlock>();
    for (const block of this.#known?.blocks() ?? []) blocks.set(block.pc, block);
    for (const [pc, { bytes, words }] of this.#blocks) {
      blocks.set(pc, { pc, bytes, words: this.#forKeeping(words) });
    }
    const regions = new Map<number, StoredRegion>();
    for (const region of this.#known?.regions() ?? []) {
      if (!this.#outdated.has(region.pc)) regions.set(region.pc, region);
    }
    for (const region of this.#regions.values()) regions.set(region.pc, region);
    const byPc = (a: { pc: number }, b: { pc: number }): number => a.pc - b.pc;
    return writeArchive({
      shapes: this.#shapes,
      blocks: [...blocks.values()].sort(byPc),
      regions: [...regions.values()].sort(byPc),
    });
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
}
