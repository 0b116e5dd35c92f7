/** Figures of containers beside their goals. */
import { type Judged, OWN, UNKNOWN } from "../judge.ts";
import type { Results } from "../results.ts";
import { duration, figureOf, mib, rate } from "../table.ts";
import type { FigureGoal } from "./goals.ts";

export function judgeFigure(goal: FigureGoal, { benchmarks, peers }: Results): Judged {
  const { benchmark, kind, figure, beyond, most, aheadOf } = goal;
  const result = benchmarks.find(({ name }) => name === benchmark);
  if (result === undefined) return UNKNOWN;
  const medianOf = (peer: string): number | undefined => {
    const value = figureOf(result, peer, kind, figure);
    if (beyond === undefined || value === undefined) return value;
    const base = figureOf(result, peer, kind, beyond);
    return base === undefined ? undefined : value - base;
  };
  const show = kind === "bytes" ? mib : result.isRate === true ? rate : duration;
  const shown: Record<string, string> = {};
  for (const peer of peers) {
    const value = medianOf(peer);
    if (value !== undefined) shown[peer] = show(value);
  }
  const own = medianOf(OWN);
  if (own === undefined) return UNKNOWN;
  const limit = aheadOf === undefined ? most : medianOf(aheadOf);
  if (limit === undefined) return { ...UNKNOWN, own: show(own), peers: shown };
  return { verdict: own <= limit ? "met" : "missed", own: show(own), peers: shown };
}
