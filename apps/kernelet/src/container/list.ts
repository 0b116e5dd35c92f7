/** `ps`: the containers, one row for each. */
import {
  type Container,
  type ContainerState,
  type ContainerStatus,
  containerSize,
} from "@kernelet/container";
import { badOption } from "../errors.ts";
import type { RootOption } from "../image/context.ts";
import { humanSize, table } from "../image/human.ts";
import { compileTemplate } from "../image/template.ts";
import type { Io } from "../io.ts";
import { type FilterRows, hasLabel, parseFilters, parsePattern } from "../options/filter.ts";
import { openContainers, reporting } from "./context.ts";
import { humanDuration, humanPort, humanStatus } from "./human.ts";

export interface ListOptions extends RootOption {
  readonly all?: true;
  readonly filter?: readonly string[];
  readonly format: string;
  readonly last?: string;
  readonly latest?: true;
  /** Commander's of --no-trunc. */
  readonly trunc: boolean;
  readonly quiet?: true;
  readonly size?: true;
}

interface Listed {
  readonly container: Container;
  readonly state: ContainerState;
}

/** Named as in docker(1)'s templates. */
interface Row {
  readonly ID: string;
  readonly Image: string;
  readonly Command: string;
  readonly CreatedAt: string;
  readonly RunningFor: string;
  readonly State: ContainerStatus;
  readonly Status: string;
  readonly Ports: string;
  readonly Names: string;
  readonly Labels: string;
  readonly Mounts: string;
  /** What earlier runs have written; and with the image. Only where it is asked for: all files are looked at. */
  readonly Size?: string;
}

const COMMAND_WIDTH = 20;

export async function runList(io: Io, options: ListOptions): Promise<void> {
  await reporting(async () => {
    const store = openContainers(io, options);
    await store.sweep();
    const all = store.list().map((container) => ({ container, state: container.state() }));
    const texts = options.filter ?? [];
    const passes = parseFilters(texts, filtersAmong(all));
    const most = countOf(options);
    // Filters that ask about containers that do not run.
    const isAll =
      options.all === true ||
      most !== undefined ||
      texts.some((text) => /^(status|exited)=/.test(text));
    const shown = all
      .reverse()
      .filter(({ state }) => isAll || isActive(state.status))
      .filter(passes)
      .slice(0, most);
    io.out(print(shown, options));
  });
}

function isActive(status: ContainerStatus): boolean {
  return status === "running" || status === "paused" || status === "restarting";
}

function countOf({ last, latest }: ListOptions): number | undefined {
  if (latest === true) return 1;
  if (last === undefined || last === "-1") return undefined;
  if (!/^\d+$/.test(last)) throw badOption("-n", `'${last}' is no number`);
  return Number(last);
}

const filtersAmong = (all: readonly Listed[]): FilterRows<Listed> => ({
  id:
    (value) =>
    ({ container }) =>
      container.id.startsWith(value),
  name: (value) => {
    const pattern = parsePattern(value);
    return ({ container }) => pattern.test(container.config.name);
  },
  label:
    (value) =>
    ({ container: { config } }) =>
      hasLabel(config.labels, value),
  status: (value) => {
    const known = ["created", "running", "paused", "restarting", "exited", "dead", "removing"];
    if (!known.includes(value)) throw badOption("-f", `status=${value}: no such status`);
    return ({ state }) => state.status === value;
  },
  exited:
    (value) =>
    ({ state }) =>
      state.status === "exited" && state.exitCode === Number(value),
  ancestor:
    (value) =>
    ({ container: { config } }) =>
      config.image.name.replace(/:latest$/, "") === value.replace(/:latest$/, "") ||
      (/^[0-9a-f]{4,}$/.test(value) && config.image.id.startsWith(`sha256:${value}`)),
  before: (value) => createdWhere(value, all, (mine, other) => mine < other),
  since: (value) => createdWhere(value, all, (mine, other) => mine > other),
  volume:
    (value) =>
    ({ container: { config } }) =>
      config.mounts.some(
        (mount) => mount.target === value || (mount.type === "volume" && mount.name === value),
      ),
});

function createdWhere(
  name: string,
  all: readonly Listed[],
  compare: (mine: number, other: number) => boolean,
): (listed: Listed) => boolean {
  const other = all.find(
    ({ container }) => container.config.name === name || container.id.startsWith(name),
  );
  if (other === undefined) throw badOption("-f", `there is no container '${name}'`);
  const { createdMs } = other.container.config;
  return ({ container }) => compare(container.config.createdMs, createdMs);
}

function print(shown: readonly Listed[], options: ListOptions): string {
  const lineOf = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");
  if (options.quiet === true) {
    return lineOf(shown.map(({ container }) => (options.trunc ? container.shortId : container.id)));
  }
  const hasSize = options.size === true || /\.Size\b/.test(options.format);
  const rows = shown.map((listed) => ({
    ...rowOf(listed, options.trunc),
    ...(hasSize && { Size: sizeOf(listed.container) }),
  }));
  if (options.format !== "table") return lineOf(rows.map(compileTemplate(options.format)));
  const columns = ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"];
  const head = hasSize ? [...columns, "SIZE"] : columns;
  const cells = rows.map((row) => [
    row.ID,
    row.Image,
    row.Command,
    row.RunningFor,
    row.Status,
    row.Ports,
    row.Names,
    ...(row.Size === undefined ? [] : [row.Size]),
  ]);
  return table([head, ...cells]);
}

function sizeOf(container: Container): string {
  const { ownBytes, imageBytes } = containerSize(container);
  return `${humanSize(ownBytes)} (virtual ${humanSize(ownBytes + imageBytes)})`;
}

function rowOf({ container, state }: Listed, isShort: boolean): Row {
  const { config } = container;
  const command = (config.argv ?? []).join(" ");
  const shownCommand =
    isShort && command.length > COMMAND_WIDTH ? `${command.slice(0, COMMAND_WIDTH - 1)}…` : command;
  const now = Date.now();
  return {
    ID: isShort ? container.shortId : container.id,
    Image: config.image.name,
    Command: `"${shownCommand}"`,
    CreatedAt: new Date(config.createdMs).toISOString(),
    RunningFor: `${humanDuration(now - config.createdMs)} ago`,
    State: state.status,
    Status: humanStatus(state, now),
    Ports: state.ports.map(humanPort).join(", "),
    Names: config.name,
    Labels: Object.entries(config.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(","),
    Mounts: config.mounts
      .map((mount) => (mount.type === "volume" ? mount.name : mount.target))
      .join(","),
  };
}
