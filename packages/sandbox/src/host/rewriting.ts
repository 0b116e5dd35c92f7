/** A stream that is written anew as it goes by. */
import { Transform, type TransformCallback } from "node:stream";

export interface Rewriter {
  /** Something is kept back: it may be the beginning of what is replaced. */
  readonly isHolding: boolean;
  push(bytes: Uint8Array): Uint8Array;
  /** What is kept back. */
  flush(): Uint8Array;
  /** All that is left: no more comes. */
  end(): Uint8Array;
}

/** How long the rest may take to come. Then what is kept back goes as it is: its reader may be waiting for it. */
const PATIENCE_MS = 200;

export class Rewriting extends Transform {
  readonly #rewriter: Rewriter;
  #timer: NodeJS.Timeout | undefined;

  constructor(rewriter: Rewriter) {
    super();
    this.#rewriter = rewriter;
  }

  override _transform(chunk: Uint8Array, _encoding: BufferEncoding, done: TransformCallback): void {
    clearTimeout(this.#timer);
    try {
      this.#give(this.#rewriter.push(chunk));
    } catch (error) {
      done(error as Error);
      return;
    }
    if (this.#rewriter.isHolding)
      this.#timer = setTimeout(() => this.#give(this.#rewriter.flush()), PATIENCE_MS);
    done();
  }

  override _flush(done: TransformCallback): void {
    clearTimeout(this.#timer);
    this.#give(this.#rewriter.end());
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    done(error);
  }

  #give(bytes: Uint8Array): void {
    if (bytes.length > 0) this.push(bytes);
  }
}
