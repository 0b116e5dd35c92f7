import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { formatEvent, type JournalEvent } from "@kernelet/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ContainerConfig } from "./config.ts";
import type { Container } from "./container.ts";
import { containerEvents, EventFile, readEvents } from "./events.ts";
import { keepJournal } from "./history.ts";
import { ContainerPaths } from "./paths.ts";
import { readState } from "./state.ts";
import type { ContainerStore } from "./store.ts";

let paths: ContainerPaths;
let container: Container;
let file: EventFile;

beforeEach(() => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "kernelet-"));
  paths = new ContainerPaths(folder);
  const config = { id: "id", name: "web", createdMs: 1, image: { name: "bb" }, labels: { a: "b" } };
  container = { config, paths, state: () => readState(paths) } as unknown as Container;
  file = new EventFile(path.join(folder, "events"));
});

afterEach(() => {
  fs.rmSync(paths.folder, { recursive: true });
});

/** Nobody has this number. */
const NOBODY = { pid: 2 ** 30, startTime: "never" };
const starting = (at: number): JournalEvent => ({ event: "starting", at, ...NOBODY, restarts: 0 });
const exited = (at: number, more: object = {}): JournalEvent => ({
  ...{ event: "exited", at, exitCode: 3, isOutOfMemory: false, hasLayer: false },
  ...more,
});

function run(...events: readonly JournalEvent[]): void {
  keepJournal(paths, container.state());
  fs.writeFileSync(paths.journal, events.map(formatEvent).join(""));
}

const shown = (): string[] =>
  containerEvents(container).map(({ at, action, attributes: { exitCode } }) =>
    exitCode === undefined ? `${at} ${action}` : `${at} ${action} ${exitCode}`,
  );

test("all runs are told, with how they ended", () => {
  run(starting(10), { event: "running", at: 11 }, exited(12));
  run(starting(20), { event: "running", at: 21 }, { event: "stopping", at: 22 }, exited(23));
  run(starting(30), { event: "failed", at: 31, stage: "program", subject: "x", errno: -2 });
  run(starting(40), { event: "running", at: 41 }, exited(42, { isOutOfMemory: true }));
  expect(shown()).toEqual([
    ...["1 create", "11 start", "12 die 3", "21 start", "23 die 3", "23 stop"],
    ...["31 die 127", "41 start", "42 oom", "42 die 3"],
  ]);
});

test("one that was killed has died, whether it was started again or not", () => {
  run(starting(10), { event: "running", at: 11 });
  const died = `${fs.statSync(paths.journal).mtimeMs} die 137`;
  expect(shown()).toEqual(["1 create", "11 start", died]);
  run(starting(20), { event: "running", at: 21 }, exited(22));
  expect(shown()).toEqual(["1 create", "11 start", died, "21 start", "22 die 3"]);
});

test("whoever was killed between history and journal has told nothing twice", () => {
  run(starting(10), { event: "running", at: 11 }, exited(12));
  keepJournal(paths, container.state());
  expect(shown()).toEqual(["1 create", "11 start", "12 die 3"]);
});

test("a long history loses its beginning", () => {
  for (let i = 0; i < 2000; i++) run(starting(i), { event: "running", at: i }, exited(i));
  expect(fs.statSync(paths.history).size).toBeLessThan(70_000);
  expect(shown().slice(-2)).toEqual(["1999 start", "1999 die 3"]);
});

test("the store's file is read whatever was cut short, and is bounded", () => {
  const event = (at: number, id = "x") =>
    ({ at, type: "volume", action: "create", id, attributes: {} }) as const;
  file.add([event(1)]);
  fs.appendFileSync(path.join(paths.folder, "events"), '{"at":2,"ty');
  file.add([event(3)]);
  expect(file.list().map(({ at }) => at)).toEqual([1, 3]);
  for (let i = 0; i < 200; i++) file.add([event(i, "y".repeat(10_000))]);
  expect(fs.statSync(path.join(paths.folder, "events")).size).toBeLessThan(2 ** 20 + 20_000);
  expect(file.list().at(-1)?.at).toBe(199);
});

test("those since a moment are told, then what happens, until another", async () => {
  const store = { events: file, list: () => [container] } as unknown as ContainerStore;
  run(starting(10), { event: "running", at: 11 }, exited(12));
  const told: string[] = [];
  const now = Date.now();
  for await (const { action, at } of readEvents(store, { sinceMs: 11 })) {
    told.push(action);
    if (at === 12) run(starting(now), { event: "running", at: now });
    // The process is not there: it has died.
    if (told.length === 4) break;
  }
  expect(told).toEqual(["start", "die", "start", "die"]);
  const past: string[] = [];
  for await (const { action } of readEvents(store, { sinceMs: 0, untilMs: 11 })) past.push(action);
  expect(past).toEqual(["create", "start"]);
});

test("attributes are the container's", () => {
  const [created] = containerEvents(container);
  expect(created).toEqual({
    ...{ at: 1, type: "container", action: "create", id: "id" },
    attributes: { a: "b", image: "bb", name: "web" },
  });
  expect((container.config as ContainerConfig).name).toBe("web");
});
