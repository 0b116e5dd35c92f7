/**
 * The recordings of a real processor against the interpreter and the translator: every row, all its cases. Rows without
 * a recording, and recordings that no longer fit their row or the generator, fail too (`npm run record:isa`).
 */
import { afterAll, describe, expect, test } from "vitest";
import type { Case } from "./case.ts";
import { check } from "./check.ts";
import { coverageReport } from "./coverage.ts";
import { EngineExecutor } from "./engine-executor.ts";
import { TIERS } from "./executor.ts";
import { inputChecksum, loadRecording, type RowRecording } from "./recording.ts";
import { describe as describeFailure } from "./report.ts";
import { allSources, byGroup, type CaseSource } from "./sources.ts";

/** What issue 2 promises of every row. */
const MIN_CASES = 200;
const SHOWN = 3;

const executor = new EngineExecutor();
const groups = byGroup(allSources());

function casesOf(source: CaseSource, recording: RowRecording | undefined): Case[] {
  const { key } = source;
  if (recording === undefined) throw new Error(`${key} has no recording`);
  const cases = recording.codes.map((_, i) => source.generate(recording.seed, i));
  const stale = cases.find(
    (c, i) => Buffer.compare(c.code, recording.codes[i] as Uint8Array) !== 0,
  );
  if (stale !== undefined)
    throw new Error(`${key}: the recording has other instructions (#${stale.index})`);
  if (inputChecksum(cases) !== recording.checksum)
    throw new Error(`${key}: the recording has other inputs`);
  return cases;
}

describe.each([...groups])("%s", (group, sources) => {
  test("does what the processor does", { timeout: 120_000 }, () => {
    const recordings = loadRecording(group);
    for (const source of sources) {
      const recording = recordings.get(source.key);
      const cases = casesOf(source, recording);
      expect(cases.length).toBeGreaterThanOrEqual(MIN_CASES);
      const expected = recording?.outcomes(cases) ?? [];
      for (const tier of TIERS) {
        const failures = check(executor, tier, cases, expected, SHOWN);
        expect(failures.map(describeFailure).join("\n\n")).toBe("");
      }
    }
  });
});

afterAll(() => {
  console.log(coverageReport(executor));
});
