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
