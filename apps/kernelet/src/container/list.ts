/** `ps`: the containers, one row for each. */
import type { Container, ContainerState, ContainerStatus } from "@kernelet/container";
import { badOption } from "../errors.ts";
import type { RootOption } from "../image/context.ts";
import { table } from "../image/human.ts";
import { compileTemplate } from "../image/template.ts";
import type { Io } from "../io.ts";
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
}

const COMMAND_WIDTH = 20;

export async function runList(io: Io, options: ListOptions): Promise<void> {
  await reporting(async () => {
    const store = openContainers(io, options);
    await store.sweep();
    const all = store.list().map((container) => ({ container, state: container.state() }));
    const filters = (options.filter ?? []).map((text) => parseFilter(text, all));
    const most = countOf(options);
    const isAll = options.all === true || most !== undefined || filters.some(({ isAll }) => isAll);
    const shown = all
      .reverse()
      .filter(({ state }) => isAll || isActive(state.status))
      .filter((listed) => passesAll(filters, listed))
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

interface Filter {
  readonly key: string;
  /** It asks about containers that do not run, too. */
  readonly isAll: boolean;
  passes(listed: Listed): boolean;
}

/** Filters of one key: any; of different keys: all. */
function passesAll(filters: readonly Filter[], listed: Listed): boolean {
  const keys = new Set(filters.map(({ key }) => key));
  return [...keys].every((key) =>
    filters.some((filter) => filter.key === key && filter.passes(listed)),
  );
}

function parseFilter(text: string, all: readonly Listed[]): Filter {
  const [key = "", value = ""] = text.split(/=(.*)/s);
  const make = FILTERS[key];
  if (make === undefined) {
    throw badOption("-f", `'${text}' is none of ${Object.keys(FILTERS).join("=, ")}=`);
  }
  return { key, isAll: key === "status" || key === "exited", passes: make(value, all) };
}

type FilterRow = (value: string, all: readonly Listed[]) => (listed: Listed) => boolean;

const FILTERS: Readonly<Record<string, FilterRow>> = {
  id:
    (value) =>
    ({ container }) =>
      container.id.startsWith(value),
  name: (value) => {
    const pattern = new RegExp(value);
    return ({ container }) => pattern.test(container.config.name);
  },
  label: (value) => {
    const [name = "", wanted] = value.split(/=(.*)/s);
    return ({ container: { config } }) =>
      Object.hasOwn(config.labels, name) &&
      (wanted === undefined || config.labels[name] === wanted);
  },
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
  before: (value, all) => createdWhere(value, all, (mine, other) => mine < other),
  since: (value, all) => createdWhere(value, all, (mine, other) => mine > other),
  volume:
    (value) =>
    ({ container: { config } }) =>
      config.mounts.some(
        (mount) => mount.target === value || (mount.type === "volume" && mount.name === value),
      ),
};

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
  const rows = shown.map((listed) => rowOf(listed, options.trunc));
  if (options.format !== "table") return lineOf(rows.map(compileTemplate(options.format)));
  const head = ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"];
  const cells = rows.map((row) => [
    row.ID,
    row.Image,
    row.Command,
    row.RunningFor,
    row.Status,
    row.Ports,
    row.Names,
  ]);
  return table([head, ...cells]);
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
