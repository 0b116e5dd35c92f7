/**
 * A stream whose other end is at a client, over its channel. Either side has at most WINDOW bytes under way that the
 * other has not taken: a client that does not read makes the guest's write wait, and a guest that does not read makes the
 * client's.
 */
import { EAGAIN, EPIPE } from "@kernelet/abi";
import { type Channel, WINDOW } from "../channel/channel.ts";
import type { StreamEnd, StreamListener } from "./stream-end.ts";

/** Longest piece of output in one frame. */
const MAX_CHUNK = 65_536;

export class ChannelStream implements StreamEnd {
  readonly #channel: Channel;
  /** The client's number for it. */
  readonly #remote: number;
  /** The kernel's number for it. */
  readonly #local: number;
  readonly #listener: StreamListener;
  /** What may still be sent. */
  #credit = WINDOW;
  #isRefused = false;
  #chunks: Uint8Array[] = [];
  /** Bytes that came and were not handed on. */
  #held = 0;
  #isEnded = false;
  #isWanted = false;

  constructor(
    channel: Channel,
    numbers: { readonly remote: number; readonly local: number },
    listener: StreamListener,
  ) {
    this.#channel = channel;
    this.#remote = numbers.remote;
    this.#local = numbers.local;
    this.#listener = listener;
  }

  write(bytes: Uint8Array): number {
    if (this.#channel.isClosed) return EPIPE;
    const n = Math.min(bytes.length, this.#credit, MAX_CHUNK);
    if (n === 0) {
      this.#isRefused = true;
      return EAGAIN;
    }
    this.#credit -= n;
    this.#channel.sendData(this.#remote, bytes.subarray(0, n));
    return n;
  }

  request(): void {
    this.#isWanted = true;
    setImmediate(() => this.#answer());
  }

  // From the client.

  /** It has taken output. */
  taken(bytes: number): void {
    this.#credit = Math.min(this.#credit + bytes, WINDOW);
    this.#retry();
  }

  /** @returns false if it has sent more than it may. */
  receive(bytes: Uint8Array): boolean {
    if (this.#isEnded) return true;
    if (this.#held + bytes.length > WINDOW) return false;
    this.#held += bytes.length;
    this.#chunks.push(bytes);
    this.#answer();
    return true;
  }

  /** No more input comes: the client said so, or has gone. */
  end(): void {
    this.#isEnded = true;
    this.#answer();
    this.#retry();
  }

  #retry(): void {
    if (!this.#isRefused) return;
    this.#isRefused = false;
    this.#listener.writable(this.#local);
  }

  #answer(): void {
    if (!this.#isWanted) return;
    const chunk = this.#chunks.shift();
    if (chunk === undefined && !this.#isEnded) return;
    this.#isWanted = false;
    if (chunk !== undefined) {
      this.#held -= chunk.length;
      this.#channel.send({ type: "taken", stream: this.#remote, bytes: chunk.length });
    }
    this.#listener.input(this.#local, chunk ?? null);
  }
}
