/** Errors of this part. Messages name the thing and what to do; `code` is for programs. */

export type ContainerErrorCode =
  | "bad-name"
  | "bad-option"
  | "no-such-container"
  | "ambiguous"
  | "name-in-use"
  | "not-running"
  | "already-running"
  | "paused"
  | "in-use"
  | "no-such-volume"
  | "not-started"
  | "store"
  | "lost";

export class ContainerError extends Error {
  override readonly name = "ContainerError";
  readonly code: ContainerErrorCode;

  constructor(code: ContainerErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** What the system said about a file of the store. */
export function fileError(doing: string, path: string, error: unknown): ContainerError {
  const { code } = error as NodeJS.ErrnoException;
  const why =
    code === "ENOSPC"
      ? "the disk is full"
      : code === "EACCES" || code === "EPERM" || code === "EROFS"
        ? "it may not be written to"
        : (error as Error).message;
  return new ContainerError("store", `${doing} ${path}: ${why}`, error);
}
