/** A file of machine code (native-code/format.ts), read piece by piece: all of a large program's are tens of megabytes. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import {
  type CodeEntry,
  type CodePlace,
  HEAD_BYTES,
  indexLength,
  isEqual,
  keyOf,
  readIndex,
} from "../native-code/format.ts";

export const NATIVE_SUFFIX = ".native";

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;

export const sha256 = (bytes: Uint8Array): Uint8Array =>
  createHash("sha256").update(bytes).digest();

/** Machine code is made once and read often. */
export function packCode(code: Uint8Array): Uint8Array {
  return zstdCompressSync(code, { params: { [constants.ZSTD_c_compressionLevel]: 6 } });
}

export class NativeFile {
  readonly #fd: number;
  readonly #places: Map<string, CodePlace>;

  /** undefined where there is none, or it is damaged. */
  static open(path: string): NativeFile | undefined {
    let fd: number;
    try {
      fd = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    } catch {
      return undefined;
    }
    const places = placesOf(fd);
    if (places !== undefined) return new NativeFile(fd, places);
    fs.closeSync(fd);
    return undefined;
  }

  private constructor(fd: number, places: Map<string, CodePlace>) {
    this.#fd = fd;
    this.#places = places;
  }

  /** The packed code for the Wasm with that hash; undefined where there is none, or it is damaged. */
  entry(wasm: Uint8Array): CodeEntry | undefined {
    const place = this.#places.get(keyOf(wasm));
    if (place === undefined) return undefined;
    const packed = readAt(this.#fd, place.offset, place.packed);
    if (packed === undefined || !isEqual(sha256(packed), place.checksum)) return undefined;
    return { wasm, packed, length: place.length };
  }

  /** The code itself. */
  code(wasm: Uint8Array): ArrayBuffer | undefined {
    const entry = this.entry(wasm);
    if (entry === undefined) return undefined;
    try {
      // A buffer of its own: small ones of Node's are parts of a larger one.
      const { buffer } = new Uint8Array(
        zstdDecompressSync(entry.packed, { maxOutputLength: entry.length }),
      );
      return buffer.byteLength === entry.length ? buffer : undefined;
    } catch {
      return undefined;
    }
  }

  close(): void {
    fs.closeSync(this.#fd);
  }
}

function placesOf(fd: number): Map<string, CodePlace> | undefined {
  const { size } = fs.fstatSync(fd);
  const head = readAt(fd, 0, HEAD_BYTES);
  const length = head === undefined ? undefined : indexLength(head);
  if (head === undefined || length === undefined || length > size) return undefined;
  const index = readAt(fd, HEAD_BYTES, length);
  return index === undefined ? undefined : readIndex(head, index, size, sha256);
}

function readAt(fd: number, offset: number, length: number): Uint8Array | undefined {
  const bytes = new Uint8Array(length);
  try {
    return fs.readSync(fd, bytes, 0, length, offset) === length ? bytes : undefined;
  } catch {
    return undefined;
  }
}
