/** `system df` and `system prune`: what takes room on the disk, and making room. */
import path from "node:path";
import { containerSize, diskUse } from "@kernelet/container";
import { isConfirmed } from "../confirm.ts";
import { openContainers, reporting } from "../container/context.ts";
import { pruneContainers } from "../container/prune.ts";
import { prunedImages } from "../image/change.ts";
import { openStore, type RootOption, rootOf } from "../image/context.ts";
import { humanSize, table } from "../image/human.ts";
import { compileTemplate } from "../image/template.ts";
import type { Io } from "../io.ts";
import { pruneVolumes } from "../volume/manage.ts";

export interface UseOptions extends RootOption {
  readonly format: string;
}

interface Row {
  readonly Type: string;
  readonly TotalCount: number;
  readonly Active: number;
  readonly Size: string;
  readonly Reclaimable: string;
}

export async function runDiskUse(io: Io, options: UseOptions): Promise<void> {
  await reporting(async () => {
    const rows = [imageRow(io, options), containerRow(io, options), volumeRow(io, options)];
    if (options.format !== "table") {
      const line = compileTemplate(options.format);
      io.out(rows.map((row) => `${line(row)}\n`).join(""));
      return;
    }
    const head = ["TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE"];
    const cells = rows.map(({ Type, TotalCount, Active, Size, Reclaimable }) => [
      ...[Type, String(TotalCount), String(Active), Size, Reclaimable],
    ]);
    io.out(table([head, ...cells]));
  });
}

function rowOf(type: string, counts: readonly [number, number], bytes: number, free: number): Row {
  const [TotalCount, Active] = counts;
  const share = bytes > 0 ? ` (${Math.round((free / bytes) * 100)}%)` : "";
  const Reclaimable = humanSize(free) + share;
  return { Type: type, TotalCount, Active, Size: humanSize(bytes), Reclaimable };
}

/** Reclaimable is what no container's image needs. */
function imageRow(io: Io, options: RootOption): Row {
  const store = openStore(io, options);
  const images = store.list();
  const ids = new Set(
    openContainers(io, options)
      .list()
      .map(({ config }) => config.image.id),
  );
  const active = images.filter(({ id }) => ids.has(id));
  const bytes = diskUse(path.join(rootOf(io, options), "images"));
  const needed = store.contentOf(active.map(({ target }) => target));
  return rowOf("Images", [images.length, active.length], bytes, Math.max(0, bytes - needed));
}

function containerRow(io: Io, options: RootOption): Row {
  const containers = openContainers(io, options).list();
  const sizeOf = (all: typeof containers): number =>
    all.reduce((sum, container) => sum + containerSize(container).ownBytes, 0);
  const over = containers.filter(({ isActive }) => !isActive);
  const active = containers.length - over.length;
  return rowOf("Containers", [containers.length, active], sizeOf(containers), sizeOf(over));
}

function volumeRow(io: Io, options: RootOption): Row {
  const { volumes } = openContainers(io, options);
  const all = volumes.list().map(({ name, folder }) => ({ name, bytes: diskUse(folder) }));
  const sizeOf = (some: typeof all): number => some.reduce((sum, { bytes }) => sum + bytes, 0);
  const unused = all.filter(({ name }) => !volumes.isUsed(name));
  const active = all.length - unused.length;
  return rowOf("Local Volumes", [all.length, active], sizeOf(all), sizeOf(unused));
}

export interface PruneOptions extends RootOption {
  readonly all?: true;
  readonly force?: true;
  readonly volumes?: true;
}

export async function runSystemPrune(io: Io, options: PruneOptions): Promise<void> {
  await reporting(async () => {
    const isAll = options.all === true;
    const withVolumes = options.volumes === true;
    const what =
      `all containers that do not run, all images ${isAll ? "" : "without a name "}that none uses` +
      (withVolumes ? ", and volumes without a name" : "");
    if (options.force !== true && !(await isConfirmed(what))) return;
    const containers = openContainers(io, options);
    let bytes = await pruneContainers(io, containers, []);
    if (withVolumes) bytes += await pruneVolumes(io, containers, {});
    bytes += (await prunedImages(io, options, isAll)) ?? 0;
    io.out(`Total reclaimed space: ${humanSize(bytes)}\n`);
  });
}
