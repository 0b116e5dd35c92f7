/**
 * Memory for copies of what is on its way to a socket, used again and again. New memory for each piece would make V8 collect
 * garbage all the time where a server sends much (measured: nginx with files of 100 KB, half of the processor time).
 */

/** What waits for a slow reader must not take much more memory than it is long. */
const SIZES: readonly number[] = [4096, 65_536];
/** So many of a size are kept for later. */
const MOST_SPARE = 16;

export class SendBuffers {
  readonly #spare: readonly Buffer[][] = SIZES.map(() => []);

  /** A buffer with a copy of `bytes` at its beginning. */
  copy(bytes: Uint8Array): Buffer {
    const kind = SIZES.findIndex((size) => bytes.length <= size);
    const size = SIZES[kind] ?? bytes.length;
    const buffer = this.#spare[kind]?.pop() ?? Buffer.allocUnsafeSlow(size);
    buffer.set(bytes);
    return buffer;
  }

  /** Nobody looks at `buffer` any more. */
  giveBack(buffer: Buffer): void {
    const spare = this.#spare[SIZES.indexOf(buffer.length)];
    if (spare !== undefined && spare.length < MOST_SPARE) spare.push(buffer);
  }
}
