/** The image that is meant by a name: from the store, or pulled into it. */
import {
  type EventListener,
  ImageError,
  type ImageStore,
  type Platform,
  pull,
  type StoredImage,
} from "@kernelet/image";

/** When an image is asked for at its registry: if it is not in the store, each time, or never. */
export const PULL_POLICIES = ["missing", "always", "never"] as const;
export type PullPolicy = (typeof PULL_POLICIES)[number];

export interface FindImageOptions {
  readonly store: ImageStore;
  readonly name: string;
  readonly platform?: Platform;
  /** Default "missing". */
  readonly policy?: PullPolicy;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called before anything is pulled. @returns who hears what happens then. */
  readonly onPull?: () => EventListener | undefined | Promise<EventListener>;
  /** Ends a pull when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws ImageError: "no-such-image" if it is not there and was not to be pulled */
export async function findImage(options: FindImageOptions): Promise<StoredImage> {
  const { store, name, platform, policy = "missing", env, onPull, signal } = options;
  if (policy !== "always") {
    const known = resolveKnown(store, name, platform);
    if (known !== undefined) return known;
    if (policy === "never") throw new ImageError("no-such-image", `image '${name}' is not here`);
  }
  const onEvent = await onPull?.();
  const pulled = await pull({
    store,
    ...{ name, signal },
    ...(env !== undefined && { env }),
    ...(platform !== undefined && { platform }),
    ...(onEvent !== undefined && { onEvent }),
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
