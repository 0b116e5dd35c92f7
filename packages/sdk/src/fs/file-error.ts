/** What the guest's kernel says no with: an error as node:fs throws it, and one of ours. */
import { type Errno, errnoMessage, errnoName } from "@kernelet/abi";
import { GuestError, SandboxEndedError } from "@kernelet/sandbox";
import { SandboxStoppedError } from "../errors.ts";

export class FileError extends Error {
  override readonly name = "FileError";
  /** Linux's name: "ENOENT". */
  readonly code: string;
  /** Negative, as in node:fs. */
  readonly errno: number;
  readonly syscall: string;
  readonly path: string;
  /** Of `rename`, `link`, `symlink`, `copyFile`. */
  readonly dest?: string;

  constructor(errno: Errno, syscall: string, path: string, dest?: string) {
    const code = errnoName(errno);
    const message = errnoMessage(errno);
    const text = message.charAt(0).toLowerCase() + message.slice(1);
    super(`${code}: ${text}, ${syscall} '${path}'${dest === undefined ? "" : ` -> '${dest}'`}`);
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
    this.path = path;
    if (dest !== undefined) this.dest = dest;
  }
}

/** The public error for one of the sandbox's. */
export function fileError(
  error: unknown,
  sandboxId: string,
  about: { readonly syscall: string; readonly path: string; readonly dest?: string },
): unknown {
  if (error instanceof SandboxEndedError) return new SandboxStoppedError(sandboxId, error);
  if (!(error instanceof GuestError)) return error;
  return new FileError(error.errno, about.syscall, about.path, about.dest);
}
