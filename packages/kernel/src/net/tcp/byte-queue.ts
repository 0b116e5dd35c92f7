/**
 * Bytes in order, in chunks: what a connection has received or not yet sent. A byte is copied once on its way in and
 * once on its way out, and whole chunks move between queues; nothing is done for each byte.
 */

import { copyBytes } from "../../mm/copy-bytes.ts";
import type { TcpMemory } from "./tcp-memory.ts";

/** A new chunk has room for more: small writes share one. */
const LEAST_CHUNK = 4096;

interface Chunk {
  readonly bytes: Uint8Array;
  /** What is in use: [start, end). */
  start: number;
  end: number;
  /** Nobody else has the memory: what follows `end` is free, and all of it once it was read. */
  isOwn: boolean;
}

export class ByteQueue {
  #chunks: Chunk[] = [];
  /** Index of the first chunk: removing from the front of an array costs its length. */
  #head = 0;
  /** An empty chunk to begin again with. */
  #spare: Chunk | null = null;
  #length = 0;
  readonly #memory: TcpMemory;

  constructor(memory: TcpMemory) {
    this.#memory = memory;
  }

  get length(): number {
    return this.#length;
  }

  /** @param change bytes that came or went. */
  #count(change: number): void {
    this.#length += change;
    this.#memory.used += change;
  }

  append(from: Uint8Array): void {
    if (from.length === 0) return;
    this.#count(from.length);
    let rest = from;
    const last = this.#chunks.at(-1);
    if (last?.isOwn === true && this.#head < this.#chunks.length) {
      const n = Math.min(rest.length, last.bytes.length - last.end);
      copyBytes(last.bytes, last.end, rest, 0, n);
      last.end += n;
      if (n === rest.length) return;
      rest = rest.subarray(n);
    }
    const chunk = this.#newChunk(rest.length);
    copyBytes(chunk.bytes, 0, rest, 0, rest.length);
    chunk.end = rest.length;
    this.#chunks.push(chunk);
  }

  #newChunk(size: number): Chunk {
    const spare = this.#spare;
    if (spare !== null && spare.bytes.length >= size) {
      this.#spare = null;
      return spare;
    }
    const bytes = new Uint8Array(Math.max(LEAST_CHUNK, size));
    return { bytes, start: 0, end: 0, isOwn: true };
  }

  /** Copies what comes after the first `skip` bytes. @returns how many. */
  peek(into: Uint8Array, skip = 0): number {
    let done = 0;
    let left = skip;
    for (let i = this.#head; i < this.#chunks.length && done < into.length; i++) {
      const chunk = this.#chunks[i] as Chunk;
      const length = chunk.end - chunk.start;
      if (left >= length) {
        left -= length;
        continue;
      }
      const start = chunk.start + left;
      const end = Math.min(chunk.end, start + into.length - done);
      copyBytes(into, done, chunk.bytes, start, end - start);
      done += end - start;
      left = 0;
    }
    return done;
  }

  /** Preconditions: so many are there. */
  drop(count: number): void {
    this.#count(-count);
    let left = count;
    while (left > 0) {
      const chunk = this.#chunks[this.#head] as Chunk;
      const part = Math.min(left, chunk.end - chunk.start);
      chunk.start += part;
      left -= part;
      if (chunk.start < chunk.end) break;
      this.#shift();
    }
  }

  #shift(): void {
    const chunk = this.#chunks[this.#head] as Chunk;
    this.#head++;
    if (chunk.isOwn && chunk.bytes.length <= 65_536) {
      chunk.start = chunk.end = 0;
      this.#spare = chunk;
    }
    if (this.#head === this.#chunks.length) {
      this.#chunks = [];
      this.#head = 0;
    } else if (this.#head > 64) {
      this.#chunks.splice(0, this.#head);
      this.#head = 0;
    }
  }

  /** Takes up to `into.length` bytes. @returns how many. */
  take(into: Uint8Array): number {
    const n = this.peek(into);
    this.drop(n);
    return n;
  }

  /** Gives `most` bytes to the end of another queue, without copying large ones. @returns how many. */
  moveTo(other: ByteQueue, most: number): number {
    let moved = 0;
    while (moved < most && this.length > 0) {
      const chunk = this.#chunks[this.#head] as Chunk;
      const length = Math.min(chunk.end - chunk.start, most - moved);
      if (length < LEAST_CHUNK) {
        other.append(chunk.bytes.subarray(chunk.start, chunk.start + length));
        this.drop(length);
      } else if (length === chunk.end - chunk.start) {
        this.#head++;
        this.#count(-length);
        if (this.#head === this.#chunks.length) {
          this.#chunks = [];
          this.#head = 0;
        }
        other.#adopt(chunk);
      } else {
        const { bytes, start } = chunk;
        chunk.isOwn = false;
        this.drop(length);
        other.#adopt({ bytes, start, end: start + length, isOwn: false });
      }
      moved += length;
    }
    return moved;
  }

  #adopt(chunk: Chunk): void {
    this.#chunks.push(chunk);
    this.#count(chunk.end - chunk.start);
  }

  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.#spare = null;
    this.#count(-this.#length);
  }
}
