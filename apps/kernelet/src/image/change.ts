/** `tag`, `rmi`, `image prune`. */
import {
  canonicalName,
  ImageError,
  parseReference,
  pruneImages,
  type Removed,
  removeImages,
} from "@kernelet/image";
import { isConfirmed } from "../confirm.ts";
import { openContainers } from "../container/context.ts";
import type { Io } from "../io.ts";
import { openStore, type RootOption, reporting } from "./context.ts";
import { humanSize } from "./human.ts";
import { shownName } from "./list.ts";

export async function runTag(
  io: Io,
  source: string,
  target: string,
  options: RootOption,
): Promise<void> {
  await reporting(async () => {
    const store = openStore(io, options);
    const reference = parseReference(target);
    if (reference.digest !== undefined) {
      throw new ImageError("bad-reference", `'${target}': a name with a digest cannot be given`);
    }
    await store.lock.hold("reading", async () => {
      // Says what is wrong if there is none, or several.
      store.resolve(source);
      const [descriptor] = store.targetsOf(source);
      if (descriptor !== undefined)
        await store.references.set(canonicalName(reference), descriptor);
    });
  });
}

export interface RemoveOptions extends RootOption {
  readonly force?: true;
}

export async function runRemove(
  io: Io,
  names: readonly string[],
  options: RemoveOptions,
): Promise<void> {
  await reporting(async () => {
    const store = openStore(io, options);
    const missing = names.filter((name) => store.referencesOf(name).length === 0);
    const there = names.filter((name) => !missing.includes(name));
    const isForced = options.force === true;
    const users = new Map(
      openContainers(io, options)
        .list()
        .map(({ config }) => [config.image.id, `the container ${config.name}`]),
    );
    if (there.length > 0) report(io, await removeImages(store, there, { isForced, users }));
    if (missing.length > 0 && options.force !== true) {
      throw new ImageError("no-such-image", `image '${missing.join("', '")}' is not here`);
    }
  });
}

function report(io: Io, removed: Removed): void {
  for (const name of removed.untagged) io.out(`Untagged: ${shownName(name)}\n`);
  for (const digest of removed.deleted) io.out(`Deleted: ${digest}\n`);
  if (removed.bytes === undefined) {
    io.err(
      "kernelet: another process is using the store; kernelet image prune frees the space later\n",
    );
  }
}

export interface PruneOptions extends RootOption {
  readonly all?: true;
  readonly force?: true;
}

export async function runPrune(io: Io, options: PruneOptions): Promise<void> {
  await reporting(async () => {
    const isAll = options.all === true;
    const what = isAll ? "all images that no container uses" : "all images without a name";
    if (options.force !== true && !(await isConfirmed(what))) return;
    const bytes = await prunedImages(io, options, isAll);
    if (bytes !== undefined) io.out(`Total reclaimed space: ${humanSize(bytes)}\n`);
  });
}

/** @returns the room that they took; undefined: that is seen to later. */
export async function prunedImages(
  io: Io,
  options: RootOption,
  isAll: boolean,
): Promise<number | undefined> {
  const containers = openContainers(io, options).list();
  const used = new Set(containers.map(({ config }) => config.image.id));
  const removed = await pruneImages(openStore(io, options), isAll, used);
  report(io, removed);
  return removed.bytes;
}
