/**
 * Table slots. Numbers are engine-wide, so that one compiled module fits the table of every address space:
 * a handler's slot belongs to its shape, a region's slot to the guest pc it begins at.
 */
import { SLOT } from "../interp/core-module.ts";

export class Slots {
  #next: number = SLOT.first;
  readonly #byPc: Map<number, number> = new Map();
  readonly #pcs: Map<number, number> = new Map();

  /** `n` slots in a row. */
  take(n: number): number {
    const first = this.#next;
    this.#next += n;
    return first;
  }

  /** The slot of the region that begins at `pc`. */
  ofPc(pc: number): number {
    let slot = this.#byPc.get(pc);
    if (slot === undefined) {
      slot = this.take(1);
      this.#byPc.set(pc, slot);
      this.#pcs.set(slot, pc);
    }
    return slot;
  }

  /** The pc that a region's slot belongs to. */
  pcOf(slot: number): number {
    return this.#pcs.get(slot) as number;
  }

  /** One past the highest slot in use. */
  get size(): number {
    return this.#next;
  }
}
