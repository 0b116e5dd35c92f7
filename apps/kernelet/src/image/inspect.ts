/** `inspect`: all that is known of containers, images and volumes, as docker(1) prints it. */
import type { Container, ContainerStore } from "@kernelet/container";
import {
  familiarRepository,
  type ImageStore,
  type ListedImage,
  parseReference,
  type StoredImage,
} from "@kernelet/image";
import { openContainers, reporting } from "../container/context.ts";
import { describeContainer } from "../container/inspect.ts";
import { CliError } from "../errors.ts";
import type { Io } from "../io.ts";
import { describeVolume } from "../volume/manage.ts";
import { openStore, type RootOption } from "./context.ts";
import { shownName } from "./list.ts";
import { compileTemplate } from "./template.ts";

/** Of what is taken for the beginning of an id. */
const SHORTEST_ID = 4;

export type InspectedType = "container" | "image" | "volume";

export interface InspectOptions extends RootOption {
  readonly format?: string;
  /** Only these are meant. Default: a container of that name, else an image, else a volume. */
  readonly type?: InspectedType;
}

export async function runInspect(
  io: Io,
  names: readonly string[],
  options: InspectOptions,
): Promise<void> {
  await reporting(async () => {
    const template = options.format === undefined ? undefined : compileTemplate(options.format);
    const lookUp = inspector(openStore(io, options), openContainers(io, options), options.type);
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

/** @returns what describes the thing of a name, or says what is wrong with it. */
function inspector(
  images: ImageStore,
  containers: ContainerStore,
  type: InspectedType | undefined,
): (name: string) => object {
  const all = images.list();
  const image = (name: string): object => describe(images.resolve(name), all);
  const container = (name: string): object => describeContainer(containers.find(name));
  const volume = (name: string): object => describeVolume(containers.volumes.find(name));
  if (type !== undefined) return { image, container, volume }[type];
  return (name) => {
    if (containers.list().some((one) => isMeant(one, name))) return container(name);
    // Of an image something may be here.
    if (images.referencesOf(name).length > 0) return image(name);
    if (containers.volumes.list().some((one) => one.name === name)) return volume(name);
    throw new CliError("not-found", `no such container, image or volume: '${name}'`, {
      exitCode: 1,
    });
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isMeant({ id, config }: Container, name: string): boolean {
  return config.name === name || (name.length >= SHORTEST_ID && id.startsWith(name));
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
