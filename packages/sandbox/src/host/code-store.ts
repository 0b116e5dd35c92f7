/**
 * Archives of translated code in a folder that this process may write to: one file each.
 *
 * Other sandboxes read and write there at the same time, a disk may be full, a process may be killed at any moment:
 * files appear whole under their names, and whoever reads one finds what is damaged. It is a cache: no error here
 * is anybody's but the next start's.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { constants, zstdCompressSync } from "node:zlib";
import { isErrno } from "@kernelet/abi";
import type { ArchiveBytes, ArchiveStore, CodeFile, CompiledFunction } from "@kernelet/cpu";
import {
  type AddressSpace,
  bringInCode,
  type CodeMapping,
  codeMapping,
  type Kernel,
} from "@kernelet/kernel";
import { ArchiveFile, sha256, unpack } from "./archive-file.ts";
import type { HostLog } from "./host-log.ts";
import type { NativeCode } from "./native-code.ts";
import { errnoOf } from "./node-errno.ts";

export const ARCHIVE_SUFFIX = ".code";
export const PART = ".part";
/** A use is noted once in that time: archives that nobody uses go first. */
const TOUCH_MS = 60 * 60 * 1000;
const ABANDONED_MS = 10 * 60 * 1000;
/** What is left when the limit was reached: room for a while. */
const KEPT_SHARE = 0.75;

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

  hash(...parts: readonly Uint8Array[]): Uint8Array {
    return sha256(...parts);
  }

  native(name: string, key: Uint8Array): CompiledFunction | undefined {
    return this.#native?.find(name, key);
  }

  bringIn(space: AddressSpace, addr: number): void {
    if (this.#kernel !== null) bringInCode(this.#kernel, space, addr);
  }

  load(name: string): ArchiveBytes | undefined {
    try {
      const file = path.join(this.#folder, name + ARCHIVE_SUFFIX);
      const archive = ArchiveFile.open(file, this.#log);
      if (archive === undefined) this.#log.record("cache read", -1);
      else if (Date.now() - archive.mtimeMs > TOUCH_MS) touch(file);
      return archive;
    } catch (error) {
      this.#log.record("cache read", errnoOf(error));
      return undefined;
    }
  }

  save(name: string, bytes: Uint8Array): void {
    const part = path.join(this.#folder, `${name}.${process.pid}${PART}`);
    try {
      fs.writeFileSync(part, bytes, { flag: "wx", mode: 0o600 });
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

function touch(file: string): void {
  try {
    const now = Date.now() / 1000;
    fs.utimesSync(file, now, now);
  } catch {
    // Then it goes sooner.
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
