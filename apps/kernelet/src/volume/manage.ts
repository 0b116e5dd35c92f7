/** `volume create`, `ls`, `inspect`, `rm`, `prune`. */
import { ContainerError, type ContainerStore, type Volume } from "@kernelet/container";
import { isConfirmed } from "../confirm.ts";
import { openContainers, reporting } from "../container/context.ts";
import { forEach } from "../container/for-each.ts";
import { badOption } from "../errors.ts";
import type { RootOption } from "../image/context.ts";
import { humanSize, table } from "../image/human.ts";
import { compileTemplate } from "../image/template.ts";
import type { Io } from "../io.ts";
import {
  type FilterRows,
  hasLabel,
  parseFilters,
  parsePattern,
  parseYesNo,
} from "../options/filter.ts";
import { type LabelOptions, parseLabels } from "../options/labels.ts";

/** The only one, as docker(1) calls it. */
const DRIVER = "local";

export interface CreateOptions extends RootOption, Pick<LabelOptions, "label"> {
  readonly driver?: string;
}

export async function runVolumeCreate(
  io: Io,
  name: string | undefined,
  { driver = DRIVER, ...options }: CreateOptions,
): Promise<void> {
  if (driver !== DRIVER) throw badOption("-d", `there is no driver '${driver}', only ${DRIVER}`);
  const labels = parseLabels(options);
  await reporting(async () => {
    const { volumes } = openContainers(io, options);
    const volume = await volumes.create({ ...(name !== undefined && { name }), labels });
    io.out(`${volume.name}\n`);
  });
}

export interface ListOptions extends RootOption {
  readonly filter?: readonly string[];
  readonly format: string;
  readonly quiet?: true;
}

export async function runVolumeList(io: Io, options: ListOptions): Promise<void> {
  await reporting(async () => {
    const { volumes } = openContainers(io, options);
    const passes = parseFilters<Volume>(options.filter ?? [], {
      ...FILTERS,
      dangling: (value) => {
        const wanted = parseYesNo("dangling", value);
        return ({ name }) => volumes.isUsed(name) !== wanted;
      },
      driver: (value) => () => value === DRIVER,
    });
    const shown = volumes.list().filter(passes);
    if (options.quiet === true) {
      io.out(shown.map(({ name }) => `${name}\n`).join(""));
      return;
    }
    if (options.format === "table") {
      io.out(table([["DRIVER", "VOLUME NAME"], ...shown.map(({ name }) => [DRIVER, name])]));
      return;
    }
    const line = compileTemplate(options.format);
    io.out(shown.map((volume) => `${line(rowOf(volume))}\n`).join(""));
  });
}

const FILTERS: FilterRows<Volume> = {
  name: (value) => {
    const pattern = parsePattern(value);
    return ({ name }) => pattern.test(name);
  },
  label:
    (value) =>
    ({ labels }) =>
      hasLabel(labels, value),
};

/** Named as in docker(1)'s templates. */
function rowOf({ name, labels, folder }: Volume): object {
  const shown = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return {
    Driver: DRIVER,
    Labels: shown.join(","),
    Mountpoint: folder,
    Name: name,
    Scope: DRIVER,
  };
}

/** As docker(1)'s "inspect" has it. */
export function describeVolume({ name, createdMs, labels, folder }: Volume): object {
  return {
    CreatedAt: new Date(createdMs).toISOString(),
    Driver: DRIVER,
    Labels: labels,
    Mountpoint: folder,
    Name: name,
    Options: {},
    Scope: DRIVER,
  };
}

export interface RemoveOptions extends RootOption {
  readonly force?: true;
}

export async function runVolumeRemove(
  io: Io,
  names: readonly string[],
  options: RemoveOptions,
): Promise<void> {
  const { volumes } = openContainers(io, options);
  await forEach(io, names, async (name) => {
    try {
      await volumes.remove(name);
    } catch (error) {
      const isMissing = error instanceof ContainerError && error.code === "no-such-volume";
      if (!isMissing || options.force !== true) throw error;
    }
    io.out(`${name}\n`);
  });
}

export interface PruneOptions extends RootOption {
  readonly all?: true;
  readonly force?: true;
  readonly filter?: readonly string[];
}

export async function runVolumePrune(io: Io, options: PruneOptions): Promise<void> {
  await reporting(async () => {
    const isAll = options.all === true;
    const what = `all volumes ${isAll ? "" : "without a name "}that no container uses`;
    if (options.force !== true && !(await isConfirmed(what))) return;
    const bytes = await pruneVolumes(io, openContainers(io, options), options);
    io.out(`Total reclaimed space: ${humanSize(bytes)}\n`);
  });
}

/** @returns the room that they took. */
export async function pruneVolumes(
  io: Io,
  { volumes }: ContainerStore,
  { all, filter = [] }: PruneOptions,
): Promise<number> {
  const passes = parseFilters(filter, FILTERS);
  const { removed, bytes } = await volumes.prune(
    (volume) => (all === true || volume.isAnonymous) && passes(volume),
  );
  if (removed.length > 0) io.out(`Deleted Volumes:\n${removed.map(lineOf).join("")}\n`);
  return bytes;
}

function lineOf({ name }: Volume): string {
  return `${name}\n`;
}
