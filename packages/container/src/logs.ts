/**
 * Reads a container's log: files in the format of Docker's json-file, which may grow meanwhile, and may be emptied when others
 * have taken their place. Who reads too slowly misses what was emptied, and goes on with the oldest that there is.
 */
import fs from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Container } from "./container.ts";
import { type LogFile, logFiles, readLogHeader } from "./log-files.ts";
import type { ContainerPaths } from "./paths.ts";

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
  /** Goes on until the container has ended, or `untilMs` has come. */
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

/** What somebody else has written is no entry. */
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
  { tail, isFollowing, untilMs = Number.POSITIVE_INFINITY }: LogOptions,
): AsyncGenerator<string, void, undefined> {
  const reader = new LogReader(container.paths);
  try {
    if (tail !== undefined) reader.skipToLast(tail);
    for (;;) {
      // Before the look into the file: what it has written until it ended is there.
      const isOver = isFollowing !== true || Date.now() > untilMs || !container.isActive;
      const more = reader.read();
      yield* more;
      if (more.length > 0) continue;
      if (isOver) return;
      await delay(LOOK_AGAIN_MS);
    }
  } finally {
    reader.close();
  }
}

/** Goes through the files of a log, while they are written. */
export class LogReader {
  readonly #paths: ContainerPaths;
  #open: (LogFile & { readonly fd: number }) | null = null;
  #at = 0;
  /** The beginning of a line whose end has not come. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(paths: ContainerPaths) {
    this.#paths = paths;
  }

  /** @returns the next lines; none: there are no more now. */
  read(): string[] {
    if (this.#open === null && !this.#goTo(this.#after(-1))) return [];
    for (;;) {
      // Before the last look into this one: what was written before the next began is here.
      const next = this.#after(this.#open?.sequence ?? -1);
      const chunk = this.#chunk();
      if (chunk === null) {
        // Emptied, and something else is or will be written there.
        if (!this.#goTo(next)) return [];
        continue;
      }
      if (chunk.length > 0) {
        const found = this.#split(chunk);
        if (found.length > 0) return found;
        continue;
      }
      if (!this.#goTo(next)) return [];
    }
  }

  /** The oldest of those that come behind one. */
  #after(sequence: number): LogFile | undefined {
    return logFiles(this.#paths).find((file) => file.sequence > sequence);
  }

  #goTo(file: LogFile | undefined, at = file?.start ?? 0): boolean {
    if (file === undefined) return false;
    this.close();
    try {
      this.#open = { ...file, fd: fs.openSync(file.file, "r") };
    } catch {
      return false; // The container was removed.
    }
    this.#at = at;
    this.#rest = Buffer.alloc(0);
    return true;
  }

  /** null: the file is another one by now. */
  #chunk(): Buffer | null {
    if (this.#open === null) return null;
    const { fd, sequence } = this.#open;
    const chunk = Buffer.alloc(CHUNK);
    const bytesRead = fs.readSync(fd, chunk, 0, CHUNK, this.#at);
    // Behind the reading: what was read was of this one.
    if (readLogHeader(fd)?.sequence !== sequence) return null;
    this.#at += bytesRead;
    return chunk.subarray(0, bytesRead);
  }

  #split(chunk: Buffer): string[] {
    const found: string[] = [];
    let rest = Buffer.concat([this.#rest, chunk]);
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      found.push(rest.toString("utf8", 0, end));
      rest = rest.subarray(end + 1);
    }
    this.#rest = rest;
    return found;
  }

  /** Goes on with the last `count` lines that there are now. */
  skipToLast(count: number): void {
    let missing = count;
    const files = logFiles(this.#paths).reverse();
    for (const [i, file] of files.entries()) {
      const fd = fs.openSync(file.file, "r");
      try {
        const { at, found } = startOfLast(fd, file.start, missing);
        missing -= found;
        const isLast = missing <= 0 || i === files.length - 1;
        if (isLast) {
          this.#goTo(file, at);
          return;
        }
      } finally {
        fs.closeSync(fd);
      }
    }
  }

  close(): void {
    if (this.#open !== null) fs.closeSync(this.#open.fd);
    this.#open = null;
  }
}

/** Where the last `count` lines begin, not before `start`; and how many there are. Reads backwards no more than it needs. */
function startOfLast(
  fd: number,
  start: number,
  count: number,
): { readonly at: number; readonly found: number } {
  const { size } = fs.fstatSync(fd);
  if (count <= 0 || size <= start) return { at: Math.max(size, start), found: 0 };
  // The end of the last line begins nothing; the first begins where they all do.
  let found = 0;
  for (let end = size; end > start; ) {
    const from = Math.max(start, end - CHUNK);
    const chunk = Buffer.alloc(end - from);
    fs.readSync(fd, chunk, 0, chunk.length, from);
    for (let i = chunk.length - 1; i >= 0; i--) {
      if (chunk[i] !== NEWLINE || from + i === size - 1) continue;
      found++;
      if (found === count) return { at: from + i + 1, found };
    }
    end = from;
  }
  return { at: start, found: found + 1 };
}
