/**
 * `npm run bench`: every benchmark on every peer, in turn within each round, so that what else the machine does meets
 * them all alike. Raw results and a table go to bench/results, after each round, so that nothing is lost.
 *
 *     npm run bench -- [--rounds 5] [--seconds 40] [--only nbody,getpid,memory] [--name performance]
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, release, type } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark.ts";
import { BENCHMARKS } from "./benchmarks.ts";
import { execute, loadAverage } from "./execute.ts";
import { type MemoryFigures, measureMemory } from "./memory.ts";
import { availablePeers, kernelet, type Peer } from "./peers.ts";
import type { BenchmarkResult, Results } from "./results.ts";
import { BadRun, type Sample } from "./sample.ts";
import { markdown } from "./table.ts";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "40" },
    only: { type: "string" },
    name: { type: "string" },
  },
});

/** A benchmark under way. */
interface Running {
  readonly benchmark: Benchmark;
  readonly argv: readonly string[];
  readonly peers: readonly Peer[];
  readonly samples: Record<string, Sample[]>;
  readonly failures: Record<string, string>;
  /** Spent on it so far, and in its longest round. */
  spentMs: number;
  longestMs: number;
}

const MEMORY = "memory";
/** How long a start image may take to be made, on a busy machine. */
const IMAGE_MS = 60_000;

async function main(): Promise<void> {
  const rounds = positive("rounds");
  const budgetMs = positive("seconds") * 1000;
  const peers = availablePeers();
  const loadBefore = loadAverage();
  const skipped: { name: string; why: string }[] = [];
  const names = chosenNames();
  await makeReady();
  const running = BENCHMARKS.filter(({ name }) => names.includes(name)).flatMap((benchmark) =>
    prepare(benchmark, peers, skipped),
  );
  const memory = names.includes(MEMORY) ? await memoryOrNone(skipped) : null;
  for (let round = 1; round <= rounds; round++) {
    for (const one of running) {
      if (round > 1 && one.spentMs + one.longestMs > budgetMs) continue;
      const start = performance.now();
      if (round === 1) await warmUp(one);
      const measured = performance.now();
      await runRound(one, round, rounds);
      one.spentMs += performance.now() - start;
      one.longestMs = Math.max(one.longestMs, performance.now() - measured);
    }
    const about = { rounds, peers, loadBefore };
    write(resultsOf(about, running, memory, skipped));
  }
}

function positive(option: "rounds" | "seconds"): number {
  const value = Number(options[option]);
  if (!(value >= 1)) throw new BadRun(`--${option} ${options[option]} is no number from 1 on`);
  return value;
}

/** What is measured is what people install; its start image is made in the background of the first start. */
async function makeReady(): Promise<void> {
  execFileSync(process.execPath, [join(import.meta.dirname, "../tools/build.ts")]);
  const start = join(kernelet.env?.XDG_CACHE_HOME ?? "", "kernelet/start");
  const isMade = (): boolean =>
    existsSync(start) && readdirSync(start).some((name) => name.endsWith(".blob"));
  rmSync(start, { recursive: true, force: true });
  await execute(kernelet.command(["/bin/true"]), { env: { ...kernelet.env } });
  for (const end = Date.now() + IMAGE_MS; !isMade() && Date.now() < end; ) await sleep(200);
  if (!isMade()) console.error("no start image was made: each start is slower than it could be");
}

async function memoryOrNone(
  skipped: { name: string; why: string }[],
): Promise<MemoryFigures | null> {
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
  about: { rounds: number; peers: readonly Peer[]; loadBefore: string },
  running: readonly Running[],
  memory: MemoryFigures | null,
  skipped: Results["skipped"],
): Results {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    rounds: about.rounds,
    peers: about.peers.map((peer) => peer.name),
    machine: {
      processor: cpus()[0]?.model ?? "unknown",
      processors: availableParallelism(),
      system: `${type()} ${release().split("-")[0]}`,
      node: process.versions.node,
      loadBefore: about.loadBefore,
      loadAfter: loadAverage(),
    },
    benchmarks: running.map(asResult),
    memory,
    skipped,
  };
}

function chosenNames(): readonly string[] {
  const all = [...BENCHMARKS.map((one) => one.name), MEMORY];
  if (options.only === undefined) return all;
  const names = options.only.split(",");
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    throw new BadRun(`no benchmark ${unknown.join(", ")}; there are ${all.join(", ")}`);
  }
  return names;
}

function prepare(
  benchmark: Benchmark,
  peers: readonly Peer[],
  skipped: { name: string; why: string }[],
): Running[] {
  try {
    const own = peers.filter(
      ({ name, isForSystem }) => benchmark.peers?.includes(name) ?? isForSystem !== true,
    );
    const argv = benchmark.prepare();
    const start = { samples: {}, failures: {}, spentMs: 0, longestMs: 0 };
    return [{ benchmark, argv, peers: own, ...start }];
  } catch (error) {
    if (!(error instanceof BadRun)) throw error;
    skipped.push({ name: benchmark.name, why: error.message });
    console.error(`${benchmark.name}: not run: ${error.message}`);
    return [];
  }
}

/** Its failures are those of the rounds. */
async function warmUp({ benchmark, argv }: Running): Promise<void> {
  const own = benchmark.options?.();
  const env = { ...kernelet.env, ...own?.env };
  for (let i = 0; i < (benchmark.warmUps ?? 0); i++) {
    await execute(kernelet.command(argv), { ...own, env }).catch(() => undefined);
  }
}

/** All peers once, each round starting with another. */
async function runRound(one: Running, round: number, rounds: number): Promise<void> {
  const { benchmark, peers } = one;
  const shift = round % peers.length;
  for (const peer of [...peers.slice(shift), ...peers.slice(0, shift)]) {
    // One that has failed would fail again.
    if (one.failures[peer.name] !== undefined) continue;
    try {
      const own = benchmark.options?.();
      const env = { ...peer.env, ...own?.env };
      const execution = await execute(peer.command(one.argv), { ...own, env });
      const sample = benchmark.read(execution);
      agree(one, peer, sample);
      one.samples[peer.name] = [...(one.samples[peer.name] ?? []), sample];
      const ms = Object.values(sample.ns).reduce((sum, ns) => sum + ns, 0) / 1e6;
      console.error(`${round}/${rounds} ${benchmark.name} ${peer.name}: ${ms.toFixed(1)} ms`);
    } catch (error) {
      if (!(error instanceof BadRun)) throw error;
      one.failures[peer.name] = error.message;
      console.error(`${round}/${rounds} ${benchmark.name} ${peer.name}: ${error.message}`);
    }
  }
}

/** A wrong result in no time is no result. */
function agree(one: Running, peer: Peer, sample: Sample): void {
  const others = Object.values(one.samples).flat();
  const differing = others.find((other) => other.checksum !== sample.checksum);
  if (differing === undefined) return;
  throw new BadRun(`${peer.name} computed ${sample.checksum}, others ${differing.checksum}`);
}

function asResult({ benchmark, samples, failures }: Running): BenchmarkResult {
  const { name, what, operations = 1 } = benchmark;
  return { name, what, operations, samples, failures };
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

function write(results: Results): void {
  const folder = join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  // The page docs/performance.md is made from the last whole run.
  const isWhole = options.only === undefined;
  const name = options.name ?? (isWhole ? "performance" : `${results.date}-${results.commit}`);
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
