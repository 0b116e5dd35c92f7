/** An archive in its file, read piece by piece. What is in it may be anything: its reader has checksums. */
import { hash } from "node:crypto";
import fs from "node:fs";
import { zstdDecompressSync } from "node:zlib";
import type { ArchiveBytes } from "@kernelet/cpu";
import type { HostLog } from "./host-log.ts";
import { errnoOf } from "./node-errno.ts";

/** No archive is as large: a file that is isn't ours. */
const MAX_FILE = 64 * 1024 * 1024;
/** Of a small one all is read, and it is closed. */
const SMALL = 32 * 1024;
/** Files that are open at the most; of more all is read as well. */
const MAX_OPEN = 128;

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;

let open = 0;

export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array =>
  hash("sha256", parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts), "buffer");

export class ArchiveFile implements ArchiveBytes {
  readonly size: number;
  readonly mtimeMs: number;
  readonly #log: HostLog | undefined;
  #fd: number;
  /** Instead of the descriptor. */
  #whole: Uint8Array | undefined;

  /** @returns undefined where it is no file of ours @throws the system's error */
  static open(path: string, log?: HostLog): ArchiveFile | undefined {
    // It may have become a link or a FIFO, by somebody with the right to do worse.
    const fd = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stat = fs.fstatSync(fd);
    if (stat.isFile() && stat.size <= MAX_FILE) return new ArchiveFile(fd, stat, log);
    fs.closeSync(fd);
    return undefined;
  }

  private constructor(fd: number, { size, mtimeMs }: fs.Stats, log: HostLog | undefined) {
    this.size = size;
    this.mtimeMs = mtimeMs;
    this.#log = log;
    this.#fd = fd;
    open++;
    if (size > SMALL && open <= MAX_OPEN) return;
    this.#whole = this.read(0, size) ?? new Uint8Array(0);
    this.close();
  }

  read(offset: number, length: number): Uint8Array | undefined {
    if (this.#whole !== undefined) {
      if (offset + length > this.#whole.length) return undefined;
      return this.#whole.slice(offset, offset + length);
    }
    if (this.#fd < 0) return undefined;
    const bytes = new Uint8Array(length);
    try {
      const n = fs.readSync(this.#fd, bytes, 0, length, offset);
      this.#log?.record("cache read", 0, n);
      return n === length ? bytes : undefined;
    } catch (error) {
      this.#log?.record("cache read", errnoOf(error));
      return undefined;
    }
  }

  close(): void {
    if (this.#fd < 0) return;
    fs.closeSync(this.#fd);
    this.#fd = -1;
    open--;
  }
}

/** @returns undefined where `packed` isn't of `length` bytes */
export function unpack(packed: Uint8Array, length: number): Uint8Array<ArrayBuffer> | undefined {
  try {
    // A buffer of its own: small ones of Node's are parts of a larger one.
    const bytes = new Uint8Array(zstdDecompressSync(packed, { maxOutputLength: length }));
    return bytes.length === length ? bytes : undefined;
  } catch {
    return undefined;
  }
}
