/** The raw results of a run, as they are written to bench/results. */
import type { MemoryFigures } from "./memory.ts";
import type { Sample } from "./sample.ts";

/** Benchmarks with peers, and a table, of their own. */
export type Group = "containers";

/** A benchmark or peer that was not measured. */
export interface LeftOut {
  readonly name: string;
  readonly why: string;
}

export interface BenchmarkResult {
  readonly name: string;
  readonly what: string;
  readonly group?: Group;
  readonly operations: number;
  /** Its times are of operations, and shown as operations a second. */
  readonly isRate?: boolean;
  /** By peer, in the order of the rounds. Long benchmarks have fewer than `Results.rounds`. */
  readonly samples: Readonly<Record<string, readonly Sample[]>>;
  /** By peer: why it has no samples, or not all. */
  readonly failures: Readonly<Record<string, string>>;
}

export interface Results {
  readonly date: string;
  readonly commit: string;
  readonly rounds: number;
  readonly peers: readonly string[];
  readonly machine: {
    readonly processor: string;
    readonly processors: number;
    readonly system: string;
    readonly node: string;
    readonly loadBefore: string;
    readonly loadAfter: string;
  };
  readonly benchmarks: readonly BenchmarkResult[];
  /** null where it was not asked for or could not be measured. */
  readonly memory: MemoryFigures | null;
  readonly skipped: readonly LeftOut[];
}
