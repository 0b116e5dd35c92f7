/** A file of machine code (native-code/format.ts), read piece by piece: all of a large program's are tens of megabytes. */
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
import { sha256 } from "./archive-file.ts";

export const NATIVE_SUFFIX = ".native";

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;

/** They are packed once and read often: together, since that costs half as much. */
export function packCode(wasm: Uint8Array, code: Uint8Array): Uint8Array {
  const both = Buffer.concat([wasm, code]);
  return zstdCompressSync(both, { params: { [constants.ZSTD_c_compressionLevel]: 6 } });
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

  /** The entry of what has that hash; undefined where there is none, or it is damaged. */
  entry(hash: Uint8Array): CodeEntry | undefined {
    const place = this.#places.get(keyOf(hash));
    if (place === undefined) return undefined;
    const packed = readAt(this.#fd, place.offset, place.packed);
    if (packed === undefined || !isEqual(sha256(packed), place.checksum)) return undefined;
    return { hash, packed, wasmLength: place.wasmLength, length: place.length };
  }

  /** A module's Wasm and its code. */
  code(hash: Uint8Array): { readonly wasm: Uint8Array; readonly code: ArrayBuffer } | undefined {
    const entry = this.entry(hash);
    if (entry === undefined) return undefined;
    const { packed, length, wasmLength } = entry;
    try {
      const both = zstdDecompressSync(packed, { maxOutputLength: length });
      if (both.length !== length) return undefined;
      // V8 wants a buffer for the code alone; it copies both.
      const code = new Uint8Array(both.subarray(wasmLength)).buffer;
      return { wasm: both.subarray(0, wasmLength), code };
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
