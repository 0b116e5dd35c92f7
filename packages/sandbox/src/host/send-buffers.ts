/**
 * Copies of what is on its way to a socket, in memory that is used again. New memory for each piece would make V8 collect
 * garbage all the time where a server sends much (measured: nginx with files of 100 KB, half of the processor time).
 */

const SIZE = 65_536;
/** Is not worth a buffer. */
const SMALL = 2048;
/** As much is kept for later. */
const MOST_SPARE = 16;

export class SendBuffers {
  readonly #spare: Uint8Array[] = [];

  copy(bytes: Uint8Array): Uint8Array {
    if (bytes.length <= SMALL || bytes.length > SIZE) return bytes.slice();
    const buffer = this.#spare.pop() ?? new Uint8Array(SIZE);
    buffer.set(bytes);
    return buffer.subarray(0, bytes.length);
  }

  /** Nobody looks at `copy` any more. */
  giveBack(copy: Uint8Array): void {
    if (copy.buffer.byteLength !== SIZE || this.#spare.length === MOST_SPARE) return;
    this.#spare.push(new Uint8Array(copy.buffer));
  }
}
