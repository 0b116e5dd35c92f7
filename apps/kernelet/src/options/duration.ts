/** Times as timeout(1) takes them, and Go's: `10`, `10s`, `500ms`, `1m30s`, `2h`, `1d`. */
import { LONGEST_MS, parseDuration as parse } from "@kernelet/sandbox";
import { badOption } from "../errors.ts";

/** @returns milliseconds, more than 0. */
export function parseDuration(flag: string, text: string): number {
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : parse(text);
  if (ms === null) throw badOption(flag, `'${text}' is not a time; write 10s, 500ms or 1m30s`);
  if (ms <= 0) throw badOption(flag, `'${text}' is no time at all`);
  if (ms > LONGEST_MS) throw badOption(flag, `'${text}' is too long; the longest is 24d`);
  return ms;
}
