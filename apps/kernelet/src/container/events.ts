/** `events`: what happens to containers and volumes, a line each. */
import { type ContainerEvent, readEvents } from "@kernelet/container";
import type { RootOption } from "../image/context.ts";
import { compileTemplate } from "../image/template.ts";
import type { Io } from "../io.ts";
import { type FilterRows, hasLabel, parseFilters } from "../options/filter.ts";
import { parseMoment } from "../options/moment.ts";
import { openContainers, reporting } from "./context.ts";

export interface EventsOptions extends RootOption {
  readonly filter?: readonly string[];
  readonly format?: string;
  readonly since?: string;
  readonly until?: string;
}

export async function runEvents(io: Io, options: EventsOptions): Promise<void> {
  const { since, until, format, filter = [] } = options;
  const now = Date.now();
  const sinceMs = since === undefined ? undefined : parseMoment("--since", since, now);
  const untilMs = until === undefined ? undefined : parseMoment("--until", until, now);
  const passes = parseFilters(filter, FILTERS);
  const line = lineFor(format);
  await reporting(async () => {
    const store = openContainers(io, options);
    const wanted = {
      ...(sinceMs !== undefined && { sinceMs }),
      ...(untilMs !== undefined && { untilMs }),
    };
    let isUnread = false;
    process.stdout.on("error", () => {
      isUnread = true;
    });
    for await (const event of readEvents(store, wanted)) {
      if (passes(event)) io.out(`${line(event)}\n`);
      // Whoever read us has seen enough.
      if (isUnread) return;
    }
  });
}

const FILTERS: FilterRows<ContainerEvent> = {
  container:
    (value) =>
    ({ type, id, attributes }) =>
      type === "container" && (attributes.name === value || id.startsWith(value)),
  event:
    (value) =>
    ({ action }) =>
      action === value,
  image:
    (value) =>
    ({ attributes: { image = "" } }) =>
      image.replace(/:latest$/, "") === value.replace(/:latest$/, ""),
  label:
    (value) =>
    ({ attributes }) =>
      hasLabel(attributes, value),
  type:
    (value) =>
    ({ type }) =>
      type === value,
  volume:
    (value) =>
    ({ type, id }) =>
      type === "volume" && id === value,
};

function lineFor(format: string | undefined): (event: ContainerEvent) => string {
  if (format === undefined) return plainLine;
  if (format === "json") return (event) => JSON.stringify(jsonOf(event));
  const template = compileTemplate(format);
  return (event) => template(rowOf(event));
}

function plainLine({ at, type, action, id, attributes }: ContainerEvent): string {
  const shown = Object.entries(attributes).map(([key, value]) => `${key}=${value}`);
  const time = new Date(at).toISOString().replace("Z", "000000Z");
  return `${time} ${type} ${action} ${id} (${shown.sort().join(", ")})`;
}

/** Named as in docker(1)'s templates. */
function rowOf({ at, type, action, id, attributes }: ContainerEvent): object {
  return {
    ...{ Type: type, Action: action, Scope: "local" },
    Actor: { ID: id, Attributes: attributes },
    ...{ ID: id, Status: action, From: attributes.image ?? "" },
    ...{ Time: Math.floor(at / 1000), TimeNano: `${Math.floor(at)}000000` },
  };
}

/** As the Engine's API has it, but that a number of nanoseconds is rounded by whoever reads it into a double. */
function jsonOf({ at, type, action, id, attributes }: ContainerEvent): object {
  const ofContainer = { status: action, id, from: attributes.image ?? "" };
  return {
    ...(type === "container" && ofContainer),
    ...{ Type: type, Action: action, Actor: { ID: id, Attributes: attributes } },
    ...{ scope: "local", time: Math.floor(at / 1000), timeNano: at * 1e6 },
  };
}
