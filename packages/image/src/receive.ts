/**
 * Brings an image into the store, from wherever: documents first, then layers several at a time, each verified as it came
 * and again uncompressed, then the tree. Preconditions: the caller is in `store.using`, and gives the image a name after.
 */
import { type Digest, Verifier } from "./digest.ts";
import { DigestError, ImageError } from "./errors.ts";
import type { EventListener } from "./events.ts";
import {
  checkLayers,
  type Descriptor,
  isIndex,
  MAX_CONFIG_BYTES,
  MAX_MANIFEST_BYTES,
  type Manifest,
  parseConfig,
  parseManifestOrIndex,
} from "./manifest.ts";
import { choosePlatform, formatPlatform, type Platform } from "./platform.ts";
import type { BlobWriter } from "./store/blobs.ts";
import { readImage, type StoredImage } from "./store/image.ts";
import type { ImageStore } from "./store/store.ts";

/** Layers at a time, as Docker has it. */
const CONCURRENCY = 3;
const MAX_NESTING = 4;

/** A registry, an archive. */
export interface ContentSource {
  /** A manifest, an index: bytes that may be anything; at most `limit` of them. */
  document(descriptor: Descriptor, limit: number): Promise<Buffer>;
  config(descriptor: Descriptor, limit: number): Promise<Buffer>;
  /** Writes from `writer.offset` on, or restarts it. */
  blob(
    descriptor: Descriptor,
    writer: BlobWriter,
    progress: (bytes: number) => void,
  ): Promise<void>;
}

export interface ReceiveOptions {
  readonly store: ImageStore;
  readonly source: ContentSource;
  /** For messages. */
  readonly name: string;
  readonly onEvent: EventListener;
}

/** Follows indexes to the manifest for a platform and brings that. */
export async function receivePlatform(
  options: ReceiveOptions,
  target: Descriptor,
  platform: Platform,
): Promise<StoredImage> {
  let descriptor = target;
  for (let depth = 0; depth <= MAX_NESTING; depth++) {
    const document = await receiveDocument(options, descriptor);
    if (!isIndex(document)) {
      const image = await receiveManifest(options, target, descriptor, document);
      checkPlatform(image, platform, options.name);
      return image;
    }
    const chosen = choosePlatform(platform, document.manifests);
    if (chosen === undefined) throw noSuchPlatform(options.name, platform, document.manifests);
    descriptor = chosen;
  }
  throw new ImageError("bad-manifest", `${options.name}: indexes in indexes in indexes`);
}

function noSuchPlatform(
  name: string,
  platform: Platform,
  manifests: readonly Descriptor[],
): ImageError {
  const there = manifests.flatMap((one) =>
    one.platform === undefined || one.platform.os === "unknown"
      ? []
      : [formatPlatform(one.platform)],
  );
  const list = there.length === 0 ? "for no platform at all" : `only for ${there.join(", ")}`;
  return new ImageError("not-found", `${name} is not for ${formatPlatform(platform)}, ${list}`);
}

/** An image that is no index's says in its configuration what it is for. */
function checkPlatform(image: StoredImage, platform: Platform, name: string): void {
  const candidates = [{ platform: image.config.platform }];
  if (choosePlatform(platform, candidates) !== undefined) return;
  throw noSuchPlatform(name, platform, [{ ...image.target, platform: image.config.platform }]);
}

export async function receiveDocument(
  { store, source, name }: ReceiveOptions,
  descriptor: Descriptor,
): Promise<ReturnType<typeof parseManifestOrIndex>> {
  const { digest, mediaType } = descriptor;
  if (store.blobs.has(digest)) {
    const bytes = store.blobs.read(digest, MAX_MANIFEST_BYTES);
    return parseManifestOrIndex(bytes, digest, mediaType);
  }
  const bytes = await source.document(descriptor, MAX_MANIFEST_BYTES);
  verify(bytes, descriptor, `the manifest of ${name}`);
  const document = parseManifestOrIndex(bytes, `manifest ${digest}`, mediaType);
  if (!isIndex(document)) checkLayers(document, name);
  await putVerified(store, digest, bytes);
  return document;
}

function verify(bytes: Buffer, { digest, size }: Descriptor, what: string): void {
  const verifier = new Verifier(digest);
  verifier.update(bytes);
  verifier.check(what, size);
}

/** Under the digest it was asked for by, which need not be sha256. */
async function putVerified(store: ImageStore, digest: Digest, bytes: Buffer): Promise<void> {
  const writer = await store.blobs.ingest(digest);
  await writer.restart();
  await writer.write(bytes);
  await writer.commit(bytes.length);
}

export async function receiveManifest(
  options: ReceiveOptions,
  target: Descriptor,
  descriptor: Descriptor,
  manifest: Manifest,
): Promise<StoredImage> {
  const { store, source, name, onEvent } = options;
  checkLayers(manifest, name);
  if (!store.blobs.has(manifest.config.digest)) {
    const bytes = await source.config(manifest.config, MAX_CONFIG_BYTES);
    verify(bytes, manifest.config, `the configuration of ${name}`);
    parseConfig(bytes, `the configuration of ${name}`);
    await putVerified(store, manifest.config.digest, bytes);
  }
  const image = readImage(store.blobs, target, descriptor);
  const { diffIds, platform } = image.config;
  if (diffIds.length !== manifest.layers.length) {
    const counts = `${manifest.layers.length} layers and ${diffIds.length} diff ids`;
    throw new ImageError("bad-manifest", `${name}: ${counts}`);
  }
  onEvent({ type: "resolved", name, digest: target.digest, platform });
  await receiveLayers(options, manifest.layers, diffIds);
  if (!store.layers.hasTree(diffIds)) {
    onEvent({ type: "indexing" });
    store.layers.makeTree(diffIds);
  }
  return image;
}

async function receiveLayers(
  options: ReceiveOptions,
  layers: readonly Descriptor[],
  diffIds: readonly Digest[],
): Promise<void> {
  const { onEvent } = options;
  // The same layer may be there twice; an empty one often is.
  const todo = new Map(
    layers.map((layer, i) => [layer.digest, { layer, diffId: diffIds[i] as Digest }]),
  );
  const queue = [...todo.values()];
  for (const { layer } of queue) {
    const { digest, size } = layer;
    onEvent({ type: "layer", digest, phase: "waiting", current: 0, total: size });
  }
  let failure: unknown;
  const worker = async (): Promise<void> => {
    for (
      let next = queue.shift();
      next !== undefined && failure === undefined;
      next = queue.shift()
    ) {
      try {
        await receiveLayer(options, next.layer, next.diffId);
      } catch (error) {
        failure ??= error;
      }
    }
  };
  // All come to an end before the caller hears of a failure: nothing must go on writing behind its back.
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  if (failure !== undefined) throw failure;
}

async function receiveBlob(
  store: ImageStore,
  source: ContentSource,
  layer: Descriptor,
  progress: (bytes: number) => void,
): Promise<"done" | "corrupt"> {
  const writer = await store.blobs.ingest(layer.digest);
  const isResumed = writer.offset > 0;
  try {
    await source.blob(layer, writer, progress);
  } catch (error) {
    await writer.close();
    throw error;
  }
  try {
    await writer.commit(layer.size);
    return "done";
  } catch (error) {
    if (isResumed && error instanceof DigestError) return "corrupt";
    throw error;
  }
}

async function receiveLayer(
  { store, source, onEvent }: ReceiveOptions,
  layer: Descriptor,
  diffId: Digest,
): Promise<void> {
  const { digest, size: total } = layer;
  const isHere = store.blobs.has(digest);
  if (!isHere) {
    const progress = (current: number): void =>
      onEvent({ type: "layer", digest, phase: "downloading", current, total });
    const wasResumed = await receiveBlob(store, source, layer, progress);
    // What an earlier process left may be what is wrong: once more, from the start.
    if (wasResumed === "corrupt") await receiveBlob(store, source, layer, progress);
  }
  if (store.layers.hasTar(diffId)) {
    const phase = isHere ? "exists" : "done";
    onEvent({ type: "layer", digest, phase, current: total, total });
    return;
  }
  await store.layers.uncompress(digest, diffId, (current) =>
    onEvent({ type: "layer", digest, phase: "extracting", current, total: 0 }),
  );
  onEvent({ type: "layer", digest, phase: "done", current: total, total });
}
