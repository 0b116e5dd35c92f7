/** Sizes and times for people, as docker(1) writes them. */

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** Three digits and a decimal unit: "4.26MB". */
export function humanSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(3))}${UNITS[unit]}`;
}

const STEPS: readonly (readonly [string, number])[] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** "3 weeks ago". */
export function humanAge(date: string | undefined, nowMs: number): string {
  const then = date === undefined ? Number.NaN : Date.parse(date);
  if (Number.isNaN(then) || then <= 0) return "N/A";
  const seconds = Math.max(0, (nowMs - then) / 1000);
  for (const [name, length] of STEPS) {
    const count = Math.floor(seconds / length);
    if (count > 0) return `${count} ${name}${count === 1 ? "" : "s"} ago`;
  }
  return "less than a minute ago";
}

/** Columns apart by three spaces, as wide as they must be. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd((widths[i] ?? 0) + 3))
      .join("")
      .trimEnd();
  return `${rows.map(line).join("\n")}\n`;
}
