/** Amounts as options take them: numbers with the unit in the option's name, or text with the unit in it. */
import { InvalidArgumentError } from "./errors.ts";

/** "30s", "500ms", "1m30s". */
export type DurationText = string;
/** "512m", "2g", "1.5GiB"; powers of 1024. */
export type SizeText = string;

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1e3,
  m: 60e3,
  h: 3600e3,
  d: 86_400e3,
};
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const DURATION_PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;
/** What a timer can wait: a longer time would be taken for 1 ms. */
const LONGEST_MS = 2 ** 31 - 1;

/** @returns milliseconds. @throws InvalidArgumentError */
export function durationMs(argument: string, value: number | DurationText): number {
  let ms = typeof value === "number" ? value : Number.NaN;
  if (typeof value === "string" && DURATION.test(value)) {
    ms = 0;
    for (const [, amount, unit] of value.matchAll(DURATION_PART)) {
      ms += Number(amount) * (UNIT_MS[unit as string] as number);
    }
  }
  if (!(ms > 0)) throw new InvalidArgumentError(argument, `${JSON.stringify(value)} is no time`);
  if (ms > LONGEST_MS) throw new InvalidArgumentError(argument, "longer than 24 days");
  return ms;
}

const SIZE = /^(\d+(?:\.\d+)?)\s*(?:b|([kmgt])(?:i?b)?)?$/i;
const EXPONENTS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };

/** @returns bytes. @throws InvalidArgumentError */
export function sizeBytes(argument: string, value: number | SizeText): number {
  const match = typeof value === "string" ? SIZE.exec(value.trim()) : null;
  const exponent = EXPONENTS[match?.[2]?.toLowerCase() ?? ""] ?? 0;
  const bytes =
    typeof value === "number"
      ? value
      : match === null
        ? Number.NaN
        : Math.floor(Number(match[1]) * 1024 ** exponent);
  if (!(bytes > 0) || !Number.isSafeInteger(bytes)) {
    throw new InvalidArgumentError(argument, `${JSON.stringify(value)} is no size`);
  }
  return bytes;
}
