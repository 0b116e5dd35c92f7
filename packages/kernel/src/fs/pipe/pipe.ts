/**
 * Pipes and FIFOs: pipe(7), fifo(7), fs/pipe.c.
 *
 *   writers ──▶ [ segment | segment | … ] ──▶ readers        at most `capacity` bytes
 *
 * Bytes lie in a ring; segments say where packets (O_DIRECT) end. Plain writes make one growing segment.
 * Difference from Linux: the capacity counts bytes, not pages with something in them, so a pipe of many small
 * writes holds as much as one of large writes.
 */
import { EINVAL, PAGE_SIZE, PIPE_BUF } from "@kernelet/abi";
import { WaitQueue } from "../../kernel/wait-queue.ts";

/** What a new pipe holds: 16 pages. */
const PIPE_DEFAULT_SIZE: number = 16 * PAGE_SIZE;
/** fs.pipe-max-size: the most that F_SETPIPE_SZ gives without CAP_SYS_RESOURCE. */
export const PIPE_MAX_SIZE: number = 1024 * 1024;

interface Segment {
  length: number;
  /** A read takes no more than this segment, and drops what it does not take. */
  readonly isPacket: boolean;
}

export class Pipe {
  /** Open ends. A FIFO opened O_RDWR counts as both. */
  readers = 0;
  writers = 0;
  /** How often an end was opened: a blocked open(2) of a FIFO waits for the other one to change. */
  readerOpens = 0;
  writerOpens = 0;
  capacity: number = PIPE_DEFAULT_SIZE;
  /** Woken with POLL* events for both ends. */
  readonly queue: WaitQueue = new WaitQueue();

  /** A power of two of bytes, grown on demand: most pipes never see more than a few hundred. */
  #ring: Uint8Array = new Uint8Array(0);
  #head = 0;
  #length = 0;
  #segments: Segment[] = [];

  /** Bytes inside. */
  get length(): number {
    return this.#length;
  }

  get room(): number {
    return Math.max(0, this.capacity - this.#length);
  }

  /** Whether a write of at most PIPE_BUF bytes would go in whole. */
  get isWritable(): boolean {
    return this.room >= PIPE_BUF;
  }

  /** Puts in as much as fits. @returns bytes taken. */
  put(from: Uint8Array, isPacket: boolean): number {
    const n = Math.min(from.length, this.room);
    if (n === 0) return 0;
    this.#reserve(this.#length + n);
    const at = (this.#head + this.#length) & (this.#ring.length - 1);
    const first = Math.min(n, this.#ring.length - at);
    this.#ring.set(from.subarray(0, first), at);
    this.#ring.set(from.subarray(first, n), 0);
    this.#length += n;
    const last = this.#segments.at(-1);
    if (!isPacket && last !== undefined && !last.isPacket) last.length += n;
    else this.#segments.push({ length: n, isPacket });
    return n;
  }

  /** Takes out what is there, up to the end of a packet. @returns bytes taken. */
  take(into: Uint8Array): number {
    let done = 0;
    while (done < into.length) {
      const segment = this.#segments[0];
      if (segment === undefined || (done > 0 && segment.isPacket)) break;
      const n = Math.min(into.length - done, segment.length);
      this.#copy(0, into.subarray(done, done + n));
      done += n;
      if (segment.isPacket) {
        this.#skip(segment.length);
        this.#segments.shift();
        break;
      }
      this.#skip(n);
      segment.length -= n;
      if (segment.length === 0) this.#segments.shift();
    }
    return done;
  }

  /** Copies what is there from `off` on without taking it: tee(2). @returns bytes copied. */
  peek(off: number, into: Uint8Array): number {
    const n = Math.min(into.length, this.#length - off);
    if (n <= 0) return 0;
    this.#copy(off, into.subarray(0, n));
    return n;
  }

  #copy(off: number, into: Uint8Array): void {
    const at = (this.#head + off) & (this.#ring.length - 1);
    const first = Math.min(into.length, this.#ring.length - at);
    into.set(this.#ring.subarray(at, at + first));
    if (first < into.length) into.set(this.#ring.subarray(0, into.length - first), first);
  }

  #skip(n: number): void {
    this.#length -= n;
    this.#head = this.#length === 0 ? 0 : (this.#head + n) & (this.#ring.length - 1);
  }

  #reserve(length: number): void {
    if (length <= this.#ring.length) return;
    let size = Math.max(this.#ring.length, PAGE_SIZE);
    while (size < length) size *= 2;
    const ring = new Uint8Array(size);
    this.#copy(0, ring.subarray(0, this.#length));
    this.#ring = ring;
    this.#head = 0;
  }

  /** F_SETPIPE_SZ. The caller has checked that what is inside fits. @returns the new capacity. */
  resize(size: number): number {
    let capacity = PAGE_SIZE;
    while (capacity < size) capacity *= 2;
    if (capacity > 2 ** 31) return EINVAL;
    this.capacity = capacity;
    this.queue.wake();
    return capacity;
  }
}
