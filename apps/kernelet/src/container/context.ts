/** What every command about containers does first: opens the store, and turns errors into lines. */
import { ContainerError, ContainerStore, exitCodeOf, NotStartedError } from "@kernelet/container";
import { ImageError } from "@kernelet/image";
import { GuestError, SandboxEndedError, StartError } from "@kernelet/sandbox";
import { CliError } from "../errors.ts";
import { type RootOption, rootOf } from "../image/context.ts";
import { imageError } from "../image/errors.ts";
import type { Io } from "../io.ts";

/** As docker(1): a command that could not do what it was asked to. */
const EXIT_REFUSED = 1;

export function openContainers(io: Io, options: RootOption): ContainerStore {
  return ContainerStore.open(rootOf(io, options));
}

/** @param exitCode of what the person can change: 1, and 125 of those commands whose code may be a program's. */
export async function reporting<T>(
  work: () => Promise<T>,
  exitCode: number = EXIT_REFUSED,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explained(error, exitCode);
  }
}

function explained(error: unknown, exitCode: number): unknown {
  if (error instanceof NotStartedError) {
    const code = exitCode === EXIT_REFUSED ? EXIT_REFUSED : exitCodeOf(error.failure);
    return new CliError(error.code, error.message, { exitCode: code, cause: error });
  }
  if (error instanceof ContainerError) {
    return new CliError(error.code, error.message, { exitCode, cause: error });
  }
  if (error instanceof StartError) {
    const code = exitCode === EXIT_REFUSED ? EXIT_REFUSED : exitCodeOf(error.failure);
    return new CliError("not-started", error.message, { exitCode: code, cause: error });
  }
  if (error instanceof SandboxEndedError || error instanceof GuestError) {
    return new CliError("not-running", error.message, { exitCode, cause: error });
  }
  if (error instanceof ImageError) {
    const plain = imageError(error) as CliError;
    return new CliError(plain.code, plain.message, { exitCode, cause: error });
  }
  return error;
}
