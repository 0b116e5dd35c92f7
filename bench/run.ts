/**
 * `npm run bench`: every benchmark on every peer, in turn within each round, so that what else the machine does meets
 * them all alike. Raw results and a table go to bench/results, after each round, so that nothing is lost.
 *
 *     npm run bench -- [--rounds 5] [--seconds 40] [--only nbody,getpid,memory,containers] [--name performance]
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, release, type } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { BENCHMARKS } from "./benchmarks.ts";
import { commandTrial } from "./command-trial.ts";
import { CONTAINER_BENCHMARKS } from "./containers/benchmarks.ts";
import { availableRuntimes, containerTrial } from "./containers/trial.ts";
import { execute, loadAverage } from "./execute.ts";
import { type MemoryFigures, measureMemory } from "./memory.ts";
import { availablePeers, buildFolder, INSTALLED, kernelet } from "./peers.ts";
import type { Group, LeftOut, Results } from "./results.ts";
import { Running } from "./running.ts";
import { BadRun } from "./sample.ts";
import { markdown } from "./table.ts";
import type { Trial } from "./trial.ts";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "40" },
    only: { type: "string" },
    name: { type: "string" },
  },
});

const MEMORY = "memory";
const CONTAINERS: Group = "containers";
/** How long a start image may take to be made, on a busy machine. */
const IMAGE_MS = 60_000;

async function main(): Promise<void> {
  const rounds = positive("rounds");
  const loadBefore = loadAverage();
  const skipped: LeftOut[] = [];
  const names = chosenNames();
  await makeReady();
  const trials = prepareAll(names, positive("seconds"), skipped);
  const memory = names.includes(MEMORY) ? await memoryOrNone(skipped) : null;
  const running = trials.map((trial) => new Running(trial));
  for (let round = 1; round <= rounds; round++) {
    for (const one of running) await one.round(round, rounds);
    write(resultsOf({ rounds, loadBefore }, running, memory, skipped));
  }
}

function positive(option: "rounds" | "seconds"): number {
  const value = Number(options[option]);
  if (!(value >= 1)) throw new BadRun(`--${option} ${options[option]} is no number from 1 on`);
  return value;
}

/** What is measured is what people install. */
function install(): void {
  const packager = join(import.meta.dirname, "../tools/package/package.ts");
  const args = [packager, join(buildFolder(), "package")];
  const tarball = execFileSync(process.execPath, args, { encoding: "utf8" }).trim();
  rmSync(INSTALLED, { recursive: true, force: true });
  mkdirSync(INSTALLED);
  execFileSync("tar", ["-xzf", tarball, "-C", INSTALLED, "--strip-components=1"]);
}

/** A start image is made in the background of the first start. */
async function makeReady(): Promise<void> {
  install();
  const start = join(kernelet.env?.XDG_CACHE_HOME ?? "", "kernelet/start");
  const isMade = (): boolean =>
    existsSync(start) && readdirSync(start).some((name) => name.endsWith(".blob"));
  rmSync(start, { recursive: true, force: true });
  await execute(kernelet.command(["/bin/true"]), { env: { ...kernelet.env } });
  for (const end = Date.now() + IMAGE_MS; !isMade() && Date.now() < end; ) await sleep(200);
  if (!isMade()) console.error("no start image was made: each start is slower than it could be");
}

async function memoryOrNone(skipped: LeftOut[]): Promise<MemoryFigures | null> {
  try {
    return await measureMemory();
  } catch (error) {
    const why = (error as Error).message;
    skipped.push({ name: MEMORY, why });
    console.error(`${MEMORY}: ${why}`);
    return null;
  }
}

function resultsOf(
  about: { rounds: number; loadBefore: string },
  running: readonly Running[],
  memory: MemoryFigures | null,
  skipped: Results["skipped"],
): Results {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    rounds: about.rounds,
    peers: [...new Set(running.flatMap(({ trial }) => trial.subjects.map(({ name }) => name)))],
    machine: {
      processor: cpus()[0]?.model ?? "unknown",
      processors: availableParallelism(),
      system: `${type()} ${release().split("-")[0]}`,
      node: process.versions.node,
      loadBefore: about.loadBefore,
      loadAfter: loadAverage(),
    },
    benchmarks: running.map((one) => one.result),
    memory,
    skipped,
  };
}

/** A group's name stands for all in it. */
function chosenNames(): readonly string[] {
  const containers = CONTAINER_BENCHMARKS.map(({ name }) => name);
  const all = [...BENCHMARKS.map(({ name }) => name), MEMORY, ...containers];
  if (options.only === undefined) return all;
  const names = options.only
    .split(",")
    .flatMap((name) => (name === CONTAINERS ? containers : [name]));
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    const known = [...all, CONTAINERS].join(", ");
    throw new BadRun(`no benchmark ${unknown.join(", ")}; there are ${known}`);
  }
  return names;
}

/** What cannot be had here is noted in `skipped`. */
function prepareAll(names: readonly string[], seconds: number, skipped: LeftOut[]): Trial[] {
  const chosen = <T extends { readonly name: string }>(all: readonly T[]): T[] =>
    all.filter(({ name }) => names.includes(name));
  const leave = (name: string, why: string): void => {
    skipped.push({ name, why });
    console.error(`${name}: not run: ${why}`);
  };
  const prepare = (name: string, make: () => Trial): Trial[] => {
    try {
      return [make()];
    } catch (error) {
      if (!(error instanceof BadRun)) throw error;
      leave(name, error.message);
      return [];
    }
  };
  const commands = chosen(BENCHMARKS);
  const peers = commands.length > 0 ? availablePeers() : [];
  const containers = chosen(CONTAINER_BENCHMARKS);
  const { runtimes, leftOut } =
    containers.length > 0 ? availableRuntimes() : { runtimes: [], leftOut: [] };
  for (const { name, why } of leftOut) leave(name, why);
  return [
    ...commands.flatMap((one) => prepare(one.name, () => commandTrial(one, peers, seconds))),
    ...containers.flatMap((one) => prepare(one.name, () => containerTrial(one, runtimes, seconds))),
  ];
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], {
      cwd: import.meta.dirname,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "unknown";
  }
}

/** The page docs/performance.md is made from the last whole run, and of containers from the last of the whole group. */
function write(results: Results): void {
  if (options.only !== undefined) {
    const isGroup = options.only === CONTAINERS;
    const name = isGroup ? CONTAINERS : `${results.date}-${results.commit}`;
    writeFiles(options.name ?? name, results);
    return;
  }
  const name = options.name ?? "performance";
  const part = (group: Group | undefined): Results => ({
    ...results,
    benchmarks: results.benchmarks.filter((one) => one.group === group),
  });
  writeFiles(name, part(undefined));
  writeFiles(name === "performance" ? CONTAINERS : `${name}-${CONTAINERS}`, part(CONTAINERS));
}

function writeFiles(name: string, results: Results): void {
  const folder = join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(join(folder, `${name}.md`), markdown(results));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof BadRun)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
