/** `push`: an image of the store into a registry. */
import type { Digest } from "./digest.ts";
import { ImageError } from "./errors.ts";
import { type EventListener, nobody } from "./events.ts";
import { type Descriptor, isIndex, MAX_MANIFEST_BYTES } from "./manifest.ts";
import { DEFAULT_PLATFORM, type Platform } from "./platform.ts";
import { canonicalName, familiarName, parseReference, type Reference } from "./reference.ts";
import { EndpointClient } from "./registry/endpoint-client.ts";
import { type RegistryOptions, RegistrySession } from "./registry/session.ts";
import { putManifest, uploadBlob } from "./registry/upload.ts";
import {
  chooseImage,
  imagesOf,
  manifestsOf,
  readDocument,
  type StoredImage,
} from "./store/image.ts";
import type { ImageStore } from "./store/store.ts";

export interface PushOptions extends RegistryOptions {
  readonly store: ImageStore;
  readonly name: string;
  /** Only the image for this one, of an index. */
  readonly platform?: Platform;
  readonly onEvent?: EventListener;
}

export interface PushedImage {
  readonly name: string;
  readonly digest: Digest;
  readonly size: number;
}

const CONCURRENCY = 3;

export async function push(options: PushOptions): Promise<PushedImage> {
  const { store, onEvent = nobody } = options;
  const reference = parseReference(options.name);
  if (reference.tag === undefined) {
    throw new ImageError("bad-reference", `'${options.name}' has no tag to push to`);
  }
  const name = canonicalName(reference);
  const session = new RegistrySession(options);
  try {
    return await store.lock.hold("reading", async () => {
      const target = store.references.find(name);
      if (target === undefined) {
        throw new ImageError("no-such-image", `image '${familiarName(reference)}' is not here`);
      }
      const { descriptor, images } = choose(store, target, options.platform, options.name);
      const pusher = new Pusher(session, store, reference, onEvent);
      for (const image of images) await pusher.image(image);
      await pusher.documents(descriptor, reference.tag as string);
      return { name, digest: descriptor.digest, size: descriptor.size };
    });
  } finally {
    session.close();
  }
}

/** The index, if all of it is here; else the one image that is. */
function choose(
  store: ImageStore,
  target: Descriptor,
  platform: Platform | undefined,
  name: string,
): { descriptor: Descriptor; images: StoredImage[] } {
  const images = imagesOf(store.blobs, target);
  const document = readDocument(store.blobs, target);
  const isWhole = !isIndex(document) || isComplete(store, target, images);
  if (isWhole && platform === undefined) return { descriptor: target, images };
  const image = chooseImage(images, platform, DEFAULT_PLATFORM, `image '${name}'`);
  return { descriptor: image.manifestDescriptor, images: [image] };
}

/** Whether every manifest of an index, and what they need, is in the store. */
function isComplete(
  store: ImageStore,
  target: Descriptor,
  images: readonly StoredImage[],
): boolean {
  const document = readDocument(store.blobs, target);
  const count = isIndex(document) ? document.manifests.length : 1;
  const found = manifestsOf(store.blobs, target);
  return found.length >= count && found.length === images.length;
}

class Pusher {
  readonly #session: RegistrySession;
  readonly #store: ImageStore;
  readonly #reference: Reference;
  readonly #onEvent: EventListener;
  readonly #client: EndpointClient;

  constructor(
    session: RegistrySession,
    store: ImageStore,
    reference: Reference,
    onEvent: EventListener,
  ) {
    this.#session = session;
    this.#store = store;
    this.#reference = reference;
    this.#onEvent = onEvent;
    const { host, repository } = reference;
    const endpoint = session.registries.registry(host);
    const target = { host, repository, actions: "pull,push" };
    this.#client = new EndpointClient(session.http, session.credentials, endpoint, target);
    // Tokens for reading where layers may be taken from.
    const others = this.#neighbours().map((other) => `repository:${other}:pull`);
    this.#client.scopes = [...this.#client.scopes, ...others];
  }

  /** Repositories of the same registry that images here came from. */
  #neighbours(): string[] {
    const names = this.#store.references.list().flatMap(({ name }) => {
      const reference = name === null ? undefined : parseReference(name);
      return reference?.host === this.#reference.host ? [reference.repository] : [];
    });
    return [...new Set(names)].filter((name) => name !== this.#reference.repository).slice(0, 3);
  }

  async image(image: StoredImage): Promise<void> {
    const { config, layers } = image.manifest;
    const queue = [...new Map([...layers, config].map((one) => [one.digest, one])).values()];
    let failure: unknown;
    const worker = async (): Promise<void> => {
      for (
        let next = queue.shift();
        next !== undefined && failure === undefined;
        next = queue.shift()
      ) {
        try {
          await this.#blob(next, next.digest === config.digest);
        } catch (error) {
          failure ??= error;
        }
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    if (failure !== undefined) throw failure;
  }

  async #blob({ digest, size }: Descriptor, isConfig: boolean): Promise<void> {
    const upload = {
      digest,
      size,
      file: this.#store.blobs.path(digest),
      mountFrom: isConfig ? [] : this.#neighbours(),
    };
    const say = (phase: "uploading" | "exists" | "mounted" | "done", current: number): void => {
      if (!isConfig) this.#onEvent({ type: "layer", digest, phase, current, total: size });
    };
    const retry = this.#session.retry(digest, this.#onEvent);
    const result = await retry.run(() =>
      uploadBlob(this.#client, upload, (current) => say("uploading", current)),
    );
    say(result === "uploaded" ? "done" : result, size);
  }

  /** What refers to something else comes after it; the tag comes last. */
  async documents(descriptor: Descriptor, tag: string): Promise<void> {
    const document = readDocument(this.#store.blobs, descriptor);
    const children = isIndex(document) ? document.manifests : [];
    for (const child of children) await this.documents(child, child.digest);
    const bytes = this.#store.blobs.read(descriptor.digest, MAX_MANIFEST_BYTES);
    const { digest, mediaType } = { ...descriptor, mediaType: document.mediaType };
    await this.#session
      .retry(tag, this.#onEvent)
      .run(() => putManifest(this.#client, tag, { mediaType, bytes, digest }));
  }
}
