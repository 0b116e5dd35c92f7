/** An image of the store: the manifest for one platform, its configuration, and the names it goes by. */
import type { Digest } from "../digest.ts";
import { ImageError } from "../errors.ts";
import {
  type Descriptor,
  type ImageConfig,
  isIndex,
  MAX_CONFIG_BYTES,
  MAX_MANIFEST_BYTES,
  type Manifest,
  parseConfig,
  parseManifestOrIndex,
} from "../manifest.ts";
import { choosePlatform, formatPlatform, type Platform } from "../platform.ts";
import type { Blobs } from "./blobs.ts";

export interface StoredImage {
  /** Of the configuration: what Docker calls the image's id. */
  readonly id: Digest;
  /** What the name means: the manifest, or the index that has it. */
  readonly target: Descriptor;
  readonly manifestDescriptor: Descriptor;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
  /** The configuration as it came. */
  readonly configBytes: Buffer;
}

/** Indexes may hold indexes; nobody nests them deeper. */
const MAX_NESTING = 4;

/** The manifests below a target that are in the store: one, or some of an index's. */
export function manifestsOf(blobs: Blobs, target: Descriptor, depth = 0): Descriptor[] {
  if (!blobs.has(target.digest) || depth > MAX_NESTING) return [];
  const document = readDocument(blobs, target);
  if (!isIndex(document)) return [target];
  return document.manifests.flatMap((child) => manifestsOf(blobs, child, depth + 1));
}

export function readDocument(
  blobs: Blobs,
  target: Descriptor,
): ReturnType<typeof parseManifestOrIndex> {
  const bytes = blobs.read(target.digest, MAX_MANIFEST_BYTES);
  return parseManifestOrIndex(bytes, target.digest, target.mediaType);
}

export function readImage(blobs: Blobs, target: Descriptor, descriptor: Descriptor): StoredImage {
  const manifest = readDocument(blobs, descriptor);
  if (isIndex(manifest)) throw new ImageError("bad-manifest", `${descriptor.digest} is an index`);
  const configBytes = blobs.read(manifest.config.digest, MAX_CONFIG_BYTES);
  const config = parseConfig(configBytes, `configuration ${manifest.config.digest}`);
  const id = manifest.config.digest;
  return { id, target, manifestDescriptor: descriptor, manifest, config, configBytes };
}

/** All that are there whole. */
export function imagesOf(blobs: Blobs, target: Descriptor): StoredImage[] {
  return manifestsOf(blobs, target).flatMap((descriptor) => {
    try {
      return [readImage(blobs, target, descriptor)];
    } catch (error) {
      // Attestations and the like have no configuration of an image; damage is for whoever uses the image.
      if (error instanceof ImageError) return [];
      throw error;
    }
  });
}

/** The one for a platform. With none asked for: the default's, or the only one there is. */
export function chooseImage(
  images: readonly StoredImage[],
  wanted: Platform | undefined,
  fallback: Platform,
  name: string,
): StoredImage {
  const candidates = images.map((image) => ({ image, platform: image.config.platform }));
  const found = choosePlatform(wanted ?? fallback, candidates)?.image;
  if (found !== undefined) return found;
  const [only] = images;
  if (wanted === undefined && images.length === 1 && only !== undefined) return only;
  const there = candidates.map(({ platform }) => formatPlatform(platform)).join(", ");
  const asked = formatPlatform(wanted ?? fallback);
  throw new ImageError(
    "no-such-image",
    `${name} is not here for ${asked}${there === "" ? "" : `, only for ${there}`}`,
  );
}
