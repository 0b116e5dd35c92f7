/** A benchmark under way: its peers in turn, round for round, and what came of it. */
import type { BenchmarkResult } from "./results.ts";
import { BadRun, type Sample } from "./sample.ts";
import type { Subject, Trial } from "./trial.ts";

export class Running {
  readonly trial: Trial;
  readonly #samples: Record<string, Sample[]> = {};
  readonly #failures: Record<string, string> = {};
  /** On it so far, and in its longest round. */
  #spentMs = 0;
  #longestMs = 0;

  constructor(trial: Trial) {
    this.trial = trial;
  }

  get result(): BenchmarkResult {
    const { name, what, group, operations, isRate = false } = this.trial;
    return {
      ...{ name, what, ...(group !== undefined && { group }), operations },
      ...{ ...(isRate && { isRate }), samples: this.#samples, failures: this.#failures },
    };
  }

  /** All peers once, each round starting with another; nothing where no time is left. */
  async round(round: number, rounds: number): Promise<void> {
    const { subjects, seconds } = this.trial;
    if (round > 1 && this.#spentMs + this.#longestMs > seconds * 1000) return;
    const start = performance.now();
    if (round === 1) await this.trial.warmUp();
    const measured = performance.now();
    const shift = round % subjects.length;
    for (const subject of [...subjects.slice(shift), ...subjects.slice(0, shift)]) {
      // One that has failed would fail again.
      if (this.#failures[subject.name] === undefined) {
        const came = await this.#measure(subject);
        console.error(`${round}/${rounds} ${this.trial.name} ${subject.name}: ${came}`);
      }
    }
    this.#spentMs += performance.now() - start;
    this.#longestMs = Math.max(this.#longestMs, performance.now() - measured);
  }

  /** @returns what came of it, for who watches. */
  async #measure(subject: Subject): Promise<string> {
    const { name } = subject;
    try {
      const sample = await subject.measure();
      this.#agree(name, sample);
      this.#samples[name] = [...(this.#samples[name] ?? []), sample];
      return Object.entries({ ...sample.ns, ...sample.bytes })
        .map(([figure, value]) => `${figure} ${(value / 1e6).toFixed(3)}`)
        .join(", ");
    } catch (error) {
      if (!(error instanceof BadRun)) throw error;
      this.#failures[name] = error.message;
      return error.message;
    }
  }

  /** A wrong result in no time is no result. */
  #agree(name: string, sample: Sample): void {
    const others = Object.values(this.#samples).flat();
    const differing = others.find((other) => other.checksum !== sample.checksum);
    if (differing === undefined) return;
    throw new BadRun(`${name} computed ${sample.checksum}, others ${differing.checksum}`);
  }
}
