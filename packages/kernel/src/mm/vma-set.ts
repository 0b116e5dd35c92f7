/**
 * The vmas of one address space: sorted by address, disjoint, neighbours that can be one are one.
 * An array with binary search: a process has tens to some thousands of vmas, and faults (lookups) outnumber changes.
 *
 * Splitting and merging keep what vmas own in step: a reference on the file each, and the cache's list of mappings.
 */
import { PAGE_SHIFT } from "@kernelet/abi";
import { Vma } from "./vma.ts";

export class VmaSet {
  readonly #vmas: Vma[] = [];
  #totalBytes = 0;
  /** The most that `totalBytes` has been. */
  peakBytes = 0;
  /** The vma found last: faults come in runs. */
  #last: Vma | null = null;

  /** Bytes mapped. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  #resize(change: number): void {
    this.#totalBytes += change;
    if (this.#totalBytes > this.peakBytes) this.peakBytes = this.#totalBytes;
  }

  get count(): number {
    return this.#vmas.length;
  }

  [Symbol.iterator](): IterableIterator<Vma> {
    return this.#vmas[Symbol.iterator]();
  }

  at(i: number): Vma | undefined {
    return this.#vmas[i];
  }

  /** The vma that contains `addr`. */
  find(addr: number): Vma | undefined {
    const last = this.#last;
    if (last !== null && addr >= last.start && addr < last.end) return last;
    const vma = this.#vmas[this.indexAfter(addr)];
    if (vma === undefined || vma.start > addr) return undefined;
    this.#last = vma;
    return vma;
  }

  /** Place of the first vma that ends above `addr` (Linux's find_vma); `count` if there is none. */
  indexAfter(addr: number): number {
    let low = 0;
    let high = this.#vmas.length;
    while (low < high) {
      const mid = (low + high) >>> 1;
      if ((this.#vmas[mid] as Vma).end > addr) high = mid;
      else low = mid + 1;
    }
    return low;
  }

  /** The first vma that ends above `addr`. */
  after(addr: number): Vma | undefined {
    return this.#vmas[this.indexAfter(addr)];
  }

  /** The last vma that starts below `addr`. */
  before(addr: number): Vma | undefined {
    const i = this.indexAfter(addr);
    const here = this.#vmas[i];
    if (here !== undefined && here.start < addr) return here;
    return i > 0 ? this.#vmas[i - 1] : undefined;
  }

  /** Whether something is mapped in [start, end). */
  overlaps(start: number, end: number): boolean {
    const vma = this.after(start);
    return vma !== undefined && vma.start < end;
  }

  /** Whether [start, end) is mapped without a hole. */
  covers(start: number, end: number): boolean {
    let at = start;
    for (let i = this.indexAfter(start); at < end; i++) {
      const vma = this.#vmas[i];
      if (vma === undefined || vma.start > at) return false;
      at = vma.end;
    }
    return true;
  }

  /** The vmas that meet [start, end), in order; a copy, safe to change the set under. */
  overlapping(start: number, end: number): Vma[] {
    if (start >= end) return [];
    const first = this.indexAfter(start);
    let last = first;
    while (last < this.#vmas.length && (this.#vmas[last] as Vma).start < end) last++;
    return this.#vmas.slice(first, last);
  }

  /** Adds a vma and merges it with its neighbours. Preconditions: its place is free. @returns what it is part of now. */
  insert(vma: Vma): Vma {
    this.insertAlone(vma);
    return this.mergeAround(vma);
  }

  /** Adds a vma and leaves merging to the caller. Preconditions: its place is free. */
  insertAlone(vma: Vma): void {
    this.#vmas.splice(this.indexAfter(vma.start), 0, vma);
    this.#resize(vma.end - vma.start);
    vma.file?.addRef();
    const { cache } = vma;
    if (cache === null) return;
    if (vma.file === null && cache.mappings.size === 0) cache.memory.sharedMemories++;
    cache.addMapping(vma);
  }

  /** Takes a vma out. Preconditions: its pages were zapped. Shared anonymous memory is freed with its last vma. */
  remove(vma: Vma): void {
    const i = this.#vmas.indexOf(vma, this.indexAfter(vma.start));
    this.#vmas.splice(i, 1);
    this.#resize(vma.start - vma.end);
    this.#forget(vma);
  }

  /** Makes `addr`, if it lies inside a vma, the border of two. */
  splitAt(addr: number): void {
    const i = this.indexAfter(addr);
    const vma = this.#vmas[i];
    if (vma === undefined || vma.start >= addr) return;
    const upper = new Vma(vma.mm, {
      start: addr,
      end: vma.end,
      prot: vma.prot,
      flags: vma.flags,
      file: vma.file,
      cache: vma.cache,
      firstIndex: vma.firstIndex + ((addr - vma.start) >>> PAGE_SHIFT),
      name: vma.name,
    });
    vma.end = addr;
    this.#vmas.splice(i + 1, 0, upper);
    upper.file?.addRef();
    upper.cache?.addMapping(upper);
  }

  /** Moves the end of a vma up. Preconditions: the place is free. */
  growUp(vma: Vma, end: number): void {
    this.#resize(end - vma.end);
    vma.end = end;
  }

  /** Moves the start of a vma down (a stack). Preconditions: the place is free. */
  growDown(vma: Vma, start: number): void {
    this.#resize(vma.start - start);
    vma.firstIndex -= (vma.start - start) >>> PAGE_SHIFT;
    vma.start = start;
  }

  /** Joins a vma whose attributes changed with its neighbours. @returns what it is part of now. */
  mergeAround(vma: Vma): Vma {
    const i = this.#vmas.indexOf(vma, this.indexAfter(vma.start));
    const next = this.#vmas[i + 1];
    if (next !== undefined && vma.canMerge(next)) {
      vma.end = next.end;
      this.#vmas.splice(i + 1, 1);
      this.#forget(next);
    }
    const previous = this.#vmas[i - 1];
    if (previous?.canMerge(vma)) {
      previous.end = vma.end;
      this.#vmas.splice(i, 1);
      this.#forget(vma);
      return previous;
    }
    return vma;
  }

  #forget(vma: Vma): void {
    if (this.#last === vma) this.#last = null;
    const cache = vma.cache;
    if (cache !== null) {
      cache.removeMapping(vma);
      if (vma.file === null && cache.mappings.size === 0) {
        cache.memory.sharedMemories--;
        cache.release();
      }
    }
    vma.file?.removeRef();
  }
}
