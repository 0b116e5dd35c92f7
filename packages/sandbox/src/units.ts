/** Amounts as people write them: for options of the command line and of the SDK. */

const UNIT_MS: Readonly<Record<string, number>> = {
  ...{ ms: 1, s: 1e3, m: 60e3, h: 3_600e3, d: 86_400e3 },
};
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const DURATION_PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/** What Node's timers can wait: a longer time would be taken for 1 ms. */
export const LONGEST_MS: number = 2 ** 31 - 1;

/** A time with its units, as Go has it: "30s", "500ms", "1m30s". @returns milliseconds, null if it is none. */
export function parseDuration(text: string): number | null {
  if (!DURATION.test(text)) return null;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(DURATION_PART))
    ms += Number(amount) * (UNIT_MS[unit as string] as number);
  return ms;
}

const SIZE = /^(\d+(?:\.\d+)?)\s*(?:b|([kmgt])(?:i?b)?)?$/i;
const EXPONENTS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };

/** A size as docker(1) takes it: "512m", "2g", "1.5GiB", in powers of 1024; a number alone is bytes. @returns bytes, null if it is none. */
export function parseSize(text: string): number | null {
  const match = SIZE.exec(text.trim());
  if (match === null) return null;
  const unit = match[2]?.toLowerCase() ?? "";
  return Math.floor(Number(match[1]) * 1024 ** (EXPONENTS[unit] ?? 0));
}
