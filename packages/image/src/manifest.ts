/** Manifests, indexes and configurations: image-spec, and Docker's schema 2, which is the same with other names. */
import { type Digest, parseDigest } from "./digest.ts";
import { ImageError } from "./errors.ts";
import { JsonReader } from "./json.ts";
import {
  isForeignLayer,
  isIndexType,
  isLayerType,
  isManifestType,
  isSchema1,
  OCI_INDEX,
  OCI_MANIFEST,
} from "./media-types.ts";
import type { Platform } from "./platform.ts";

/** What registries allow too: distribution's limit is 4 MiB. */
export const MAX_MANIFEST_BYTES: number = 4 * 2 ** 20;
export const MAX_CONFIG_BYTES: number = 8 * 2 ** 20;
/** More than any builder makes; overlayfs itself takes 500. */
const MAX_LAYERS = 1000;

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Manifest {
  readonly mediaType: string;
  readonly config: Descriptor;
  /** The lowest first. */
  readonly layers: readonly Descriptor[];
}

export interface Index {
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
}

/** The part of a configuration that a program is started with. */
export interface ImageConfig {
  readonly platform: Platform;
  readonly created: string | undefined;
  readonly diffIds: readonly Digest[];
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly user: string;
  readonly workingDir: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal: string | undefined;
}

export function parseDescriptor(reader: JsonReader): Descriptor {
  const platform = reader.optionalChild("platform");
  const annotations = reader.textMap("annotations");
  return {
    mediaType: reader.string("mediaType"),
    digest: parseDigest(reader.object.digest),
    size: reader.number("size"),
    ...(platform !== undefined && { platform: parsePlatformOf(platform) }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

function parsePlatformOf(reader: JsonReader): Platform {
  const variant = reader.optionalString("variant");
  return {
    os: reader.optionalString("os") ?? "",
    architecture: reader.optionalString("architecture") ?? "",
    ...(variant !== undefined && variant !== "" && { variant }),
  };
}

/**
 * Which of the two a document is. It says so itself (Docker's must, OCI's may); what the registry's header said helps
 * where it doesn't. A document that has the members of both is refused: two readers could see two images.
 */
export function parseManifestOrIndex(
  bytes: Uint8Array,
  what: string,
  headerType: string | undefined,
): Manifest | Index {
  const reader = JsonReader.parse(bytes, what, "bad-manifest");
  const stated = reader.optionalString("mediaType");
  const mediaType = stated ?? headerType ?? (reader.object.manifests ? OCI_INDEX : OCI_MANIFEST);
  if (isSchema1(mediaType) || reader.object.schemaVersion === 1) {
    throw new ImageError(
      "unsupported",
      `${what}: Docker's schema 1 is not supported; push it anew`,
    );
  }
  if (reader.object.manifests !== undefined && reader.object.layers !== undefined) {
    reader.fail("it is both an index and a manifest");
  }
  if (isIndexType(mediaType)) {
    return { mediaType, manifests: reader.list("manifests").map(parseDescriptor) };
  }
  if (!isManifestType(mediaType)) {
    throw new ImageError("unsupported", `${what}: '${mediaType}' is no image`);
  }
  const layers = reader.list("layers").map(parseDescriptor);
  if (layers.length > MAX_LAYERS) reader.fail(`more than ${MAX_LAYERS} layers`);
  return { mediaType, config: parseDescriptor(reader.child("config")), layers };
}

export function isIndex(document: Manifest | Index): document is Index {
  return "manifests" in document;
}

/** Layers that can be mounted; others are refused with what they are. */
export function checkLayers(manifest: Manifest, what: string): void {
  for (const { mediaType, digest } of manifest.layers) {
    if (isForeignLayer(mediaType)) {
      throw new ImageError(
        "unsupported",
        `${what}: layer ${digest} is foreign (${mediaType}): its licence keeps it out of registries`,
      );
    }
    if (!isLayerType(mediaType)) {
      throw new ImageError("unsupported", `${what}: '${mediaType}' is no layer of a file system`);
    }
  }
}

export function parseConfig(bytes: Uint8Array, what: string): ImageConfig {
  const reader = JsonReader.parse(bytes, what, "bad-manifest");
  const rootfs = reader.optionalChild("rootfs");
  if (rootfs === undefined) return reader.fail("it has no rootfs, so it is no image's");
  const run = reader.optionalChild("config") ?? new JsonReader({}, what, "bad-manifest");
  return {
    platform: parsePlatformOf(reader),
    created: reader.optionalString("created"),
    diffIds: rootfs.strings("diff_ids").map(parseDigest),
    env: run.strings("Env"),
    entrypoint: run.strings("Entrypoint"),
    cmd: run.strings("Cmd"),
    user: run.optionalString("User") ?? "",
    workingDir: run.optionalString("WorkingDir") ?? "",
    labels: run.textMap("Labels"),
    exposedPorts: Object.keys(run.optionalChild("ExposedPorts")?.object ?? {}),
    volumes: Object.keys(run.optionalChild("Volumes")?.object ?? {}),
    stopSignal: run.optionalString("StopSignal"),
  };
}
