/** Times as timeout(1) takes them, and Go's: `10`, `10s`, `500ms`, `1m30s`, `2h`, `1d`. */
import { badOption } from "../errors.ts";

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/y;

/** What Node's timers can wait: a longer time would be taken for 1 ms. */
const LONGEST_MS = 2 ** 31 - 1;

/** @returns milliseconds, more than 0. */
export function parseDuration(flag: string, text: string): number {
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : sumOfParts(text);
  if (ms === undefined) throw badOption(flag, `'${text}' is not a time; write 10s, 500ms or 1m30s`);
  if (ms <= 0) throw badOption(flag, `'${text}' is no time at all`);
  if (ms > LONGEST_MS) throw badOption(flag, `'${text}' is too long; the longest is 24d`);
  return ms;
}

function sumOfParts(text: string): number | undefined {
  let ms = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const part = PART.exec(text);
    if (part === null) return undefined;
    ms += Number(part[1]) * (UNIT_MS[part[2] as string] as number);
  }
  return text === "" ? undefined : ms;
}
