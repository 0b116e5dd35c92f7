/** `load`: images from an OCI layout (a folder or a tar of one) or from an archive of `docker save`. */
import fs from "node:fs";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ImageError, storeError } from "../errors.ts";
import { type EventListener, nobody } from "../events.ts";
import { JsonReader } from "../json.ts";
import { type Descriptor, isIndex, MAX_MANIFEST_BYTES, parseDescriptor } from "../manifest.ts";
import { type ReceiveOptions, receiveDocument, receiveManifest } from "../receive.ts";
import { canonicalName, parseReference } from "../reference.ts";
import { compressionOf, decompress, isDamage, MAGIC_BYTES } from "../store/decode.ts";
import { temporaryName } from "../store/files.ts";
import type { StoredImage } from "../store/image.ts";
import type { ImageStore } from "../store/store.ts";
import { DOCKER_MANIFEST_FILE, readDockerArchive } from "./docker.ts";
import { ArchiveFiles, FolderFiles, type ImageFiles, readSmall } from "./files.ts";
import { FilesSource, layoutName } from "./source.ts";

export interface LoadOptions {
  readonly store: ImageStore;
  /** A folder or file, or a stream of a tar. */
  readonly input: string | Readable;
  readonly onEvent?: EventListener;
}

export interface LoadedImage {
  /** Canonical; none: the archive has no name for it. */
  readonly name: string | undefined;
  readonly image: StoredImage;
}

export async function load(options: LoadOptions): Promise<LoadedImage[]> {
  const { store, input } = options;
  return await store.using(async () => {
    const { files, temporary } = await openInput(store, input);
    try {
      const receive = { store, name: files.title, onEvent: options.onEvent ?? nobody };
      if (files.size("oci-layout") !== undefined) return await loadLayout(files, receive);
      if (files.size(DOCKER_MANIFEST_FILE) !== undefined) return await loadDocker(files, receive);
      throw new ImageError(
        "bad-archive",
        `${files.title} is neither an OCI layout nor an archive of docker save`,
      );
    } finally {
      files.close();
      if (temporary !== undefined) fs.rmSync(temporary, { force: true });
    }
  });
}

interface Opened {
  readonly files: ImageFiles;
  /** To be removed at the end. */
  readonly temporary?: string | undefined;
}

async function openInput(store: ImageStore, input: string | Readable): Promise<Opened> {
  if (typeof input !== "string") {
    return await openCopy(store, input, "standard input");
  }
  let isFolder: boolean;
  let head: Buffer;
  try {
    isFolder = fs.statSync(input).isDirectory();
    head = isFolder ? Buffer.alloc(0) : readHead(input);
  } catch (error) {
    throw storeError("reading", input, error);
  }
  if (isFolder) return { files: new FolderFiles(input) };
  if (compressionIn(head) === null) return { files: new ArchiveFiles(input, input) };
  return await openCopy(store, fs.createReadStream(input), input);
}

function readHead(file: string): Buffer {
  const fd = fs.openSync(file, "r");
  try {
    const head = Buffer.alloc(MAGIC_BYTES);
    return head.subarray(0, fs.readSync(fd, head));
  } finally {
    fs.closeSync(fd);
  }
}

/** Places in it are wanted in any order: what is a stream or compressed becomes a file first. */
async function openCopy(store: ImageStore, input: Readable, title: string): Promise<Opened> {
  const temporary = temporaryName(store.paths.tmp);
  try {
    const head = await firstBytes(input);
    const compression = compressionIn(head);
    const content = compression === null ? input : decompress(input, compression);
    await pipeline(content, fs.createWriteStream(temporary, { flags: "wx" }));
    return { files: new ArchiveFiles(temporary, title), temporary };
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    if (isDamage(error)) {
      throw new ImageError("bad-archive", `${title} cannot be uncompressed: it is damaged`, error);
    }
    throw storeError("writing", temporary, error);
  }
}

async function firstBytes(input: Readable): Promise<Buffer> {
  for await (const chunk of input.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk as Buffer);
    input.unshift(bytes);
    return bytes.subarray(0, MAGIC_BYTES);
  }
  return Buffer.alloc(0);
}

function compressionIn(head: Buffer): "gzip" | "zstd" | null {
  const compression = compressionOf(head);
  if (compression === "xz" || compression === "bzip2") {
    throw new ImageError(
      "unsupported",
      `an archive compressed with ${compression}: uncompress it first`,
    );
  }
  return compression;
}

type Receive = Omit<ReceiveOptions, "source">;

async function loadLayout(files: ImageFiles, receive: Receive): Promise<LoadedImage[]> {
  const bytes = await readSmall(files, "index.json", MAX_MANIFEST_BYTES);
  const reader = JsonReader.parse(bytes, `${files.title}: index.json`, "bad-archive");
  const options = { ...receive, source: new FilesSource(files) };
  const loaded: LoadedImage[] = [];
  for (const entry of reader.list("manifests")) {
    const { annotations = {}, ...target } = parseDescriptor(entry);
    const images = await receiveAll(options, files, target, target);
    if (images.length === 0) continue;
    const name = nameIn(annotations);
    if (name === undefined) await receive.store.references.addNameless(target);
    else await receive.store.references.set(name, target);
    loaded.push(...images.map((image) => ({ name, image })));
  }
  if (loaded.length === 0) throw new ImageError("bad-archive", `${files.title} has no image`);
  return loaded;
}

/** Of an index, what is there and is an image: attestations are not, and parts may have been left out. */
async function receiveAll(
  options: ReceiveOptions,
  files: ImageFiles,
  target: Descriptor,
  descriptor: Descriptor,
): Promise<StoredImage[]> {
  if (descriptor !== target && files.size(layoutName(descriptor.digest)) === undefined) return [];
  const document = await receiveDocument(options, descriptor);
  if (!isIndex(document)) return [await receiveManifest(options, target, descriptor, document)];
  const images: StoredImage[] = [];
  for (const child of document.manifests) {
    if (child.platform?.os === "unknown") continue;
    images.push(...(await receiveAll(options, files, target, child)));
  }
  return images;
}

/** containerd and Docker write whole names; others may write only a tag, which names nothing. */
function nameIn(annotations: Readonly<Record<string, string>>): string | undefined {
  const containerd = annotations["io.containerd.image.name"];
  const oci = annotations["org.opencontainers.image.ref.name"];
  const text = containerd ?? (oci !== undefined && /[/:]/.test(oci) ? oci : undefined);
  if (text === undefined) return undefined;
  try {
    return canonicalName(parseReference(text));
  } catch (error) {
    if (error instanceof ImageError) return undefined;
    throw error;
  }
}

async function loadDocker(files: ImageFiles, receive: Receive): Promise<LoadedImage[]> {
  const loaded: LoadedImage[] = [];
  for (const archived of await readDockerArchive(files)) {
    const { target, manifestBytes } = archived;
    receive.store.blobs.put(manifestBytes);
    const nameOf = (digest: string): string =>
      archived.files.get(digest as typeof target.digest) ?? path.posix.join("blobs", digest);
    const options = { ...receive, source: new FilesSource(files, nameOf) };
    const manifest = await receiveDocument(options, target);
    if (isIndex(manifest)) continue;
    const image = await receiveManifest(options, target, target, manifest);
    const names = archived.names.map((name) => canonicalName(parseReference(name)));
    for (const name of names) await receive.store.references.set(name, target);
    if (names.length === 0) await receive.store.references.addNameless(target);
    for (const name of names.length === 0 ? [undefined] : names) loaded.push({ name, image });
  }
  if (loaded.length === 0) throw new ImageError("bad-archive", `${files.title} has no image`);
  return loaded;
}
