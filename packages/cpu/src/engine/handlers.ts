/**
 * Interpreter handlers by shape. The common ones are made in one module when the engine starts; a shape met
 * later gets its handler when a block that needs it is decoded, together with the others missing there.
 */
import { type CoreFunctions, defineCore, importCore, SLOT } from "../interp/core-module.ts";
import { buildHandler } from "../interp/interpreter-emitter.ts";
import { shapeOf } from "../interp/shape.ts";
import type { Insn, Row } from "../isa/insn.ts";
import { PAGE_SHIFT, PAGE_SIZE } from "../state.ts";
import { ModuleBuilder } from "../wasm/module-builder.ts";
import type { GuestSpace } from "./guest-space.ts";
import type { Slots } from "./slots.ts";

interface Handler {
  /** In every space's table. */
  readonly slot: number;
  /** Index of the module that has it. */
  readonly unit: number;
  /** An instruction of the shape. */
  readonly bytes: Uint8Array;
}

/** An instruction and what it was decoded from. */
export interface Example {
  readonly insn: Insn;
  readonly bytes: Uint8Array;
}

/** The module that every address space has: core functions, and handlers of the shapes that programs start with. */
export interface FirstModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** One instruction of each shape that has a handler in it, in the order of their slots. */
  readonly examples: readonly Example[];
  /** Entries of a block after which the core asks for a region. */
  readonly hotThreshold: number;
}

/** @param common instructions whose shapes it is to know; more than one of a shape does no harm. */
export function buildFirstModule(common: readonly Example[], hotThreshold: number): FirstModule {
  const m = new ModuleBuilder();
  const core = defineCore(m, hotThreshold);
  const examples = oneOfEachShape(common);
  defineHandlers(m, core, examples, SLOT.first);
  return { bytes: m.build(), examples, hotThreshold };
}

function oneOfEachShape(examples: readonly Example[]): readonly Example[] {
  const seen = new Map<Row, Set<number>>();
  return examples.filter(({ insn }) => {
    const shapes = seen.get(insn.row) ?? new Set<number>();
    seen.set(insn.row, shapes);
    const shape = shapeOf(insn);
    return !shapes.has(shape) && shapes.add(shape);
  });
}

/** Handlers in `m` that fill the table from `first` on. */
function defineHandlers(
  m: ModuleBuilder,
  core: CoreFunctions,
  examples: readonly Example[],
  first: number,
): void {
  const functions = examples.map(({ insn }) => {
    const index = m.declare(core.handlerType);
    m.define(index, buildHandler(insn, core));
    return index;
  });
  if (functions.length > 0) m.element(first, functions);
}

export class Handlers {
  readonly #slots: Slots;
  readonly #byRow: Map<Row, Map<number, Handler>> = new Map();
  readonly #bySlot: Map<number, Handler> = new Map();
  readonly #units: WebAssembly.Module[] = [];
  /** One past the slots of the first module, which begin at SLOT.first in every engine that has it. */
  readonly firstEnd: number;

  /** SHA-256 of the first module: who has the same has the same slots for its handlers. */
  readonly identity: Uint8Array;

  /**
   * @param slots of which none is taken yet
   * @param module of `first`'s bytes
   */
  constructor(slots: Slots, first: FirstModule, module: WebAssembly.Module, identity: Uint8Array) {
    this.#slots = slots;
    this.identity = identity;
    this.#add(module, first.examples, slots.take(first.examples.length));
    this.firstEnd = slots.size;
  }

  get count(): number {
    let n = 0;
    for (const shapes of this.#byRow.values()) n += shapes.size;
    return n;
  }

  #find(insn: Insn): Handler | undefined {
    return this.#byRow.get(insn.row)?.get(shapeOf(insn));
  }

  /** Takes a module into use whose handlers fill the table from `first` on. */
  #add(module: WebAssembly.Module, examples: readonly Example[], first: number): void {
    const unit = this.#units.length;
    examples.forEach(({ insn, bytes }, i) => {
      const handler = { slot: first + i, unit, bytes };
      const shapes = this.#byRow.get(insn.row) ?? new Map<number, Handler>();
      shapes.set(shapeOf(insn), handler);
      this.#byRow.set(insn.row, shapes);
      this.#bySlot.set(handler.slot, handler);
    });
    this.#units.push(module);
  }

  /** Gives a new space the first module. @returns its exports: the core functions */
  install(space: GuestSpace): WebAssembly.Exports {
    space.table.grow(Math.max(0, this.firstEnd - space.table.length));
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
    const fresh = insns.filter((insn) => this.#find(insn) === undefined);
    if (fresh.length > 0) {
      this.make(fresh.map((insn) => ({ insn, bytes: bytesOf(space, insn) })));
    }
    this.instantiateAll(space, this.unitsOf(insns));
  }

  /** Makes the handlers that are missing for `examples`, in one module. */
  make(examples: readonly Example[]): void {
    const fresh = oneOfEachShape(examples.filter(({ insn }) => this.#find(insn) === undefined));
    if (fresh.length === 0) return;
    const m = new ModuleBuilder();
    const first = this.#slots.take(fresh.length);
    defineHandlers(m, importCore(m), fresh, first);
    this.#add(new WebAssembly.Module(m.build()), fresh, first);
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

  /** The module that has the handler in `slot`. */
  unitOfSlot(slot: number): number {
    return (this.#bySlot.get(slot) as Handler).unit;
  }

  /** An instruction that the handler in `slot` is for, as bytes. */
  exampleOf(slot: number): Uint8Array {
    return (this.#bySlot.get(slot) as Handler).bytes;
  }

  /** Table slot of the handler; `prepare` has been called. */
  slotOf(insn: Insn): number {
    return (this.#find(insn) as Handler).slot;
  }
}

function bytesOf(space: GuestSpace, { pc, length }: Insn): Uint8Array {
  const at = pc & (PAGE_SIZE - 1);
  return space.codeBytes(pc >>> PAGE_SHIFT).slice(at, at + length);
}
