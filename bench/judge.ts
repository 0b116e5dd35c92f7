/** Results beside goals. */
import type { Goal } from "./goals.ts";
import type { BenchmarkResult, Results } from "./results.ts";
import { geometricMean } from "./statistics.ts";
import { duration, ratio, timeOf } from "./table.ts";

export interface Judged {
  readonly verdict: "met" | "missed" | "unknown";
  readonly own: string;
  /** The same of other peers, where they have all that it takes. */
  readonly peers: Readonly<Record<string, string>>;
}

export const OWN = "kernelet";
export const UNKNOWN: Judged = { verdict: "unknown", own: "–", peers: {} };

export function judge(goal: Goal, results: Results): Judged {
  const { limit } = goal;
  if (limit.kind === "memory") return judgeMemory(limit, results);
  const figure = (peer: string): number | undefined => {
    const values = goal.benchmarks.map((name) => figureOf(find(results, name), peer, limit.kind));
    const known = values.filter((value) => value !== undefined);
    return known.length === goal.benchmarks.length ? geometricMean(known) : undefined;
  };
  const own = figure(OWN);
  if (own === undefined) return UNKNOWN;
  const show = (value: number): string =>
    limit.kind === "times" ? `${value.toFixed(2)}x` : duration(value);
  const peers: Record<string, string> = {};
  for (const peer of results.peers) {
    const value = peer === OWN || peer === "native" ? undefined : figure(peer);
    if (value !== undefined) peers[peer] = show(value);
  }
  const other = goal.aheadOf === undefined ? undefined : figure(goal.aheadOf);
  const isAhead = goal.aheadOf === undefined || (other !== undefined && own < other);
  return { verdict: own <= limit.most && isAhead ? "met" : "missed", own: show(own), peers };
}

function find(results: Results, name: string): BenchmarkResult | undefined {
  return results.benchmarks.find((one) => one.name === name);
}

function figureOf(
  result: BenchmarkResult | undefined,
  peer: string,
  kind: "times" | "time",
): number | undefined {
  if (result === undefined) return undefined;
  return kind === "times" ? ratio(result, peer) : timeOf(result, peer);
}

function judgeMemory(
  { most, of }: Goal["limit"] & { kind: "memory" },
  { memory }: Results,
): Judged {
  if (memory === null) return UNKNOWN;
  const bytes =
    of === "idle" ? memory.idle - memory.node : memory.afterTwice - memory.afterProcesses;
  const own = `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
  return { verdict: bytes <= most ? "met" : "missed", own, peers: {} };
}
