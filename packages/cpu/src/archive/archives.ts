/** The archives of all files whose code has run. */
import type { GuestSpace } from "../engine/guest-space.ts";
import type { Handlers } from "../engine/handlers.ts";
import { Archive } from "./archive.ts";

/** A file's code at an address. */
export interface CodeFile {
  /** The same name means the same code at the same address, nearly always: bytes are compared. Fit for a file's name. */
  readonly name: string;
}

/** Knows where code comes from, and keeps archives from one run to the next. */
export interface ArchiveStore {
  /** What is mapped at `pc` of `space`: one object for one name. undefined: memory that is no file's. */
  fileAt(space: GuestSpace, pc: number): CodeFile | undefined;
  /** What `save` was given last for that name, in this run or an earlier one; undefined if that isn't there, or damaged. */
  load(name: string): Uint8Array | undefined;
  save(name: string, bytes: Uint8Array): void;
  /** Fewer bytes that say the same, for an archive. */
  pack(bytes: Uint8Array): Uint8Array;
  /** @returns a copy of what `packed` was made of; undefined where that isn't `length` bytes, or it is damaged */
  unpack(packed: Uint8Array, length: number): Uint8Array<ArrayBuffer> | undefined;
  /**
   * A module of the archive of that name, or the interpreter (`INTERPRETER`), with V8's machine code if that is kept, too.
   * @param kept what it is known by: its Wasm as it was packed, or the Wasm itself
   * @returns undefined where there is no Wasm @throws WebAssembly.CompileError
   */
  compile(name: string, kept: Uint8Array, unpack: Unpack): WebAssembly.Module | undefined;
  /** Makes the page of code at `addr` present, if that can be done without the guest's noticing. */
  bringIn(space: GuestSpace, addr: number): void;
}

/** The Wasm itself; undefined where it is damaged. */
export type Unpack = () => Uint8Array<ArrayBuffer> | undefined;

export class Archives {
  readonly #store: ArchiveStore;
  readonly #handlers: Handlers;
  readonly #byFile: Map<CodeFile, Archive> = new Map();

  constructor(store: ArchiveStore, handlers: Handlers) {
    this.#store = store;
    this.#handlers = handlers;
  }

  /** The archive for the code at `pc`. */
  at(space: GuestSpace, pc: number): Archive | undefined {
    const file = this.#store.fileAt(space, pc);
    if (file === undefined) return undefined;
    let archive = this.#byFile.get(file);
    if (archive === undefined) {
      archive = new Archive(file, this.#handlers, this.#store.load(file.name));
      this.#byFile.set(file, archive);
    }
    return archive;
  }

  pack(bytes: Uint8Array): Uint8Array {
    return this.#store.pack(bytes);
  }

  unpack(packed: Uint8Array, length: number): Uint8Array<ArrayBuffer> | undefined {
    return this.#store.unpack(packed, length);
  }

  /** As the store's. */
  compile(archive: Archive, kept: Uint8Array, unpack: Unpack): WebAssembly.Module | undefined {
    return this.#store.compile(archive.file.name, kept, unpack);
  }

  bringIn(space: GuestSpace, addr: number): void {
    this.#store.bringIn(space, addr);
  }

  /** Keeps what is new. May be called at any time. */
  save(): void {
    for (const [file, archive] of this.#byFile) {
      if (!archive.isWorthKeeping) continue;
      const bytes = archive.write();
      this.#store.save(file.name, bytes);
      this.#byFile.set(file, new Archive(file, this.#handlers, bytes));
    }
  }
}
