/** An archive store in memory: all code is of one file, whose name the test says. */
import type { ArchiveStore, CodeFile, Unpack } from "../archive/archives.ts";

export class MemoryStore implements ArchiveStore {
  readonly #files: Map<string, CodeFile> = new Map();
  readonly contents: Map<string, Uint8Array>;
  /** What runs now. */
  name = "program";
  /** How many archives were found. */
  loaded = 0;

  /** @param contents another's, to go on with */
  constructor(contents: Map<string, Uint8Array> = new Map()) {
    this.contents = contents;
  }

  fileAt(): CodeFile {
    const file = this.#files.get(this.name) ?? { name: this.name };
    this.#files.set(this.name, file);
    return file;
  }

  load(name: string): Uint8Array | undefined {
    const bytes = this.contents.get(name);
    if (bytes !== undefined) this.loaded++;
    return bytes;
  }

  save(name: string, bytes: Uint8Array): void {
    this.contents.set(name, bytes);
  }

  /** Each byte and its number after it: longer, and checked. */
  pack(bytes: Uint8Array): Uint8Array {
    return Uint8Array.from(
      { length: 2 * bytes.length },
      (_, i) => (i % 2 === 0 ? bytes[i >> 1] : i) as number,
    );
  }

  unpack(packed: Uint8Array, length: number): Uint8Array<ArrayBuffer> | undefined {
    if (packed.length !== 2 * length) return undefined;
    if (packed.some((b, i) => i % 2 === 1 && b !== (i & 0xff))) return undefined;
    return Uint8Array.from({ length }, (_, i) => packed[2 * i] as number);
  }

  compile(_name: string, _kept: Uint8Array, unpack: Unpack): WebAssembly.Module | undefined {
    const wasm = unpack();
    return wasm && new WebAssembly.Module(wasm);
  }

  bringIn(): void {}
}
