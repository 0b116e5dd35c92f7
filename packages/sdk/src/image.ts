/** The image that a sandbox starts from: from the store, or pulled into it. */
import { findImage, type PullPolicy } from "@kernelet/container";
import {
  defaultRoot,
  type EventListener,
  type ImageConfig,
  ImageError,
  ImageStore,
  type Platform,
  parsePlatform,
  type StoredImage,
} from "@kernelet/image";
import type { ImageGrant } from "@kernelet/sandbox";
import { ImageFailedError, ImageNotFoundError, InvalidArgumentError } from "./errors.ts";

export interface ImageOptions {
  readonly image: string;
  /** "linux/amd64". */
  readonly platform?: string;
  /** Default "missing". */
  readonly pull?: PullPolicy;
  /** What happens while it is pulled. */
  readonly onPullProgress?: EventListener;
  /** Kernelet's own folder. Default: KERNELET_ROOT, or below the person's data folder. */
  readonly root?: string;
}

/** Of `Sandbox.create`: it ends a pull, too. */
interface ImageWanted extends ImageOptions {
  readonly signal?: AbortSignal;
}

export interface PreparedImage {
  readonly grant: ImageGrant;
  readonly config: ImageConfig;
}

/** @throws ImageNotFoundError, ImageFailedError, the signal's reason */
export async function prepareImage(options: ImageWanted): Promise<PreparedImage> {
  const store = openImageStore(options);
  const image = await imageOf(store, options);
  return { grant: await store.mountable(image), config: image.config };
}

export function openImageStore({ root }: ImageOptions): ImageStore {
  return ImageStore.open(root ?? defaultRoot(process.env));
}

/** @throws ImageNotFoundError, ImageFailedError, the signal's reason */
export async function imageOf(store: ImageStore, options: ImageWanted): Promise<StoredImage> {
  const { image: name, pull: policy = "missing", onPullProgress } = options;
  const platform = options.platform === undefined ? undefined : platformOf(options.platform);
  try {
    return await findImage({
      ...{ store, name, policy, signal: options.signal },
      ...(platform !== undefined && { platform }),
      ...(onPullProgress !== undefined && { onPull: () => onPullProgress }),
    });
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    const isMissing = error.code === "no-such-image" && policy === "never";
    throw isMissing ? new ImageNotFoundError(name) : new ImageFailedError(name, error);
  }
}

function platformOf(text: string): Platform {
  try {
    return parsePlatform(text);
  } catch (error) {
    throw new InvalidArgumentError("platform", (error as Error).message);
  }
}
