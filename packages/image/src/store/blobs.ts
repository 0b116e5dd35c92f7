/** Content by its digest: manifests, configurations, layers as they came. */
import fs from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { type Digest, digestOf, digestParts, Verifier } from "../digest.ts";
import { ImageError, storeError } from "../errors.ts";
import { moveInto, namesIn, writeWhole } from "./files.ts";
import type { StorePaths } from "./paths.ts";

const CHUNK = 1 << 20;

export class Blobs {
  readonly #paths: StorePaths;

  constructor(paths: StorePaths) {
    this.#paths = paths;
  }

  path(digest: Digest): string {
    return this.#paths.blob(digest);
  }

  has(digest: Digest): boolean {
    return fs.existsSync(this.path(digest));
  }

  size(digest: Digest): number {
    return fs.statSync(this.path(digest)).size;
  }

  /** A small one, verified: whoever damaged a manifest must not choose our layers. */
  read(digest: Digest, limit: number): Buffer {
    const file = this.path(digest);
    let bytes: Buffer;
    try {
      if (fs.statSync(file).size > limit) {
        throw new ImageError("bad-blob", `${digest} is larger than ${limit} bytes`);
      }
      bytes = fs.readFileSync(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") {
        throw new ImageError("not-found", `${digest} is not in the store`, error);
      }
      throw storeError("reading", file, error);
    }
    const verifier = new Verifier(digest);
    verifier.update(bytes);
    verifier.check("the store's copy");
    return bytes;
  }

  /** Puts a small one in. @returns its digest. */
  put(bytes: Uint8Array | string): Digest {
    const digest = digestOf(bytes);
    if (!this.has(digest)) writeWhole(this.path(digest), bytes, this.#paths.tmp);
    return digest;
  }

  /** A place to write one of any size to. What a process that died has left of it is taken over. */
  async ingest(digest: Digest): Promise<BlobWriter> {
    const { algorithm, hex } = digestParts(digest);
    const name = `${algorithm}-${hex}`;
    const own = path.join(this.#paths.ingest, `${name}.${process.pid}.${nextNumber++}`);
    try {
      for (const left of namesIn(this.#paths.ingest)) {
        if (left.startsWith(`${name}.`) && !isOwnerAlive(left) && claim(this.#paths, left, own))
          break;
      }
      const handle = await open(own, "a+", 0o644);
      const writer = new BlobWriter(digest, own, this.path(digest), handle);
      await writer.takeOver();
      return writer;
    } catch (error) {
      throw storeError("writing", own, error);
    }
  }
}

let nextNumber = 0;

/** Whether the process whose number is in the file's name is there. One that has got its number since keeps us from resuming only. */
export function isOwnerAlive(name: string): boolean {
  const pid = Number(name.split(".")[1]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  // Ours, from an earlier life or a transfer that failed.
  if (pid === process.pid) return writing.has(name);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Names that this process is writing to. */
const writing: Set<string> = new Set();

/** Only one can succeed: a rename takes the old name away. */
function claim(paths: StorePaths, left: string, own: string): boolean {
  try {
    fs.renameSync(path.join(paths.ingest, left), own);
    return true;
  } catch {
    return false;
  }
}

/** Writes a blob, from wherever an earlier transfer got to. */
export class BlobWriter {
  readonly digest: Digest;
  readonly #temporary: string;
  readonly #target: string;
  readonly #handle: FileHandle;
  #verifier: Verifier;

  constructor(digest: Digest, temporary: string, target: string, handle: FileHandle) {
    this.digest = digest;
    this.#temporary = temporary;
    this.#target = target;
    this.#handle = handle;
    this.#verifier = new Verifier(digest);
    writing.add(path.basename(temporary));
  }

  /** Bytes that are there. */
  get offset(): number {
    return this.#verifier.size;
  }

  /** Takes what is in the file for granted, until the digest is compared. */
  async takeOver(): Promise<void> {
    const chunk = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      const { bytesRead } = await this.#handle.read(chunk, 0, CHUNK, this.offset);
      if (bytesRead === 0) return;
      this.#verifier.update(chunk.subarray(0, bytesRead));
    }
  }

  async write(chunk: Uint8Array): Promise<void> {
    try {
      let done = 0;
      while (done < chunk.length) {
        const { bytesWritten } = await this.#handle.write(chunk, done, chunk.length - done);
        done += bytesWritten;
      }
      this.#verifier.update(chunk);
    } catch (error) {
      throw storeError("writing", this.#temporary, error);
    }
  }

  /** From the start again: what was there was wrong, or the sender cannot go on in the middle. */
  async restart(): Promise<void> {
    await this.#handle.truncate(0);
    this.#verifier = new Verifier(this.digest);
  }

  /** Compares and gives the blob its name. If it is the wrong one, nothing of it stays. */
  async commit(size: number | undefined): Promise<void> {
    try {
      this.#verifier.check("what came", size);
      await this.#handle.sync();
      await this.close();
      moveInto(this.#temporary, this.#target);
    } catch (error) {
      await this.discard();
      throw storeError("writing", this.#target, error);
    }
  }

  /** Leaves what there is for the next one. */
  async close(): Promise<void> {
    writing.delete(path.basename(this.#temporary));
    await this.#handle.close();
  }

  async discard(): Promise<void> {
    await this.close().catch(() => {});
    fs.rmSync(this.#temporary, { force: true });
  }
}
