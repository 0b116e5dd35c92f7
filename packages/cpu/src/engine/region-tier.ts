/**
 * Which blocks run as regions: the table of an address space, and the interpreter's records that lead to it.
 *
 *   head record   SLOT.head, interpreted and counted  ⇄  SLOT.region, with the table slot
 *   table slot    the region's function               ⇄  `enter`: looks up what S.rip names
 *   jump cache    the slot beside the record, and whether what runs there needs the status flags
 */
import { jumpCacheIndex, SLOT } from "../interp/core-module.ts";
import { REC } from "../interp/record.ts";
import { S } from "../state.ts";
import type { GuestSpace } from "./guest-space.ts";
import type { CompiledRegion, Regions } from "./regions.ts";
import type { Slots } from "./slots.ts";

export class RegionTier {
  readonly #slots: Slots;
  readonly #regions: Regions;

  constructor(slots: Slots, regions: Regions) {
    this.#slots = slots;
    this.#regions = regions;
  }

  /** The block at `rec` was entered often: it gets a region. */
  hot(space: GuestSpace, rec: number): void {
    const pc = space.code.get(rec, REC.pc) >>> 0;
    const region = this.#grow(space, pc) ?? this.#regions.at(space, pc, this.#isLeftFor(space, pc));
    const entry = region === undefined ? undefined : space.blocks.get(region.pc);
    if (region === undefined || entry === undefined) return;
    this.installRegion(space, entry, region);
    // Blocks that are in it now have got hot together with this one. They are hot again where they are entered by themselves.
    for (const at of [pc, ...region.blocks]) {
      const block = space.blocks.get(at);
      if (block !== undefined) this.#coolDown(space, block);
    }
  }

  #coolDown(space: GuestSpace, rec: number): void {
    const half = this.#regions.hotThreshold >> 1;
    if (space.code.get(rec, REC.handler) !== SLOT.head) return;
    if (space.code.get(rec, REC.count) > half) space.code.set(rec, REC.count, half);
  }

  /** Whether the region that was left last was left for the block at `pc`. */
  #isLeftFor(space: GuestSpace, pc: number): boolean {
    return (space.state32[S.leftFor >> 2] as number) >>> 0 === pc;
  }

  /** The region that was left for the hot block at `pc`, with the block in it. */
  #grow(space: GuestSpace, pc: number): CompiledRegion | undefined {
    const left = (space.state32[S.leftRegion >> 2] as number) >>> 0;
    if (!this.#isLeftFor(space, pc) || !space.blocks.has(left)) return undefined;
    const region = space.regionSlots.get(this.#slots.ofPc(left));
    return region === undefined ? undefined : this.#regions.grown(space, region, pc);
  }

  installRegion(space: GuestSpace, rec: number, region: CompiledRegion): void {
    const slot = this.#slots.ofPc(region.pc);
    const code = this.#regions.instantiate(space, region);
    space.growTable(this.#slots.size);
    space.table.set(slot, code);
    const before = space.regionSlots.get(slot);
    if (before !== undefined) {
      before.installs--;
      for (const page of before.pages) space.forgetRegion(page, before);
    }
    region.installs++;
    space.regionSlots.set(slot, region);
    if (region.readsFlags) space.quietSlots.delete(slot);
    else space.quietSlots.add(slot);
    for (const page of region.pages) {
      const list = space.pageRegions.get(page);
      if (list === undefined) space.pageRegions.set(page, [region]);
      else if (!list.includes(region)) list.push(region);
      space.markCode(page);
    }
    space.code.set(rec, REC.handler, SLOT.region);
    space.code.set(rec, REC.slot, slot);
    this.#cacheSlot(space, region.pc, slot);
  }

  /** What indirect jumps to `pc` go to, if the jump cache knows it. */
  #cacheSlot(space: GuestSpace, pc: number, slot: number): void {
    const at = jumpCacheIndex(pc) * 4;
    if ((space.jumpCache[at] as number) >>> 0 !== pc) return;
    space.jumpCache[at + 2] = slot;
    space.jumpCache[at + 3] = space.quietSlots.has(slot) ? 1 : 0;
  }

  /** The region's code changed, or it is outdated: its entry is interpreted and counted again. */
  uninstall(space: GuestSpace, region: CompiledRegion): void {
    const slot = this.#slots.ofPc(region.pc);
    // A region that is outdated may be another space's: this table may not even reach its slot.
    const installed = space.regionSlots.get(slot);
    if (installed === undefined) return;
    installed.installs--;
    space.regionSlots.delete(slot);
    space.quietSlots.delete(slot);
    space.table.set(slot, space.core?.enter);
    this.#cacheSlot(space, region.pc, SLOT.enter);
    const rec = space.blocks.get(region.pc);
    if (rec === undefined) return;
    space.code.set(rec, REC.handler, SLOT.head);
    space.code.set(rec, REC.count, 0);
  }

  /** Nothing of the space is a region any more; its records are for the caller to forget. */
  uninstallAll(space: GuestSpace): void {
    for (const [slot, region] of space.regionSlots) {
      space.table.set(slot, space.core?.enter);
      region.installs--;
    }
    space.regionSlots.clear();
    space.quietSlots.clear();
  }
}
