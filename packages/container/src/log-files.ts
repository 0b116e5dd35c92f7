/** The files of a container's log and their order: sandbox's detached/log-files.ts says how they are written. */
import fs from "node:fs";
import { MAX_LOG_HEADER, parseLogHeader } from "@kernelet/sandbox";
import type { LogConfig } from "./config.ts";
import type { ContainerPaths } from "./paths.ts";

const NEWLINE = 0x0a;

export interface LogFile {
  readonly file: string;
  /** Its place in their order. */
  readonly sequence: number;
  /** Where its entries begin. */
  readonly start: number;
}

/** Those that have something in them, the oldest first. */
export function logFiles(paths: ContainerPaths): LogFile[] {
  const found: LogFile[] = [];
  for (let i = 0; ; i++) {
    const header = headerOf(paths.logFile(i));
    if (header === undefined) break;
    if (header === null) continue;
    found.push({ file: paths.logFile(i), sequence: header.sequence, start: header.length });
  }
  return found.sort((a, b) => a.sequence - b.sequence);
}

/** null: it is empty; undefined: there is none. */
function headerOf(file: string): ReturnType<typeof parseLogHeader> | undefined {
  let fd: number;
  try {
    fd = fs.openSync(file, "r");
  } catch {
    return undefined;
  }
  try {
    return readLogHeader(fd);
  } finally {
    fs.closeSync(fd);
  }
}

export function readLogHeader(fd: number): ReturnType<typeof parseLogHeader> {
  const start = Buffer.alloc(MAX_LOG_HEADER);
  return parseLogHeader(start.subarray(0, fs.readSync(fd, start, 0, start.length, 0)));
}

export interface LogToWrite {
  /** The one to go on with first, then in the order in which they are taken. */
  readonly files: readonly string[];
  readonly sequence: number;
}

/** Preconditions: nobody writes. What a machine that stopped has left of a last line is made one of its own. */
export function logToWrite(paths: ContainerPaths, { maxFiles }: LogConfig): LogToWrite {
  const all = Array.from({ length: maxFiles }, (_, i) => paths.logFile(i));
  const last = logFiles(paths).at(-1);
  if (last === undefined) return { files: all, sequence: 1 };
  endLine(last.file);
  const at = all.indexOf(last.file);
  return { files: [...all.slice(at), ...all.slice(0, at)], sequence: last.sequence };
}

function endLine(file: string): void {
  const fd = fs.openSync(file, "a+");
  try {
    const end = Buffer.alloc(1);
    const { size } = fs.fstatSync(fd);
    fs.readSync(fd, end, 0, 1, Math.max(0, size - 1));
    if (size > 0 && end[0] !== NEWLINE) fs.writeSync(fd, "\n");
  } finally {
    fs.closeSync(fd);
  }
}
