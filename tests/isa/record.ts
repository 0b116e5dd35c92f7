/**
 * Records every row on this machine's processor: `node tests/isa/record.ts [--row "add Ev"] [--cases 256]`.
 * Rows whose recording is still true to the generator are left as they are; `--all` records them again.
 */
import { parseArgs } from "node:util";
import { SLOTS } from "./arena.ts";
import { type Case, rowKey } from "./case.ts";
import type { Row } from "./cpu.ts";
import { generateCase } from "./generate.ts";
import { record } from "./recorder.ts";
import {
  inputChecksum,
  loadRecording,
  pruneRecordings,
  type RecordedRow,
  type RowRecording,
  saveRecording,
} from "./recording.ts";
import { rowsByMnemonic, selectRows, testedRows } from "./rows.ts";

const { values } = parseArgs({
  options: {
    row: { type: "string" },
    cases: { type: "string", default: String(SLOTS) },
    all: { type: "boolean", default: false },
  },
});
const SEED = 1;
const count = Number(values.cases);

function casesOf(row: Row): Case[] {
  return Array.from({ length: count }, (_, i) => generateCase(row, SEED, i));
}

function isCurrent(recording: RowRecording | undefined, cases: readonly Case[]): boolean {
  return (
    recording !== undefined &&
    recording.seed === SEED &&
    recording.codes.length === cases.length &&
    recording.checksum === inputChecksum(cases)
  );
}

const everyRow = testedRows();
const groups = rowsByMnemonic(everyRow);
const selected = new Set(values.row === undefined ? everyRow : selectRows(everyRow, values.row));
let recorded = 0;
for (const [mnemonic, rows] of groups) {
  if (!rows.some((r) => selected.has(r))) continue;
  const existing = loadRecording(mnemonic);
  const out: RecordedRow[] = [];
  let changed = existing.size !== rows.length;
  for (const row of rows) {
    const key = rowKey(row);
    const cases = casesOf(row);
    const old = existing.get(key);
    if (isCurrent(old, cases) && !(values.all && selected.has(row))) {
      out.push({ key, seed: SEED, cases, outcomes: (old as RowRecording).outcomes(cases) });
      continue;
    }
    out.push({ key, seed: SEED, cases, outcomes: record(cases) });
    changed = true;
    recorded++;
  }
  if (changed) saveRecording(mnemonic, out);
}
if (values.row === undefined) pruneRecordings(new Set(groups.keys()));
console.log(`${recorded} of ${everyRow.length} rows recorded, ${count} cases each`);
