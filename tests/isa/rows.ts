/** The rows under test, by mnemonic. */
import { rowKey } from "./case.ts";
import { allRows, isEnabled, type Row } from "./cpu.ts";
import { leftOut } from "./left-out.ts";

/** Rows the decoder can give, in the table's order; a row written down twice counts once. */
export function testedRows(): Row[] {
  const seen = new Set<string>();
  return allRows.filter((row) => {
    const key = rowKey(row);
    if (!isEnabled(row.feature) || leftOut(row) !== undefined || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export function rowsByMnemonic(rows: readonly Row[]): Map<string, Row[]> {
  const map = new Map<string, Row[]>();
  for (const row of rows) {
    const list = map.get(row.mnemonic);
    if (list === undefined) map.set(row.mnemonic, [row]);
    else list.push(row);
  }
  return map;
}

/** Rows whose key matches every word: "add Ev", "cvttsd2si", "0fae /4". */
export function selectRows(rows: readonly Row[], words: string): Row[] {
  const wanted = words.split(/\s+/).filter((w) => w !== "");
  return rows.filter((row) => {
    const parts = rowKey(row).split(/[ ,]/);
    return wanted.every((w) => parts.includes(w) || rowKey(row) === words);
  });
}
