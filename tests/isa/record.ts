/**
 * Records every row on this machine's processor: `node tests/isa/record.ts [--row "add Ev"] [--cases 256]`.
 * Rows whose recording is still true to the generator are left as they are; `--all` records them again.
 */
import { parseArgs } from "node:util";
import { SLOTS } from "./arena.ts";
import type { Case } from "./case.ts";
import { record } from "./recorder.ts";
import {
  inputChecksum,
  loadRecording,
  pruneRecordings,
  type RecordedRow,
  type RowRecording,
  saveRecording,
} from "./recording.ts";
import { allSources, byGroup, type CaseSource, selectSources } from "./sources.ts";

const { values } = parseArgs({
  options: {
    row: { type: "string" },
    cases: { type: "string", default: String(SLOTS) },
    all: { type: "boolean", default: false },
  },
});
const SEED = 1;
const count = Number(values.cases);

function casesOf(source: CaseSource): Case[] {
  return Array.from({ length: count }, (_, i) => source.generate(SEED, i));
}

function isCurrent(recording: RowRecording | undefined, cases: readonly Case[]): boolean {
  return (
    recording !== undefined &&
    recording.seed === SEED &&
    recording.codes.length === cases.length &&
    recording.checksum === inputChecksum(cases)
  );
}

const sources = allSources();
const groups = byGroup(sources);
const selected = new Set(values.row === undefined ? sources : selectSources(sources, values.row));
let recorded = 0;
for (const [group, own] of groups) {
  if (!own.some((s) => selected.has(s))) continue;
  const existing = loadRecording(group);
  const out: RecordedRow[] = [];
  let changed = existing.size !== own.length;
  for (const source of own) {
    const { key } = source;
    const cases = casesOf(source);
    const old = existing.get(key);
    if (isCurrent(old, cases) && !(values.all && selected.has(source))) {
      out.push({ key, seed: SEED, cases, outcomes: (old as RowRecording).outcomes(cases) });
      continue;
    }
    out.push({ key, seed: SEED, cases, outcomes: record(cases) });
    changed = true;
    recorded++;
  }
  if (changed) saveRecording(group, out);
}
if (values.row === undefined) pruneRecordings(new Set(groups.keys()));
console.log(`${recorded} of ${sources.length} sources recorded, ${count} cases each`);
