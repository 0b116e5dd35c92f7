/** Moments as `logs --since` takes them: a date of RFC 3339, seconds since 1970, or how long ago as 10m, 1h30m. */
import { badOption } from "../errors.ts";
import { parseDuration } from "./duration.ts";

/** @returns milliseconds since the epoch. */
export function parseMoment(flag: string, text: string, nowMs: number): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) {
    const ms = Date.parse(text);
    if (Number.isNaN(ms)) throw badOption(flag, `'${text}' is no date`);
    return ms;
  }
  return nowMs - parseDuration(flag, text);
}
