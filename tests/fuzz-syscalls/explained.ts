/**
 * Differences from Linux that are meant, or that lie in the machines and not in the kernels. A row names the call
 * with its arguments and results as narrowly as it can; the step is then left out, and the rest compared.
 */

export interface Explanation {
  /** The line on the host's kernel: "name(arguments) = result". */
  readonly host: RegExp;
  /** The line in the sandbox. */
  readonly guest: RegExp;
  readonly why: string;
}

// biome-ignore format: one row per difference.
export const EXPLAINED: readonly Explanation[] = [
];
