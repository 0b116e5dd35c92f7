/**
 * Input of the first program of a detached sandbox: what all attached clients send, in the order in which it comes. Each has
 * a window of its own.
 */
import { EPIPE } from "@kernelet/abi";
import { type Channel, WINDOW } from "../channel/channel.ts";
import type { StreamEnd } from "../host/stream-end.ts";

/** One client's side. */
export class InputWriter {
  readonly #channel: Channel;
  readonly #remote: number;
  readonly #input: SharedInput;
  #held = 0;

  constructor(channel: Channel, remote: number, input: SharedInput) {
    this.#channel = channel;
    this.#remote = remote;
    this.#input = input;
  }

  /** @returns false if it has sent more than it may. */
  receive(bytes: Uint8Array): boolean {
    if (this.#input.isEnded) return true;
    if (this.#held + bytes.length > WINDOW) return false;
    this.#held += bytes.length;
    this.#input.add(this, bytes);
    return true;
  }

  /** The program has been given so much of it. */
  taken(bytes: number): void {
    this.#held -= bytes;
    this.#channel.send({ type: "taken", stream: this.#remote, bytes });
  }

  /** It sends no more: it said so, or has gone. */
  end(): void {
    this.#input.writerEnded();
  }
}

export class SharedInput implements StreamEnd {
  readonly #deliver: (bytes: Uint8Array | null) => void;
  /** It ends with the first client that ends. */
  readonly #isOnce: boolean;
  readonly #chunks: { readonly from: InputWriter; readonly bytes: Uint8Array }[] = [];
  isEnded = false;
  #isWanted = false;

  constructor(isOnce: boolean, deliver: (bytes: Uint8Array | null) => void) {
    this.#isOnce = isOnce;
    this.#deliver = deliver;
  }

  add(from: InputWriter, bytes: Uint8Array): void {
    this.#chunks.push({ from, bytes });
    this.#answer();
  }

  writerEnded(): void {
    if (!this.#isOnce) return;
    this.isEnded = true;
    this.#answer();
  }

  write(): number {
    return EPIPE;
  }

  request(): void {
    this.#isWanted = true;
    setImmediate(() => this.#answer());
  }

  #answer(): void {
    if (!this.#isWanted) return;
    const chunk = this.#chunks.shift();
    if (chunk === undefined && !this.isEnded) return;
    this.#isWanted = false;
    chunk?.from.taken(chunk.bytes.length);
    this.#deliver(chunk?.bytes ?? null);
  }
}
