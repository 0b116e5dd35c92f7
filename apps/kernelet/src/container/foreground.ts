/** Runs a container in the foreground: the person's streams are its program's, and our exit code is its own. */
import { SIGKILL, SIGPIPE } from "@kernelet/abi";
import { type Container, NotStartedError } from "@kernelet/container";
import { type Connection, type GuestProcess, openCacheFolder } from "@kernelet/sandbox";
import { passSignals } from "../do/signals.ts";
import { Terminal } from "../do/terminal.ts";
import { EXIT_SIGNALLED } from "../errors.ts";
import type { Io } from "../io.ts";
import { Streams } from "./streams.ts";

export interface ForegroundOptions {
  readonly io: Io;
  readonly hasInput: boolean;
  /** Signals that we get are the program's. */
  readonly isProxying: boolean;
  readonly detachKeys: Uint8Array;
}

/** Starts it and stays until it has ended. @returns the exit code. */
export async function foreground(
  container: Container,
  options: ForegroundOptions,
): Promise<number> {
  const { io, hasInput } = options;
  const cacheFolder = openCacheFolder(io.env);
  const { size } = new Terminal();
  try {
    const { sandbox } = await container.start({
      attach: { hasInput, isLossless: true },
      ...(size !== undefined && { size }),
      ...(cacheFolder !== undefined && { cacheFolder }),
      onLog: (level, message) => logged(io, level, message),
    });
    return await stay(container, sandbox, await sandbox.first, options);
  } catch (error) {
    if (container.config.autoRemove && error instanceof NotStartedError) {
      await container.removeIfOver();
    }
    throw error;
  }
}

/** Stays with a program until it ends, or the person leaves. @returns the exit code. */
export async function stay(
  container: Container,
  connection: Connection,
  guest: GuestProcess,
  options: ForegroundOptions,
): Promise<number> {
  const { io } = options;
  const stopPassing = options.isProxying
    ? passSignals((signo) => void connection.ask("signal", { signo }).catch(() => {}))
    : () => {};
  const streams = new Streams(guest, {
    isTty: container.config.isTty,
    hasInput: options.hasInput,
    detachKeys: options.detachKeys,
    missed: (bytes) =>
      io.err(`kernelet: ${bytes} bytes were not taken in time; kernelet logs has them\n`),
  });
  try {
    const end = await streams.run();
    const { autoRemove } = container.config;
    if (end === "detached") {
      connection.close();
      return 0;
    }
    if (end === "unread") {
      // As for a program at a pipe that nobody reads any more; one that is to stay goes on, and its log has the rest.
      if (autoRemove) await connection.ask("signal", { signo: SIGKILL }).catch(() => {});
      connection.close();
      if (autoRemove) await finished(container, io);
      return EXIT_SIGNALLED + SIGPIPE;
    }
    await connection.closed;
    return await finished(container, io);
  } finally {
    stopPassing();
  }
}

/** It has ended, or is about to. @returns the exit code. */
async function finished(container: Container, io: Io): Promise<number> {
  const { exitCode, error } = await container.ended();
  if (error !== "") io.err(`kernelet: container ${container.config.name}: ${error}\n`);
  if (container.config.autoRemove) await container.removeIfOver();
  return exitCode;
}

/** What the sandbox says to people; errors are in the container's state as well. */
function logged(io: Io, level: "debug" | "info" | "warn" | "error", message: string): void {
  const isDebugging = Boolean(io.env.KERNELET_DEBUG);
  if (level === "warn" || isDebugging) {
    io.err(`kernelet: ${isDebugging ? message : message.split("\n", 1)[0]}\n`);
  }
}
