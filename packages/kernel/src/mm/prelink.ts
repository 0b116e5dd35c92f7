/**
 * Places for libraries: the same file is mapped at the same address in every process that has the place free, so that
 * code translated for one process serves the others. (What prelink(8) did on disk, done at run time.)
 *
 * The place follows from the file's identity, whatever else is mapped: the next sandbox, and another program, have the
 * library there as well, and find what was translated. Where two files meet, the first comes first and the other goes
 * below. When the area is full, or the place is taken, the mapping goes where any other would.
 */
interface Place {
  readonly start: number;
  readonly end: number;
}

/** Places begin at multiples of this. */
const UNIT = 0x10000;

export class PrelinkTable {
  /** By device and inode number. */
  readonly #places: Map<string, Place> = new Map();

  /** The place for `len` bytes of the file `identity` in the area [bottom, top). @returns null if there is none. */
  placeFor(identity: string, len: number, bottom: number, top: number): number | null {
    const known = this.#places.get(identity);
    if (known !== undefined && known.end - known.start >= len) return known.start;
    const units = Math.floor((top - bottom - len) / UNIT) + 1;
    if (units <= 0) return null;
    const preferred = bottom + (hash(identity) % units) * UNIT;
    const start = this.#below(preferred, len, bottom) ?? this.#below(top - len, len, preferred);
    if (start !== null) this.#places.set(identity, { start, end: start + len });
    return start;
  }

  /** The highest start at or below `from`, and not below `bottom`, where nothing else is. */
  #below(from: number, len: number, bottom: number): number | null {
    let start = from - (from % UNIT);
    const others = [...this.#places.values()].sort((a, b) => b.start - a.start);
    for (const other of others) {
      if (other.start >= start + len || other.end <= start) continue;
      start = other.start - len;
      start -= ((start % UNIT) + UNIT) % UNIT;
    }
    return start < bottom ? null : start;
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let h = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x0100_0193);
  return (h ^ (h >>> 15)) >>> 0;
}
