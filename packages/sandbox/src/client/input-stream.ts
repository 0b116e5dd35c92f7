/** Input of a process in a sandbox. A process that does not read makes the writer wait. */
import { Writable } from "node:stream";
import { WINDOW } from "../channel/channel.ts";

/** Longest piece in one frame. */
const MAX_CHUNK = 65_536;

export interface InputSink {
  send(bytes: Uint8Array): void;
  end(): void;
}

export class InputStream extends Writable {
  readonly #sink: InputSink;
  #credit = WINDOW;
  #rest: Uint8Array = new Uint8Array(0);
  #done: (() => void) | null = null;
  #isOver = false;

  constructor(sink: InputSink) {
    super({ decodeStrings: true });
    this.#sink = sink;
  }

  /** The process has taken so much. */
  taken(bytes: number): void {
    this.#credit += bytes;
    this.#pump();
  }

  /** The process has ended: what is still written goes nowhere, as into a pipe that nobody complains about. */
  over(): void {
    this.#isOver = true;
    this.#pump();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.#rest = chunk;
    this.#done = done;
    this.#pump();
  }

  override _final(done: () => void): void {
    if (!this.#isOver) this.#sink.end();
    done();
  }

  #pump(): void {
    while (this.#rest.length > 0 && !this.#isOver) {
      const n = Math.min(this.#rest.length, this.#credit, MAX_CHUNK);
      if (n === 0) return;
      this.#credit -= n;
      this.#sink.send(this.#rest.subarray(0, n));
      this.#rest = this.#rest.subarray(n);
    }
    const done = this.#done;
    this.#done = null;
    done?.();
  }
}
