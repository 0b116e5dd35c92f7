/** One run of one benchmark on one peer. */

export interface Sample {
  /** Nanoseconds of each thing measured; one name, or a suite's several. */
  readonly ns: Readonly<Record<string, number>>;
  /** Of memory, or of what was read; where that is measured. */
  readonly bytes?: Readonly<Record<string, number>>;
  /** What was computed. Differs between peers only if one of them computes wrongly. */
  readonly checksum: string;
}

/** What a benchmark's program printed could not be understood, or it failed. */
export class BadRun extends Error {
  override readonly name = "BadRun";
}
