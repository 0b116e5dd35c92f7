/**
 * A file of V8's machine code for the functions of one archive: little-endian words.
 *
 *   head       magic, number of functions, number of modules, SHA-256 of the index
 *   index      functions  by key: SHA-256 of what the archive has of it, its module's number, its own number there
 *              modules    SHA-256 of the piece, where that is, its length, unpacked length, how much of that is Wasm
 *   pieces     a module's Wasm and machine code, packed
 *
 * A reader takes the head and the index, and of the modules those that it needs. What leads out of the file makes it none.
 */

const MAGIC = 0x3243_4e4b;
const HASH_BYTES = 32;
const FUNCTION_BYTES = HASH_BYTES + 8;
const MODULE_BYTES = HASH_BYTES + 16;
export const HEAD_BYTES: number = 12 + HASH_BYTES;
/** More than any archive has regions. */
const MAX_ENTRIES = 100_000;
/** The largest module; more isn't ours. */
const MAX_CODE = 16 * 1024 * 1024;

/** SHA-256 of bytes. */
export type Hash = (bytes: Uint8Array) => Uint8Array;

/** Where a module is. */
export interface CodePlace {
  readonly checksum: Uint8Array;
  readonly offset: number;
  readonly packed: number;
  readonly length: number;
  readonly wasmLength: number;
}

export interface CodeEntry {
  /** For each function, SHA-256 of what the archive has of it. */
  readonly keys: readonly Uint8Array[];
  readonly packed: Uint8Array;
  /** Unpacked. */
  readonly length: number;
  readonly wasmLength: number;
}

/** A function's module, and its number there. */
export interface FunctionPlace {
  readonly module: number;
  readonly number: number;
}

export function writeCodeFile(modules: readonly CodeEntry[], hash: Hash): Uint8Array {
  const functions = modules
    .flatMap(({ keys }, module) => keys.map((key, number) => ({ key, module, number })))
    .sort((a, b) => compare(a.key, b.key));
  const modulesAt = HEAD_BYTES + FUNCTION_BYTES * functions.length;
  const start = modulesAt + MODULE_BYTES * modules.length;
  const size = modules.reduce((sum, { packed }) => sum + packed.length, start);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const words = (at: number, ...values: readonly number[]): void => {
    for (const [i, value] of values.entries()) view.setUint32(at + 4 * i, value, true);
  };
  functions.forEach(({ key, module, number }, i) => {
    const at = HEAD_BYTES + FUNCTION_BYTES * i;
    bytes.set(key, at);
    words(at + HASH_BYTES, module, number);
  });
  let offset = start;
  modules.forEach(({ packed, length, wasmLength }, i) => {
    const at = modulesAt + MODULE_BYTES * i;
    bytes.set(hash(packed), at);
    words(at + HASH_BYTES, offset, packed.length, length, wasmLength);
    bytes.set(packed, offset);
    offset += packed.length;
  });
  words(0, MAGIC, functions.length, modules.length);
  bytes.set(hash(bytes.subarray(HEAD_BYTES, start)), 12);
  return bytes;
}

/** How long the index is that follows this head; undefined where it is no head. */
export function indexLength(head: Uint8Array): number | undefined {
  const counts = countsOf(head);
  return counts && FUNCTION_BYTES * counts.functions + MODULE_BYTES * counts.modules;
}

function countsOf(
  head: Uint8Array,
): { readonly functions: number; readonly modules: number } | undefined {
  if (head.length < HEAD_BYTES) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, HEAD_BYTES);
  const [functions, modules] = [view.getUint32(4, true), view.getUint32(8, true)];
  const isHead =
    view.getUint32(0, true) === MAGIC && functions <= MAX_ENTRIES && modules <= MAX_ENTRIES;
  return isHead ? { functions, modules } : undefined;
}

export class CodeIndex {
  readonly #functions: Uint8Array;
  readonly #modules: readonly CodePlace[];

  /** @returns undefined where the index is damaged */
  static read(
    head: Uint8Array,
    index: Uint8Array,
    fileSize: number,
    hash: Hash,
  ): CodeIndex | undefined {
    const counts = countsOf(head);
    if (counts === undefined || !isEqual(hash(index), head.subarray(12, HEAD_BYTES))) {
      return undefined;
    }
    const end = FUNCTION_BYTES * counts.functions;
    const modules: CodePlace[] = [];
    const view = new DataView(index.buffer, index.byteOffset, index.length);
    for (let at = end; at + MODULE_BYTES <= index.length; at += MODULE_BYTES) {
      const checksum = index.subarray(at, at + HASH_BYTES);
      const word = (i: number): number => view.getUint32(at + HASH_BYTES + 4 * i, true);
      const place = {
        ...{ checksum, offset: word(0), packed: word(1) },
        ...{ length: word(2), wasmLength: word(3) },
      };
      const isInside = place.offset + place.packed <= fileSize;
      if (!isInside || place.length > MAX_CODE || place.wasmLength > place.length) return undefined;
      modules.push(place);
    }
    return new CodeIndex(index.subarray(0, end), modules);
  }

  private constructor(functions: Uint8Array, modules: readonly CodePlace[]) {
    this.#functions = functions;
    this.#modules = modules;
  }

  find(key: Uint8Array): FunctionPlace | undefined {
    const functions = this.#functions;
    let low = 0;
    let high = functions.length / FUNCTION_BYTES;
    while (low < high) {
      const mid = (low + high) >>> 1;
      const at = FUNCTION_BYTES * mid;
      const order = compare(functions.subarray(at, at + HASH_BYTES), key);
      if (order === 0) return this.#place(at);
      if (order < 0) low = mid + 1;
      else high = mid;
    }
    return undefined;
  }

  #place(at: number): FunctionPlace {
    const { buffer, byteOffset } = this.#functions;
    const view = new DataView(buffer, byteOffset + at + HASH_BYTES, 8);
    return { module: view.getUint32(0, true), number: view.getUint32(4, true) };
  }

  module(number: number): CodePlace | undefined {
    return this.#modules[number];
  }

  /** Keys of the functions of each module, in their order. */
  keys(): Uint8Array[][] {
    const keys: Uint8Array[][] = this.#modules.map(() => []);
    for (let at = 0; at < this.#functions.length; at += FUNCTION_BYTES) {
      const { module, number } = this.#place(at);
      const own = keys[module];
      if (own !== undefined) own[number] = this.#functions.subarray(at, at + HASH_BYTES);
    }
    return keys;
  }
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < HASH_BYTES; i++) {
    const order = (a[i] as number) - (b[i] as number);
    if (order !== 0) return order;
  }
  return 0;
}

export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
