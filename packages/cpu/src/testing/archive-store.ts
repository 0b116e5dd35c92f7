/** An archive store in memory: all code is of one file, whose name the test says. */
import type { ArchiveStore, CodeFile } from "../archive/archives.ts";

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

  bringIn(): void {}
}
