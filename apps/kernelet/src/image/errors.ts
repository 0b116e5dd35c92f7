/** Errors of images for the person: one line, with what to do about it. */
import { ImageError, type ImageErrorCode } from "@kernelet/image";
import { CliError } from "../errors.ts";

/** As docker(1): a command that could not do what it was asked to. */
const EXIT_IMAGE = 1;

const ADVICE: Readonly<Partial<Record<ImageErrorCode, string>>> = {
  "disk-full": "make room, or kernelet image prune -a, or another place with --root",
  "bad-blob": "pull it again",
};

export function imageError(error: unknown): unknown {
  if (!(error instanceof ImageError)) return error;
  const advice = ADVICE[error.code];
  const message = advice === undefined ? error.message : `${error.message}; ${advice}`;
  return new CliError(error.code, message, { exitCode: EXIT_IMAGE, cause: error });
}
