/** The decoder against an encoder written without it. */
import { expect, test } from "vitest";
import { rowKey } from "./case.ts";
import { allRows, decode, isEnabled } from "./cpu.ts";
import { generateCase } from "./generate.ts";

const INSTANCES = 100;
const SEED = 7;

test("decodes every instance of every row back to the row it was made from", {
  timeout: 60_000,
}, () => {
  const wrong: string[] = [];
  for (const row of allRows) {
    if (!isEnabled(row.feature)) continue;
    const key = rowKey(row);
    for (let i = 0; i < INSTANCES; i++) {
      const { code, pc } = generateCase(row, SEED, i);
      const insn = decode(code, 0, code.length, pc);
      if (insn.row !== undefined && rowKey(insn.row) === key && insn.length === code.length)
        continue;
      const got = insn.row === undefined ? insn.kind : `${rowKey(insn.row)}, ${insn.length} bytes`;
      wrong.push(`${key}: ${Buffer.from(code).toString("hex")} gave ${got}`);
      break;
    }
  }
  expect(wrong).toEqual([]);
});

test("tells a truncated instance from a whole one", () => {
  for (const row of allRows) {
    if (!isEnabled(row.feature)) continue;
    const { code, pc } = generateCase(row, SEED, 0);
    for (let end = 0; end < code.length; end++) {
      const insn = decode(code, 0, end, pc);
      if (insn.row === undefined) expect(insn.kind).toBe("truncated");
      else expect(insn.length).toBeLessThanOrEqual(end);
    }
  }
});
