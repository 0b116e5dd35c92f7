/** The host's ends of streams by the kernel's number: 0, 1 and 2 are the process's own, others come and go. */
import { EPIPE } from "@kernelet/abi";
import type { StreamEnd } from "./stream-end.ts";

const FIRST_FREE = 3;

export class StreamTable {
  readonly #ends: Map<number, StreamEnd> = new Map();
  #next = FIRST_FREE;

  /** A number that nothing had before. */
  newNumber(): number {
    return this.#next++;
  }

  set(number: number, end: StreamEnd): void {
    this.#ends.set(number, end);
  }

  delete(number: number): void {
    this.#ends.delete(number);
  }

  /** To a stream that is gone: as to a pipe without a reader. */
  write(number: number, bytes: Uint8Array): number {
    return this.#ends.get(number)?.write(bytes) ?? EPIPE;
  }

  request(number: number): void {
    this.#ends.get(number)?.request();
  }
}
