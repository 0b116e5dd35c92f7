/** A file of machine code (native-code/format.ts), read piece by piece: all of a large program's are tens of megabytes. */
import fs from "node:fs";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import {
  type CodeEntry,
  CodeIndex,
  type CodePlace,
  type FunctionPlace,
  HEAD_BYTES,
  indexLength,
  isEqual,
} from "../native-code/format.ts";
import { sha256 } from "./archive-file.ts";

export const NATIVE_SUFFIX = ".native";

/** zlib takes no less. */
const MIN_CHUNK = 64;

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;

/** They are packed once and read often: together, since that costs half as much. */
export function packCode(wasm: Uint8Array, code: Uint8Array): Uint8Array {
  const both = Buffer.concat([wasm, code]);
  return zstdCompressSync(both, { params: { [constants.ZSTD_c_compressionLevel]: 6 } });
}

/** A module's Wasm and its code. */
export interface ModuleCode {
  readonly wasm: Uint8Array;
  readonly code: ArrayBuffer;
}

export class NativeFile {
  readonly #fd: number;
  readonly #index: CodeIndex;

  /** undefined where there is none, or it is damaged. */
  static open(path: string): NativeFile | undefined {
    let fd: number;
    try {
      fd = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    } catch {
      return undefined;
    }
    const index = indexOf(fd);
    if (index !== undefined) return new NativeFile(fd, index);
    fs.closeSync(fd);
    return undefined;
  }

  private constructor(fd: number, index: CodeIndex) {
    this.#fd = fd;
    this.#index = index;
  }

  /** Where the function with that key is. */
  find(key: Uint8Array): FunctionPlace | undefined {
    return this.#index.find(key);
  }

  /** All modules that can be read. */
  entries(): CodeEntry[] {
    return this.#index.keys().flatMap((keys, number) => {
      const place = this.#index.module(number);
      const packed = place && this.#packed(place);
      if (place === undefined || packed === undefined) return [];
      return [{ keys, packed, wasmLength: place.wasmLength, length: place.length }];
    });
  }

  /** undefined where there is none, or it is damaged. */
  code(module: number): ModuleCode | undefined {
    const place = this.#index.module(module);
    const packed = place && this.#packed(place);
    if (place === undefined || packed === undefined) return undefined;
    const { length, wasmLength } = place;
    try {
      // Unpacked into one piece: by default there is one for each 16 KiB.
      const chunkSize = Math.max(length, MIN_CHUNK);
      const both = zstdDecompressSync(packed, { maxOutputLength: length, chunkSize });
      if (both.length !== length) return undefined;
      // V8 wants a buffer for the code alone; it copies both.
      const code = new Uint8Array(both.subarray(wasmLength)).buffer;
      return { wasm: both.subarray(0, wasmLength), code };
    } catch {
      return undefined;
    }
  }

  #packed({ offset, packed, checksum }: CodePlace): Uint8Array | undefined {
    const bytes = readAt(this.#fd, offset, packed);
    return bytes !== undefined && isEqual(sha256(bytes), checksum) ? bytes : undefined;
  }

  close(): void {
    fs.closeSync(this.#fd);
  }
}

function indexOf(fd: number): CodeIndex | undefined {
  const { size } = fs.fstatSync(fd);
  const head = readAt(fd, 0, HEAD_BYTES);
  const length = head === undefined ? undefined : indexLength(head);
  if (head === undefined || length === undefined || length > size) return undefined;
  const index = readAt(fd, HEAD_BYTES, length);
  return index && CodeIndex.read(head, index, size, sha256);
}

function readAt(fd: number, offset: number, length: number): Uint8Array | undefined {
  const bytes = new Uint8Array(length);
  try {
    return fs.readSync(fd, bytes, 0, length, offset) === length ? bytes : undefined;
  } catch {
    return undefined;
  }
}
