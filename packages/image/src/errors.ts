/** Errors of this part. Messages are in lower case and name the thing; `code` is for programs. */

export type ImageErrorCode =
  | "bad-reference"
  | "bad-platform"
  | "bad-config"
  | "bad-credentials"
  | "bad-archive"
  | "bad-layer"
  | "bad-manifest"
  | "bad-blob"
  | "unsupported"
  | "not-found"
  | "no-such-image"
  | "image-in-use"
  | "unauthorized"
  | "denied"
  | "registry"
  | "unreachable"
  | "disk-full"
  | "store"
  | "busy"
  | "cancelled";

export class ImageError extends Error {
  override readonly name: string = "ImageError";
  readonly code: ImageErrorCode;

  constructor(code: ImageErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** A name of an image that cannot be one. */
export class NameError extends ImageError {
  override readonly name: string = "NameError";
  constructor(text: string, why: string) {
    super("bad-reference", `'${text}' is no image name: ${why}`);
  }
}

/** A layer that is no tar, or one that we will not mount. `entry` is the name in the archive, if there was one. */
export class LayerError extends ImageError {
  override readonly name: string = "LayerError";
  readonly entry: string | undefined;
  constructor(why: string, entry?: string) {
    super("bad-layer", entry === undefined ? why : `entry '${entry}': ${why}`);
    this.entry = entry;
  }
}

/** Bytes that are not what their digest or size promised. */
export class DigestError extends ImageError {
  override readonly name: string = "DigestError";
  readonly digest: string;
  constructor(digest: string, why: string) {
    super("bad-blob", `${digest}: ${why}`);
    this.digest = digest;
  }
}

/** What a registry, or the way there, answered. */
export class RegistryError extends ImageError {
  override readonly name: string = "RegistryError";
  readonly host: string;
  /** HTTP status; 0: there was no answer. */
  readonly status: number;
  /** When the registry wants to be asked again. */
  readonly retryAfterMs: number | undefined;
  constructor(
    code: ImageErrorCode,
    message: string,
    details: { readonly host: string; readonly status: number; readonly retryAfterMs?: number },
    cause?: unknown,
  ) {
    super(code, message, cause);
    this.host = details.host;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** The store's folder: full disk, no permission, a damaged file. */
export class StoreError extends ImageError {
  override readonly name: string = "StoreError";
}

/** For a file operation of the store's that failed. */
export function storeError(doing: string, path: string, error: unknown): ImageError {
  if (error instanceof ImageError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new StoreError("disk-full", `${doing} ${path}: no space left on the disk`, error);
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return new StoreError("store", `${doing} ${path}: permission denied`, error);
  }
  return new StoreError("store", `${doing} ${path}: ${(error as Error).message}`, error);
}
