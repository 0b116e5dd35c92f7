/** Messages and streams over one socket, in order. Both ends use this; what they say is in protocol.ts. */
import type { Duplex } from "node:stream";
import { encodeData, encodeMessage, type Frame, FrameReader } from "./frame.ts";

/** What a sender may have under way on a stream before the receiver has taken some of it, bytes. */
export const WINDOW: number = 256 * 1024;

export interface ChannelListener {
  /** `bytes` went with it; they are the receiver's to keep. */
  message(message: unknown, bytes: Uint8Array): void;
  /** Bytes of a stream. They are the receiver's to keep. */
  data(stream: number, bytes: Uint8Array): void;
  /** No more will come; once. `error` if the other side broke the rules or the socket failed. */
  closed(error?: Error): void;
}

export class Channel {
  readonly #socket: Duplex;
  readonly #listener: ChannelListener;
  readonly #reader = new FrameReader();
  #isClosed = false;

  constructor(socket: Duplex, listener: ChannelListener) {
    this.#socket = socket;
    this.#listener = listener;
    socket.on("data", (chunk: Uint8Array) => this.#receive(chunk));
    socket.on("end", () => this.#close());
    socket.on("close", () => this.#close());
    socket.on("error", (error) => this.#close(error));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @param sent called when the message has left this process, or never will. */
  send(message: object, sent?: () => void): void {
    this.#write(encodeMessage(message), sent);
  }

  /** @throws FrameError if both together are too long for a frame. */
  sendWith(message: object, bytes: Uint8Array): void {
    this.#write(encodeMessage(message, bytes));
  }

  sendData(stream: number, bytes: Uint8Array): void {
    this.#write(encodeData(stream, bytes));
  }

  /** Everything that was sent still goes out. */
  end(): void {
    if (!this.#isClosed) this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #write(frame: Uint8Array, sent?: () => void): void {
    if (this.#isClosed) sent?.();
    else this.#socket.write(frame, () => sent?.());
  }

  #receive(chunk: Uint8Array): void {
    this.#reader.push(chunk);
    for (let frame = this.#next(); frame !== null; frame = this.#next()) this.#deliver(frame);
  }

  #next(): Frame | null {
    if (this.#isClosed) return null;
    try {
      return this.#reader.next();
    } catch (error) {
      this.#close(error as Error);
      this.#socket.destroy();
      return null;
    }
  }

  #deliver(frame: Frame): void {
    if (frame.kind === "message") this.#listener.message(frame.message, frame.bytes);
    else this.#listener.data(frame.stream, frame.bytes);
  }

  #close(error?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener.closed(error);
  }
}
