/**
 * Compiled regions. A region is known by its pc and by the bytes it was translated from, so that every address
 * space that has the same bytes there (a forked child, the next process of the same program) shares the module.
 */
import type { Archive } from "../archive/archive.ts";
import type { Archives } from "../archive/archives.ts";
import type { KeptRegion } from "../archive/format.ts";
import { toStored } from "../archive/stored-region.ts";
import { SLOT } from "../interp/core-module.ts";
import { REC } from "../interp/record.ts";
import { type Fetch, formRegion, type Profile, type Region } from "../region/form.ts";
import { regionName, SLOTS } from "../region/region-module.ts";
import { PAGE_SIZE } from "../state.ts";
import { fetchInsn } from "./block.ts";
import type { GuestSpace } from "./guest-space.ts";
import { wayTo } from "./heads.ts";
import { type JumpSite, JumpSites } from "./jump-sites.ts";
import type { Slots } from "./slots.ts";
import { hasCode, isOfItsCode, isSameCode, pagesOf, type Source } from "./sources.ts";
import { type TranslatedRegion, translate } from "./translation.ts";

export interface CompiledRegion {
  /** Of its module, which may hold more regions. */
  readonly id: number;
  /** What the module exports it as. */
  readonly name: string;
  readonly pc: number;
  readonly sources: readonly Source[];
  readonly pages: readonly number[];
  readonly module: WebAssembly.Module;
  /** Whether the status flags matter that it is entered with. */
  readonly readsFlags: boolean;
  /** Blocks that are not in other regions' frames: they count in `Regions.#copies`. */
  readonly blocks: readonly number[];
  /** Blocks in all. */
  readonly size: number;
  /** Indirect jumps that it knows targets of. */
  readonly sites: readonly JumpSite[];
  /** Where it is kept for the next run, if it is. */
  readonly archive: Archive | undefined;
  /** Address spaces that have it in their table. Owner: the engine. */
  installs: number;
  /** How often it has been made anew to have more in it. */
  readonly growths: number;
}

/**
 * Entries of a block before it is taken into a region that reaches it. What comes to be used later makes the region grow.
 * (`cc1` of 2,000 lines: 63 MB of Wasm and 14.5 s to make them at 16, 54 MB and 12 s at 100; no less at 400 and 1,250.)
 */
const WARM = 100;
/**
 * Regions of one pc, and of all together, that are kept while no space has them in its table: for the next process that
 * has the same code. A compiler of guest code makes new ones at the same places without end; one costs some 25 KB.
 */
const MAX_VERSIONS = 4;
const MAX_REGIONS = 16_384;

/** How often a region is made anew for what it is left for. */
const MAX_GROWTHS = 8;

export class Regions {
  readonly #sites: JumpSites = new JumpSites();
  /** In how many regions each block is. */
  readonly #copies: Map<number, number> = new Map();
  readonly #slots: Slots;
  readonly #nowMs: () => number;
  readonly hotThreshold: number;
  readonly #warm: number;
  /** The oldest first. */
  readonly #byPc: Map<number, CompiledRegion[]> = new Map();
  /** The oldest first. */
  readonly #all: Set<CompiledRegion> = new Set();
  /** Regions that make it look for some to forget; more than MAX_REGIONS while so many are in use. */
  #crowd: number = MAX_REGIONS;
  readonly #archives: Archives | undefined;
  readonly #dropped: (region: CompiledRegion) => void;
  #count = 0;
  #modules = 0;
  readonly #ids: WeakMap<WebAssembly.Module, number> = new WeakMap();
  /** Milliseconds spent making Wasm, for profiles. */
  translateMs = 0;
  /** The most that was spent at a time on making or loading a region, or on finding that there can be none. */
  longestStepMs = 0;
  wasmBytes = 0;
  /** Regions that came from an archive. */
  archived = 0;

  /**
   * @param nowMs a monotonic clock, for `translateMs`
   * @param hotThreshold entries that make a block hot: what is warm lies below
   * @param dropped called with a region that is forgotten, for its instances
   * @param archives of earlier runs, if there are any
   */
  constructor(
    slots: Slots,
    nowMs: () => number,
    hotThreshold: number,
    dropped: (region: CompiledRegion) => void,
    archives?: Archives,
  ) {
    this.#archives = archives;
    this.#dropped = dropped;
    this.#slots = slots;
    this.#nowMs = nowMs;
    this.hotThreshold = hotThreshold;
    this.#warm = Math.min(WARM, hotThreshold >> 1);
  }

  /** Regions that were translated. */
  get translated(): number {
    return this.#count - this.archived;
  }

  /** Regions that are remembered. */
  get kept(): number {
    return this.#all.size;
  }

  /** Whether a region of `entry` that is remembered has the code at `pc` in it, perhaps of a function that it calls. */
  isIn(entry: number, pc: number): boolean {
    const regions = this.#byPc.get(entry) ?? [];
    return regions.some(({ sources }) => hasCode(sources, pc));
  }

  /**
   * A region with the hot block at `pc`: one made before from the same bytes, or a new one.
   * @param isHead it begins at the block; otherwise also before it
   */
  at(space: GuestSpace, pc: number, isHead: boolean): CompiledRegion | undefined {
    const known = this.find(space, pc);
    return known ?? this.#step(() => this.#make(space, pc, isHead));
  }

  #make(space: GuestSpace, pc: number, isHead: boolean): CompiledRegion | undefined {
    const warm = (to: number): boolean => isWarm(space, to, this.#warm);
    const head = isHead ? pc : this.#headFor(space, pc, warm);
    const before = head === pc ? undefined : this.find(space, head);
    if (before?.blocks.includes(pc) === true) return before;
    return this.#translate(space, [head], warm)[0];
  }

  /** Where a region for the hot block at `pc` should begin. */
  #headFor(space: GuestSpace, pc: number, warm: (pc: number) => boolean): number {
    const profile = this.#profile(warm);
    const fetch: Fetch = (at) => fetchInsn(space, at);
    const way = wayTo(space, pc, this.hotThreshold - (this.hotThreshold >> 2), profile);
    for (let i = 0, tries = 0; i < way.length - 1 && tries < 2; tries++) {
      const head = way[i] as number;
      const formed = formRegion(head, fetch, profile);
      if (formed?.blocks.has(pc) === true) return head;
      // Behind what it has room for.
      while (i < way.length - 1 && formed?.blocks.has(way[i] as number) === true) i++;
    }
    return pc;
  }

  #profile(isWarm: (pc: number) => boolean): Profile {
    return {
      targets: (at) => this.#sites.targetsOf(at),
      isWarm,
      copies: (at) => this.#copiesOf(at),
    };
  }

  /**
   * The block at `pc` is hot, and `region` was left for it. A region that was made in one phase of a program has no more
   * than that phase needed: it is made anew with what it is left for.
   * @returns undefined where it cannot have the block
   */
  grown(space: GuestSpace, region: CompiledRegion, pc: number): CompiledRegion | undefined {
    if (region.growths >= MAX_GROWTHS) return undefined;
    const isInIt = ({ blocks }: Region): boolean => {
      return blocks.size > region.size && [...blocks.values()].some((b) => b.pc === pc);
    };
    const warm = (to: number): boolean => isWarm(space, to, this.#warm);
    const growth = { replaced: region, isWanted: isInIt };
    const [larger] = this.#step(() => this.#translate(space, [region.pc], warm, growth));
    if (larger !== undefined) this.#forget(region);
    return larger;
  }

  /** New regions for `pcs` in one module, with all that they reach. Where nothing can be translated there is none. */
  together(space: GuestSpace, pcs: readonly number[]): CompiledRegion[] {
    return this.#step(() => this.#translate(space, pcs, () => true));
  }

  #copiesOf(pc: number): number {
    return this.#copies.get(pc) ?? 0;
  }

  /**
   * A region made before, in an earlier run perhaps, whose bytes are those of `space`.
   * @param archive of the code at `pc`
   */
  find(
    space: GuestSpace,
    pc: number,
    archive: Archive | undefined = this.#archives?.at(space, pc),
  ): CompiledRegion | undefined {
    const known = this.#byPc.get(pc);
    return known?.find((r) => isSameCode(space, r)) ?? this.#fromArchive(space, pc, archive);
  }

  #fromArchive(
    space: GuestSpace,
    pc: number,
    archive: Archive | undefined,
  ): CompiledRegion | undefined {
    const archives = this.#archives;
    const stored = archive?.region(pc);
    if (archives === undefined || archive === undefined || stored === undefined) return undefined;
    if (!isOfItsCode(stored)) return undefined;
    const start = this.#nowMs();
    const pages = pagesOf(stored.sources);
    // In a new process most of them are still in the file.
    for (const page of pages) archives.bringIn(space, page * PAGE_SIZE);
    if (!isSameCode(space, { pages, sources: stored.sources })) return undefined;
    const compiled = archives.compile(archive, stored);
    if (compiled === undefined) {
      archive.dropRegion(pc);
      return undefined;
    }
    this.#stepEnded(start);
    const { module, number } = compiled;
    return this.#takeIn(stored, { module, name: regionName(number), pages, archive });
  }

  /** A region of an earlier run, with what the interpreter saw then. */
  #takeIn(
    { pc, sources, blocks, sites: known, readsFlags }: KeptRegion,
    facts: Pick<CompiledRegion, "module" | "name" | "pages" | "archive">,
  ): CompiledRegion {
    this.archived++;
    this.#count++;
    const sites = known.map(({ pc: from, targets }) => this.#sites.merge(from, targets));
    const id = this.#idOf(facts.module);
    const own = { pc, sources, blocks, sites, readsFlags };
    const compiled = { ...facts, ...own, id, installs: 0, growths: 0, size: blocks.length };
    this.#add(compiled);
    return compiled;
  }

  /** Handlers' modules have numbers from 0 on. */
  #idOf(module: WebAssembly.Module): number {
    const id = this.#ids.get(module) ?? -1 - this.#modules++;
    this.#ids.set(module, id);
    return id;
  }

  #add(region: CompiledRegion): void {
    for (const at of region.blocks) this.#copies.set(at, this.#copiesOf(at) + 1);
    for (const site of region.sites) site.regions.push(region);
    this.#makeRoom(region.pc);
    this.#all.add(region);
    const list = this.#byPc.get(region.pc);
    if (list === undefined) this.#byPc.set(region.pc, [region]);
    else list.push(region);
  }

  /**
   * The indirect jump at `from` has gone to `target`.
   * @returns regions that should be made anew, since the jump goes to many more places than they know
   */
  noteJump(from: number, target: number): readonly CompiledRegion[] {
    const outdated = this.#sites.note(from, target);
    for (const region of outdated) {
      region.archive?.dropRegion(region.pc);
      this.#forget(region);
    }
    return outdated;
  }

  /** `find` gives it no more. A space that has it installed may go on with it. */
  #forget(region: CompiledRegion): void {
    if (!this.#all.delete(region)) return;
    const { pc } = region;
    const left = (this.#byPc.get(pc) ?? []).filter((r) => r !== region);
    if (left.length > 0) this.#byPc.set(pc, left);
    else this.#byPc.delete(pc);
    for (const at of region.blocks) {
      const copies = this.#copiesOf(at) - 1;
      if (copies > 0) this.#copies.set(at, copies);
      else this.#copies.delete(at);
    }
    for (const site of region.sites) site.regions = site.regions.filter((r) => r !== region);
    this.#dropped(region);
  }

  /** Forgets the oldest of those that nobody has installed, of `pc` and of all. */
  #makeRoom(pc: number): void {
    const versions = this.#byPc.get(pc) ?? [];
    if (versions.length >= MAX_VERSIONS) {
      const oldest = versions.find((r) => r.installs === 0);
      if (oldest !== undefined) this.#forget(oldest);
    }
    if (this.#all.size < this.#crowd) return;
    for (const region of this.#all) {
      if (this.#all.size < 0.9 * MAX_REGIONS) break;
      if (region.installs === 0) this.#forget(region);
    }
    this.#crowd = Math.max(MAX_REGIONS, 1.25 * this.#all.size);
  }

  #translate(
    space: GuestSpace,
    pcs: readonly number[],
    warm: (pc: number) => boolean,
    growth?: { readonly replaced: CompiledRegion; readonly isWanted: (region: Region) => boolean },
  ): CompiledRegion[] {
    const replaced = growth?.replaced;
    const profile = {
      ...this.#profile(warm),
      copies: (at: number) => this.#copiesOf(at) - (replaced?.blocks.includes(at) === true ? 1 : 0),
    };
    const isWanted = growth?.isWanted ?? (() => true);
    const translation = translate(space, pcs, profile, isWanted);
    if (translation === undefined) return [];
    const { module, wasmBytes, regions } = translation;
    const id = this.#idOf(module);
    this.#count += regions.length;
    // A module with more than one region is of tests only.
    const archives = regions.length === 1 ? this.#archives : undefined;
    const archive = archives?.at(space, pcs[0] as number);
    const growths = replaced === undefined ? 0 : replaced.growths + 1;
    const compiled = regions.map((translated, i) => {
      const name = regionName(i);
      const made = this.#remember(space, translated, { id, module, name, archive, growths });
      const { region, code } = translated;
      const fresh = { ...made, region, code };
      if (archives === undefined || archive === undefined) return made;
      const targetsOf = (pc: number) => this.#sites.get(pc)?.targets;
      archive.addRegion(toStored(fresh, targetsOf, archives));
      return made;
    });
    this.wasmBytes += wasmBytes;
    return compiled;
  }

  /** Also where nothing came of it. */
  #step<T>(make: () => T): T {
    const start = this.#nowMs();
    const made = make();
    this.translateMs += this.#stepEnded(start);
    return made;
  }

  #stepEnded(startMs: number): number {
    const ms = this.#nowMs() - startMs;
    this.longestStepMs = Math.max(this.longestStepMs, ms);
    return ms;
  }

  #remember(
    space: GuestSpace,
    { region, beyond, readsFlags }: TranslatedRegion,
    facts: Pick<CompiledRegion, "id" | "module" | "name" | "archive" | "growths">,
  ): CompiledRegion {
    const ranges = [...region.ranges, ...[...beyond].map(([start, end]) => ({ start, end }))];
    const sources = ranges.map((r) => ({
      start: r.start,
      bytes: space.bytes.slice(r.start, r.end),
    }));
    const sites = new Set<JumpSite>();
    for (const block of region.blocks.values()) {
      const last = block.insns[block.insns.length - 1];
      if (last?.row.flow !== "jump*" && last?.row.flow !== "call*") continue;
      const site = this.#sites.get(last.pc);
      if (site !== undefined) sites.add(site);
    }
    const blocks = [...region.blocks.values()].filter((b) => b.frame === undefined);
    const compiled: CompiledRegion = {
      ...facts,
      readsFlags,
      pc: region.entry,
      sources,
      pages: pagesOf(sources),
      blocks: blocks.map((b) => b.pc),
      size: region.blocks.size,
      sites: [...sites],
      installs: 0,
    };
    this.#add(compiled);
    return compiled;
  }

  /** The region's function, bound to `space`. Slots of regions that it leads to may be taken for it. */
  instantiate(space: GuestSpace, region: CompiledRegion): WebAssembly.ExportValue {
    let instance = space.units.get(region.id);
    if (instance === undefined) {
      const imports = { env: space.env, [SLOTS]: this.#slots.imports };
      instance = new WebAssembly.Instance(region.module, imports);
      space.units.set(region.id, instance);
    }
    return instance.exports[region.name] as WebAssembly.ExportValue;
  }
}

function isWarm(space: GuestSpace, pc: number, warm: number): boolean {
  const rec = space.blocks.get(pc);
  if (rec === undefined) return false;
  return space.code.get(rec, REC.handler) === SLOT.region || space.code.get(rec, REC.count) >= warm;
}
