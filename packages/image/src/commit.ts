/** `commit`: an image, a layer more, and another configuration make a new image. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { Digest } from "./digest.ts";
import { storeError } from "./errors.ts";
import { type Descriptor, isIndex, parseConfig } from "./manifest.ts";
import { OCI_CONFIG, OCI_LAYER, OCI_MANIFEST } from "./media-types.ts";
import { canonicalName, parseReference } from "./reference.ts";
import { moveInto, syncFile, temporaryName } from "./store/files.ts";
import { manifestsOf, readDocument } from "./store/image.ts";
import type { ImageStore } from "./store/store.ts";

export interface CommitOptions {
  readonly store: ImageStore;
  /** undefined: it gets none. */
  readonly name: string | undefined;
  /** The configuration of the image below, as it came. */
  readonly base: Buffer;
  /** Uncompressed tars of its layers: of use where the store has that image no more. */
  readonly baseLayers: readonly string[];
  /** A tar, piece by piece. */
  readonly layer: Iterable<Uint8Array>;
  /** What containers of it are started with: the member `config` of an image's configuration. */
  readonly config: object;
  readonly author: string;
  readonly comment: string;
  /** For its history. */
  readonly command: string;
}

/** @returns its id. */
export async function commitImage(options: CommitOptions): Promise<Digest> {
  const { store, name, base, config, author, comment, command } = options;
  const reference = name === undefined ? undefined : parseReference(name);
  return await store.using(async () => {
    const below = layersBelow(options);
    const layer = await storeLayer(options);
    const document = JSON.parse(base.toString("utf8"));
    const created = new Date().toISOString();
    const step = {
      created,
      created_by: command,
      ...(author && { author }),
      ...(comment && { comment }),
    };
    const made = {
      ...document,
      ...{ created, config },
      ...(author && { author }),
      rootfs: { type: "layers", diff_ids: [...document.rootfs.diff_ids, layer.digest] },
      history: [...(document.history ?? []), step],
    };
    const configBytes = Buffer.from(JSON.stringify(made));
    const id = store.blobs.put(configBytes);
    const manifest = Buffer.from(
      JSON.stringify({
        ...{ schemaVersion: 2, mediaType: OCI_MANIFEST },
        config: { mediaType: OCI_CONFIG, digest: id, size: configBytes.length },
        layers: [...below, layer],
      }),
    );
    const digest = store.blobs.put(manifest);
    const { platform } = parseConfig(configBytes, `configuration ${id}`);
    const target = { mediaType: OCI_MANIFEST, digest, size: manifest.length, platform };
    if (reference === undefined) await store.references.addNameless(target);
    else await store.references.set(canonicalName(reference), target);
    return id;
  });
}

/** As the store has them, so that a registry that has them, too, gets them no second time; else the tars themselves. */
function layersBelow({ store, base, baseLayers }: CommitOptions): Descriptor[] {
  const { diffIds } = parseConfig(base, "the image's configuration");
  const id = `sha256:${createHash("sha256").update(base).digest("hex")}`;
  for (const { target } of store.references.list()) {
    for (const descriptor of manifestsOf(store.blobs, target)) {
      const document = readDocument(store.blobs, descriptor);
      if (!isIndex(document) && document.config.digest === id) return document.layers.map(asOci);
    }
  }
  return diffIds.map((diffId, i) => {
    const file = baseLayers[i] ?? "";
    const blob = store.blobs.path(diffId);
    if (!store.blobs.has(diffId)) {
      const temporary = temporaryName(store.paths.tmp);
      try {
        fs.copyFileSync(file, temporary, fs.constants.COPYFILE_FICLONE);
        moveInto(temporary, blob);
      } catch (error) {
        fs.rmSync(temporary, { force: true });
        throw storeError("writing", blob, error);
      }
    }
    return { mediaType: OCI_LAYER, digest: diffId, size: fs.statSync(blob).size };
  });
}

/** An OCI manifest has OCI's layers. */
function asOci({ mediaType, digest, size }: Descriptor): Descriptor {
  const suffix = /[.+](gzip|zstd)$/.exec(mediaType)?.[1];
  return { mediaType: suffix === undefined ? OCI_LAYER : `${OCI_LAYER}+${suffix}`, digest, size };
}

async function storeLayer({ store, layer }: CommitOptions): Promise<Descriptor> {
  const temporary = temporaryName(store.paths.tmp);
  const hash = createHash("sha256");
  let size = 0;
  try {
    const fd = fs.openSync(temporary, "wx", 0o644);
    try {
      for (const bytes of layer) {
        hash.update(bytes);
        for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at);
        size += bytes.length;
      }
    } finally {
      fs.closeSync(fd);
    }
    await syncFile(temporary);
    const digest = `sha256:${hash.digest("hex")}` as Digest;
    moveInto(temporary, store.blobs.path(digest));
    return { mediaType: OCI_LAYER, digest, size };
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw storeError("writing", path.dirname(temporary), error);
  }
}
