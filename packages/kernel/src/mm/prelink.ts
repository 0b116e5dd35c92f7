/**
 * Places for libraries: the same file is mapped at the same address in every process that has the place free, so that
 * code translated for one process serves the others. (What prelink(8) did on disk, done at run time.)
 *
 * First come, first served, from the top down; for the life of the kernel. When the area is full, or the place is
 * taken, the mapping goes where any other would.
 */
interface Place {
  readonly start: number;
  readonly end: number;
}

export class PrelinkTable {
  /** By device and inode number. */
  readonly #places: Map<string, Place> = new Map();
  #next: number | null = null;

  /** The place for `len` bytes of the file `identity` in the area [bottom, top). @returns null if there is none. */
  placeFor(identity: string, len: number, bottom: number, top: number): number | null {
    const known = this.#places.get(identity);
    if (known !== undefined && known.end - known.start >= len) return known.start;
    const end = this.#next ?? top;
    const start = Math.floor((end - len) / 0x10000) * 0x10000;
    if (start < bottom) return null;
    this.#next = start;
    this.#places.set(identity, { start, end });
    return start;
  }
}
