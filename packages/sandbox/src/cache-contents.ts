/** What lies in the cache folder, for the person who wants to see or remove it. */
import fs from "node:fs";
import path from "node:path";
import { type CurrentNames, currentNames } from "./launch.ts";

type CachePart = "start" | "code" | "native" | "compile";
const PARTS: readonly CachePart[] = ["start", "code", "native", "compile"];

export interface CacheEntry {
  /**
   * A start image, an archive of a file's translated code, machine code for one, or V8's compilation of the command line. Anything else is what
   * somebody left unfinished.
   */
  readonly kind: CachePart | "unfinished";
  /** Below the cache folder. */
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since the epoch; for archives exact to an hour. */
  readonly usedMs: number;
  /** This version of Kernelet, on this Node, uses it. */
  readonly isCurrent: boolean;
}

/** Most recently used first. */
export function cacheEntries(folder: string): CacheEntry[] {
  const current = currentNames();
  const entries: CacheEntry[] = [];
  for (const part of PARTS) {
    for (const name of filesBelow(path.join(folder, part))) {
      const below = path.join(part, name);
      const stat = fs.lstatSync(path.join(folder, below), { throwIfNoEntry: false });
      if (stat === undefined || stat.isDirectory()) continue;
      const isWhole = part === "compile" || /\.(blob|code|native)$/.test(name);
      const kind = isWhole ? part : "unfinished";
      const isCurrent = kind !== "unfinished" && isOf(current, part, name);
      entries.push({ kind, name: below, bytes: stat.size, usedMs: stat.mtimeMs, isCurrent });
    }
  }
  return entries.sort((a, b) => b.usedMs - a.usedMs || (a.name < b.name ? -1 : 1));
}

function filesBelow(folder: string): string[] {
  try {
    return fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
}

function isOf(current: CurrentNames, part: CachePart, name: string): boolean {
  // Node keeps apart what is of which version.
  if (part === "compile") return true;
  if (part === "code") return path.dirname(name) === current.codeFolder;
  if (part === "native") return path.dirname(name) === current.nativeFolder;
  return current.imageKey !== undefined && name.startsWith(`${current.imageKey}-`);
}

/** Running sandboxes go on: what they have read is theirs. @returns how many are gone */
export function removeEntries(folder: string, entries: readonly CacheEntry[]): number {
  let removed = 0;
  for (const { name } of entries) {
    try {
      fs.rmSync(path.join(folder, name));
      removed++;
    } catch {
      // Somebody else has, or it is not ours to remove.
    }
  }
  const { codeFolder, nativeFolder } = currentNames();
  removeEmpty(path.join(folder, "code"), codeFolder);
  removeEmpty(path.join(folder, "native"), nativeFolder);
  return removed;
}

/** Folders of versions that have nothing any more, but for this one's, which a sandbox may be about to write to. */
function removeEmpty(part: string, current: string | undefined): void {
  for (const name of filesBelow(part)) {
    if (name === current) continue;
    try {
      fs.rmdirSync(path.join(part, name));
    } catch {
      // It has something, or is no folder.
    }
  }
}
