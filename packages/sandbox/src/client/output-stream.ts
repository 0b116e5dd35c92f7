/** Output of a process in a sandbox, for whoever reads it. What is not read makes the process wait. */
import { Readable } from "node:stream";

export class OutputStream extends Readable {
  /** What came and was not handed on; at most a window's worth. */
  readonly #chunks: Uint8Array[] = [];
  readonly #taken: (bytes: number) => void;
  #isWanted = false;
  #isEnded = false;

  /** @param taken is told what the reader has taken: so much more may come. */
  constructor(taken: (bytes: number) => void) {
    super();
    this.#taken = taken;
  }

  receive(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#flush();
  }

  /** No more will come. */
  end(): void {
    this.#isEnded = true;
    this.#flush();
  }

  override _read(): void {
    this.#isWanted = true;
    this.#flush();
  }

  #flush(): void {
    while (this.#isWanted) {
      const chunk = this.#chunks.shift();
      if (chunk === undefined) break;
      this.#isWanted = this.push(chunk);
      this.#taken(chunk.length);
    }
    if (this.#isEnded && this.#chunks.length === 0 && this.#isWanted) {
      this.#isWanted = false;
      this.push(null);
    }
  }
}
