/** Sizes of processes of this machine, from /proc. */
import { readdirSync, readFileSync } from "node:fs";

/** The sandbox's process below the launcher `pid`: the last of the line of children. Null: not there yet. */
export function sandboxOf(pid: number): number | null {
  let found: number | null = null;
  for (let next = childOf(pid); next !== null; next = childOf(next)) found = next;
  return found;
}

/** Null: the process has gone. */
export function residentBytes(pid: number): number | null {
  const kib = /VmRSS:\s*(\d+)/.exec(readOrEmpty(`/proc/${pid}/status`))?.[1];
  return kib === undefined ? null : Number(kib) * 1024;
}

function childOf(pid: number): number | null {
  let threads: readonly string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return null;
  }
  for (const tid of threads) {
    const first = readOrEmpty(`/proc/${pid}/task/${tid}/children`).split(" ")[0];
    if (first !== undefined && first !== "") return Number(first);
  }
  return null;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
