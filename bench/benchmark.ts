/** What a benchmark is. benchmarks.ts has them as rows. */
import type { ExecuteOptions, Execution } from "./execute.ts";
import type { Sample } from "./sample.ts";

export interface Benchmark {
  readonly name: string;
  /** What is measured, for the table's reader. */
  readonly what: string;
  /** Makes what is needed. Throws BadRun where something is missing. @returns what to run. */
  prepare(): readonly string[];
  /** Reads a run's times from what it printed or took. */
  read(execution: Execution): Sample;
  /** Before each run of each peer, not measured. */
  options?(): ExecuteOptions;
  /** More options of `kernelet do`. */
  readonly kerneletOptions?: readonly string[];
  /** Peers that run it; all but those for system calls if absent. */
  readonly peers?: readonly string[];
  /** So often it runs here before it is measured: what earlier runs have decoded and translated is there then. */
  readonly warmUps?: number;
  /** Divides the time: the figure is per operation. */
  readonly operations?: number;
}
