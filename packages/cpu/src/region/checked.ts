/**
 * What has been checked on every way to a block, so that the block need not check it again: bytes around a
 * register's value, or around address 0 for addresses that are constants.
 *
 * A permission can only go away while other code runs: after a call, a system call or a helper nothing is known.
 */

/** Key of a register (0–15), or of constant addresses. */
export type Origin = number;
export const CONSTANT: Origin = 16;

/** [origin + low, origin + high) may be read, or written too. */
export interface Checked {
  readonly low: number;
  readonly high: number;
  readonly write: boolean;
}

export type Checks = ReadonlyMap<Origin, readonly Checked[]>;

export const NOTHING: Checks = new Map();

/** For each origin at the most: blocks that check more are rare. */
const MAX_KEPT = 4;

export function covers(c: Checked, low: number, high: number, write: boolean): boolean {
  return c.low <= low && high <= c.high && (c.write || !write);
}

/** Adds one to a list, which it may make others of superfluous. */
export function keep(list: readonly Checked[], added: Checked): readonly Checked[] {
  if (list.some((c) => covers(c, added.low, added.high, added.write))) return list;
  const rest = list.filter((c) => !covers(added, c.low, c.high, c.write));
  return [added, ...rest].slice(0, MAX_KEPT);
}

/** What both have. */
export function common(a: Checks, b: Checks): Checks {
  const out = new Map<Origin, readonly Checked[]>();
  for (const [origin, list] of a) {
    let both: readonly Checked[] = [];
    for (const x of list) {
      for (const y of b.get(origin) ?? []) {
        const low = Math.max(x.low, y.low);
        const high = Math.min(x.high, y.high);
        if (low < high) both = keep(both, { low, high, write: x.write && y.write });
      }
    }
    if (both.length > 0) out.set(origin, both);
  }
  return out;
}

/** Without the registers of a mask. */
export function without(checks: Checks, registers: number): Checks {
  return new Map([...checks].filter(([origin]) => (registers & (1 << origin)) === 0));
}
