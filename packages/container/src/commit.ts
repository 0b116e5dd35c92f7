/** An image of what a container's root is now. */
import fs from "node:fs";
import path from "node:path";
import { commitImage, type Digest, type ImageStore } from "@kernelet/image";
import type { Connection } from "@kernelet/sandbox";
import type { Container } from "./container.ts";
import { ContainerError, fileError } from "./errors.ts";
import { difference, imageLayers, settledLayers } from "./layers.ts";

/** The member `config` of an image's configuration, as the image-spec has it. */
export type RunConfig = Record<string, unknown>;

export interface CommitRequest {
  readonly images: ImageStore;
  /** undefined: the image gets none. */
  readonly name?: string;
  readonly author?: string;
  readonly comment?: string;
  /** A running one does nothing meanwhile, so that the image is of one moment. Default: true. */
  readonly isPausing?: boolean;
  /** What containers of the image are started with, after what the container was. */
  readonly change?: (config: RunConfig) => RunConfig;
}

/** @returns the image's id. */
export async function commitContainer(
  container: Container,
  request: CommitRequest,
): Promise<Digest> {
  const { images, name, author = "", comment = "", change = (config) => config } = request;
  const base = baseOf(container);
  const of = JSON.parse(base.toString("utf8")) as { readonly config?: RunConfig };
  const config = change(runConfig(container, of.config ?? {}));
  const live = `${container.paths.copyLayer}.${process.pid}.part`;
  return await container.locked(async () => {
    try {
      const isLive = container.isActive && (await writeLive(container, live, request));
      const ofImage = imageLayers(container);
      const all = [...ofImage, ...settledLayers(container), ...(isLive ? [live] : [])];
      return await commitImage({
        ...{ store: images, name, base, baseLayers: ofImage, config, author, comment },
        layer: difference(ofImage, all),
        command: container.config.argv?.join(" ") ?? "",
      });
    } finally {
      fs.rmSync(live, { force: true });
    }
  });
}

function baseOf({ config, paths }: Container): Buffer {
  try {
    return fs.readFileSync(paths.imageConfig);
  } catch (error) {
    const message = `container ${config.name} was made by an older version, which kept too little of its image`;
    throw new ContainerError("store", message, error);
  }
}

/** As docker(1) does: the image's, and what the container was started with instead. */
function runConfig({ config }: Container, ofImage: RunConfig): RunConfig {
  const { argv, entrypointWords, hostname, isTty } = config;
  const given = [`HOSTNAME=${hostname}`, ...(isTty ? ["TERM=xterm"] : [])];
  return {
    ...ofImage,
    ...(config.user !== "0:0" && { User: config.user }),
    Env: config.env.filter((variable) => !given.includes(variable)),
    ...(argv !== null && {
      Entrypoint: entrypointWords === 0 ? null : argv.slice(0, entrypointWords),
      Cmd: argv.slice(entrypointWords),
    }),
    WorkingDir: config.cwd,
    Labels: config.labels,
    ...(config.exposed.length > 0 && {
      ExposedPorts: Object.fromEntries(config.exposed.map((port) => [port, {}])),
    }),
  };
}

/** What it has written since its start. @returns false: it has ended meanwhile, and that is a layer of its own. */
async function writeLive(
  container: Container,
  file: string,
  { isPausing = true }: CommitRequest,
): Promise<boolean> {
  const isPausedByUs = isPausing && container.state().status === "running";
  try {
    await container.using(async (connection) => {
      if (isPausedByUs) await connection.ask("pause", null);
      try {
        await copyLayer(connection, file);
      } finally {
        if (isPausedByUs) await connection.ask("resume", null);
      }
    });
    return true;
  } catch (error) {
    if (error instanceof ContainerError && error.code === "not-running") return false;
    throw error;
  }
}

async function copyLayer(connection: Connection, file: string): Promise<void> {
  const fd = openNew(file);
  try {
    for (let isFirst = true; ; isFirst = false) {
      const { bytes } = await connection.ask("layer", { isFirst });
      if (bytes.length === 0) return;
      try {
        for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at);
      } catch (error) {
        throw fileError("writing", path.dirname(file), error);
      }
    }
  } finally {
    fs.closeSync(fd);
  }
}

function openNew(file: string): number {
  try {
    return fs.openSync(file, "w", 0o600);
  } catch (error) {
    throw fileError("writing", file, error);
  }
}
