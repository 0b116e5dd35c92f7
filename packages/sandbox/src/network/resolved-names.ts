/**
 * Which addresses the guest was given for which names. A rule by name lets through what was resolved for that name, and
 * nothing else: so it needs no guess at what a packet is for.
 */

/** Programs go on using an address after its time, for their next connection: none is forgotten sooner. */
const LEAST_MS = 10 * 60 * 1000;
const MOST_MS = 24 * 60 * 60 * 1000;
/** The oldest are forgotten first. */
const MOST_ADDRESSES = 4096;
const MOST_NAMES_EACH = 64;

export class ResolvedNames {
  /** By address: names and until when, in the order in which they were told. */
  readonly #names: Map<string, Map<string, number>> = new Map();

  remember(address: string, name: string, ttlSec: number, nowMs: number): void {
    const names = this.#names.get(address) ?? new Map<string, number>();
    this.#names.delete(address);
    this.#names.set(address, names);
    const untilMs = nowMs + Math.min(MOST_MS, Math.max(LEAST_MS, ttlSec * 1000));
    const before = names.get(name) ?? 0;
    names.delete(name);
    names.set(name, Math.max(before, untilMs));
    dropOldest(names, MOST_NAMES_EACH);
    dropOldest(this.#names, MOST_ADDRESSES);
  }

  namesOf(address: string, nowMs: number): string[] {
    const names = this.#names.get(address);
    if (names === undefined) return [];
    for (const [name, untilMs] of names) if (untilMs <= nowMs) names.delete(name);
    return [...names.keys()];
  }
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return;
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
