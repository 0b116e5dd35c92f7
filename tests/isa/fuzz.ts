/**
 * Random instructions, and sequences of them, against this machine's processor, for as long as wanted: `npm run fuzz:isa`.
 *
 *   --seconds N     stop after that long (default: never)
 *   --row "add Ev"  only these rows ("sequence": sequences only)
 *   --tier T        interpreter or translator (default: both)
 *   --seed N        first seed (default: from the clock); the one of a failure is in its report
 *   --cases N       cases per row and round (default 32)
 *   --keep-going    report and go on; default is to stop at the first ten rows that differ
 *
 * Each failure is made smaller before it is printed: registers and memory that don't matter are zeroed.
 */
import { parseArgs } from "node:util";
import type { Case } from "./case.ts";
import { check, type Failure } from "./check.ts";
import { EngineExecutor } from "./engine-executor.ts";
import { TIERS, type Tier } from "./executor.ts";
import { minimize } from "./minimize.ts";
import { Prng } from "./prng.ts";
import { record } from "./recorder.ts";
import { describe } from "./report.ts";
import { allSources, type CaseSource, selectSources } from "./sources.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string" },
    row: { type: "string", default: "" },
    tier: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 0x7fff_ffff) },
    cases: { type: "string", default: "32" },
    "keep-going": { type: "boolean", default: false },
  },
});

const MAX_ROWS_REPORTED = 10;
/** Sources whose cases go to the recorder together. */
const SOURCES_AT_ONCE = 64;
const REPORT_EVERY_MS = 30_000;

const sources = selectSources(allSources(), values.row);
const tiers = values.tier === undefined ? TIERS : [values.tier as Tier];
const perRow = Number(values.cases);
const start = Date.now();
const end =
  values.seconds === undefined ? Number.POSITIVE_INFINITY : start + 1000 * Number(values.seconds);
const executor = new EngineExecutor();
const reported = new Set<string>();
let seed = Number(values.seed);
let casesRun = 0;
let failures = 0;
let nextReport = start + REPORT_EVERY_MS;

function shuffled(all: readonly CaseSource[], prng: Prng): CaseSource[] {
  const list = [...all];
  for (let i = list.length - 1; i > 0; i--) {
    const j = prng.below(i + 1);
    [list[i], list[j]] = [list[j] as CaseSource, list[i] as CaseSource];
  }
  return list;
}

function reportFailure(failure: Failure): void {
  failures++;
  const key = `${failure.case.rowKey} ${failure.tier}`;
  if (reported.has(key)) return;
  reported.add(key);
  console.log(`\nseed ${seed}\n${describe(minimize(executor, failure))}`);
}

function runSources(some: readonly CaseSource[]): void {
  const cases: Case[][] = some.map((source) =>
    Array.from({ length: perRow }, (_, i) => source.generate(seed, i)),
  );
  const outcomes = record(cases.flat());
  cases.forEach((own, i) => {
    const expected = outcomes.slice(i * perRow, (i + 1) * perRow);
    for (const tier of tiers) {
      try {
        for (const failure of check(executor, tier, own, expected)) reportFailure(failure);
      } catch (error) {
        failures++;
        console.log(
          `\nseed ${seed}: ${(some[i] as CaseSource).key} (${tier}): ${error instanceof Error ? error.stack : error}`,
        );
      }
    }
    casesRun += own.length;
  });
}

function status(): string {
  const seconds = Math.round((Date.now() - start) / 1000);
  return `${casesRun} cases of ${sources.length} sources in ${seconds} s, ${failures} differ`;
}

const hasEnough = (): boolean => !values["keep-going"] && reported.size >= MAX_ROWS_REPORTED;
while (Date.now() < end && !hasEnough()) {
  const order = shuffled(sources, new Prng(seed));
  for (let i = 0; i < order.length && Date.now() < end && !hasEnough(); i += SOURCES_AT_ONCE) {
    runSources(order.slice(i, i + SOURCES_AT_ONCE));
    if (Date.now() >= nextReport) {
      console.log(status());
      nextReport = Date.now() + REPORT_EVERY_MS;
    }
  }
  seed++;
}
console.log(
  `${status()}; tiers: ${tiers.join(", ")}; ${executor.untranslated} of ${executor.translated + executor.untranslated} cases without a region`,
);
process.exitCode = failures === 0 ? 0 : 1;
