/**
 * Archives of translated code in a folder that this process may write to: one file each, a checksum before the contents.
 *
 * Other sandboxes read and write there at the same time, a disk may be full, a process may be killed at any moment:
 * files appear whole under their names, and one whose checksum is wrong is as good as none. It is a cache: no error here
 * is anybody's but the next start's.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { isErrno } from "@kernelet/abi";
import type { ArchiveStore, CodeFile, Unpack } from "@kernelet/cpu";
import {
  type AddressSpace,
  bringInCode,
  type CodeMapping,
  codeMapping,
  type Kernel,
} from "@kernelet/kernel";
import type { HostLog } from "./host-log.ts";
import type { NativeCode } from "./native-code.ts";
import { errnoOf } from "./node-errno.ts";

export const ARCHIVE_SUFFIX = ".code";
export const PART = ".part";
const CHECKSUM_BYTES = 32;
/** No archive is as large: a file that is isn't ours. */
const MAX_FILE = 64 * 1024 * 1024;
/** A use is noted once in that time: archives that nobody uses go first. */
const TOUCH_MS = 60 * 60 * 1000;
const ABANDONED_MS = 10 * 60 * 1000;
/** What is left when the limit was reached: room for a while. */
const KEPT_SHARE = 0.75;

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;

export class CodeStore implements ArchiveStore {
  readonly #folder: string;
  readonly #limit: number;
  readonly #log: HostLog;
  readonly #native: NativeCode | undefined;
  #kernel: Kernel | null = null;
  readonly #files: WeakMap<CodeMapping, CodeFile> = new WeakMap();
  readonly #byName: Map<string, CodeFile> = new Map();

  /**
   * @param limit bytes that the folder may hold
   * @param native machine code for what is in it
   */
  constructor(folder: string, limit: number, log: HostLog, native?: NativeCode) {
    this.#folder = folder;
    this.#limit = limit;
    this.#log = log;
    this.#native = native;
  }

  /** Whose files these are the code of. */
  attach(kernel: Kernel): void {
    this.#kernel = kernel;
  }

  fileAt(space: AddressSpace, pc: number): CodeFile | undefined {
    const mapping = this.#kernel === null ? undefined : codeMapping(this.#kernel, space, pc);
    if (mapping === undefined) return undefined;
    let file = this.#files.get(mapping);
    if (file === undefined) {
      const name = nameOf(mapping);
      file = this.#byName.get(name) ?? { name };
      this.#byName.set(name, file);
      this.#files.set(mapping, file);
    }
    return file;
  }

  pack(bytes: Uint8Array): Uint8Array {
    return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  }

  unpack(packed: Uint8Array, length: number): Uint8Array<ArrayBuffer> | undefined {
    return unpack(packed, length);
  }

  compile(name: string, kept: Uint8Array, unpack: Unpack): WebAssembly.Module | undefined {
    const module = this.#native?.find(name, kept);
    if (module !== undefined) return module;
    const wasm = unpack();
    return wasm && new WebAssembly.Module(wasm);
  }

  bringIn(space: AddressSpace, addr: number): void {
    if (this.#kernel !== null) bringInCode(this.#kernel, space, addr);
  }

  load(name: string): Uint8Array | undefined {
    try {
      const file = path.join(this.#folder, name + ARCHIVE_SUFFIX);
      const archive = readArchive(file, name);
      this.#log.record("cache read", archive === undefined ? -1 : 0, archive?.contents.length);
      if (archive === undefined) return undefined;
      const now = Date.now();
      if (now - archive.mtimeMs > TOUCH_MS) fs.utimesSync(file, now / 1000, now / 1000);
      return archive.contents;
    } catch (error) {
      this.#log.record("cache read", errnoOf(error));
      return undefined;
    }
  }

  save(name: string, bytes: Uint8Array): void {
    const part = path.join(this.#folder, `${name}.${process.pid}${PART}`);
    try {
      fs.writeFileSync(part, checksumOf(name, bytes), { flag: "wx", mode: 0o600 });
      fs.appendFileSync(part, bytes);
      fs.renameSync(part, path.join(this.#folder, name + ARCHIVE_SUFFIX));
      this.#log.record("cache write", 0, bytes.length);
      keepWithin(this.#folder, this.#limit);
    } catch (error) {
      this.#log.record("cache write", errnoOf(error));
      try {
        fs.rmSync(part, { force: true });
      } catch {
        // Then it stays until it counts as abandoned.
      }
    }
  }
}

/** What `save` has written. @returns undefined where it isn't that @throws the system's error */
export function readArchive(
  file: string,
  name: string,
): { readonly contents: Uint8Array; readonly mtimeMs: number } | undefined {
  // It may have become a link or a FIFO, by somebody with the right to do worse.
  const fd = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stat = fs.fstatSync(fd);
    const { size, mtimeMs } = stat;
    if (!stat.isFile() || size <= CHECKSUM_BYTES || size > MAX_FILE) return undefined;
    const bytes = new Uint8Array(size);
    if (fs.readSync(fd, bytes, 0, size, 0) !== size) return undefined;
    const contents = verified(name, bytes);
    return contents && { contents, mtimeMs };
  } finally {
    fs.closeSync(fd);
  }
}

export function unpack(packed: Uint8Array, length: number): Uint8Array<ArrayBuffer> | undefined {
  try {
    // A buffer of its own: small ones of Node's are parts of a larger one.
    const bytes = new Uint8Array(zstdDecompressSync(packed, { maxOutputLength: length }));
    return bytes.length === length ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** ELF's headers are at the beginning, and mostly the build id. */
function nameOf({ cache, start, off }: CodeMapping): string {
  const head = new Uint8Array(4096);
  const n = cache?.read(0, head) ?? 0;
  const hash = createHash("sha256").update(head.subarray(0, isErrno(n) ? 0 : n));
  const file = hash.update(`${cache?.size}`).digest("hex").slice(0, 32);
  return `${file}-${(start - off).toString(16)}`;
}

function checksumOf(name: string, contents: Uint8Array): Uint8Array {
  return createHash("sha256").update(name).update(contents).digest();
}

function verified(name: string, bytes: Uint8Array): Uint8Array | undefined {
  const contents = bytes.subarray(CHECKSUM_BYTES);
  const checksum = checksumOf(name, contents);
  return checksum.every((b, i) => b === bytes[i]) ? contents : undefined;
}

/** Removes what was used least recently until the folder is well below `limit`, if it is above. */
export function keepWithin(folder: string, limit: number): void {
  const now = Date.now();
  const files: { file: string; size: number; mtimeMs: number }[] = [];
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name);
    const stat = fs.lstatSync(file, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    if (name.endsWith(PART) && now - stat.mtimeMs > ABANDONED_MS) fs.rmSync(file, { force: true });
    else files.push({ file, size: stat.size, mtimeMs: stat.mtimeMs });
  }
  let total = files.reduce((sum, { size }) => sum + size, 0);
  if (total <= limit) return;
  files.sort((a, b) => a.mtimeMs - b.mtimeMs);
  for (const { file, size } of files) {
    if (total <= limit * KEPT_SHARE) return;
    fs.rmSync(file, { force: true });
    total -= size;
  }
}
