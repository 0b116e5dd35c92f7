/** Everything that makes cases: a source per row, and some of instruction sequences. */
import { type Case, rowKey } from "./case.ts";
import type { Row } from "./cpu.ts";
import { generateCase } from "./generate.ts";
import { testedRows } from "./rows.ts";
import { generateSequence } from "./sequence.ts";

export interface CaseSource {
  readonly key: string;
  /** Its recording's file. */
  readonly group: string;
  /** The row, or undefined for sequences. */
  readonly row: Row | undefined;
  generate(seed: number, index: number): Case;
}

/** How many times as many sequences there are as cases of a row. */
const SEQUENCE_SOURCES = 16;

export function allSources(): CaseSource[] {
  const sources: CaseSource[] = testedRows().map((row) => ({
    key: rowKey(row),
    group: row.mnemonic,
    row,
    generate: (seed, index) => generateCase(row, seed, index),
  }));
  for (let n = 0; n < SEQUENCE_SOURCES; n++) {
    const key = `sequence ${n}`;
    sources.push({
      key,
      group: "sequence",
      row: undefined,
      generate: (seed, index) => generateSequence(key, seed, index),
    });
  }
  return sources;
}

export function byGroup(sources: readonly CaseSource[]): Map<string, CaseSource[]> {
  const map = new Map<string, CaseSource[]>();
  for (const source of sources) {
    const list = map.get(source.group);
    if (list === undefined) map.set(source.group, [source]);
    else list.push(source);
  }
  return map;
}

/** Sources whose key has every word: "add Ev", "cvttsd2si", "fae /4", "sequence". */
export function selectSources(sources: readonly CaseSource[], words: string): CaseSource[] {
  const wanted = words.split(/\s+/).filter((w) => w !== "");
  return sources.filter(({ key }) => {
    const parts = key.split(/[ ,]/);
    return key === words || wanted.every((w) => parts.includes(w));
  });
}
