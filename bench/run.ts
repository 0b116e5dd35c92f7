/**
 * `npm run bench`: every benchmark on every peer, in turn within each round, so that what else the machine does meets
 * them all alike. Raw results and a table go to bench/results.
 *
 *     npm run bench -- [--rounds 5] [--only nbody,getpid] [--name first-figures]
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, release, type } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark.ts";
import { BENCHMARKS } from "./benchmarks.ts";
import { execute, loadAverage } from "./execute.ts";
import { availablePeers, type Peer } from "./peers.ts";
import type { BenchmarkResult, Results } from "./results.ts";
import { BadRun, type Sample } from "./sample.ts";
import { markdown } from "./table.ts";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
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
}

async function main(): Promise<void> {
  const rounds = Number(options.rounds);
  if (!(rounds >= 1)) throw new BadRun(`--rounds ${options.rounds} is not a number of rounds`);
  const peers = availablePeers();
  const loadBefore = loadAverage();
  const skipped: { name: string; why: string }[] = [];
  const running = chosen().flatMap((benchmark) => prepare(benchmark, peers, skipped));
  for (let round = 1; round <= rounds; round++) {
    for (const one of running) await runRound(one, round, rounds);
  }
  write({
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    rounds,
    peers: peers.map((peer) => peer.name),
    machine: {
      processor: cpus()[0]?.model ?? "unknown",
      processors: availableParallelism(),
      system: `${type()} ${release().split("-")[0]}`,
      node: process.versions.node,
      loadBefore,
      loadAfter: loadAverage(),
    },
    benchmarks: running.map(asResult),
    skipped,
  });
}

function chosen(): readonly Benchmark[] {
  if (options.only === undefined) return BENCHMARKS;
  const names = options.only.split(",");
  const unknown = names.filter((name) => !BENCHMARKS.some((one) => one.name === name));
  if (unknown.length > 0) {
    const known = BENCHMARKS.map((one) => one.name).join(", ");
    throw new BadRun(`no benchmark ${unknown.join(", ")}; there are ${known}`);
  }
  return BENCHMARKS.filter((one) => names.includes(one.name));
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
    return [{ benchmark, argv: benchmark.prepare(), peers: own, samples: {}, failures: {} }];
  } catch (error) {
    if (!(error instanceof BadRun)) throw error;
    skipped.push({ name: benchmark.name, why: error.message });
    console.error(`${benchmark.name}: not run: ${error.message}`);
    return [];
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
      const execution = await execute(peer.command(one.argv), benchmark.options?.());
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
  const name = options.name ?? `${results.date}-${results.commit}`;
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(results, null, 1)}\n`);
  const table = markdown(results);
  writeFileSync(join(folder, `${name}.md`), table);
  console.log(table);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof BadRun)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
