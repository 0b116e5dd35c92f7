/** The files of a folder or of a tar, by name, for whoever reads images from either. */
import fs from "node:fs";
import path from "node:path";
import type { Readable } from "node:stream";
import { ImageError, storeError } from "../errors.ts";
import { scanFile } from "../tar/drive.ts";
import { readable, type TarEntry } from "../tar/entry.ts";
import { splitPath } from "../tree/path.ts";

export interface ImageFiles {
  /** For messages. */
  readonly title: string;
  /** Bytes; undefined: there is no such file. */
  size(name: string): number | undefined;
  open(name: string, from?: number): Readable;
  close(): void;
}

/** A small file whole. */
export function readSmall(files: ImageFiles, name: string, limit: number): Promise<Buffer> {
  const size = files.size(name);
  if (size === undefined) throw new ImageError("bad-archive", `${files.title}: ${name} is missing`);
  if (size > limit) throw new ImageError("bad-archive", `${files.title}: ${name} is too large`);
  return collect(files.open(name));
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export class FolderFiles implements ImageFiles {
  readonly title: string;

  constructor(folder: string) {
    this.title = folder;
  }

  size(name: string): number | undefined {
    const stat = fs.statSync(this.#path(name), { throwIfNoEntry: false });
    return stat?.isFile() === true ? stat.size : undefined;
  }

  open(name: string, from = 0): Readable {
    return fs.createReadStream(this.#path(name), { start: from });
  }

  /** Names are from documents in the folder: they must not lead out of it. */
  #path(name: string): string {
    return path.join(this.title, ...splitPath(name, name));
  }

  close(): void {}
}

/** Links of old archives lead to other files of the archive. */
const MAX_LINKS = 16;

export class ArchiveFiles implements ImageFiles {
  readonly title: string;
  readonly #fd: number;
  readonly #file: string;
  readonly #entries: Map<string, TarEntry> = new Map();

  /** @param file an uncompressed tar. */
  constructor(file: string, title: string) {
    this.title = title;
    this.#file = file;
    try {
      this.#fd = fs.openSync(file, "r");
    } catch (error) {
      throw storeError("reading", file, error);
    }
    try {
      const range = { from: 0, to: fs.fstatSync(this.#fd).size };
      scanFile(this.#fd, range, (entry) => {
        this.#entries.set(splitPath(entry.name, entry.name).join("/"), entry);
      });
    } catch (error) {
      this.close();
      const why = error instanceof Error ? error.message : String(error);
      throw new ImageError("bad-archive", `${title} is no tar of an image: ${why}`, error);
    }
  }

  #find(name: string): TarEntry | undefined {
    let at = name;
    for (let i = 0; i < MAX_LINKS; i++) {
      const entry = this.#entries.get(at);
      if (entry?.type !== "symlink" && entry?.type !== "hardlink") return entry;
      const base = entry.type === "symlink" ? path.posix.dirname(at) : "";
      at = splitPath(path.posix.join(base, entry.linkName), entry.name).join("/");
    }
    throw new ImageError("bad-archive", `${this.title}: ${readable(name)} is a link to itself`);
  }

  size(name: string): number | undefined {
    const entry = this.#find(name);
    return entry?.type === "file" && entry.sparse === null ? entry.size : undefined;
  }

  open(name: string, from = 0): Readable {
    const entry = this.#find(name);
    const start = (entry?.dataOff ?? 0) + from;
    const end = (entry?.dataOff ?? 0) + (entry?.size ?? 0) - 1;
    // A range cannot be empty.
    if (end < start) return fs.createReadStream(this.#file, { start: 0, end: 0 }).take(0);
    return fs.createReadStream(this.#file, { start, end });
  }

  close(): void {
    fs.closeSync(this.#fd);
  }
}
