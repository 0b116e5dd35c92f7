/** A benchmark that is made ready: what run.ts goes round with. */
import type { Group } from "./results.ts";
import type { Sample } from "./sample.ts";

export interface Trial {
  readonly name: string;
  readonly what: string;
  readonly group?: Group;
  /** Divides times: a figure is per operation. */
  readonly operations: number;
  /** Its times are of operations, and shown as operations a second. */
  readonly isRate?: boolean;
  /** No further round begins that would take it beyond. */
  readonly seconds: number;
  readonly subjects: readonly Subject[];
  /** Once, before its first round. */
  warmUp(): Promise<void>;
}

/** A peer in it. */
export interface Subject {
  readonly name: string;
  /** @throws BadRun */
  measure(): Promise<Sample>;
}
