/** The image that a sandbox starts from: from the store, or pulled into it. */
import {
  defaultRoot,
  type EventListener,
  type ImageConfig,
  ImageError,
  ImageStore,
  type Platform,
  parsePlatform,
  pull,
  type StoredImage,
} from "@kernelet/image";
import type { ImageGrant } from "@kernelet/sandbox";
import { ImageNotFoundError, InvalidArgumentError } from "./errors.ts";

/** When an image is asked for at its registry: if it is not in the store, each time, or never. */
export type PullPolicy = "missing" | "always" | "never";

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

export interface PreparedImage {
  readonly grant: ImageGrant;
  readonly config: ImageConfig;
}

/** @throws ImageNotFoundError, ImageError of @kernelet/image */
export async function prepareImage(options: ImageOptions): Promise<PreparedImage> {
  const store = ImageStore.open(options.root ?? defaultRoot(process.env));
  const platform = options.platform === undefined ? undefined : platformOf(options.platform);
  const image = await findImage(store, options, platform);
  return { grant: await store.mountable(image), config: image.config };
}

async function findImage(
  store: ImageStore,
  options: ImageOptions,
  platform: Platform | undefined,
): Promise<StoredImage> {
  const { image: name, pull: policy = "missing", onPullProgress } = options;
  if (policy !== "always") {
    const known = resolveKnown(store, name, platform);
    if (known !== undefined) return known;
    if (policy === "never") throw new ImageNotFoundError(name);
  }
  const pulled = await pull({
    store,
    name,
    ...(platform !== undefined && { platform }),
    ...(onPullProgress !== undefined && { onEvent: onPullProgress }),
  });
  return pulled.image;
}

function resolveKnown(
  store: ImageStore,
  name: string,
  platform: Platform | undefined,
): StoredImage | undefined {
  try {
    return store.resolve(name, platform);
  } catch (error) {
    if (error instanceof ImageError && error.code === "no-such-image") return undefined;
    throw error;
  }
}

function platformOf(text: string): Platform {
  try {
    return parsePlatform(text);
  } catch (error) {
    throw new InvalidArgumentError("platform", (error as Error).message);
  }
}
