/**
 * Pipes and FIFOs: pipe(7), fifo(7), fs/pipe.c.
 *
 *   writers ──▶ [ slot | slot | … ] ──▶ readers        at most `slots` slots, each with a page's bytes or fewer
 *
 * Room is counted in slots, not bytes, as Linux counts it: a write begins a new slot unless what is over of its whole
 * pages fits behind the bytes of the last one. Packets (O_DIRECT) and what splice(2) put in are never added to.
 */
import {
  PAGE_SIZE,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDNORM,
  POLLWRNORM,
} from "@kernelet/abi";
import { WaitQueue } from "../../kernel/wait-queue.ts";
import { copyBytes } from "../../mm/copy-bytes.ts";
import type { PhysicalMemory } from "../../mm/physical-memory.ts";

/** Slots of a new pipe. */
const DEFAULT_SLOTS = 16;
/** fs.pipe-max-size: the most that F_SETPIPE_SZ gives without CAP_SYS_RESOURCE. */
export const PIPE_MAX_SIZE: number = 1024 * 1024;
/** Pages that an emptied pipe keeps for its next bytes. */
const SPARE_PAGES = 2;

export const READABLE: number = POLLIN | POLLRDNORM;
export const WRITABLE: number = POLLOUT | POLLWRNORM;

/** Whatever somebody waits for. */
const ANYTHING: number = READABLE | WRITABLE | POLLERR | POLLHUP;

/** struct pipe_buffer. */
interface Slot {
  readonly page: Uint8Array;
  /** Bytes not yet read: [start, end). */
  start: number;
  end: number;
  /** A later write may go on behind `end`. */
  canMerge: boolean;
  /** A read takes no more than this slot, and drops what it does not take. */
  readonly isPacket: boolean;
}

/** What would go on in the last slot cannot be read: the write ends there. */
export const CANNOT_MERGE = -1;

export class Pipe {
  /** Open ends. A FIFO opened O_RDWR counts as both. */
  readers = 0;
  writers = 0;
  /** How often an end was opened: a blocked open(2) of a FIFO waits for the other one to change. */
  readerOpens = 0;
  writerOpens = 0;
  /** The most slots. */
  slots: number = DEFAULT_SLOTS;
  /** Woken when there is something to read, and when a full pipe has room again; both when an end comes or goes. */
  readonly readQueue: WaitQueue = new WaitQueue();
  readonly writeQueue: WaitQueue = new WaitQueue();
  /**
   * For O_ASYNC: Linux tells the write end of every read, whether the pipe was full or not, and the read end of every
   * write, even of one that finds no room (fasync_writers, fasync_readers).
   */
  readonly asyncReadQueue: WaitQueue = new WaitQueue();
  readonly asyncWriteQueue: WaitQueue = new WaitQueue();

  /** Each slot in use counts as a page; null: somebody else counts. */
  readonly #memory: PhysicalMemory | null;
  readonly #used: Slot[] = [];
  #length = 0;
  readonly #spare: Uint8Array[] = [];
  /** Bytes that the last `take` or `peek` copied: more than it gave where the last slot had no room. */
  copied = 0;

  constructor(memory: PhysicalMemory | null = null) {
    this.#memory = memory;
  }

  /** Bytes inside. */
  get length(): number {
    return this.#length;
  }

  get isEmpty(): boolean {
    return this.#used.length === 0;
  }

  get isFull(): boolean {
    return this.#used.length >= this.slots;
  }

  get usedSlots(): number {
    return this.#used.length;
  }

  /** Bytes that go in for certain, however they come. */
  get room(): number {
    return Math.max(0, this.slots - this.#used.length) * PAGE_SIZE;
  }

  /** F_GETPIPE_SZ: bytes that whole pages would fill. */
  get capacity(): number {
    return this.slots * PAGE_SIZE;
  }

  set capacity(size: number) {
    this.slots = size / PAGE_SIZE;
  }

  /**
   * A write has ended. One that found no room wakes those who poll(2), too: they may wait for an edge
   * (pipe_write(), poll_usage).
   */
  written(): void {
    this.readQueue.wake(READABLE);
    this.asyncReadQueue.wake(READABLE);
  }

  /** splice(2) and its kind have put something in: wakeup_pipe_readers(), which names no event. */
  wakeReaders(): void {
    this.readQueue.wake(ANYTHING);
    this.asyncReadQueue.wake(READABLE);
  }

  /** They have emptied a slot, whether the pipe was full or not: wakeup_pipe_writers(). */
  wakeWriters(): void {
    this.writeQueue.wake(ANYTHING);
    this.asyncWriteQueue.wake(WRITABLE);
  }

  /** An end was opened or closed. */
  wakeAll(): void {
    this.readQueue.wake(ANYTHING);
    this.writeQueue.wake(ANYTHING);
    this.asyncReadQueue.wake(READABLE);
    this.asyncWriteQueue.wake(WRITABLE);
  }

  /**
   * Puts in as much as there are slots for, and no page that `from` cannot fill. @returns bytes taken.
   *
   * @param isRest the write has put in something before: it has had its chance to go on in the last slot.
   * @param len bytes that the write asks for; `from` has fewer where not all can be read.
   */
  put(from: Uint8Array, isPacket: boolean, isRest = false, len: number = from.length): number {
    const over = len % PAGE_SIZE;
    const last = this.#used.at(-1);
    let done = 0;
    if (over > 0 && !isRest && last?.canMerge === true && last.end + over <= PAGE_SIZE) {
      if (from.length < over) return CANNOT_MERGE;
      copyBytes(last.page, last.end, from, 0, over);
      last.end += over;
      done = over;
    }
    while (done < len && !this.isFull) {
      const n = Math.min(PAGE_SIZE, len - done);
      if (done + n > from.length || !this.#chargeSlot()) break;
      const page = this.#spare.pop() ?? new Uint8Array(PAGE_SIZE);
      copyBytes(page, 0, from, done, n);
      this.#used.push({ page, start: 0, end: n, canMerge: !isPacket, isPacket });
      done += n;
    }
    this.#length += done;
    return done;
  }

  /** Puts in pages as splice(2) does: a slot for each, the first one begun at `offset`. @returns bytes taken. */
  putPages(from: Uint8Array, offset: number): number {
    let done = 0;
    while (done < from.length && !this.isFull) {
      if (!this.#chargeSlot()) break;
      const n = Math.min(PAGE_SIZE - ((offset + done) % PAGE_SIZE), from.length - done);
      const page = from.slice(done, done + n);
      this.#used.push({ page, start: 0, end: n, canMerge: false, isPacket: false });
      done += n;
    }
    this.#length += done;
    return done;
  }

  #chargeSlot(): boolean {
    return this.#memory === null || this.#memory.chargeKernel(1);
  }

  /**
   * Takes out what is there, up to the end of a packet. @returns bytes taken.
   *
   * @param len bytes that are asked for; a slot whose part of them has no room in `into` stays as it is, though what
   *   has room is copied.
   */
  take(into: Uint8Array, len: number = into.length): number {
    let done = 0;
    this.copied = 0;
    while (done < len) {
      const slot = this.#used[0];
      if (slot === undefined) break;
      const n = Math.min(len - done, slot.end - slot.start);
      const fitting = Math.min(n, into.length - done);
      copyBytes(into, done, slot.page, slot.start, fitting);
      this.copied = done + fitting;
      if (fitting < n) break;
      done += n;
      this.#skip(slot, slot.isPacket ? slot.end - slot.start : n);
      if (slot.isPacket) break;
    }
    this.asyncWriteQueue.wake(WRITABLE);
    return done;
  }

  #skip(slot: Slot, n: number): void {
    slot.start += n;
    this.#length -= n;
    if (slot.start < slot.end) return;
    if (this.#used.length === 1) this.#used.pop();
    else this.#used.shift();
    this.#memory?.unchargeKernel(1);
    if (slot.page.length === PAGE_SIZE && this.#spare.length < SPARE_PAGES) {
      this.#spare.push(slot.page);
    }
  }

  /** Copies what is there without taking it, as `take` would. @returns bytes of slots that had room. */
  peek(into: Uint8Array, len: number = into.length): number {
    let done = 0;
    this.copied = 0;
    for (const slot of this.#used) {
      const n = Math.min(len - done, slot.end - slot.start);
      const fitting = Math.min(n, into.length - done);
      into.set(slot.page.subarray(slot.start, slot.start + fitting), done);
      this.copied = done + fitting;
      if (n === 0 || fitting < n) break;
      done += n;
    }
    return done;
  }

  /** Drops bytes that were peeked at, whatever packets they are of. */
  drop(count: number): void {
    let left = count;
    while (left > 0) {
      const slot = this.#used[0];
      if (slot === undefined) return;
      const n = Math.min(left, slot.end - slot.start);
      this.#skip(slot, n);
      left -= n;
    }
  }

  /** Moves slots to another pipe: splice(2) between pipes. A slot that is cut is begun anew there. @returns bytes. */
  moveTo(to: Pipe, len: number): number {
    let done = 0;
    while (done < len && !to.isFull) {
      const slot = this.#used[0];
      if (slot === undefined) break;
      const n = slot.end - slot.start;
      if (n <= len - done) {
        if (!to.#chargeSlot()) break;
        this.#used.shift();
        this.#memory?.unchargeKernel(1);
        to.#used.push(slot);
        this.#length -= n;
        to.#length += n;
        done += n;
      } else {
        if (!to.#pushCopy(slot, len - done)) break;
        slot.start += len - done;
        this.#length -= len - done;
        done = len;
      }
    }
    return done;
  }

  /** Copies slots to another pipe: tee(2). @returns bytes. */
  copyTo(to: Pipe, len: number): number {
    let done = 0;
    for (const slot of this.#used) {
      if (done >= len || to.isFull) break;
      const n = Math.min(slot.end - slot.start, len - done);
      if (!to.#pushCopy(slot, n)) break;
      done += n;
    }
    return done;
  }

  #pushCopy(slot: Slot, n: number): boolean {
    if (!this.#chargeSlot()) return false;
    const page = slot.page.slice(slot.start, slot.start + n);
    this.#used.push({ page, start: 0, end: n, canMerge: false, isPacket: slot.isPacket });
    this.#length += n;
    return true;
  }

  /** The last end is gone: a FIFO that is opened again is empty. */
  clear(): void {
    this.#memory?.unchargeKernel(this.#used.length);
    this.#used.length = 0;
    this.#spare.length = 0;
    this.#length = 0;
    this.slots = DEFAULT_SLOTS;
  }

  /**
   * F_SETPIPE_SZ. The caller has checked that what is inside fits. Whoever waits to write looks again, whatever he waits
   * for and whether there is more room or not (pipe_resize_ring). @returns the new capacity.
   */
  resize(slots: number): number {
    this.slots = slots;
    this.writeQueue.wake(ANYTHING);
    return this.capacity;
  }
}

/** Slots for F_SETPIPE_SZ: a power of two of pages; 0 for a size that is too large. */
export function slotsFor(size: number): number {
  if (size > 2 ** 31) return 0;
  let slots = 1;
  while (slots * PAGE_SIZE < size) slots *= 2;
  return slots;
}
