/**
 * A share of a processor, as a cgroup's cpu.max gives it: what is not used is kept for a tenth of a second and no longer, and what
 * was used too much is owed. All threads of the process count, for all of them cost the host something.
 */

const PERIOD_MS = 100;
/** Worth a rest's end. */
const LEAST_RUN_MS = 5;

export interface CpuClocks {
  wallMs(): number;
  /** Processor time of the process so far. */
  usedMs(): number;
}

export class CpuQuota {
  readonly #share: number;
  readonly #clocks: CpuClocks;
  #atMs: number;
  #usedMs: number;
  /** What may be used before it must rest; below 0 it owes. */
  #leftMs: number;

  /** @param share above 0, below 1. */
  constructor(share: number, clocks: CpuClocks) {
    this.#share = share;
    this.#clocks = clocks;
    this.#atMs = clocks.wallMs();
    this.#usedMs = clocks.usedMs();
    this.#leftMs = this.#mostMs;
  }

  get #mostMs(): number {
    return this.#share * PERIOD_MS;
  }

  /** How long nothing may run from now on; 0: it may go on. */
  restMs(): number {
    const atMs = this.#clocks.wallMs();
    const usedMs = this.#clocks.usedMs();
    const earned = (atMs - this.#atMs) * this.#share;
    this.#leftMs = Math.min(this.#mostMs, this.#leftMs + earned - (usedMs - this.#usedMs));
    this.#atMs = atMs;
    this.#usedMs = usedMs;
    if (this.#leftMs > 0) return 0;
    return (Math.min(this.#mostMs, LEAST_RUN_MS) - this.#leftMs) / this.#share;
  }
}
