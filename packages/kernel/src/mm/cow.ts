/**
 * Pages shared by copy-on-write after fork(2).
 *
 * Fork gives each private page an id with two references, and moves no bytes: they stay with the holder (the parent),
 * which loses the write bit; the child's page is not accessible. Then
 *
 *   a sharer touches the page   it copies the bytes and is done with the id
 *   the holder writes or goes   the bytes move to a frame of the kernel's, if anyone else still wants them
 *   the last reference goes     the id is free; a holder that is alone may write again
 *
 * So each page is copied at most as often as Linux would copy it, and once more when its holder goes first.
 * All in flat arrays: a fork of 100 MiB fills 25,600 entries and allocates no object.
 */
import { PAGE_SIZE } from "@kernelet/abi";
import type { AddressSpace } from "../arch/x86/processor.ts";
import type { PhysicalMemory } from "./physical-memory.ts";

export class CowTable {
  readonly #memory: PhysicalMemory;
  #refs = new Int32Array(1024);
  /** Page number in the holder's address space, or frame. */
  #place = new Int32Array(1024);
  /** Whose address space has the bytes; null: a frame. */
  readonly #space: (AddressSpace | null)[] = [];
  readonly #free: number[] = [];
  #used = 0;
  /** Pages whose bytes were copied because two wanted to have them, since the start. */
  copies = 0;

  constructor(memory: PhysicalMemory) {
    this.#memory = memory;
  }

  /** Ids in use, for the accounting at the end of a run. */
  get size(): number {
    return this.#used - this.#free.length;
  }

  /** A new id with two references: the holder's and the first sharer's. */
  share(space: AddressSpace, page: number): number {
    let id = this.#free.pop();
    if (id === undefined) {
      id = this.#used++;
      if (id === this.#refs.length) this.#grow();
    }
    this.#refs[id] = 2;
    this.#place[id] = page;
    this.#space[id] = space;
    return id;
  }

  refs(id: number): number {
    return this.#refs[id] as number;
  }

  addRef(id: number): void {
    this.#refs[id] = (this.#refs[id] as number) + 1;
  }

  /** The bytes of the page, wherever they are. */
  bytes(id: number): Uint8Array {
    const space = this.#space[id];
    const place = this.#place[id] as number;
    if (space === null || space === undefined) return this.#memory.frameBytes(place);
    const start = place * PAGE_SIZE;
    return space.bytes.subarray(start, start + PAGE_SIZE);
  }

  /** Gives a sharer its own copy of the page, after which it is done with the id. */
  copyTo(id: number, into: Uint8Array): void {
    this.copies++;
    into.set(this.bytes(id));
    this.removeSharer(id);
  }

  /** The holder's page was moved inside its address space (mremap). */
  moveHolder(id: number, page: number): void {
    this.#place[id] = page;
  }

  /** A sharer is done with the page (it has its copy, or its mapping is gone). */
  removeSharer(id: number): void {
    const refs = (this.#refs[id] as number) - 1;
    this.#refs[id] = refs;
    if (refs > 0) return;
    this.#memory.freeFrame(this.#place[id] as number);
    this.#free.push(id);
  }

  /**
   * The holder is done: it wants to write, or its mapping is gone. If others still need the bytes these move to a
   * frame that is charged anew.
   * @returns whether that was so.
   */
  removeHolder(id: number): boolean {
    const refs = (this.#refs[id] as number) - 1;
    this.#refs[id] = refs;
    if (refs === 0) {
      this.#space[id] = null;
      this.#free.push(id);
      return false;
    }
    // Over the limit, too, these bytes must be kept.
    this.#memory.usedPages++;
    const frame = this.#memory.takeFrame();
    this.copies++;
    this.#memory.frameBytes(frame).set(this.bytes(id));
    this.#space[id] = null;
    this.#place[id] = frame;
    return true;
  }

  #grow(): void {
    const refs = new Int32Array(this.#refs.length * 2);
    refs.set(this.#refs);
    this.#refs = refs;
    const place = new Int32Array(this.#place.length * 2);
    place.set(this.#place);
    this.#place = place;
  }
}
