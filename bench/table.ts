/** Results as a Markdown table. */
import type { BenchmarkResult, Results } from "./results.ts";
import { geometricMean, median, spread } from "./statistics.ts";

/** Ratios of medians against native, over all figures of a benchmark. */
export function ratio(result: BenchmarkResult, peer: string): number | undefined {
  const own = result.samples[peer];
  const base = result.samples.native;
  if (own === undefined || base === undefined || own.length === 0 || base.length === 0)
    return undefined;
  const names = Object.keys(own[0]?.ns ?? {});
  const values = (samples: typeof own, name: string) =>
    samples.map((sample) => sample.ns[name] as number);
  return geometricMean(names.map((name) => median(values(own, name)) / median(values(base, name))));
}

function total(result: BenchmarkResult, peer: string): readonly number[] {
  return (result.samples[peer] ?? []).map((sample) =>
    Object.values(sample.ns).reduce((sum, ns) => sum + ns, 0),
  );
}

/** The median time of one operation. */
export function timeOf(result: BenchmarkResult, peer: string): number | undefined {
  const values = total(result, peer);
  return values.length === 0 ? undefined : median(values) / result.operations;
}

/** The medians of a figure of a benchmark that has several. */
export function figureOf(
  { samples }: BenchmarkResult,
  peer: string,
  kind: "ns" | "bytes",
  figure: string,
): number | undefined {
  const values = (samples[peer] ?? [])
    .map((sample) => sample[kind]?.[figure])
    .filter((value) => value !== undefined);
  return values.length === 0 ? undefined : median(values);
}

/** Operations a second. */
export function rate(ns: number): string {
  return `${Math.round(1e9 / ns).toLocaleString("en-US")}/s`;
}

export function duration(ns: number): string {
  if (ns < 1e3) return `${ns.toFixed(0)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(1)} µs`;
  if (ns < 1e9) return `${(ns / 1e6).toFixed(1)} ms`;
  return `${(ns / 1e9).toFixed(2)} s`;
}

function cell(result: BenchmarkResult, peer: string): string {
  const values = total(result, peer);
  if (values.length === 0) return result.failures[peer] === undefined ? "–" : "failed";
  const time = `${duration(median(values) / result.operations)} ±${(spread(values) * 100).toFixed(0)} %`;
  const times = ratio(result, peer);
  return peer === "native" || times === undefined ? time : `**${times.toFixed(2)}x** (${time})`;
}

export function markdown(results: Results): string {
  return `# Benchmarks, ${results.date}

Written by \`npm run bench\`; the raw results lie beside this file.

${measurements(results)}`;
}

/** All benchmarks, where they ran, and what could not be measured. */
export function measurements(results: Results): string {
  const benchmarks = results.benchmarks.filter(({ group }) => group === undefined);
  const containers = results.benchmarks.filter(({ group }) => group === "containers");
  const lines = [
    ...(benchmarks.length > 0 || containers.length === 0 ? commandLines(results, benchmarks) : []),
    ...(containers.length > 0 ? containerLines(results, containers) : []),
  ];
  const notes = results.benchmarks.flatMap((result) =>
    Object.entries(result.failures).map(([peer, why]) => `- ${result.name}, ${peer}: ${why}`),
  );
  const skipped = results.skipped.map(({ name, why }) => `- ${name}: not run: ${why}`);
  if (notes.length + skipped.length > 0) lines.push("Not measured:", "", ...notes, ...skipped, "");
  return lines.join("\n");
}

function where({ machine, rounds, date, commit }: Results): string {
  return (
    `${machine.processor}, ${machine.processors} processors, ${machine.system}; Node ${machine.node}; ` +
    `at most ${rounds} rounds; load ${machine.loadBefore} before, ${machine.loadAfter} after; ` +
    `${date}, commit ${commit}`
  );
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** Those of `results` that have a part in these benchmarks. */
function peersOf({ peers }: Results, benchmarks: readonly BenchmarkResult[]): readonly string[] {
  return peers.filter((peer) =>
    benchmarks.some(({ samples, failures }) => peer in samples || peer in failures),
  );
}

function roundsOf({ samples }: BenchmarkResult): string {
  return String(Math.max(0, ...Object.values(samples).map(({ length }) => length)));
}

function commandLines(results: Results, benchmarks: readonly BenchmarkResult[]): string[] {
  const peers = peersOf(results, benchmarks);
  const lines = [
    "Time against native (medians of interleaved runs; in brackets the time itself and half the distance between its",
    "quartiles). Smaller is better.",
    "",
    where(results),
    "",
    row(["benchmark", "rounds", ...peers, "what"]),
    row(["---", "--:", ...peers.map(() => "--:"), "---"]),
    ...benchmarks.map((result) =>
      row([result.name, roundsOf(result), ...peers.map((peer) => cell(result, peer)), result.what]),
    ),
    "",
  ];
  if (results.memory !== null) {
    const { node, idle, afterProcesses, afterTwice } = results.memory;
    lines.push(
      `Memory (proportional set size): Node ${mib(node)}, an idle sandbox ${mib(idle)}, after 1,000 short ` +
        `processes ${mib(afterProcesses)}, after 2,000 ${mib(afterTwice)}.`,
      "",
    );
  }
  return lines;
}

/** A line for each figure. */
function containerLines(results: Results, benchmarks: readonly BenchmarkResult[]): string[] {
  const peers = peersOf(results, benchmarks);
  return [
    "Containers of the same files, by medians of interleaved runs (in brackets half the distance between the quartiles).",
    "",
    where(results),
    "",
    row(["benchmark", "figure", "rounds", ...peers]),
    row(["---", "---", "--:", ...peers.map(() => "--:")]),
    ...benchmarks.flatMap((result) =>
      figuresOf(result).map(([kind, figure]) =>
        row([
          ...[result.name, figure, roundsOf(result)],
          ...peers.map((peer) => figureCell(result, peer, kind, figure)),
        ]),
      ),
    ),
    "",
    ...benchmarks.map(({ name, what }) => `- ${name}: ${what}.`),
    "",
  ];
}

function figuresOf({ samples }: BenchmarkResult): ["ns" | "bytes", string][] {
  const all = Object.values(samples).flat();
  const names = (kind: "ns" | "bytes"): string[] => [
    ...new Set(all.flatMap((sample) => Object.keys(sample[kind] ?? {}))),
  ];
  return [
    ...names("ns").map((name): ["ns", string] => ["ns", name]),
    ...names("bytes").map((name): ["bytes", string] => ["bytes", name]),
  ];
}

function figureCell(
  result: BenchmarkResult,
  peer: string,
  kind: "ns" | "bytes",
  figure: string,
): string {
  const value = figureOf(result, peer, kind, figure);
  if (value === undefined) return result.failures[peer] === undefined ? "–" : "failed";
  const all = (result.samples[peer] ?? []).map((sample) => sample[kind]?.[figure] ?? value);
  const show = kind === "bytes" ? mib : result.isRate === true ? rate : duration;
  return `${show(value)} (±${(spread(all) * 100).toFixed(0)} %)`;
}

export function mib(bytes: number): string {
  const kib = bytes / 1024;
  return Math.abs(kib) < 1024 ? `${kib.toFixed(0)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}
