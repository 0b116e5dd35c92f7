/** Amounts as options take them: numbers with the unit in the option's name, or text with the unit in it. */
import { LONGEST_MS, parseDuration, parseSize } from "@kernelet/sandbox";
import { InvalidArgumentError } from "./errors.ts";

/** "30s", "500ms", "1m30s". */
export type DurationText = string;
/** "512m", "2g", "1.5GiB"; powers of 1024. */
export type SizeText = string;

/** @returns milliseconds. @throws InvalidArgumentError */
export function durationMs(argument: string, value: number | DurationText): number {
  const ms = typeof value === "number" ? value : parseDuration(value);
  if (ms === null || !(ms > 0))
    throw new InvalidArgumentError(argument, `${JSON.stringify(value)} is no time`);
  if (ms > LONGEST_MS) throw new InvalidArgumentError(argument, "longer than 24 days");
  return ms;
}

/** @returns bytes. @throws InvalidArgumentError */
export function sizeBytes(argument: string, value: number | SizeText): number {
  const bytes = typeof value === "number" ? value : parseSize(value);
  if (bytes === null || !(bytes > 0) || !Number.isSafeInteger(bytes))
    throw new InvalidArgumentError(argument, `${JSON.stringify(value)} is no size`);
  return bytes;
}
