/** Reads a container's log: a file in the format of Docker's json-file, which may grow meanwhile. */
import fs from "node:fs";
import { open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Container } from "./container.ts";

export interface LogEntry {
  /** With its end of line, if it has one. */
  readonly text: string;
  readonly stream: "stdout" | "stderr";
  /** RFC 3339 with nanoseconds. */
  readonly time: string;
}

export interface LogOptions {
  /** The last ones only; undefined: all. */
  readonly tail?: number;
  /** Milliseconds since the epoch. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Goes on until the container has ended. */
  readonly isFollowing?: boolean;
}

const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;
const LOOK_AGAIN_MS = 50;

export async function* readLog(
  container: Container,
  options: LogOptions = {},
): AsyncGenerator<LogEntry, void, undefined> {
  const { sinceMs = 0, untilMs = Number.POSITIVE_INFINITY } = options;
  for await (const line of lines(container, options)) {
    const entry = parse(line);
    if (entry === undefined) continue;
    const ms = Date.parse(entry.time);
    if (ms > untilMs) return;
    if (ms >= sinceMs) yield entry;
  }
}

/** What a full disk has cut short, or somebody else has written, is no entry. */
function parse(line: string): LogEntry | undefined {
  try {
    const { log, stream, time } = JSON.parse(line) as Record<string, unknown>;
    if (typeof log !== "string" || typeof time !== "string") return undefined;
    return { text: log, stream: stream === "stderr" ? "stderr" : "stdout", time };
  } catch {
    return undefined;
  }
}

async function* lines(
  container: Container,
  { tail, isFollowing }: LogOptions,
): AsyncGenerator<string, void, undefined> {
  if (!fs.existsSync(container.paths.log)) return;
  const file = await open(container.paths.log, "r");
  try {
    let at = tail === undefined ? 0 : await startOfLast(file, tail);
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      // Before the look into the file: what it has written until it ended is there.
      const isOver = isFollowing !== true || !container.isActive;
      const chunk = Buffer.alloc(CHUNK);
      const { bytesRead } = await file.read(chunk, 0, CHUNK, at);
      at += bytesRead;
      rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
        yield rest.toString("utf8", 0, end);
        rest = rest.subarray(end + 1);
      }
      if (bytesRead > 0) continue;
      if (isOver) return;
      await delay(LOOK_AGAIN_MS);
    }
  } finally {
    await file.close();
  }
}

type LogFile = Awaited<ReturnType<typeof open>>;

/** Where the last `count` lines begin. Reads backwards no more than it needs. */
async function startOfLast(file: LogFile, count: number): Promise<number> {
  const { size } = await file.stat();
  if (count <= 0) return size;
  let found = 0;
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - CHUNK);
    const chunk = Buffer.alloc(end - start);
    await file.read(chunk, 0, chunk.length, start);
    for (let i = chunk.length - 1; i >= 0; i--) {
      // The end of the last line begins nothing.
      if (chunk[i] !== NEWLINE || start + i === size - 1) continue;
      found++;
      if (found === count) return start + i + 1;
    }
    end = start;
  }
  return 0;
}
