/** `run` and `create`. */
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { type Container, type ContainerStore, findImage } from "@kernelet/container";
import { type ImageStore, parsePlatform, type StoredImage } from "@kernelet/image";
import { openCacheFolder } from "@kernelet/sandbox";
import { badOption, CliError, EXIT_FAILED } from "../errors.ts";
import { openStore } from "../image/context.ts";
import type { Progress } from "../image/progress.ts";
import type { Io } from "../io.ts";
import { type CreateOptions, requestOf } from "../options/create.ts";
import { openContainers, reporting } from "./context.ts";
import { DEFAULT_DETACH_KEYS, parseDetachKeys } from "./detach-keys.ts";
import { foreground } from "./foreground.ts";

/** @returns the exit code. */
export async function runRun(
  io: Io,
  image: string,
  command: readonly string[],
  options: CreateOptions,
): Promise<number> {
  const detachKeys = parseDetachKeys(options.detachKeys ?? DEFAULT_DETACH_KEYS);
  const isDetached = options.detach === true;
  if (!isDetached && options.tty === true && options.interactive === true && !process.stdin.isTTY) {
    throw badOption("-t", "standard input is no terminal; leave -t out, or -d in");
  }
  return await reporting(async () => {
    const container = await create(io, image, command, options);
    if (isDetached) {
      await startDetached(container, io);
      io.out(`${container.id}\n`);
      return 0;
    }
    return await foreground(container, {
      ...{ io, detachKeys },
      hasInput: options.interactive === true,
      isProxying: options.sigProxy !== "false",
    });
  }, EXIT_FAILED);
}

export async function runCreate(
  io: Io,
  image: string,
  command: readonly string[],
  options: CreateOptions,
): Promise<void> {
  await reporting(async () => {
    const container = await create(io, image, command, options);
    io.out(`${container.id}\n`);
  });
}

/** Starts it and leaves it. One that was to go at its end goes if it cannot be started. */
export async function startDetached(container: Container, io: Io): Promise<void> {
  const cacheFolder = openCacheFolder(io.env);
  try {
    const { sandbox } = await container.start(cacheFolder === undefined ? {} : { cacheFolder });
    sandbox.close();
  } catch (error) {
    if (container.config.autoRemove) await container.removeIfOver();
    throw error;
  }
}

async function create(
  io: Io,
  image: string,
  command: readonly string[],
  options: CreateOptions,
): Promise<Container> {
  const request = requestOf(io, command, options);
  const idFile = options.cidfile === undefined ? undefined : reserve(options.cidfile);
  try {
    const containers: ContainerStore = openContainers(io, options);
    const images = openStore(io, options);
    const stored = await imageFor(io, images, image, options);
    const container = await containers.create(images, { name: image, stored }, request);
    if (idFile !== undefined) writeFileSync(idFile, container.id);
    return container;
  } catch (error) {
    if (options.cidfile !== undefined) rmSync(options.cidfile, { force: true });
    throw error;
  } finally {
    if (idFile !== undefined) closeSync(idFile);
  }
}

function reserve(path: string): number {
  try {
    return openSync(path, "wx", 0o644);
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === "EEXIST";
    const why = isThere ? "is there already; remove it first" : "cannot be written";
    throw new CliError("bad-option", `--cidfile: ${path} ${why}`, { cause: error });
  }
}

async function imageFor(
  io: Io,
  store: ImageStore,
  name: string,
  options: CreateOptions,
): Promise<StoredImage> {
  let progress: Progress | undefined;
  try {
    return await findImage({
      ...{ store, name, env: io.env, policy: options.pull },
      ...(options.platform !== undefined && { platform: parsePlatform(options.platform) }),
      onPull: async () => {
        if (options.quiet !== true) io.err(`image '${name}' is not here; pulling it\n`);
        // What draws is slow to load, and the image is there most of the time.
        const { startProgress } = await import("../image/progress.ts");
        progress = startProgress(io, options.quiet === true);
        return progress.onEvent;
      },
    });
  } finally {
    progress?.end();
  }
}
