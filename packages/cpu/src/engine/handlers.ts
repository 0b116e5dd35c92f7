/**
 * Interpreter handlers by shape. The common ones are made in one module when the engine starts; a shape met
 * later gets its handler when a block that needs it is decoded, together with the others missing there.
 */
import { type CoreFunctions, defineCore, importCore } from "../interp/core-module.ts";
import { buildHandler } from "../interp/interpreter-emitter.ts";
import { shapeOf } from "../interp/shape.ts";
import type { Insn, Row } from "../isa/insn.ts";
import { ModuleBuilder } from "../wasm/module-builder.ts";
import type { GuestSpace } from "./guest-space.ts";
import type { Slots } from "./slots.ts";

interface Handler {
  /** In every space's table. */
  readonly slot: number;
  /** Index of the module that has it. */
  readonly unit: number;
}

export class Handlers {
  readonly #slots: Slots;
  readonly #byRow: Map<Row, Map<number, Handler>> = new Map();
  readonly #units: WebAssembly.Module[] = [];
  /** Table size that the first module needs. */
  readonly #firstSize: number;

  /** @param common instructions whose shapes go into the first module */
  constructor(slots: Slots, common: readonly Insn[], hotThreshold: number) {
    this.#slots = slots;
    const m = new ModuleBuilder();
    this.#build(m, defineCore(m, hotThreshold), this.#unknown(common));
    this.#firstSize = slots.size;
  }

  get count(): number {
    let n = 0;
    for (const shapes of this.#byRow.values()) n += shapes.size;
    return n;
  }

  #find(insn: Insn): Handler | undefined {
    return this.#byRow.get(insn.row)?.get(shapeOf(insn));
  }

  /** One instruction of each shape that has no handler yet. */
  #unknown(insns: readonly Insn[]): readonly Insn[] {
    const fresh: Insn[] = [];
    for (const insn of insns) {
      if (this.#find(insn) !== undefined) continue;
      const shape = shapeOf(insn);
      if (!fresh.some((f) => f.row === insn.row && shapeOf(f) === shape)) fresh.push(insn);
    }
    return fresh;
  }

  /** Adds handlers for `insns` to `m` and compiles it. */
  #build(m: ModuleBuilder, core: CoreFunctions, insns: readonly Insn[]): void {
    const unit = this.#units.length;
    const first = this.#slots.take(insns.length);
    const functions = insns.map((insn, i) => {
      const index = m.declare(core.handlerType);
      m.define(index, buildHandler(insn, core));
      const shapes = this.#byRow.get(insn.row) ?? new Map<number, Handler>();
      shapes.set(shapeOf(insn), { slot: first + i, unit });
      this.#byRow.set(insn.row, shapes);
      return index;
    });
    if (functions.length > 0) m.element(first, functions);
    this.#units.push(new WebAssembly.Module(m.build()));
  }

  /** Gives a new space the first module. @returns its exports: the core functions */
  install(space: GuestSpace): WebAssembly.Exports {
    space.table.grow(Math.max(0, this.#firstSize - space.table.length));
    return this.#instantiate(space, 0);
  }

  #instantiate(space: GuestSpace, unit: number): WebAssembly.Exports {
    const module = this.#units[unit] as WebAssembly.Module;
    const instance = new WebAssembly.Instance(module, { env: space.env });
    space.units.set(unit, instance);
    return instance.exports;
  }

  /** Makes sure that every instruction of a block has a handler in `space`. */
  prepare(space: GuestSpace, insns: readonly Insn[]): void {
    const fresh = this.#unknown(insns);
    if (fresh.length > 0) {
      const m = new ModuleBuilder();
      this.#build(m, importCore(m), fresh);
    }
    this.instantiateAll(space, this.unitsOf(insns));
  }

  /** The modules with the handlers of `insns`, which all have one. */
  unitsOf(insns: readonly Insn[]): readonly number[] {
    const units: number[] = [];
    for (const insn of insns) {
      const { unit } = this.#find(insn) as Handler;
      if (!units.includes(unit)) units.push(unit);
    }
    return units;
  }

  /** Makes sure that `space` has instances of these modules. */
  instantiateAll(space: GuestSpace, units: readonly number[]): void {
    for (const unit of units) {
      if (space.units.has(unit)) continue;
      space.growTable(this.#slots.size);
      this.#instantiate(space, unit);
    }
  }

  /** Table slot of the handler; `prepare` has been called. */
  slotOf(insn: Insn): number {
    return (this.#find(insn) as Handler).slot;
  }
}
