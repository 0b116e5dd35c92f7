/** `container prune`. */
import type { ContainerStore } from "@kernelet/container";
import { containerSize } from "@kernelet/container";
import { isConfirmed } from "../confirm.ts";
import type { RootOption } from "../image/context.ts";
import { humanSize } from "../image/human.ts";
import type { Io } from "../io.ts";
import { hasLabel, parseFilters } from "../options/filter.ts";
import { openContainers, reporting } from "./context.ts";

export interface PruneOptions extends RootOption {
  readonly force?: true;
  readonly filter?: readonly string[];
}

export async function runContainerPrune(io: Io, options: PruneOptions): Promise<void> {
  await reporting(async () => {
    if (options.force !== true && !(await isConfirmed("all containers that do not run"))) return;
    const bytes = await pruneContainers(io, openContainers(io, options), options.filter ?? []);
    io.out(`Total reclaimed space: ${humanSize(bytes)}\n`);
  });
}

/** @returns the room that they took. */
export async function pruneContainers(
  io: Io,
  store: ContainerStore,
  filter: readonly string[],
): Promise<number> {
  const passes = parseFilters<Readonly<Record<string, string>>>(filter, {
    label: (value) => (labels) => hasLabel(labels, value),
  });
  await store.sweep();
  let bytes = 0;
  const removed: string[] = [];
  for (const container of store.list()) {
    const { status } = container.state();
    const isOver = status === "created" || status === "exited";
    if (!isOver || !passes(container.config.labels)) continue;
    const { ownBytes } = containerSize(container);
    // Somebody may have started it meanwhile.
    if (!(await container.removeIfOver())) continue;
    bytes += ownBytes;
    removed.push(`${container.id}\n`);
  }
  if (removed.length > 0) io.out(`Deleted Containers:\n${removed.join("")}\n`);
  return bytes;
}
