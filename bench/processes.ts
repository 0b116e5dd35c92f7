/** What the host's kernel says of processes. */
import { readdirSync, readFileSync } from "node:fs";
import { BadRun } from "./sample.ts";

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // It has ended meanwhile.
  }
}

const allPids = (): number[] => readdirSync("/proc").map(Number).filter(Number.isInteger);

/** Those with `text` in their command line. */
export function pidsNaming(text: string): number[] {
  return allPids().filter((pid) => read(`/proc/${pid}/cmdline`).includes(text));
}

/** They and all that they have started, and those in turn; each once. */
export function withDescendants(pids: readonly number[]): readonly number[] {
  const children = new Map<number, number[]>();
  for (const pid of allPids()) {
    // Behind the name, which may hold anything: state, parent.
    const parent = Number(/^.*\) \S+ (\d+) /s.exec(read(`/proc/${pid}/stat`))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = new Set(pids);
  for (const pid of found) for (const child of children.get(pid) ?? []) found.add(child);
  return [...found];
}

/** Bytes of memory: what several processes share counts for each its part. */
export function proportionalSize(pid: number): number {
  return 1024 * numberIn(`/proc/${pid}/smaps_rollup`, /^Pss: +(\d+) kB$/m);
}

/** Bytes that its read(2) and the like have brought, from the disk or not. */
export function bytesRead(pid: number): number {
  return numberIn(`/proc/${pid}/io`, /^rchar: (\d+)$/m);
}

function numberIn(path: string, pattern: RegExp): number {
  const match = pattern.exec(read(path));
  if (match === null) throw new BadRun(`${path} tells nothing here`);
  return Number(match[1]);
}
