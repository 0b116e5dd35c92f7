/** The host's end of a stream between a process of the guest's and somebody outside. */

/** Who hears of streams: the kernel. */
export interface StreamListener {
  /** The answer to `request`: bytes, or null at the end of the input. */
  input(stream: number, bytes: Uint8Array | null): void;
  /** Output that was refused with EAGAIN may be tried again. */
  writable(stream: number): void;
}

export interface StreamEnd {
  /** @returns bytes taken, EAGAIN when the reader is slow (`writable` follows), or another errno. */
  write(bytes: Uint8Array): number;
  /** Asks for one chunk; `input` answers later, never at once. */
  request(): void;
}
