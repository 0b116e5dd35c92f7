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
  const { machine, peers } = results;
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const lines = [
    "Time against native (medians of interleaved runs; in brackets the time itself and half the distance between its",
    "quartiles). Smaller is better.",
    "",
    `${machine.processor}, ${machine.processors} processors, ${machine.system}; Node ${machine.node}; ` +
      `at most ${results.rounds} rounds; load ${machine.loadBefore} before, ${machine.loadAfter} after; ` +
      `${results.date}, commit ${results.commit}`,
    "",
    row(["benchmark", "rounds", ...peers, "what"]),
    row(["---", "--:", ...peers.map(() => "--:"), "---"]),
    ...results.benchmarks.map((result) =>
      row([
        result.name,
        String(Math.max(0, ...Object.values(result.samples).map((samples) => samples.length))),
        ...peers.map((peer) => cell(result, peer)),
        result.what,
      ]),
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
  const notes = results.benchmarks.flatMap((result) =>
    Object.entries(result.failures).map(([peer, why]) => `- ${result.name}, ${peer}: ${why}`),
  );
  const skipped = results.skipped.map(({ name, why }) => `- ${name}: not run: ${why}`);
  if (notes.length + skipped.length > 0) lines.push("Not measured:", "", ...notes, ...skipped, "");
  return lines.join("\n");
}

function mib(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
}
