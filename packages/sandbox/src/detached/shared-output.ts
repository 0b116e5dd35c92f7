/**
 * Output of the first program of a detached sandbox: it goes to the log, and to every client that is attached. Each client
 * has a window of its own. The program waits for the slowest, as at a pipe; but for one that is not lossless only so long:
 * then that one misses output until it takes some again, and is told how much it was.
 */
import { EAGAIN } from "@kernelet/abi";
import { type Channel, WINDOW } from "../channel/channel.ts";
import type { StreamEnd } from "../host/stream-end.ts";

/** Longest piece in one frame. */
const MAX_CHUNK = 65_536;
/** How long the program waits for an attached client that takes nothing. */
export const PATIENCE_MS = 10_000;

/** One client's side. */
export class OutputReader {
  readonly #channel: Channel;
  readonly #remote: number;
  readonly #output: SharedOutput;
  readonly isLossless: boolean;
  #credit = WINDOW;
  #missed = 0;
  /** It has had its time: nothing is sent until it takes something. */
  isSkipping = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    channel: Channel,
    remote: number,
    options: { readonly output: SharedOutput; readonly isLossless: boolean },
  ) {
    this.#channel = channel;
    this.#remote = remote;
    this.#output = options.output;
    this.isLossless = options.isLossless;
  }

  get room(): number {
    return this.#credit;
  }

  /** Preconditions: it has room for them, or is skipping. */
  send(bytes: Uint8Array): void {
    if (this.isSkipping) {
      this.#missed += bytes.length;
      return;
    }
    this.#credit -= bytes.length;
    this.#channel.sendData(this.#remote, bytes);
  }

  taken(bytes: number): void {
    this.#credit = Math.min(this.#credit + bytes, WINDOW);
    this.#stopTimer();
    if (this.isSkipping) {
      this.isSkipping = false;
      this.#channel.send({ type: "missed", stream: this.#remote, bytes: this.#missed });
      this.#missed = 0;
    }
    this.#output.retry();
  }

  /** The program waits for this one. */
  awaited(): void {
    if (this.isLossless || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.isSkipping = true;
      this.#output.retry();
    }, PATIENCE_MS);
  }

  close(): void {
    this.#stopTimer();
    this.#output.remove(this);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

export class SharedOutput implements StreamEnd {
  readonly #log: (bytes: Uint8Array) => void;
  readonly #writable: () => void;
  readonly #readers: Set<OutputReader> = new Set();
  #isRefused = false;

  /** @param writable is called when output that was refused may be tried again. */
  constructor(log: (bytes: Uint8Array) => void, writable: () => void) {
    this.#log = log;
    this.#writable = writable;
  }

  add(channel: Channel, remote: number, isLossless: boolean): OutputReader {
    const reader = new OutputReader(channel, remote, { output: this, isLossless });
    this.#readers.add(reader);
    return reader;
  }

  remove(reader: OutputReader): void {
    this.#readers.delete(reader);
    this.retry();
  }

  retry(): void {
    if (!this.#isRefused) return;
    this.#isRefused = false;
    this.#writable();
  }

  write(bytes: Uint8Array): number {
    let n = Math.min(bytes.length, MAX_CHUNK);
    for (const reader of this.#readers) {
      if (reader.isSkipping) continue;
      if (reader.room === 0) reader.awaited();
      n = Math.min(n, reader.room);
    }
    if (n === 0 && bytes.length > 0) {
      this.#isRefused = true;
      return EAGAIN;
    }
    const taken = bytes.subarray(0, n);
    this.#log(taken);
    for (const reader of this.#readers) reader.send(taken);
    return n;
  }

  request(): void {
    // Nothing is read from an output.
  }
}
