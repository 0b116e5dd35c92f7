/**
 * Table slots. Numbers are engine-wide, so that one compiled module fits the table of every address space:
 * a handler's slot belongs to its shape, a region's slot to the guest pc it begins at. Regions import slots by that pc, so
 * that no number of this engine's is in their code.
 */
import { SLOT } from "../interp/core-module.ts";

export class Slots {
  #next: number = SLOT.first;
  readonly #byPc: Map<number, number> = new Map();
  /** What regions import from `SLOTS` (region/region-module.ts). */
  readonly imports: WebAssembly.ModuleImports = new Proxy(
    {},
    { get: (_, name) => this.ofPc(Number(name)) },
  );

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
    }
    return slot;
  }

  /** One past the highest slot in use. */
  get size(): number {
    return this.#next;
  }
}
