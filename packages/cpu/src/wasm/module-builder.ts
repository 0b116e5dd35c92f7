/** Assembles a Wasm module: types, imports, functions, elements, exports, code. */
import { I32, type ValType } from "../emit/value.ts";
import { ByteWriter } from "./byte-writer.ts";
import type { FunctionCode } from "./function-builder.ts";

const FUNC = 0;
const TABLE = 1;
const MEMORY = 2;
const GLOBAL = 3;
const CONSTANT = 0;
/** Limits flags of a shared memory. See GuestSpace: it is shared for the sake of V8's garbage collector only. */
const SHARED_WITH_MAXIMUM = 3;
const FUNCREF = 0x70;

interface FunctionImport {
  readonly name: string;
  readonly type: number;
}

interface DefinedFunction {
  readonly type: number;
  /** Set when the body is done. */
  code: FunctionCode;
}

export class ModuleBuilder {
  readonly #types: string[] = [];
  readonly #typeBytes: Uint8Array[] = [];
  readonly #imports: FunctionImport[] = [];
  /** What globals import, module and name, by index and the other way round. */
  readonly #globals: (readonly [string, string])[] = [];
  readonly #globalIndex: Map<string, number> = new Map();
  readonly #functions: DefinedFunction[] = [];
  readonly #exports: { name: string; index: number }[] = [];
  readonly #names: Map<number, string> = new Map();
  readonly #elements: { slot: number; functions: number[] }[] = [];

  /** Index of a function type, made on first use. */
  type(params: readonly ValType[], results: readonly ValType[]): number {
    const key = `${params.join()}>${results.join()}`;
    const found = this.#types.indexOf(key);
    if (found >= 0) return found;
    const w = new ByteWriter(16);
    w.u8(0x60);
    w.u32(params.length);
    for (const p of params) w.u8(p);
    w.u32(results.length);
    for (const r of results) w.u8(r);
    this.#types.push(key);
    this.#typeBytes.push(w.take());
    return this.#types.length - 1;
  }

  /** Imports a function from the module "env". All imports come before the first `declare`. */
  importFunction(name: string, params: readonly ValType[], results: readonly ValType[]): number {
    if (this.#functions.length > 0) throw new Error("imports come before functions");
    this.#imports.push({ name, type: this.type(params, results) });
    return this.#imports.length - 1;
  }

  /** Imports an i32 that is the same for ever: an index for `global.get`. */
  importConstant(module: string, name: string): number {
    const key = `${module} ${name}`;
    const known = this.#globalIndex.get(key);
    if (known !== undefined) return known;
    const index = this.#globals.push([module, name]) - 1;
    this.#globalIndex.set(key, index);
    return index;
  }

  /** Reserves a function index; `define` gives it a body later. */
  declare(type: number): number {
    this.#functions.push({ type, code: { bytes: new Uint8Array(0), hints: [], globals: [] } });
    return this.#imports.length + this.#functions.length - 1;
  }

  define(index: number, code: FunctionCode): void {
    const f = this.#functions[index - this.#imports.length];
    if (f === undefined) throw new Error(`function ${index} is not declared`);
    f.code = code;
  }

  /** What profilers call the function. Indices in ascending order. */
  name(index: number, name: string): void {
    this.#names.set(index, name);
  }

  export(name: string, index: number): void {
    this.#exports.push({ name, index });
  }

  /** Puts functions into the table at [slot, slot + n). */
  element(slot: number, functions: number[]): void {
    this.#elements.push({ slot, functions });
  }

  /** The custom section of the branch hinting proposal. Engines without it pass over it. */
  #branchHints(section: (id: number, fill: (w: ByteWriter) => void) => void): void {
    const hinted = this.#functions
      .map((f, i) => ({ index: this.#imports.length + i, hints: f.code.hints }))
      .filter((f) => f.hints.length > 0);
    if (hinted.length === 0) return;
    section(0, (w) => {
      w.name("metadata.code.branch_hint");
      w.u32(hinted.length);
      for (const f of hinted) {
        w.u32(f.index);
        w.u32(f.hints.length);
        for (const { at, likely } of f.hints) {
          w.u32(at);
          w.u8(1);
          w.u8(likely ? 1 : 0);
        }
      }
    });
  }

  /** The module's bytes. It imports env.memory (4 GiB) and env.table. */
  build(): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter(4096);
    out.bytes(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    const section = (id: number, fill: (w: ByteWriter) => void): void => {
      const w = new ByteWriter(1024);
      fill(w);
      out.u8(id);
      out.u32(w.length);
      out.bytes(w.view());
    };
    section(1, (w) => {
      w.u32(this.#typeBytes.length);
      for (const t of this.#typeBytes) w.bytes(t);
    });
    section(2, (w) => {
      w.u32(this.#imports.length + 2 + this.#globals.length);
      for (const i of this.#imports) {
        w.name("env");
        w.name(i.name);
        w.u8(FUNC);
        w.u32(i.type);
      }
      w.name("env");
      w.name("memory");
      w.u8(MEMORY);
      w.u8(SHARED_WITH_MAXIMUM);
      w.u32(65536);
      w.u32(65536);
      w.name("env");
      w.name("table");
      w.u8(TABLE);
      w.u8(FUNCREF);
      w.u8(0);
      w.u32(0);
      for (const [module, name] of this.#globals) {
        w.name(module);
        w.name(name);
        w.u8(GLOBAL);
        w.u8(I32);
        w.u8(CONSTANT);
      }
    });
    section(3, (w) => {
      w.u32(this.#functions.length);
      for (const f of this.#functions) w.u32(f.type);
    });
    if (this.#exports.length > 0) {
      section(7, (w) => {
        w.u32(this.#exports.length);
        for (const e of this.#exports) {
          w.name(e.name);
          w.u8(FUNC);
          w.u32(e.index);
        }
      });
    }
    if (this.#elements.length > 0) {
      section(9, (w) => {
        w.u32(this.#elements.length);
        for (const e of this.#elements) {
          w.u8(0);
          w.u8(0x41);
          w.s32(e.slot);
          w.u8(0x0b);
          w.u32(e.functions.length);
          for (const f of e.functions) w.u32(f);
        }
      });
    }
    this.#branchHints(section);
    section(10, (w) => {
      w.u32(this.#functions.length);
      for (const f of this.#functions) {
        w.u32(f.code.bytes.length);
        w.bytes(f.code.bytes);
      }
    });
    this.#functionNames(section);
    return out.take();
  }

  /** The custom section that profilers and debuggers read. */
  #functionNames(section: (id: number, fill: (w: ByteWriter) => void) => void): void {
    if (this.#names.size === 0) return;
    section(0, (w) => {
      w.name("name");
      const names = new ByteWriter(256);
      names.u32(this.#names.size);
      for (const [index, name] of this.#names) {
        names.u32(index);
        names.name(name);
      }
      w.u8(1); // function names
      w.u32(names.length);
      w.bytes(names.view());
    });
  }
}
