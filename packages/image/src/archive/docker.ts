/**
 * What `docker save` wrote before it wrote OCI layouts: `manifest.json` lists images, each with the name of its
 * configuration's file, those of its layers, and tags. There is no manifest to keep, so one is made; it has the layers
 * as they are in the archive, mostly uncompressed.
 */

import { createHash } from "node:crypto";
import { type Digest, digestOf } from "../digest.ts";
import { ImageError } from "../errors.ts";
import { JsonReader } from "../json.ts";
import { type Descriptor, MAX_CONFIG_BYTES, MAX_MANIFEST_BYTES } from "../manifest.ts";
import { OCI_CONFIG, OCI_LAYER, OCI_MANIFEST } from "../media-types.ts";
import { compressionOf, MAGIC_BYTES } from "../store/decode.ts";
import { type ImageFiles, readSmall } from "./files.ts";

export const DOCKER_MANIFEST_FILE = "manifest.json";

export interface DockerImage {
  readonly target: Descriptor;
  readonly names: readonly string[];
  /** By digest: the manifest that was made, and where in the archive the rest is. */
  readonly manifestBytes: Buffer;
  readonly files: ReadonlyMap<Digest, string>;
}

export async function readDockerArchive(files: ImageFiles): Promise<DockerImage[]> {
  const bytes = await readSmall(files, DOCKER_MANIFEST_FILE, MAX_MANIFEST_BYTES);
  const what = `${files.title}: ${DOCKER_MANIFEST_FILE}`;
  const list = JsonReader.parse(`{"images":${bytes.toString("utf8")}}`, what, "bad-archive");
  const images: DockerImage[] = [];
  for (const image of list.list("images")) images.push(await readOne(files, image));
  return images;
}

async function readOne(files: ImageFiles, image: JsonReader): Promise<DockerImage> {
  const places: Map<Digest, string> = new Map();
  const configName = clean(image.string("Config"));
  const configBytes = await readSmall(files, configName, MAX_CONFIG_BYTES);
  const config = { mediaType: OCI_CONFIG, digest: digestOf(configBytes), size: configBytes.length };
  places.set(config.digest, configName);
  const layers: Descriptor[] = [];
  for (const name of image.strings("Layers")) {
    const layer = await describeLayer(files, clean(name));
    places.set(layer.digest, clean(name));
    layers.push(layer);
  }
  const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers };
  const manifestBytes = Buffer.from(JSON.stringify(manifest));
  const target = {
    mediaType: OCI_MANIFEST,
    digest: digestOf(manifestBytes),
    size: manifestBytes.length,
  };
  return { target, names: image.strings("RepoTags"), manifestBytes, files: places };
}

function clean(name: string): string {
  return name.replace(/^(\.?\/)+/, "");
}

/** Its digest is stated nowhere; whether it is the right layer is seen by the diff id. */
async function describeLayer(files: ImageFiles, name: string): Promise<Descriptor> {
  const size = files.size(name);
  if (size === undefined) {
    throw new ImageError("bad-archive", `${files.title}: layer ${name} is missing`);
  }
  const hash = createHash("sha256");
  let head: Buffer | undefined;
  for await (const chunk of files.open(name)) {
    head ??= Buffer.from((chunk as Buffer).subarray(0, MAGIC_BYTES));
    hash.update(chunk as Buffer);
  }
  const digest = `sha256:${hash.digest("hex")}` as Digest;
  const compression = head === undefined ? null : compressionOf(head);
  const mediaType = compression === null ? OCI_LAYER : `${OCI_LAYER}+${compression}`;
  return { mediaType, digest, size };
}
