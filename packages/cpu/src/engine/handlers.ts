/**
 * Interpreter handlers by shape. The common ones are made in one module when the engine starts; a shape met
 * later gets its handler when a block that needs it is decoded, together with the others missing there.
 */
import { defineCore, importCore, SLOT } from "../interp/core-module.ts";
import { buildHandler } from "../interp/interpreter-emitter.ts";
import { shapeKey } from "../interp/shape.ts";
import type { Insn } from "../isa/insn.ts";
import { ModuleBuilder } from "../wasm/module-builder.ts";
import type { GuestSpace } from "./guest-space.ts";
import type { Slots } from "./slots.ts";

/** A compiled module of handlers. */
interface HandlerUnit {
  readonly id: number;
  readonly module: WebAssembly.Module;
}

export class Handlers {
  readonly #slots: Slots;
  readonly #byShape: Map<string, { slot: number; unit: number }> = new Map();
  readonly #units: HandlerUnit[] = [];

  /** @param common one instruction of each shape that goes into the first module */
  constructor(slots: Slots, common: readonly Insn[], hotThreshold: number) {
    this.#slots = slots;
    const m = new ModuleBuilder();
    const core = defineCore(m, hotThreshold);
    const fresh = this.#unknown(common);
    const first = slots.take(fresh.length);
    const functions = fresh.map((insn, i) => {
      const index = m.declare(core.handlerType);
      m.define(index, buildHandler(insn, core));
      this.#byShape.set(shapeKey(insn), { slot: first + i, unit: 0 });
      return index;
    });
    if (functions.length > 0) m.element(first, functions);
    this.#units.push({ id: 0, module: new WebAssembly.Module(m.build()) });
  }

  get count(): number {
    return this.#byShape.size;
  }

  #unknown(insns: readonly Insn[]): Insn[] {
    const fresh = new Map<string, Insn>();
    for (const insn of insns) {
      const key = shapeKey(insn);
      if (!this.#byShape.has(key)) fresh.set(key, insn);
    }
    return [...fresh.values()];
  }

  /** Gives a new space the first module. */
  install(space: GuestSpace): WebAssembly.Exports {
    space.table.grow(Math.max(0, this.#slots.size - space.table.length));
    const exports = this.#instantiate(space, 0);
    // A region may call one that this space has not got: its slot goes on in the interpreter.
    for (let slot = SLOT.first; slot < space.table.length; slot++) {
      if (space.table.get(slot) === null) space.table.set(slot, exports["enter"]);
    }
    return exports;
  }

  #instantiate(space: GuestSpace, id: number): WebAssembly.Exports {
    const unit = this.#units[id] as HandlerUnit;
    const instance = new WebAssembly.Instance(unit.module, { env: space.env });
    space.units.set(id, instance);
    return instance.exports;
  }

  /** Makes sure that every instruction of a block has a handler in `space`. */
  prepare(space: GuestSpace, insns: readonly Insn[]): void {
    const fresh = this.#unknown(insns);
    if (fresh.length > 0) this.#build(fresh);
    for (const insn of insns) {
      const { unit } = this.#byShape.get(shapeKey(insn)) as { unit: number };
      if (space.units.has(unit)) continue;
      const missing = this.#slots.size - space.table.length;
      if (missing > 0) space.table.grow(missing + 64, space.core?.enter);
      this.#instantiate(space, unit);
    }
  }

  #build(insns: readonly Insn[]): void {
    const m = new ModuleBuilder();
    const core = importCore(m);
    const unit = this.#units.length;
    const first = this.#slots.take(insns.length);
    const functions = insns.map((insn, i) => {
      const index = m.declare(core.handlerType);
      m.define(index, buildHandler(insn, core));
      this.#byShape.set(shapeKey(insn), { slot: first + i, unit });
      return index;
    });
    m.element(first, functions);
    this.#units.push({ id: unit, module: new WebAssembly.Module(m.build()) });
  }

  /** Table slot of the handler; `prepare` has been called. */
  slotOf(insn: Insn): number {
    return (this.#byShape.get(shapeKey(insn)) as { slot: number }).slot;
  }
}
