/** What the comparison covers and what it leaves out, as text. */
import { rowKey } from "./case.ts";
import { allRows, isEnabled } from "./cpu.ts";
import { leftOut, MEMORY_ONLY, TOLERANCES } from "./left-out.ts";
import { loadRecording } from "./recording.ts";
import { allSources, byGroup } from "./sources.ts";

export function coverageReport(tiers?: {
  readonly translated: number;
  readonly untranslated: number;
}): string {
  const groups = byGroup(allSources());
  let rows = 0;
  let recorded = 0;
  let cases = 0;
  let fewest = Number.POSITIVE_INFINITY;
  let sequences = 0;
  for (const [group, own] of groups) {
    const recordings = loadRecording(group);
    for (const { key, row } of own) {
      const count = recordings.get(key)?.codes.length ?? 0;
      if (row === undefined) {
        sequences += count;
        continue;
      }
      rows++;
      if (count > 0) recorded++;
      cases += count;
      fewest = Math.min(fewest, count);
    }
  }
  const lines = [
    `${recorded} of ${rows} rows recorded, ${cases} cases, at least ${fewest} per row; ${sequences} sequences`,
  ];
  if (tiers !== undefined && tiers.translated + tiers.untranslated > 0) {
    lines.push(
      `translator: ${tiers.translated} cases in regions, ${tiers.untranslated} left to the interpreter`,
    );
  }
  const byReason = new Map<string, string[]>();
  for (const row of allRows) {
    const entry = leftOut(row);
    const reason = !isEnabled(row.feature)
      ? `feature ${row.feature} is not reported`
      : entry?.reason;
    if (reason === undefined) continue;
    const list = byReason.get(reason);
    if (list === undefined) byReason.set(reason, [rowKey(row)]);
    else list.push(rowKey(row));
  }
  lines.push("left out:");
  for (const [reason, keys] of byReason) lines.push(`  ${keys.join("; ")}: ${reason}`);
  for (const m of MEMORY_ONLY)
    lines.push(`  register form of ${m.opcode.toString(16)}: ${m.reason}`);
  lines.push("compared in part:");
  for (const t of TOLERANCES) {
    const names = [...groups.keys()].filter((m) => t.mnemonics.test(m));
    if (names.length > 0) lines.push(`  ${names.join(" ")}: ${t.reason}`);
  }
  lines.push(
    "  16-bit shld, shrd by more than 16: undefined",
    "  MXCSR exception flags and unmasked SSE exceptions: not modelled",
  );
  return lines.join("\n");
}

if (import.meta.main) console.log(coverageReport());
