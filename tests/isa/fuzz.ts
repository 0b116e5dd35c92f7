/**
 * Random instructions against this machine's processor, for as long as wanted: `npm run fuzz:isa`.
 *
 *   --seconds N     stop after that long (default: never)
 *   --row "add Ev"  only these rows
 *   --tier T        interpreter or translator (default: both)
 *   --seed N        first seed (default: from the clock); the one of a failure is in its report
 *   --cases N       cases per row and round (default 32)
 *   --keep-going    report and go on; default is to stop at the first ten rows that differ
 *
 * Each failure is made smaller before it is printed: registers and memory that don't matter are zeroed.
 */
import { parseArgs } from "node:util";
import { type Case, rowKey } from "./case.ts";
import { check, type Failure } from "./check.ts";
import type { Row } from "./cpu.ts";
import { EngineExecutor } from "./engine-executor.ts";
import { TIERS, type Tier } from "./executor.ts";
import { generateCase } from "./generate.ts";
import { minimize } from "./minimize.ts";
import { Prng } from "./prng.ts";
import { record } from "./recorder.ts";
import { describe } from "./report.ts";
import { selectRows, testedRows } from "./rows.ts";

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
/** Rows whose cases go to the recorder together. */
const ROWS_AT_ONCE = 64;
const REPORT_EVERY_MS = 30_000;

const rows = selectRows(testedRows(), values.row);
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

function shuffled(all: readonly Row[], prng: Prng): Row[] {
  const list = [...all];
  for (let i = list.length - 1; i > 0; i--) {
    const j = prng.below(i + 1);
    [list[i], list[j]] = [list[j] as Row, list[i] as Row];
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

function runRows(some: readonly Row[]): void {
  const cases: Case[][] = some.map((row) =>
    Array.from({ length: perRow }, (_, i) => generateCase(row, seed, i)),
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
          `\nseed ${seed}: ${rowKey(some[i] as Row)} (${tier}): ${error instanceof Error ? error.stack : error}`,
        );
      }
    }
    casesRun += own.length;
  });
}

function status(): string {
  const seconds = Math.round((Date.now() - start) / 1000);
  return `${casesRun} cases of ${rows.length} rows in ${seconds} s, ${failures} differ`;
}

const hasEnough = (): boolean => !values["keep-going"] && reported.size >= MAX_ROWS_REPORTED;
while (Date.now() < end && !hasEnough()) {
  const order = shuffled(rows, new Prng(seed));
  for (let i = 0; i < order.length && Date.now() < end && !hasEnough(); i += ROWS_AT_ONCE) {
    runRows(order.slice(i, i + ROWS_AT_ONCE));
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
