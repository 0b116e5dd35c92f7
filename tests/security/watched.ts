/** Runs the command line and watches the sandbox's process beside it: how large it gets, and whether it ends. */
import { readdirSync, readFileSync } from "node:fs";
import { kernelet, type Outcome, type RunOptions } from "../e2e/run.ts";

const LOOK_EVERY_MS = 100;

export interface WatchedOutcome extends Outcome {
  /** The most that the sandbox's process had, MiB. */
  readonly peakMib: number;
  /** Processes of ours that are still there afterwards. */
  readonly left: readonly number[];
}

/** Processes below `pid`, by /proc. */
export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent === undefined) continue;
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  for (let queue = [pid]; queue.length > 0; ) {
    queue = queue.flatMap((one) => children.get(one) ?? []);
    found.push(...queue);
  }
  return found;
}

function parentOf(pid: number): number | undefined {
  const stat = readProc(pid, "stat");
  // "pid (name) state ppid": the name may hold anything.
  return stat === "" ? undefined : Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

export function isRunning(pid: number): boolean {
  const stat = readProc(pid, "stat");
  return stat !== "" && !/^\S+ \(.*\) [ZX]/s.test(stat);
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}

function peakMib(pid: number): number {
  return Number(/VmHWM:\s*(\d+)/.exec(readProc(pid, "status"))?.[1] ?? 0) / 1024;
}

export async function watched(
  args: readonly string[],
  options: RunOptions = {},
): Promise<WatchedOutcome> {
  const seen = new Set<number>();
  let peak = 0;
  const look = (): void => {
    for (const pid of descendants(process.pid)) {
      const command = readProc(pid, "cmdline");
      if (!command.includes("--permission") || !command.includes("sandbox")) continue;
      seen.add(pid);
      peak = Math.max(peak, peakMib(pid));
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  const outcome = await kernelet(args, options).finally(() => clearInterval(timer));
  return { ...outcome, peakMib: peak, left: [...seen].filter(isRunning) };
}
