/**
 * The page table of one address space: for each page that is or may become present, a 32-bit entry.
 *
 *    31                    4 3    0
 *   +-----------------------+------+
 *   | copy-on-write id      | kind |
 *   +-----------------------+------+
 *
 * Entry 0: nothing here, the vma says what a fault brings. Two levels, like the hardware's: leaves come on demand,
 * so that an address space of 4 GiB costs what it uses.
 */

/** Nothing here. */
export const PTE_NONE = 0;
/** A private page of this process alone. */
export const PTE_ANON = 1;
/** A private copy of a file's page, not written yet: may be forgotten and read again. */
export const PTE_CLEAN = 2;
/** Shared after fork; the bytes are here. Read-only until no one else wants them. Has an id. */
export const PTE_COW_HOLDER = 3;
/** Shared after fork; the bytes are elsewhere (cow.ts knows). Not accessible here. Has an id. */
export const PTE_COW_REF = 4;
/** A read-only copy of a page of a shared mapping. */
export const PTE_SHARED_READ = 5;
/** The only valid copy of a page of a shared mapping, on loan from its PageCache. */
export const PTE_SHARED_WRITE = 6;

const KIND_BITS = 4;
const KIND_MASK = (1 << KIND_BITS) - 1;
const LEAF_SHIFT = 10;
const LEAF_SIZE = 1 << LEAF_SHIFT;
const LEAF_MASK = LEAF_SIZE - 1;

export function pteKind(pte: number): number {
  return pte & KIND_MASK;
}
export function pteId(pte: number): number {
  return pte >>> KIND_BITS;
}
export function makePte(kind: number, id: number): number {
  return (id << KIND_BITS) | kind;
}

/** Whether the bytes of the page are in this address space. */
export function isResident(pte: number): boolean {
  const kind = pte & KIND_MASK;
  return kind !== PTE_NONE && kind !== PTE_COW_REF;
}

export class PageTable {
  readonly #leaves: (Int32Array | undefined)[] = [];

  get(page: number): number {
    const leaf = this.#leaves[page >>> LEAF_SHIFT];
    return leaf === undefined ? 0 : (leaf[page & LEAF_MASK] as number);
  }

  set(page: number, pte: number): void {
    let leaf = this.#leaves[page >>> LEAF_SHIFT];
    if (leaf === undefined) {
      if (pte === 0) return;
      leaf = new Int32Array(LEAF_SIZE);
      this.#leaves[page >>> LEAF_SHIFT] = leaf;
    }
    leaf[page & LEAF_MASK] = pte;
  }

  /** Leaves that there are, each of a page's size. */
  get leafCount(): number {
    return this.#leaves.reduce((n, leaf) => (leaf === undefined ? n : n + 1), 0);
  }

  fill(page: number, end: number, pte: number): void {
    for (let p = page; p < end; p++) this.set(p, pte);
  }

  /** The first page in [page, end) with an entry, or `end`. Skips empty leaves. */
  nextUsed(page: number, end: number): number {
    let p = page;
    while (p < end) {
      const leaf = this.#leaves[p >>> LEAF_SHIFT];
      if (leaf === undefined) {
        p = ((p >>> LEAF_SHIFT) + 1) << LEAF_SHIFT;
        continue;
      }
      const stop = Math.min(end, ((p >>> LEAF_SHIFT) + 1) << LEAF_SHIFT);
      for (; p < stop; p++) if (leaf[p & LEAF_MASK] !== 0) return p;
    }
    return end;
  }

  /** The first page in [page, end) without an entry, or `end`. */
  nextFree(page: number, end: number): number {
    let p = page;
    while (p < end && this.get(p) !== 0) p++;
    return p;
  }
}
