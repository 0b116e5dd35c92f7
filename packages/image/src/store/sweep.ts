/** Removes what no reference leads to. */
import fs from "node:fs";
import path from "node:path";
import { chainId, type Digest } from "../digest.ts";
import { ImageError } from "../errors.ts";
import { type Descriptor, isIndex, MAX_CONFIG_BYTES, parseConfig } from "../manifest.ts";
import type { Blobs } from "./blobs.ts";
import { isOwnerAlive } from "./blobs.ts";
import { namesIn } from "./files.ts";
import { readDocument } from "./image.ts";
import type { StorePaths } from "./paths.ts";
import type { StoredReference } from "./references.ts";

/** A pull that was interrupted may be asked for again. */
const KEEP_INGEST_MS = 24 * 3600 * 1000;

export interface Swept {
  readonly digests: readonly Digest[];
  readonly bytes: number;
}

/** Files that references need, by path. */
class Needed {
  readonly files: Set<string> = new Set();
  readonly #blobs: Blobs;
  readonly #paths: StorePaths;

  constructor(blobs: Blobs, paths: StorePaths) {
    this.#blobs = blobs;
    this.#paths = paths;
  }

  add(target: Descriptor): void {
    const file = this.#blobs.path(target.digest);
    if (this.files.has(file)) return;
    this.files.add(file);
    if (!this.#blobs.has(target.digest)) return;
    try {
      const document = readDocument(this.#blobs, target);
      if (isIndex(document)) {
        for (const child of document.manifests) this.add(child);
        return;
      }
      for (const { digest } of [document.config, ...document.layers]) {
        this.files.add(this.#blobs.path(digest));
      }
      this.#addMounts(document.config.digest);
    } catch (error) {
      // Neither a manifest nor whole: whatever it is, it stays as long as its name does.
      if (!(error instanceof ImageError)) throw error;
    }
  }

  #addMounts(config: Digest): void {
    const bytes = this.#blobs.read(config, MAX_CONFIG_BYTES);
    const { diffIds } = parseConfig(bytes, config);
    for (const diffId of diffIds) this.files.add(this.#paths.layerTar(diffId));
    this.files.add(this.#paths.tree(chainId(diffIds)));
  }
}

/** The room on the disk of all that these mean. */
export function contentOf(paths: StorePaths, blobs: Blobs, targets: readonly Descriptor[]): number {
  const needed = new Needed(blobs, paths);
  for (const target of targets) needed.add(target);
  let bytes = 0;
  for (const file of needed.files) {
    bytes += (fs.statSync(file, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
  }
  return bytes;
}

/** Preconditions: nobody else is in the store ("alone"). */
export function sweep(
  paths: StorePaths,
  blobs: Blobs,
  references: readonly StoredReference[],
  options: { readonly dropIngest?: boolean } = {},
): Swept {
  const needed = new Needed(blobs, paths);
  for (const { target } of references) needed.add(target);
  const digests: Digest[] = [];
  let bytes = 0;
  for (const folder of [paths.blobs, paths.layers, paths.trees]) {
    for (const algorithm of namesIn(folder)) {
      for (const name of namesIn(path.join(folder, algorithm))) {
        const file = path.join(folder, algorithm, name);
        if (needed.files.has(file)) continue;
        bytes += remove(file);
        if (folder === paths.blobs) digests.push(`${algorithm}:${name}` as Digest);
      }
    }
  }
  bytes += sweepTemporary(paths, options.dropIngest === true);
  return { digests, bytes };
}

/** What processes that are gone have left. Preconditions: as for `sweep`. */
export function sweepTemporary(paths: StorePaths, dropIngest: boolean): number {
  let bytes = 0;
  for (const name of namesIn(paths.tmp)) bytes += remove(path.join(paths.tmp, name));
  for (const name of namesIn(paths.ingest)) {
    const file = path.join(paths.ingest, name);
    const age = Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (!isOwnerAlive(name) && (dropIngest || age > KEEP_INGEST_MS)) bytes += remove(file);
  }
  return bytes;
}

function remove(file: string): number {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  fs.rmSync(file, { recursive: true, force: true });
  // A file with other names gives nothing back.
  return stat === undefined || stat.nlink > 1 ? 0 : stat.size;
}
