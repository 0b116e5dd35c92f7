/** The store of images: one folder, any number of processes. What is where: paths.ts. Who may do what when: lock.ts. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { isDigest } from "../digest.ts";
import { ImageError, storeError } from "../errors.ts";
import type { Descriptor } from "../manifest.ts";
import { DEFAULT_PLATFORM, type Platform } from "../platform.ts";
import { canonicalName, parseReference } from "../reference.ts";
import { Blobs } from "./blobs.ts";
import { chooseImage, imagesOf, type StoredImage } from "./image.ts";
import { Layers } from "./layers.ts";
import { StoreLock } from "./lock.ts";
import { StorePaths } from "./paths.ts";
import { References, type StoredReference } from "./references.ts";
import { contentOf, type Swept, sweep, sweepTemporary } from "./sweep.ts";

const LAYOUT_MARK = '{"imageLayoutVersion":"1.0.0"}';

type Environment = Readonly<Record<string, string | undefined>>;

/** Without `--root`: KERNELET_ROOT, or a folder of the user's as the XDG base directories have it. */
export function defaultRoot(env: Environment): string {
  if (env.KERNELET_ROOT) return path.resolve(env.KERNELET_ROOT);
  const home = env.HOME ?? os.homedir();
  const data = env.XDG_DATA_HOME?.startsWith("/")
    ? env.XDG_DATA_HOME
    : path.join(home, ".local/share");
  return path.join(data, "kernelet");
}

/** An image with the names that it goes by. */
export interface ListedImage extends StoredImage {
  readonly names: readonly string[];
}

export class ImageStore {
  readonly paths: StorePaths;
  readonly lock: StoreLock;
  readonly blobs: Blobs;
  readonly layers: Layers;
  readonly references: References;

  /** Opens the store below Kernelet's own folder, and makes it if it is not there. */
  static open(root: string): ImageStore {
    const paths = new StorePaths(path.join(root, "images"));
    try {
      for (const folder of [paths.tmp, paths.ingest, paths.blobs]) {
        fs.mkdirSync(folder, { recursive: true });
      }
      // In place and not by way of `tmp`, which whoever holds the lock may sweep: all write the same.
      const mark = fs.statSync(paths.layoutMark, { throwIfNoEntry: false });
      if (mark === undefined || mark.size === 0) fs.writeFileSync(paths.layoutMark, LAYOUT_MARK);
    } catch (error) {
      throw storeError("opening", paths.root, error);
    }
    return new ImageStore(paths);
  }

  private constructor(paths: StorePaths) {
    this.paths = paths;
    this.lock = new StoreLock(paths.lock);
    this.blobs = new Blobs(paths);
    this.layers = new Layers(paths, this.blobs);
    this.references = new References(paths, this.lock);
  }

  /**
   * Content that `work` brings or finds stays while it runs. Before, if nobody else is here, what the dead have left
   * half-done is removed.
   */
  async using<T>(work: () => Promise<T>): Promise<T> {
    await this.lock.tryHold("alone", () => sweepTemporary(this.paths, false));
    return await this.lock.hold("reading", work);
  }

  /** Removes content without a name. @returns undefined if others are working here and that has to wait. */
  async sweep(options: { readonly dropIngest?: boolean } = {}): Promise<Swept | undefined> {
    return await this.lock.tryHold("alone", () =>
      sweep(this.paths, this.blobs, this.references.list(), options),
    );
  }

  /** Bytes on the disk of what targets of the list mean, with what was made of it for mounting. */
  contentOf(targets: readonly Descriptor[]): number {
    return contentOf(this.paths, this.blobs, targets);
  }

  /** All images, one for each platform that is here, in the order of the list. */
  list(): ListedImage[] {
    const images: Map<string, ListedImage & { names: string[] }> = new Map();
    for (const { name, target } of this.references.list()) {
      for (const image of imagesOf(this.blobs, target)) {
        const key = `${target.digest} ${image.manifestDescriptor.digest}`;
        const known = images.get(key) ?? { ...image, names: [] };
        if (name !== null) known.names.push(name);
        images.set(key, known);
      }
    }
    return [...images.values()];
  }

  /** By name, or by the first digits of an id or digest. */
  resolve(text: string, wanted?: Platform): StoredImage {
    const targets = this.targetsOf(text);
    const images = targets.flatMap((target) => imagesOf(this.blobs, target));
    if (images.length === 0) {
      const why = targets.length > 0 ? "is not here whole; pull it again" : "is not here";
      throw new ImageError("no-such-image", `image '${text}' ${why}`);
    }
    return chooseImage(images, wanted, DEFAULT_PLATFORM, `image '${text}'`);
  }

  /** What a name or id means. Empty: nothing here. */
  targetsOf(text: string): Descriptor[] {
    return this.referencesOf(text).map(({ target }) => target);
  }

  /** The entries of the list that a name means, or an id: that may have several names. */
  referencesOf(text: string): StoredReference[] {
    const all = this.references.list();
    const named = namedIn(all, text);
    if (named.length > 0) return named;
    const prefix = /^(?:sha256:)?([0-9a-f]{4,64})$/.exec(text)?.[1];
    if (prefix === undefined) return [];
    const found = all.filter(({ target }) => this.#hasId(target, prefix));
    const ids = new Set(found.flatMap(({ target }) => this.#idsOf(target, prefix)));
    if (ids.size > 1) throw new ImageError("bad-reference", `several images begin with '${text}'`);
    return found;
  }

  #hasId(target: Descriptor, prefix: string): boolean {
    return this.#idsOf(target, prefix).length > 0;
  }

  #idsOf(target: Descriptor, prefix: string): string[] {
    const begins = (digest: string): boolean => digest.startsWith(`sha256:${prefix}`);
    if (begins(target.digest)) return [target.digest];
    const images = imagesOf(this.blobs, target);
    return images
      .filter((image) => begins(image.id) || begins(image.manifestDescriptor.digest))
      .map(({ id }) => id);
  }

  /** Where the tree and the tars of an image are, made if they are missing. */
  async mountable(image: StoredImage): Promise<{ tree: string; layers: string[] }> {
    const { diffIds } = image.config;
    const { layers } = image.manifest;
    if (diffIds.length !== layers.length) {
      throw new ImageError(
        "bad-manifest",
        `${image.manifestDescriptor.digest}: ${layers.length} layers and ${diffIds.length} diff ids`,
      );
    }
    for (const [i, diffId] of diffIds.entries()) {
      const blob = layers[i]?.digest;
      if (blob !== undefined) await this.layers.uncompress(blob, diffId, () => {});
    }
    if (!this.layers.hasTree(diffIds)) this.layers.makeTree(diffIds);
    return {
      tree: this.layers.treePath(diffIds),
      layers: diffIds.map((diffId) => this.layers.tar(diffId)),
    };
  }
}

function namedIn(all: readonly StoredReference[], text: string): StoredReference[] {
  if (isDigest(text)) return all.filter(({ target }) => target.digest === text);
  let name: string;
  try {
    const reference = parseReference(text);
    name = canonicalName(reference);
    const byDigest = all.filter(
      (entry) =>
        reference.digest !== undefined &&
        entry.target.digest === reference.digest &&
        entry.name?.startsWith(`${reference.host}/${reference.repository}`),
    );
    if (byDigest.length > 0) return byDigest;
  } catch (error) {
    if (error instanceof ImageError) return [];
    throw error;
  }
  return all.filter((entry) => entry.name === name);
}
