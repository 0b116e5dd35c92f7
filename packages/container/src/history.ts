/**
 * What has happened to a container in its earlier runs. Its journal begins anew with each start; before that it goes to the end
 * of `history`, which is cut at its beginning when it is long. A line may be in both: then it happened once.
 */
import fs from "node:fs";
import { formatEvent, type JournalEvent, parseJournal } from "@kernelet/sandbox";
import type { ContainerPaths } from "./paths.ts";
import type { ContainerState } from "./state.ts";

const MOST_BYTES = 64 * 1024;

/** All that is known, in order: how a run ended that nobody was left to write down, too. */
export function eventsOf(paths: ContainerPaths, state: ContainerState): JournalEvent[] {
  const known = new Set<string>();
  const events: JournalEvent[] = [];
  for (const event of [...read(paths.history), ...withEnd(read(paths.journal), state)]) {
    const line = JSON.stringify(event);
    if (known.has(line)) continue;
    known.add(line);
    events.push(event);
  }
  return events;
}

function read(file: string): JournalEvent[] {
  try {
    return parseJournal(fs.readFileSync(file, "utf8"));
  } catch {
    return [];
  }
}

function withEnd(events: readonly JournalEvent[], state: ContainerState): readonly JournalEvent[] {
  const hasEnd = events.some(({ event }) => event === "exited" || event === "failed");
  if (hasEnd || state.status !== "exited") return events;
  const { exitCode, isOutOfMemory, error } = state;
  const at = state.finishedMs ?? 0;
  return [
    ...events,
    { event: "exited", at, exitCode, isOutOfMemory, hasLayer: false, error } as const,
  ];
}

/** Preconditions: the caller has the container's lock, and its journal is about to begin anew. */
export function keepJournal(paths: ContainerPaths, state: ContainerState): void {
  const ended = withEnd(read(paths.journal), state);
  if (ended.length === 0) return;
  const lines = ended.map(formatEvent).join("");
  const size = fs.statSync(paths.history, { throwIfNoEntry: false })?.size ?? 0;
  if (size + lines.length <= MOST_BYTES) {
    fs.appendFileSync(paths.history, lines, { mode: 0o600 });
    return;
  }
  const all = fs.readFileSync(paths.history, "utf8") + lines;
  const part = `${paths.history}.part`;
  fs.writeFileSync(part, all.slice(-MOST_BYTES / 2), { mode: 0o600 });
  fs.renameSync(part, paths.history);
}
