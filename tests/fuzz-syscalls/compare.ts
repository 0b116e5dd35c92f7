/** Where two answers part. */
import type { Explanation } from "./explained.ts";
import { type Answer, callName, resultOf, type Sequence } from "./sequence.ts";

export interface Difference {
  /** -1: the steps are the same, the ends are not. */
  readonly step: number;
  readonly host: string;
  readonly guest: string;
  /** The host's lines before it. */
  readonly earlier: readonly string[];
}

const NOT_REACHED = "(not reached)";

/** The first step that differs; null if none does. */
export function firstDifference(
  sequence: Sequence,
  host: Answer,
  guest: Answer,
): Difference | null {
  const earlier: string[] = [];
  for (const step of sequence.steps) {
    const hostLine = host.lines.get(step);
    const guestLine = guest.lines.get(step);
    if (hostLine === guestLine) {
      earlier.push(hostLine ?? NOT_REACHED);
      continue;
    }
    return {
      step,
      host: hostLine ?? `${NOT_REACHED} ${host.end}`,
      guest: guestLine ?? `${NOT_REACHED} ${guest.end}`,
      earlier,
    };
  }
  return host.end === guest.end ? null : { step: -1, host: host.end, guest: guest.end, earlier };
}

/** Two differences with one signature have one cause, most likely. */
export function signature({ host, guest }: Difference): string {
  const name = callName(host.startsWith("(") ? guest : host);
  return `${name}: host ${shortResult(host)}, guest ${shortResult(guest)}`;
}

function shortResult(line: string): string {
  return line.includes(") = ") ? resultOf(line).replace(/[0-9a-f]{8}/g, "…") : line;
}

/** The row that explains a difference, if any does. */
export function explain(
  difference: Difference,
  rows: readonly Explanation[],
): Explanation | undefined {
  const { host, guest, earlier } = difference;
  return rows.find(
    ({ after, ...row }) =>
      row.host.test(host) &&
      row.guest.test(guest) &&
      (row.isBytesOnly === undefined || withoutHash(host) === withoutHash(guest)) &&
      (after === undefined || earlier.some((line) => after.test(line))),
  );
}

function withoutHash(line: string): string {
  return line.replace(/ bytes [0-9a-f]{8}$/, " bytes");
}
