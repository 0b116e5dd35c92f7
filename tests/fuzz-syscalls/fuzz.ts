/** Draws sequences, runs them on both machines, and tells of each kind of difference once, as short as it gets. */
import { type Difference, explain, firstDifference, signature } from "./compare.ts";
import { EXPLAINED, type Explanation } from "./explained.ts";
import type { Machine } from "./machine.ts";
import { minimise } from "./minimise.ts";
import { FAMILIES, MORE_FAMILIES, type Sequence } from "./sequence.ts";

/** Steps of a sequence: enough to fill pipes and tables, few enough to get past what stops one. */
const STEPS = 250;
/** So often more must a difference show: a busy machine delays a call now and then, and has another outcome. */
const REPEATS = 2;
/** A sequence whose steps differ again and again is given up. */
const MOST_LEFT_OUT = 40;

export interface FuzzOptions {
  readonly host: Machine;
  readonly guest: Machine;
  readonly seconds: number;
  readonly seed: number;
  readonly families: readonly string[];
  readonly uids: readonly number[];
  /** For each kind of difference: the shortest sequence that was found in this time is told. */
  readonly minimiseSeconds: number;
  /** Those that root has here. */
  readonly capabilities: string;
  readonly say: (text: string) => void;
  /** Ends the run before its time. */
  readonly signal?: AbortSignal;
}

export interface FuzzResult {
  readonly sequences: number;
  readonly calls: number;
  /** Differences without explanation, by signature: how often. */
  readonly unexplained: ReadonlyMap<string, number>;
  readonly explained: ReadonlyMap<Explanation, number>;
  /** Seen once and not again: two clocks, two schedulers. By signature: how often. */
  readonly unstable: ReadonlyMap<string, number>;
}

export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const fuzzer = new Fuzzer(options);
  const end = performance.now() + options.seconds * 1000;
  for (let n = 0; performance.now() < end && options.signal?.aborted !== true; n++) {
    await fuzzer.sequence(options.seed + n, end);
  }
  return fuzzer;
}

class Fuzzer implements FuzzResult {
  readonly #options: FuzzOptions;
  sequences = 0;
  calls = 0;
  readonly unexplained: Map<string, number> = new Map();
  readonly explained: Map<Explanation, number> = new Map();
  readonly unstable: Map<string, number> = new Map();

  constructor(options: FuzzOptions) {
    this.#options = options;
  }

  async sequence(seed: number, endMs: number): Promise<void> {
    const { families, uids, capabilities } = this.#options;
    const family = families[seed % families.length] as string;
    const uid = uids[Math.floor(seed / families.length) % uids.length] as number;
    let sequence: Sequence = {
      seed,
      family,
      uid,
      capabilities,
      steps: Array.from({ length: STEPS }, (_, i) => i),
    };
    this.sequences++;
    this.calls += STEPS;
    for (let left = 0; left < MOST_LEFT_OUT && performance.now() < endMs; left++) {
      const difference = await this.#run(sequence);
      if (difference === null) return;
      await this.#judge(sequence, difference);
      if (difference.step < 0) return;
      sequence = { ...sequence, steps: sequence.steps.filter((step) => step !== difference.step) };
    }
  }

  async #run(sequence: Sequence): Promise<Difference | null> {
    const { host, guest } = this.#options;
    const [hostAnswer, guestAnswer] = await Promise.all([host.run(sequence), guest.run(sequence)]);
    return firstDifference(sequence, hostAnswer, guestAnswer);
  }

  async #judge(sequence: Sequence, difference: Difference): Promise<void> {
    const row = explain(difference, EXPLAINED);
    if (row !== undefined) {
      this.explained.set(row, (this.explained.get(row) ?? 0) + 1);
      return;
    }
    const kind = signature(difference);
    for (let again = 0; again < REPEATS; again++) {
      const found = await this.#run(sequence);
      if (found !== null && found.step === difference.step && signature(found) === kind) continue;
      this.unstable.set(kind, (this.unstable.get(kind) ?? 0) + 1);
      return;
    }
    const seen = this.unexplained.get(kind) ?? 0;
    this.unexplained.set(kind, seen + 1);
    if (seen === 0) await this.#tell(sequence, difference);
  }

  async #tell(sequence: Sequence, difference: Difference): Promise<void> {
    const { step } = difference;
    const kind = signature(difference);
    const at = step < 0 ? sequence.steps.length : sequence.steps.indexOf(step);
    const last = step < 0 ? [] : [step];
    const endMs = performance.now() + this.#options.minimiseSeconds * 1000;
    const before = await minimise(sequence.steps.slice(0, at), async (steps) => {
      if (performance.now() > endMs) return false;
      const found = await this.#run({ ...sequence, steps: [...steps, ...last] });
      return found !== null && found.step === step && signature(found) === kind;
    });
    const shortest = { ...sequence, steps: [...before, ...last] };
    const [host, guest] = [
      await this.#options.host.run(shortest),
      await this.#options.guest.run(shortest),
    ];
    const found = firstDifference(shortest, host, guest) ?? difference;
    const { seed, family, uid } = sequence;
    const lines = [`\nseed ${seed}, ${family}, user ${uid}, steps ${shortest.steps.join(",")}`];
    for (const number of before) lines.push(`    ${host.lines.get(number) ?? "?"}`);
    lines.push(`  host:  ${found.host}`, `  guest: ${found.guest}`);
    this.#options.say(lines.join("\n"));
  }
}

export function chooseFamilies(text: string | undefined): readonly string[] {
  if (text === undefined) return FAMILIES;
  return [...FAMILIES, ...MORE_FAMILIES].filter((name) => text.split(",").includes(name));
}
