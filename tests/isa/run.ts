/**
 * Compares rows with the processor or with the recordings and prints what differs:
 *
 *   node tests/isa/run.ts --row add --tier interpreter --live
 *   node tests/isa/run.ts --row "add Ev" --index 17 --verbose
 */
import { parseArgs } from "node:util";
import { SLOTS } from "./arena.ts";
import type { Case, Outcome } from "./case.ts";
import { check, type Failure } from "./check.ts";
import { EngineExecutor } from "./engine-executor.ts";
import { TIERS, type Tier } from "./executor.ts";
import { record } from "./recorder.ts";
import { loadRecording } from "./recording.ts";
import { describe } from "./report.ts";
import { allSources, selectSources } from "./sources.ts";

const { values } = parseArgs({
  options: {
    row: { type: "string", default: "" },
    tier: { type: "string" },
    live: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    cases: { type: "string", default: String(SLOTS) },
    index: { type: "string" },
    show: { type: "string", default: "1" },
  },
});

const tiers = values.tier === undefined ? TIERS : [values.tier as Tier];
const seed = Number(values.seed);
const show = Number(values.show);
const executor = new EngineExecutor();
let failedRows = 0;
const sources = selectSources(allSources(), values.row);
for (const source of sources) {
  const { key } = source;
  const first = values.index === undefined ? 0 : Number(values.index);
  const count = values.index === undefined ? Number(values.cases) : 1;
  const cases: Case[] = Array.from({ length: count }, (_, i) => source.generate(seed, first + i));
  const expected: Outcome[] = values.live
    ? record(cases)
    : (loadRecording(source.group).get(key)?.outcomes(cases) ?? []);
  if (expected.length === 0) {
    console.log(`${key}: no recording`);
    continue;
  }
  for (const tier of tiers) {
    let failures: Failure[];
    try {
      failures = check(executor, tier, cases, expected);
    } catch (error) {
      failedRows++;
      console.log(
        `FAIL ${key} (${tier}): ${error instanceof Error ? error.stack?.split("\n").slice(0, 4).join("\n     ") : error}`,
      );
      continue;
    }
    if (failures.length === 0) continue;
    failedRows++;
    console.log(`FAIL ${key} (${tier}): ${failures.length} of ${cases.length} cases`);
    for (const f of failures.slice(0, show)) console.log(describe(f));
  }
}
console.log(`${sources.length} sources, ${failedRows} source and tier pairs with differences`);
process.exitCode = failedRows === 0 ? 0 : 1;
