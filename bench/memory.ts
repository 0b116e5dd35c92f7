/** What an idle sandbox holds, and whether short processes leave something behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { kernelet } from "./peers.ts";
import { proportionalSize } from "./processes.ts";
import { BadRun } from "./sample.ts";

/** Bytes, by proportional set size: memory that several processes share counts for each its part. */
export interface MemoryFigures {
  /** A Node that waits, with nothing loaded. */
  readonly node: number;
  /** A sandbox's process while its only program sleeps. */
  readonly idle: number;
  /** The same after it has run SHORT_PROCESSES, and after as many again. */
  readonly afterProcesses: number;
  readonly afterTwice: number;
}

export const SHORT_PROCESSES = 1000;

/** A sandbox that waits gives memory back, but not at once. */
const SETTLE_MS = 5000;
const LIMIT_MS = 120_000;
const LOOP = `n=0; while [ $n -lt ${SHORT_PROCESSES} ]; do /bin/true; n=$((n+1)); done; echo done`;

export async function measureMemory(): Promise<MemoryFigures> {
  const wait = "setTimeout(() => {}, 1e6); console.log('done')";
  const [node] = await watch([process.execPath, "-e", wait], 1, (pid) => pid);
  const idle = ["sh", "-c", "echo done; sleep 1000"];
  const [asleep] = await watch(kernelet.command(idle), 1, sandboxOf);
  const busy = ["sh", "-c", `${LOOP}; sleep 8; ${LOOP}; sleep 1000`];
  const [after, twice] = await watch(kernelet.command(busy), 2, sandboxOf);
  return {
    node: node as number,
    idle: asleep as number,
    afterProcesses: after as number,
    afterTwice: twice as number,
  };
}

/** Each time that the command has said "done", how much memory the process has that `find` names. */
async function watch(
  argv: readonly string[],
  times: number,
  find: (pid: number) => number,
): Promise<number[]> {
  const [program, ...args] = argv;
  const child = spawn(program as string, args, {
    env: { ...process.env, ...kernelet.env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const sizes: number[] = [];
    for (let i = 0; i < times; i++) {
      await saysDone(child);
      await sleep(SETTLE_MS);
      sizes.push(proportionalSize(find(child.pid as number)));
    }
    return sizes;
  } finally {
    child.kill("SIGKILL");
  }
}

function saysDone(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (): void => reject(new BadRun("memory: the program did not come to its end"));
    const timer = setTimeout(failed, LIMIT_MS);
    child.once("exit", failed);
    child.stdout?.once("data", () => {
      clearTimeout(timer);
      child.off("exit", failed);
      resolve();
    });
  });
}

/** The launcher's only child. */
function sandboxOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  if (children.length !== 1 || children[0] === "") throw new BadRun("memory: no sandbox process");
  return Number(children[0]);
}
