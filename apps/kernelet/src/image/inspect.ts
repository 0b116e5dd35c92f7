/** `inspect`: all that is known of containers and images, as docker(1) prints it. */

import { type Container, ContainerError, type ContainerStore } from "@kernelet/container";
import {
  familiarRepository,
  type ListedImage,
  parseReference,
  type StoredImage,
} from "@kernelet/image";
import { openContainers } from "../container/context.ts";
import { describeContainer } from "../container/inspect.ts";
import { CliError } from "../errors.ts";
import type { Io } from "../io.ts";
import { openStore, type RootOption, reporting } from "./context.ts";
import { shownName } from "./list.ts";
import { compileTemplate } from "./template.ts";

/** Of what is taken for the beginning of an id. */
const SHORTEST_ID = 4;

export interface InspectOptions extends RootOption {
  readonly format?: string;
  /** Only these are meant. Default: a container of that name, else an image. */
  readonly type?: "container" | "image";
}

export async function runInspect(
  io: Io,
  names: readonly string[],
  options: InspectOptions,
): Promise<void> {
  await reporting(async () => {
    const store = openStore(io, options);
    const containers = options.type === "image" ? undefined : openContainers(io, options);
    const template = options.format === undefined ? undefined : compileTemplate(options.format);
    const all = store.list();
    const lookUp = (name: string): object => {
      if (options.type === "container") return describeContainer(find(containers, name));
      const container = containers?.list().some((one) => isMeant(one, name));
      if (container === true) return describeContainer(find(containers, name));
      // Says what is wrong with an image of which something is here.
      const isNothing = options.type === undefined && store.referencesOf(name).length === 0;
      if (isNothing) {
        throw new CliError("not-found", `no such container or image: '${name}'`, { exitCode: 1 });
      }
      return describe(store.resolve(name), all);
    };
    const found: object[] = [];
    let failure: unknown;
    for (const name of names) {
      try {
        found.push(lookUp(name));
      } catch (error) {
        if (failure !== undefined) io.err(`kernelet: ${messageOf(failure)}\n`);
        failure = error;
      }
    }
    // What is there is shown all the same, as docker(1) does.
    if (template === undefined) io.out(`${JSON.stringify(found, null, 4)}\n`);
    else for (const one of found) io.out(`${template(one)}\n`);
    if (failure !== undefined) throw failure;
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isMeant({ id, config }: Container, name: string): boolean {
  return config.name === name || (name.length >= SHORTEST_ID && id.startsWith(name));
}

function find(containers: ContainerStore | undefined, name: string): Container {
  try {
    return (containers as ContainerStore).find(name);
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
    throw new CliError(error.code, error.message, { exitCode: 1, cause: error });
  }
}

function describe(image: StoredImage, all: readonly ListedImage[]): object {
  const names = all.filter(({ id }) => id === image.id).flatMap((same) => same.names);
  // As in the image, with all that only others understand.
  const document = JSON.parse(image.configBytes.toString("utf8"));
  const { os, architecture, variant } = image.config.platform;
  const repositories = new Set(names.map((name) => familiarRepository(parseReference(name))));
  return {
    Id: image.id,
    RepoTags: names.filter((name) => !name.includes("@")).map(shownName),
    RepoDigests: [...repositories].map((repository) => `${repository}@${image.target.digest}`),
    Created: image.config.created ?? "",
    Author: document.author ?? "",
    Architecture: architecture,
    ...(variant !== undefined && { Variant: variant }),
    Os: os,
    Size: image.manifest.layers.reduce((sum, { size }) => sum + size, 0),
    Config: document.config ?? {},
    RootFS: { Type: "layers", Layers: image.config.diffIds },
    History: document.history ?? [],
    Descriptor: image.target,
    Manifest: { ...image.manifestDescriptor, layers: image.manifest.layers },
  };
}
