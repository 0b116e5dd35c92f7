/** `pull`: an image from a registry into the store. */
import type { Digest } from "./digest.ts";
import { ImageError } from "./errors.ts";
import { type EventListener, nobody } from "./events.ts";
import { DEFAULT_PLATFORM, type Platform } from "./platform.ts";
import { receivePlatform } from "./receive.ts";
import { canonicalName, familiarName, parseReference } from "./reference.ts";
import { type RegistryOptions, RegistrySession } from "./registry/session.ts";
import { RegistrySource } from "./registry/source.ts";
import type { StoredImage } from "./store/image.ts";
import type { ImageStore } from "./store/store.ts";

export interface PullOptions extends RegistryOptions {
  readonly store: ImageStore;
  readonly name: string;
  /** What a sandbox runs, unless another is asked for. */
  readonly platform?: Platform;
  readonly onEvent?: EventListener;
}

export interface PulledImage {
  readonly name: string;
  /** What the name means in the registry: an index, or the image's manifest. */
  readonly digest: Digest;
  readonly image: StoredImage;
  /** The name meant something else here before, or nothing. */
  readonly isNew: boolean;
}

/** Rejected with an ImageError, or with the signal's reason. */
export async function pull(options: PullOptions): Promise<PulledImage> {
  options.signal?.throwIfAborted();
  const { store, platform = DEFAULT_PLATFORM, onEvent = nobody } = options;
  const reference = parseReference(options.name);
  const name = canonicalName(reference);
  const shown = familiarName(reference);
  const session = new RegistrySession(options);
  try {
    return await store.using(async () => {
      const source = new RegistrySource(session, reference, onEvent);
      const target = await source.resolve(shown);
      if (reference.digest !== undefined && target.digest !== reference.digest) {
        const message = `${reference.host} has ${target.digest} for ${shown}`;
        throw new ImageError("bad-manifest", message);
      }
      const receive = { store, source, name: shown, onEvent };
      const image = await receivePlatform(receive, target, platform);
      const isNew = store.references.find(name)?.digest !== target.digest;
      await store.references.set(name, target);
      return { name, digest: target.digest, image, isNew };
    });
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    session.close();
  }
}
