/**
 * The data of one file, in pages: Linux's address_space. The store of regular tmpfs files and memfds,
 * and the meeting place of all mappings of a file.
 *
 * The processor cannot alias pages, so a page that several processes map exists in several copies, and
 * permission bits keep them equal (an MSI protocol, trivially atomic on one thread). A page is
 *
 *   clean    its bytes are in a frame here, or in the backing (host file), or, without either, zero (a hole);
 *            any number of mappings have read-only copies
 *   lent     one mapping has the only valid bytes and may write; no frame, no other copies
 *
 *                     read fault: the writer loses the write bit, bytes come back into a frame
 *             clean <------------------------------------------------------------------------- lent
 *                   ------------------------------------------------------------------------->
 *                     write fault: all other copies are dropped, the frame is freed
 *
 * Which page-table entries hold copies is found through `mappings` (Linux's i_mmap), so nothing is kept per copy.
 * read(2) and write(2) go to the current bytes wherever these are, and move nothing.
 *
 * In a file with a backing a frame exists only while the page is dirty: clean bytes can be read again.
 */
import { ENOSPC, ENXIO, type Errno, isErrno, PAGE_SHIFT, PAGE_SIZE } from "@kernelet/abi";
import type { PhysicalMemory } from "./physical-memory.ts";

/** Where the bytes of a file come from that is not only in memory. */
export interface PageBacking {
  /** Reads at `off` into `into`. @returns bytes read, fewer only at the end of the file. */
  fill(off: number, into: Uint8Array): number | Errno;
  /** Writes dirty bytes back. Absent: the file cannot be changed (its shared mappings are read-only). */
  writeBack?(off: number, from: Uint8Array): number | Errno;
}

/** A mapping of part of a file, as the cache sees it (a Vma). */
export interface CacheMapping {
  /** First page of the file that is mapped, and how many. */
  readonly firstIndex: number;
  readonly pageCount: number;
  /** The bytes of page `index` if this mapping holds them on loan, else null. */
  lentBytes(index: number): Uint8Array | null;
  /** Takes the write bit of a lent page away; the mapping keeps a read-only copy. */
  downgrade(index: number): void;
  /** The kernel is going to change bytes of the lent page `index`. */
  willWrite(index: number): void;
  /**
   * Forgets copies of the pages [from, to); `evenPrivate`: also pages that a private mapping has written
   * (truncation takes these away too).
   */
  dropCopies(from: number, to: number, evenPrivate: boolean): void;
}

/** Nothing is ever put in: what a file has that needs none of its own. Of a million empty files each would take hundreds of bytes. */
const NO_FRAMES: Map<number, number> = new Map();
const NO_PAGES: Set<number> = new Set();
const NO_MAPPINGS: Set<CacheMapping> = new Set();
/** In `#frames`: the page is lent to a mapping. */
const LENT = -1;

export class PageCache {
  readonly memory: PhysicalMemory;
  readonly backing: PageBacking | null;
  #mappings: Set<CacheMapping> = NO_MAPPINGS;

  /** Length of the file in bytes. */
  #size: number;
  /** Page index → frame, or LENT. Absent: hole or only in the backing. */
  #frames: Map<number, number> = NO_FRAMES;
  /** Pages that fallocate(2) gave and nobody has written: lseek(2) sees holes there. */
  #unwritten: Set<number> = NO_PAGES;
  /** Holes that a mapping has shown: pages of zeros as any others, though no frame is spent on them. */
  #zeros: Set<number> = NO_PAGES;

  constructor(memory: PhysicalMemory, backing: PageBacking | null = null, size = 0) {
    this.memory = memory;
    this.backing = backing;
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  /** All mappings of this file. */
  get mappings(): ReadonlySet<CacheMapping> {
    return this.#mappings;
  }

  /** Owner of mappings: mm (VmaSet adds and removes). */
  addMapping(mapping: CacheMapping): void {
    if (this.#mappings === NO_MAPPINGS) this.#mappings = new Set();
    this.#mappings.add(mapping);
  }

  removeMapping(mapping: CacheMapping): void {
    this.#mappings.delete(mapping);
  }

  #put(index: number, frame: number): void {
    if (this.#frames === NO_FRAMES) this.#frames = new Map();
    this.#frames.set(index, frame);
  }

  /** Pages up to the end of the file; accesses to mapped pages beyond give SIGBUS. */
  get pageCount(): number {
    return Math.ceil(this.#size / PAGE_SIZE);
  }

  /** Pages that take memory (st_blocks = 8 × this, for tmpfs). */
  get allocatedPages(): number {
    return this.#frames.size + this.#zeros.size;
  }

  /** Reads at `off`. @returns bytes read: fewer than asked for only at the end of the file. */
  read(off: number, into: Uint8Array): number | Errno {
    const len = Math.min(into.length, this.#size - off);
    if (len <= 0) return 0;
    let done = 0;
    while (done < len) {
      const at = off + done;
      const index = Math.floor(at / PAGE_SIZE);
      const skip = at - index * PAGE_SIZE;
      const bytes = this.#bytes(index);
      let n = Math.min(PAGE_SIZE - skip, len - done);
      if (bytes !== null) {
        into.set(skip === 0 && n === PAGE_SIZE ? bytes : bytes.subarray(skip, skip + n), done);
      } else {
        // One host read for a run of pages that are not here.
        while (done + n < len && !this.#frames.has(Math.floor((off + done + n) / PAGE_SIZE))) {
          n = Math.min(n + PAGE_SIZE, len - done);
        }
        const part = into.subarray(done, done + n);
        const filled = this.#fill(at, part);
        if (isErrno(filled)) return done > 0 ? done : filled;
      }
      done += n;
    }
    return len;
  }

  /**
   * Writes at `off`, growing the file. @returns bytes written; ENOSPC when memory has run out before the first.
   * Preconditions: limits on size (RLIMIT_FSIZE, s_maxbytes) were checked.
   */
  write(off: number, from: Uint8Array): number | Errno {
    if (off > this.#size) this.#zeroTail(off);
    let done = 0;
    while (done < from.length) {
      const at = off + done;
      const index = Math.floor(at / PAGE_SIZE);
      const skip = at - index * PAGE_SIZE;
      const n = Math.min(PAGE_SIZE - skip, from.length - done);
      const bytes = this.#bytesForWrite(index, n === PAGE_SIZE);
      if (isErrno(bytes)) return done > 0 ? done : bytes;
      bytes.set(done === 0 && n === from.length ? from : from.subarray(done, done + n), skip);
      done += n;
      if (at + n > this.#size) this.#size = at + n;
    }
    return done;
  }

  /** Sets the size; pages beyond are freed and leave all mappings. The backing's own size is the caller's to set. */
  truncate(size: number): void {
    const old = this.#size;
    this.#size = size;
    if (size > old) this.#zeroTail(size, old);
    if (size > old) return;
    // Also where the size stays: what lies behind the end, in its page or set aside, goes.
    this.#zeroPart(size, Math.ceil(size / PAGE_SIZE) * PAGE_SIZE);
    this.#dropPages(Math.ceil(size / PAGE_SIZE), Number.POSITIVE_INFINITY, true);
  }

  /** A host file was found to have another size; nothing is freed or zeroed beyond what `truncate` does. */
  setSize(size: number): void {
    if (size !== this.#size) this.truncate(size);
  }

  /** fallocate(2): gives holes in [off, off + len) frames, all or none. The size grows unless `keepSize`. */
  allocate(off: number, len: number, keepSize: boolean): 0 | Errno {
    if (this.backing === null) {
      const fresh: number[] = [];
      const last = Math.ceil((off + len) / PAGE_SIZE);
      for (let index = Math.floor(off / PAGE_SIZE); index < last; index++) {
        if (!this.isAbsent(index)) {
          this.#unwritten.delete(index); // The second time it is cleared, and has contents: shmem_get_folio().
          continue;
        }
        const frame = this.memory.allocateFrame();
        if (frame < 0) {
          for (const taken of fresh) this.#dropPage(taken);
          return ENOSPC;
        }
        this.memory.frameBytes(frame).fill(0);
        this.#put(index, frame);
        if (this.#unwritten === NO_PAGES) this.#unwritten = new Set();
        this.#unwritten.add(index);
        fresh.push(index);
      }
    }
    if (!keepSize && off + len > this.#size) this.#size = off + len;
    return 0;
  }

  /** FALLOC_FL_PUNCH_HOLE: [off, off + len) reads as zeros; whole pages are freed. The size stays. */
  punchHole(off: number, len: number): void {
    const end = off + len;
    const first = Math.ceil(off / PAGE_SIZE);
    const last = Math.floor(end / PAGE_SIZE);
    if (first > last) {
      this.#zeroPart(off, end);
      return;
    }
    this.#zeroPart(off, first * PAGE_SIZE);
    this.#zeroPart(last * PAGE_SIZE, end);
    this.#dropPages(first, last, false);
  }

  /** Whether page `index` has contents, which may be zeros: no hole, and not only set aside by fallocate(2). */
  hasData(index: number): boolean {
    return (this.#frames.has(index) && !this.#unwritten.has(index)) || this.#zeros.has(index);
  }

  /** lseek(2) SEEK_DATA: the first place at or after `off` that has data. */
  seekData(off: number): number | Errno {
    if (off < 0 || off >= this.#size) return ENXIO;
    if (this.backing !== null) return off;
    const index = Math.floor(off / PAGE_SIZE);
    if (this.hasData(index)) return off;
    // Few pages or a few steps: whichever is less.
    const gap = this.pageCount - index;
    if (gap <= this.allocatedPages) {
      for (let i = index + 1; i < this.pageCount; i++) {
        if (this.hasData(i)) return i * PAGE_SIZE;
      }
      return ENXIO;
    }
    let best = Number.POSITIVE_INFINITY;
    for (const pages of [this.#frames, this.#zeros]) {
      for (const i of pages.keys()) if (i > index && i < best && this.hasData(i)) best = i;
    }
    return best * PAGE_SIZE < this.#size ? best * PAGE_SIZE : ENXIO;
  }

  /** lseek(2) SEEK_HOLE: the first hole at or after `off`; the end of the file counts as one. */
  seekHole(off: number): number | Errno {
    if (off < 0 || off >= this.#size) return ENXIO;
    if (this.backing !== null) return this.#size;
    let index = Math.floor(off / PAGE_SIZE);
    if (!this.hasData(index)) return off;
    while (this.hasData(index)) index++;
    return Math.min(index * PAGE_SIZE, this.#size);
  }

  /** Writes dirty pages of [off, off + len) back (fsync, msync). Pages on loan stay with their writer. */
  sync(off = 0, len: number = Number.POSITIVE_INFINITY): 0 | Errno {
    const backing = this.backing;
    if (backing?.writeBack === undefined) return 0;
    let result: 0 | Errno = 0;
    for (const [index, frame] of this.#frames) {
      const at = index << PAGE_SHIFT;
      if (at + PAGE_SIZE <= off || at >= off + len) continue;
      const bytes = this.#bytes(index);
      if (bytes === null) continue;
      const n = Math.min(PAGE_SIZE, this.#size - index * PAGE_SIZE);
      const written = n > 0 ? backing.writeBack(index * PAGE_SIZE, bytes.subarray(0, n)) : 0;
      if (isErrno(written)) result = written;
      else if (frame !== LENT) {
        this.#frames.delete(index);
        this.memory.freeFrame(frame);
      }
    }
    return result;
  }

  /** The file is gone: frees its pages. Preconditions: no mappings. */
  release(): void {
    for (const frame of this.#frames.values()) if (frame !== LENT) this.memory.freeFrame(frame);
    this.#frames.clear();
    this.#unwritten.clear();
    this.#zeros.clear();
    this.#size = 0;
  }

  // For mm.

  /**
   * Copies `count` pages from `index` for a private or read-only copy. Lent pages stay lent only if `snapshot`
   * (the copy need not stay equal); else their writer loses the write bit.
   * Preconditions: all pages are below `pageCount`.
   */
  fetch(index: number, count: number, into: Uint8Array, snapshot: boolean): 0 | Errno {
    let i = 0;
    while (i < count) {
      const at = i * PAGE_SIZE;
      if (!snapshot) this.recall(index + i);
      const bytes = this.#bytes(index + i);
      if (bytes !== null) {
        into.set(bytes, at);
        i++;
        continue;
      }
      let n = 1;
      while (i + n < count && !this.#frames.has(index + i + n)) n++;
      const filled = this.#fill((index + i) * PAGE_SIZE, into.subarray(at, at + n * PAGE_SIZE));
      if (isErrno(filled)) return filled;
      i += n;
    }
    return 0;
  }

  /** A mapping shows page `index`: a hole of a file in memory becomes a page with that (shmem_fault()). */
  show(index: number): void {
    if (this.backing !== null) return;
    if (this.#frames.has(index)) this.#unwritten.delete(index);
    else {
      if (this.#zeros === NO_PAGES) this.#zeros = new Set();
      this.#zeros.add(index);
    }
  }

  /** Brings a lent page back into a frame; its writer keeps a read-only copy. Afterwards the page is clean. */
  recall(index: number): void {
    if (this.#frames.get(index) !== LENT) return;
    const writer = this.#writer(index);
    // The frame is a second copy of the page, so it is charged; over the limit it is still needed.
    this.memory.usedPages++;
    const frame = this.memory.takeFrame();
    this.memory.frameBytes(frame).set(writer.lentBytes(index) as Uint8Array);
    writer.downgrade(index);
    this.#put(index, frame);
  }

  /**
   * Lends page `index` to `to`, which then has the only copy. `into` are the borrower's bytes; `hasCopy` says that
   * they are those of the page already. The caller sets its own page-table entry.
   */
  lend(index: number, to: CacheMapping, into: Uint8Array, hasCopy: boolean): 0 | Errno {
    if (!hasCopy) {
      const bytes = this.#bytes(index);
      if (bytes !== null) into.set(bytes);
      else {
        const filled = this.#fill(index * PAGE_SIZE, into);
        if (isErrno(filled)) return filled;
      }
    }
    const frame = this.#frames.get(index);
    this.#unwritten.delete(index);
    // Forget the loan first: dropping a lent page would bring its bytes back here.
    this.#frames.delete(index);
    if (frame !== undefined && frame !== LENT) this.memory.freeFrame(frame);
    this.#zeros.delete(index);
    for (const m of this.mappings) if (m !== to) dropIfMapped(m, index, index + 1, false);
    this.#put(index, LENT);
    return 0;
  }

  /** A mapping that holds page `index` on loan gives it back because it goes away. */
  giveBack(index: number, bytes: Uint8Array): void {
    if (this.#frames.get(index) !== LENT) return;
    this.memory.usedPages++;
    const frame = this.memory.takeFrame();
    this.memory.frameBytes(frame).set(bytes);
    this.#put(index, frame);
  }

  /** Whether some mapping may write page `index` now. */
  isLent(index: number): boolean {
    return this.#frames.get(index) === LENT;
  }

  /** Whether page `index` takes no memory here: a hole, or clean in the backing. */
  isAbsent(index: number): boolean {
    return !this.#frames.has(index) && !this.#zeros.has(index);
  }

  /** The current bytes of a page that is in memory, else null. */
  #bytes(index: number): Uint8Array | null {
    const frame = this.#frames.get(index);
    if (frame === undefined) return null;
    if (frame !== LENT) return this.memory.frameBytes(frame);
    return this.#writer(index).lentBytes(index);
  }

  /** Bytes of a page to be changed by the kernel; copies of it are dropped. `whole`: all of it will be overwritten. */
  #bytesForWrite(index: number, whole: boolean): Uint8Array | Errno {
    this.#unwritten.delete(index);
    let frame = this.#frames.get(index);
    if (frame === LENT) {
      const writer = this.#writer(index);
      writer.willWrite(index);
      return writer.lentBytes(index) as Uint8Array;
    }
    if (frame === undefined) {
      frame = this.memory.allocateFrame();
      if (frame < 0) return ENOSPC;
      const bytes = this.memory.frameBytes(frame);
      if (!whole) {
        const filled = this.#fill(index * PAGE_SIZE, bytes);
        if (isErrno(filled)) {
          this.memory.freeFrame(frame);
          return filled;
        }
      }
      this.#put(index, frame);
      this.#zeros.delete(index);
    }
    for (const m of this.mappings) dropIfMapped(m, index, index + 1, false);
    return this.memory.frameBytes(frame);
  }

  /** Bytes from the backing, zeros beyond its end or without one. */
  #fill(off: number, into: Uint8Array): 0 | Errno {
    let n = 0;
    if (this.backing !== null && off < this.#size) {
      // The file may have grown in memory past what the backing has.
      const filled = this.backing.fill(
        off,
        into.subarray(0, Math.min(into.length, this.#size - off)),
      );
      if (isErrno(filled)) return filled;
      n = filled;
    }
    if (n < into.length) into.fill(0, n);
    return 0;
  }

  #writer(index: number): CacheMapping {
    for (const m of this.mappings) {
      if (
        index >= m.firstIndex &&
        index < m.firstIndex + m.pageCount &&
        m.lentBytes(index) !== null
      )
        return m;
    }
    throw new Error(`page ${index} is lent to nobody`);
  }

  /** The file grows to `size`: what mappings wrote behind the old end, in its page, was never part of the file. */
  #zeroTail(size: number, old = this.#size): void {
    if (this.mappings.size === 0) return;
    this.#zeroPart(old, Math.min(size, Math.ceil(old / PAGE_SIZE) * PAGE_SIZE));
  }

  /** Zeroes [from, to), which lies in one page, where that page has bytes. */
  #zeroPart(from: number, to: number): void {
    if (from >= to) return;
    const index = Math.floor(from / PAGE_SIZE);
    // Holes, and pages that are only set aside, are zeros already, and stay what they are to lseek(2).
    if (this.backing === null && (!this.#frames.has(index) || this.#unwritten.has(index))) return;
    // Zeroes past the end still count: a mapping shows them, and growing the file again must too.
    const bytes = this.#bytesForWrite(index, false);
    if (isErrno(bytes)) return;
    bytes.fill(0, from - index * PAGE_SIZE, to - index * PAGE_SIZE);
  }

  /** Frees the pages [from, to) and takes them out of all mappings. */
  #dropPages(from: number, to: number, evenPrivate: boolean): void {
    if (to - from < this.allocatedPages) {
      for (let index = from; index < to; index++) this.#dropPage(index);
    } else {
      for (const pages of [this.#frames, this.#zeros]) {
        for (const index of pages.keys()) if (index >= from && index < to) this.#dropPage(index);
      }
    }
    // Mappings afterwards: with the loans forgotten, they give nothing back.
    for (const m of this.mappings) dropIfMapped(m, from, to, evenPrivate);
  }

  #dropPage(index: number): void {
    this.#zeros.delete(index);
    const frame = this.#frames.get(index);
    if (frame === undefined) return;
    this.#unwritten.delete(index);
    this.#frames.delete(index);
    if (frame !== LENT) this.memory.freeFrame(frame);
  }
}

function dropIfMapped(m: CacheMapping, from: number, to: number, evenPrivate: boolean): void {
  const first = Math.max(from, m.firstIndex);
  const last = Math.min(to, m.firstIndex + m.pageCount);
  if (first < last) m.dropCopies(first, last, evenPrivate);
}
