/**
 * The memory that the kernel has: page frames for what lives outside any address space, and the
 * account of all pages against the sandbox's limit.
 *
 * A page of a process lives inside the AddressSpace of that process (the processor cannot alias pages),
 * so frames hold only the rest: pages of tmpfs files that no process maps writably, dirty pages of host
 * files, and copy-on-write pages whose holder has written or gone.
 *
 * Frames come in slabs, because an ArrayBuffer of 4 KiB each would cost more to manage than to copy.
 */
import { PAGE_SHIFT, PAGE_SIZE } from "@kernelet/abi";

/** Frames in a slab: 1 MiB. */
const SLAB_SHIFT = 8;
const SLAB_FRAMES = 1 << SLAB_SHIFT;

/**
 * What an address space costs the host before a page of it is touched: permissions, tables, instances of translated
 * code. Measured: 1.6 MiB for a child that only sleeps, up to 4 for a dynamic program. Without a price, a limit of
 * 512 MiB would let a guest's 4000 sleeping children have 16 GiB.
 */
export const ADDRESS_SPACE_PAGES = 512;

/** Told when the limit is passed; picks a victim. @returns true if the request may go on over the limit. */
export type OutOfMemory = () => boolean;

export class PhysicalMemory {
  /** Pages that processes and files may use together. */
  limitPages: number;
  /** Pages in use: resident pages of all processes and frames of all files. */
  usedPages = 0;
  /** Those of them that belong to the kernel itself: what pipes, queues and sets hold. */
  #kernelPages = 0;
  /** What address spaces cost besides their pages: see ADDRESS_SPACE_PAGES. */
  overheadPages = 0;
  /** Shared memories without a file that are mapped somewhere, for the accounting at the end of a run. */
  sharedMemories = 0;
  /** The most that `usedPages` has been. */
  peakPages = 0;
  /** The kernel's OOM killer. Without one, a charge above the limit fails. */
  outOfMemory: OutOfMemory | null = null;

  /** Slabs by number; null where all frames were freed and the slab was given back. */
  readonly #slabs: (Uint8Array | null)[] = [];
  /** Used frames per slab. */
  readonly #slabUse: number[] = [];
  /** Frames in use. */
  usedFrames = 0;
  /** Free frames, last freed first. Frames of slabs that were given back are dropped when they come up. */
  readonly #free: number[] = [];

  constructor(limitPages: number = Number.POSITIVE_INFINITY) {
    this.limitPages = limitPages;
  }

  /** Accounts for `pages` more pages. @returns false if the limit forbids it. */
  charge(pages: number): boolean {
    if (!this.hasRoom(pages)) {
      if (this.outOfMemory === null || !this.outOfMemory()) return false;
    }
    this.usedPages += pages;
    if (this.usedPages > this.peakPages) this.peakPages = this.usedPages;
    return true;
  }

  hasRoom(pages: number): boolean {
    return this.usedPages + this.overheadPages + pages <= this.limitPages;
  }

  uncharge(pages: number): void {
    this.usedPages -= pages;
  }

  /**
   * Accounts for what the kernel holds for processes: bytes in pipes, messages. That is a quarter of all memory at most:
   * nobody can be killed for it, and next to full files it leaves the processes a quarter. @returns false if it is full.
   */
  chargeKernel(pages: number): boolean {
    if (this.#kernelPages + pages > this.limitPages / 4 || !this.charge(pages)) return false;
    this.#kernelPages += pages;
    return true;
  }

  unchargeKernel(pages: number): void {
    this.#kernelPages -= pages;
    this.uncharge(pages);
  }

  /**
   * A frame with undefined contents for a file, accounted for. -1: files have half of all memory (as a tmpfs has by
   * default): that is a full disk, and no reason to kill anybody.
   */
  allocateFrame(): number {
    if (this.usedFrames >= this.limitPages / 2 || !this.charge(1)) return -1;
    return this.takeFrame();
  }

  /** A frame whose page the caller has charged already (the page moves out of an address space). */
  takeFrame(): number {
    if (this.#free.length === 0) this.#addSlab();
    const frame = this.#free.pop() as number;
    const slab = frame >>> SLAB_SHIFT;
    this.#slabUse[slab] = (this.#slabUse[slab] as number) + 1;
    this.usedFrames++;
    return frame;
  }

  /** The bytes of a frame. Not to be kept beyond `freeFrame`. */
  frameBytes(frame: number): Uint8Array {
    const slab = this.#slabs[frame >>> SLAB_SHIFT] as Uint8Array;
    const start = (frame & (SLAB_FRAMES - 1)) << PAGE_SHIFT;
    return slab.subarray(start, start + PAGE_SIZE);
  }

  /** Gives a frame back, and its charge. */
  freeFrame(frame: number): void {
    this.giveFrame(frame);
    this.uncharge(1);
  }

  /** Gives a frame back whose charge goes on to another place (the page moves into an address space). */
  giveFrame(frame: number): void {
    const slab = frame >>> SLAB_SHIFT;
    const use = (this.#slabUse[slab] as number) - 1;
    this.#slabUse[slab] = use;
    this.usedFrames--;
    this.#free.push(frame);
    // Give back memory after a burst, but keep one slab so that a single page does not make it come and go.
    if (use === 0 && this.#free.length > 2 * SLAB_FRAMES) this.#dropSlab(slab);
  }

  #addSlab(): void {
    let slab = this.#slabs.indexOf(null);
    if (slab < 0) slab = this.#slabs.length;
    this.#slabs[slab] = new Uint8Array(SLAB_FRAMES << PAGE_SHIFT);
    this.#slabUse[slab] = 0;
    const first = slab << SLAB_SHIFT;
    for (let i = SLAB_FRAMES - 1; i >= 0; i--) this.#free.push(first + i);
  }

  #dropSlab(slab: number): void {
    this.#slabs[slab] = null;
    let kept = 0;
    for (const frame of this.#free) {
      if (frame >>> SLAB_SHIFT !== slab) this.#free[kept++] = frame;
    }
    this.#free.length = kept;
  }
}
