/**
 * Layers as they are mounted: uncompressed tars, and for a stack of them the tree that says where everything is. Both come
 * from the blobs and can be made again.
 */
import fs from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { IMAGE_TREE_HEADER, IMAGE_TREE_MAGIC } from "@kernelet/abi";
import { chainId, type Digest, Verifier } from "../digest.ts";
import { ImageError, LayerError, storeError } from "../errors.ts";
import { scanFile } from "../tar/drive.ts";
import { DEFAULT_LAYER_LIMITS, type LayerLimits } from "../tar/limits.ts";
import { encodeTree } from "../tree/encode.ts";
import { LayerMerge } from "../tree/merge.ts";
import type { Blobs } from "./blobs.ts";
import { compressionOf, decompress, isDamage, MAGIC_BYTES } from "./decode.ts";
import { moveInto, syncFile, temporaryName, writeWhole } from "./files.ts";
import type { StorePaths } from "./paths.ts";

const INPUT_CHUNK = 256 * 1024;
export class Layers {
  readonly #paths: StorePaths;
  readonly #blobs: Blobs;
  readonly #limits: LayerLimits;

  constructor(paths: StorePaths, blobs: Blobs, limits: LayerLimits = DEFAULT_LAYER_LIMITS) {
    this.#paths = paths;
    this.#blobs = blobs;
    this.#limits = limits;
  }

  /** The uncompressed tar of a layer. One that came so is its own blob: the digests are the same. */
  tar(diffId: Digest): string {
    const unpacked = this.#paths.layerTar(diffId);
    return !fs.existsSync(unpacked) && this.#blobs.has(diffId)
      ? this.#blobs.path(diffId)
      : unpacked;
  }

  hasTar(diffId: Digest): boolean {
    return fs.existsSync(this.tar(diffId));
  }

  /** Uncompresses a layer's blob, unless that has been done, and compares it with what the image's configuration promises. */
  async uncompress(blob: Digest, diffId: Digest, progress: (bytes: number) => void): Promise<void> {
    if (this.hasTar(diffId)) return;
    const source = this.#blobs.path(blob);
    const temporary = temporaryName(this.#paths.tmp);
    const target = this.#paths.layerTar(diffId);
    const verifier = new Verifier(diffId);
    const limit = this.#limits.bytes;
    const watch = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        verifier.update(chunk);
        if (verifier.size > limit) {
          throw new LayerError(`${blob} is more than ${limit} bytes, uncompressed`);
        }
        progress(verifier.size);
        yield chunk;
      }
    };
    try {
      const compression = compressionOf(await headOf(source));
      if (compression === "xz" || compression === "bzip2") {
        throw new ImageError("unsupported", `layer ${blob} is compressed with ${compression}`);
      }
      const input = fs.createReadStream(source, { highWaterMark: INPUT_CHUNK });
      const content = compression === null ? input : decompress(input, compression);
      await pipeline(watch(content), fs.createWriteStream(temporary, { flags: "wx" }));
      verifier.check(`layer ${blob}, uncompressed,`);
      await syncFile(temporary);
      moveInto(temporary, target);
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      throw decompressionError(blob, target, error);
    }
  }

  treePath(diffIds: readonly Digest[]): string {
    return this.#paths.tree(chainId(diffIds));
  }

  /** Whether the tree is there, in the version that is read today. */
  hasTree(diffIds: readonly Digest[]): boolean {
    return treeLayerCount(this.treePath(diffIds)) !== undefined;
  }

  /** Makes the tree of a stack of layers, whose tars are there. */
  makeTree(diffIds: readonly Digest[]): void {
    const layers = diffIds.map((diffId) => ({ file: this.tar(diffId), name: `layer ${diffId}` }));
    const tree = treeOf(layers, this.#limits);
    writeWhole(this.treePath(diffIds), tree, this.#paths.tmp);
  }
}

/** A tar, and what messages call it. */
export interface LayerFile {
  readonly file: string;
  readonly name: string;
}

/** The tree of a stack of tars, the lowest first. */
export function treeOf(
  layers: readonly LayerFile[],
  limits: LayerLimits = DEFAULT_LAYER_LIMITS,
): Buffer {
  const merge = mergeLayers(layers, limits);
  return encodeTree(merge.root, merge.layerCount);
}

/** What is in a stack of tars, the lowest first. */
export function mergeLayers(
  layers: readonly LayerFile[],
  limits: LayerLimits = DEFAULT_LAYER_LIMITS,
): LayerMerge {
  const merge = new LayerMerge();
  for (const { file, name } of layers) {
    merge.nextLayer();
    const fd = openForReading(file);
    try {
      const range = { from: 0, to: fs.fstatSync(fd).size };
      scanFile(fd, range, (entry) => merge.apply(entry), limits);
    } catch (error) {
      if (!(error instanceof LayerError)) throw storeError("reading", file, error);
      throw new LayerError(`${name}: ${error.message}`);
    } finally {
      fs.closeSync(fd);
    }
  }
  return merge;
}

/** How many tars a tree is of; undefined for a file that is no tree of today's. */
export function treeLayerCount(file: string): number | undefined {
  try {
    const fd = fs.openSync(file, "r");
    try {
      const header = Buffer.alloc(IMAGE_TREE_HEADER.size);
      fs.readSync(fd, header);
      const magic = header.toString("latin1", 0, IMAGE_TREE_MAGIC.length);
      if (magic !== IMAGE_TREE_MAGIC) return undefined;
      return header.readUInt32LE(IMAGE_TREE_HEADER.layer_count);
    } finally {
      fs.closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

function openForReading(file: string): number {
  try {
    return fs.openSync(file, "r");
  } catch (error) {
    throw storeError("reading", file, error);
  }
}

async function headOf(file: string): Promise<Buffer> {
  const handle = await open(file, "r");
  try {
    const head = Buffer.alloc(MAGIC_BYTES);
    await handle.read(head, 0, MAGIC_BYTES, 0);
    return head;
  } finally {
    await handle.close();
  }
}

function decompressionError(blob: Digest, target: string, error: unknown): ImageError {
  if (!isDamage(error)) return storeError("writing", target, error);
  return new ImageError("bad-layer", `layer ${blob} cannot be uncompressed: it is damaged`, error);
}
