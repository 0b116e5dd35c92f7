/**
 * What has happened to containers and volumes, as docker(1)'s "events" tells it. There is no daemon that hears of everything:
 * what a container's journal says is read from there while the container is there. What would be known to nobody afterwards
 * is in `containers/events`: what removed containers have lived through, new names, volumes. It is written under the lock for
 * names, and cut at its beginning when it is long.
 */
import fs from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { JournalEvent } from "@kernelet/sandbox";
import type { ContainerConfig } from "./config.ts";
import type { Container } from "./container.ts";
import { eventsOf } from "./history.ts";
import { exitCodeOf } from "./state.ts";
import type { ContainerStore } from "./store.ts";

const MOST_BYTES = 2 ** 20;
const LOOK_AGAIN_MS = 200;

export interface ContainerEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly type: "container" | "volume";
  /** As docker(1) calls it. */
  readonly action: string;
  /** Of a volume, its name. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The store's own file of events. */
export class EventFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Preconditions: the caller has the lock for names. Without room on the disk they are lost: what they tell of has happened. */
  add(events: readonly ContainerEvent[]): void {
    const lines = events.map((event) => `${JSON.stringify(event)}\n`).join("");
    const part = `${this.#path}.part`;
    try {
      const size = fs.statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
      if (size + lines.length <= MOST_BYTES) {
        // On a line of its own, whatever was cut short before.
        fs.appendFileSync(this.#path, `\n${lines}`, { mode: 0o600 });
        return;
      }
      const kept = fs.readFileSync(this.#path, "utf8").slice(-MOST_BYTES / 2);
      fs.writeFileSync(part, `${kept}\n${lines}`, { mode: 0o600 });
      fs.renameSync(part, this.#path);
    } catch {
      fs.rmSync(part, { force: true });
    }
  }

  list(): ContainerEvent[] {
    let text: string;
    try {
      text = fs.readFileSync(this.#path, "utf8");
    } catch {
      return [];
    }
    return text.split("\n").flatMap((line) => {
      try {
        return line === "" ? [] : [JSON.parse(line) as ContainerEvent];
      } catch {
        return [];
      }
    });
  }
}

/** All that has happened to a container that is there. */
export function containerEvents(container: Container): ContainerEvent[] {
  const { config, paths } = container;
  const event = (at: number, action: string, more: Record<string, string> = {}) =>
    containerEvent(config, at, action, more);
  const events = [event(config.createdMs, "create")];
  let isStopping = false;
  for (const journaled of eventsOf(paths, container.state())) {
    if (journaled.event === "starting") isStopping = false;
    if (journaled.event === "stopping") isStopping = true;
    for (const [action, more] of actionsOf(journaled, isStopping)) {
      events.push(event(journaled.at, action, more));
    }
  }
  return events;
}

type Actions = (readonly [string, Record<string, string>])[];

function actionsOf(event: JournalEvent, isStopping: boolean): Actions {
  switch (event.event) {
    case "running":
      return [["start", {}]];
    case "paused":
      return [["pause", {}]];
    case "resumed":
      return [["unpause", {}]];
    case "failed":
      return [["die", { exitCode: String(exitCodeOf(event)) }]];
    case "exited": {
      const ended: Actions = [["die", { exitCode: String(event.exitCode) }]];
      if (event.isOutOfMemory) ended.unshift(["oom", {}]);
      if (isStopping) ended.push(["stop", {}]);
      return ended;
    }
    default:
      return [];
  }
}

export function containerEvent(
  config: ContainerConfig,
  at: number,
  action: string,
  more: Readonly<Record<string, string>> = {},
): ContainerEvent {
  const { id, name, image, labels } = config;
  return {
    ...{ at, type: "container", action, id },
    attributes: { ...labels, image: image.name, name, ...more },
  };
}

export interface EventOptions {
  /** Default: from now on. */
  readonly sinceMs?: number;
  /** It ends then. Default: never. */
  readonly untilMs?: number;
}

/** In the order of their times, as far as they are known: how somebody ended who was killed is seen late. */
export async function* readEvents(
  store: ContainerStore,
  options: EventOptions = {},
): AsyncGenerator<ContainerEvent, void, undefined> {
  const { sinceMs = Date.now(), untilMs = Number.POSITIVE_INFINITY } = options;
  const seen = new Set<string>();
  for (let isFirst = true; ; isFirst = false) {
    // Before the look.
    const isOver = Date.now() >= untilMs;
    for (const event of allEvents(store)) {
      const key = `${event.at} ${event.type} ${event.id} ${event.action}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const isMeant = event.at <= untilMs && (event.at >= sinceMs || !isFirst);
      if (isMeant) yield event;
    }
    if (isOver) return;
    await delay(Math.min(LOOK_AGAIN_MS, Math.max(0, untilMs - Date.now())));
  }
}

function allEvents(store: ContainerStore): ContainerEvent[] {
  const all = [...store.events.list(), ...store.list().flatMap(containerEvents)];
  // Stable: what happened at one time stays in its order.
  return all.sort((a, b) => a.at - b.at);
}
