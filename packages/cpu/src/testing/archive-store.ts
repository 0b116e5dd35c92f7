/** An archive store in memory: all code is of one file, whose name the test says. */
import type { ArchiveStore, CodeFile, CompiledFunction } from "../archive/archives.ts";
import type { Hash } from "../archive/format.ts";
import type { ArchiveBytes } from "../archive/reader.ts";

/** 32 bytes that depend on all: FNV-1a, each time from another start. */
export function testHash(...parts: readonly Uint8Array[]): Uint8Array {
  const words = new Uint32Array(8).map((_, i) => {
    let h = (0x811c_9dc5 + i) >>> 0;
    for (const part of parts) {
      for (const byte of part) h = Math.imul(h ^ byte, 0x0100_0193) >>> 0;
    }
    return h;
  });
  return new Uint8Array(words.buffer);
}

export class MemoryBytes implements ArchiveBytes {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  read(offset: number, length: number): Uint8Array | undefined {
    const bytes = this.#bytes.slice(offset, offset + length);
    return bytes.length === length ? bytes : undefined;
  }

  close(): void {}
}

export class MemoryStore implements ArchiveStore {
  readonly #files: Map<string, CodeFile> = new Map();
  readonly contents: Map<string, Uint8Array>;
  /** What runs now. */
  name = "program";
  /** How many archives were found. */
  loaded = 0;
  hash: Hash = testHash;

  /** @param contents another's, to go on with */
  constructor(contents: Map<string, Uint8Array> = new Map()) {
    this.contents = contents;
  }

  fileAt(): CodeFile {
    const file = this.#files.get(this.name) ?? { name: this.name };
    this.#files.set(this.name, file);
    return file;
  }

  load(name: string): ArchiveBytes | undefined {
    const bytes = this.contents.get(name);
    if (bytes === undefined) return undefined;
    this.loaded++;
    return new MemoryBytes(bytes);
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

  native(): CompiledFunction | undefined {
    return undefined;
  }

  bringIn(): void {}
}
