/** The archives of all files whose code has run. */
import type { GuestSpace } from "../engine/guest-space.ts";
import type { Handlers } from "../engine/handlers.ts";
import { assembleRegions } from "../region/region-module.ts";
import { Archive } from "./archive.ts";
import { readCode } from "./code-piece.ts";
import type { Hash, KeptRegion } from "./format.ts";
import { type ArchiveBytes, ArchiveReader } from "./reader.ts";

/** A file's code at an address. */
export interface CodeFile {
  /** The same name means the same code at the same address, nearly always: bytes are compared. Fit for a file's name. */
  readonly name: string;
}

/** Knows where code comes from, and keeps archives from one run to the next. */
export interface ArchiveStore {
  /** What is mapped at `pc` of `space`: one object for one name. undefined: memory that is no file's. */
  fileAt(space: GuestSpace, pc: number): CodeFile | undefined;
  /** What `save` was given last for that name, in this run or an earlier one, or anything else: who reads it finds damage. */
  load(name: string): ArchiveBytes | undefined;
  save(name: string, bytes: Uint8Array): void;
  readonly hash: Hash;
  /** Fewer bytes that say the same, for an archive. */
  pack(bytes: Uint8Array): Uint8Array;
  /** @returns a copy of what `packed` was made of; undefined where that isn't `length` bytes, or it is damaged */
  unpack(packed: Uint8Array, length: number): Uint8Array<ArrayBuffer> | undefined;
  /**
   * A function of the archive of that name that V8's machine code is kept of, or the interpreter (`INTERPRETER`).
   * @param key what it is known by: SHA-256 of what the archive has of it, or of the Wasm itself
   */
  native(name: string, key: Uint8Array): CompiledFunction | undefined;
  /** Makes the page of code at `addr` present, if that can be done without the guest's noticing. */
  bringIn(space: GuestSpace, addr: number): void;
}

/** A module, perhaps of many functions, and the number of the one that is meant. */
export interface CompiledFunction {
  readonly module: WebAssembly.Module;
  readonly number: number;
}

export class Archives {
  readonly #store: ArchiveStore;
  readonly #handlers: Handlers;
  readonly #byFile: Map<CodeFile, Archive> = new Map();

  constructor(store: ArchiveStore, handlers: Handlers) {
    this.#store = store;
    this.#handlers = handlers;
  }

  get hash(): Hash {
    return this.#store.hash;
  }

  /** The archive for the code at `pc`. */
  at(space: GuestSpace, pc: number): Archive | undefined {
    const file = this.#store.fileAt(space, pc);
    if (file === undefined) return undefined;
    return this.#byFile.get(file) ?? this.#open(file);
  }

  #open(file: CodeFile): Archive {
    const bytes = this.#store.load(file.name);
    const known = bytes && ArchiveReader.open(file.name, bytes, this.hash);
    if (known === undefined) bytes?.close();
    const archive = new Archive(file, this.#handlers, known);
    this.#byFile.set(file, archive);
    return archive;
  }

  pack(bytes: Uint8Array): Uint8Array {
    return this.#store.pack(bytes);
  }

  /** The region's function; undefined where it is damaged. */
  compile(archive: Archive, { pc, key, length }: KeptRegion): CompiledFunction | undefined {
    const native = this.#store.native(archive.file.name, key);
    if (native !== undefined) return native;
    const packed = archive.packed(pc);
    const bytes = packed && this.#store.unpack(packed, length);
    const code = bytes && readCode(bytes);
    if (code === undefined) return undefined;
    try {
      return { module: new WebAssembly.Module(assembleRegions([code])), number: 0 };
    } catch {
      return undefined;
    }
  }

  bringIn(space: GuestSpace, addr: number): void {
    this.#store.bringIn(space, addr);
  }

  /** Keeps what is new. May be called at any time. */
  save(): void {
    for (const [file, archive] of this.#byFile) {
      if (!archive.isWorthKeeping) continue;
      this.#store.save(file.name, archive.write(this.hash));
      archive.close();
      // As it is now, or as another process has written it meanwhile.
      this.#open(file);
    }
  }
}
