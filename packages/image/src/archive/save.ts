/**
 * `save`: a tar that is an OCI layout and an archive of `docker save` at once, as Docker itself has written them since
 * version 25. Blobs are in it as they are in the store, so digests stay; Docker's list refers to the same files.
 */
import fs from "node:fs";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Digest } from "../digest.ts";
import { type Descriptor, isIndex } from "../manifest.ts";
import { OCI_INDEX } from "../media-types.ts";
import { familiarName, parseReference } from "../reference.ts";
import { imagesOf, manifestsOf, readDocument, type StoredImage } from "../store/image.ts";
import type { ImageStore } from "../store/store.ts";
import { END_OF_ARCHIVE, encodeHeader, padding } from "../tar/write.ts";
import { layoutName } from "./source.ts";

export interface SaveOptions {
  readonly store: ImageStore;
  /** As people write them. */
  readonly names: readonly string[];
  readonly output: Writable;
}

interface Saved {
  readonly target: Descriptor;
  /** Canonical; null: it was asked for by its id. */
  readonly name: string | null;
  readonly image: StoredImage;
}

export async function save({ store, names, output }: SaveOptions): Promise<void> {
  await store.lock.hold("reading", async () => {
    const saved = names.flatMap((text) => find(store, text));
    const writer = new TarWriter(output);
    for (const folder of ["blobs/", "blobs/sha256/"]) await writer.directory(folder);
    for (const digest of contentOf(store, saved)) await writer.blob(store, digest);
    await writer.file("index.json", JSON.stringify(indexOf(saved)));
    await writer.file("manifest.json", JSON.stringify(dockerList(saved)));
    await writer.file("oci-layout", '{"imageLayoutVersion":"1.0.0"}');
    await writer.end();
  });
}

function find(store: ImageStore, text: string): Saved[] {
  // Says what is wrong if it is not there.
  const image = store.resolve(text);
  const references = store.referencesOf(text);
  const isById = !references.some(({ name }) => name !== null && isNamed(text, name));
  const named = isById ? references.slice(0, 1) : references;
  return named.map(({ name, target }) => ({ target, name: isById ? null : name, image }));
}

function isNamed(text: string, name: string): boolean {
  try {
    const reference = parseReference(text);
    return familiarName(reference) === familiarName(parseReference(name));
  } catch {
    return false;
  }
}

/** Everything that is here below the targets, each once. */
function contentOf(store: ImageStore, saved: readonly Saved[]): Set<Digest> {
  const digests: Set<Digest> = new Set();
  const addDocument = (descriptor: Descriptor): void => {
    if (digests.has(descriptor.digest) || !store.blobs.has(descriptor.digest)) return;
    digests.add(descriptor.digest);
    const document = readDocument(store.blobs, descriptor);
    if (isIndex(document)) for (const child of document.manifests) addDocument(child);
  };
  for (const { target } of saved) {
    addDocument(target);
    for (const { manifest } of imagesOf(store.blobs, target)) {
      for (const { digest } of [manifest.config, ...manifest.layers]) digests.add(digest);
    }
    for (const { digest } of manifestsOf(store.blobs, target)) digests.add(digest);
  }
  return digests;
}

function indexOf(saved: readonly Saved[]): object {
  const manifests = saved.map(({ target, name }) => {
    if (name === null) return target;
    const { tag } = parseReference(name);
    const annotations = {
      ...target.annotations,
      "io.containerd.image.name": name,
      ...(tag !== undefined && { "org.opencontainers.image.ref.name": tag }),
    };
    return { ...target, annotations };
  });
  return { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
}

/** An image with several names is one entry. */
function dockerList(saved: readonly Saved[]): object[] {
  const byId = new Map<Digest, { image: StoredImage; names: string[] }>();
  for (const { image, name } of saved) {
    const entry = byId.get(image.id) ?? { image, names: [] };
    byId.set(image.id, entry);
    const reference = name === null ? undefined : parseReference(name);
    if (reference?.tag !== undefined) entry.names.push(familiarName(reference));
  }
  return [...byId.values()].map(({ image, names }) => ({
    Config: layoutName(image.id),
    RepoTags: names.length === 0 ? null : names,
    Layers: image.manifest.layers.map(({ digest }) => layoutName(digest)),
  }));
}

class TarWriter {
  readonly #output: Writable;

  constructor(output: Writable) {
    this.#output = output;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#output.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  async directory(name: string): Promise<void> {
    await this.#write(encodeHeader({ name, type: "5", mode: 0o755 }));
  }

  async file(name: string, text: string): Promise<void> {
    const bytes = Buffer.from(text);
    await this.#write(
      Buffer.concat([encodeHeader({ name, size: bytes.length }), bytes, padding(bytes.length)]),
    );
  }

  async blob(store: ImageStore, digest: Digest): Promise<void> {
    const size = store.blobs.size(digest);
    const name = layoutName(digest);
    // A digest of sha512 is longer than the field: GNU's long name goes before.
    if (name.length > 100) await this.#longName(name);
    await this.#write(encodeHeader({ name, size }));
    for await (const chunk of fs.createReadStream(store.blobs.path(digest))) {
      await this.#write(chunk as Buffer);
    }
    await this.#write(padding(size));
  }

  async #longName(name: string): Promise<void> {
    const bytes = Buffer.from(`${name}\0`);
    const header = encodeHeader({ name: "././@LongLink", type: "L", size: bytes.length });
    await this.#write(Buffer.concat([header, bytes, padding(bytes.length)]));
  }

  async end(): Promise<void> {
    await this.#write(END_OF_ARCHIVE);
    // Standard output is not ours to close.
    if (this.#output === process.stdout) return;
    this.#output.end();
    await finished(this.#output);
  }
}
