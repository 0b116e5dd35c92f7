/**
 * One TCP connection of the host's. It reads a chunk when the kernel asks for one, and is paused else; so a guest that
 * does not read makes the other side wait.
 */
import type net from "node:net";
import type { Duplex } from "node:stream";
import type { Errno } from "@kernelet/abi";
import type { HostNetworkEvents } from "@kernelet/kernel";
import type { NetworkRecord } from "./network-log.ts";
import { errnoOf } from "./node-errno.ts";
import type { SendBuffers } from "./send-buffers.ts";

export class NodeConnection {
  readonly #handle: number;
  readonly #socket: net.Socket;
  /** What the guest sends and receives: the socket's bytes, or those before a SecretWire. */
  readonly #stream: Duplex;
  /** null: it is not decided yet whether there will be a connection. */
  record: NetworkRecord | null;
  readonly #events: HostNetworkEvents;
  readonly #buffers: SendBuffers;
  #why: 0 | Errno = 0;
  /** `closed` was told, or the kernel has given it up. */
  #isOver = false;

  /** @param closed the handle is free again. */
  constructor(parts: {
    readonly handle: number;
    readonly socket: net.Socket;
    readonly stream?: Duplex;
    readonly record: NetworkRecord | null;
    readonly events: HostNetworkEvents;
    readonly buffers: SendBuffers;
    readonly closed: () => void;
  }) {
    const { handle, socket, stream = socket, record, events, buffers, closed } = parts;
    this.#handle = handle;
    this.#socket = socket;
    this.#stream = stream;
    this.record = record;
    this.#events = events;
    this.#buffers = buffers;
    stream.pause();
    // A program that corks its writes, as nginx does, would wait 40 ms for every answer's end.
    socket.setNoDelay(true);
    socket.on("connect", () => {
      if (!this.#isOver) events.connected(handle);
    });
    stream.on("data", (bytes: Uint8Array) => this.#received(bytes));
    stream.on("end", () => {
      if (!this.#isOver) events.received(handle, null);
    });
    stream.on("error", (error) => {
      if (this.#why === 0) this.#why = errnoOf(error);
    });
    stream.on("close", () => {
      closed();
      if (this.#isOver) return;
      this.#isOver = true;
      events.closed(handle, this.#why);
    });
  }

  #received(bytes: Uint8Array): void {
    this.#stream.pause();
    if (this.#isOver) return;
    if (this.record !== null) this.record.bytesReceived += bytes.length;
    this.#events.received(this.#handle, bytes);
  }

  send(bytes: Uint8Array): void {
    if (this.record !== null) this.record.bytesSent += bytes.length;
    // A SecretWire may look at it when it has been taken, too.
    const isSocket = this.#stream === this.#socket;
    const copy = isSocket ? this.#buffers.copy(bytes) : bytes.slice();
    this.#stream.write(copy, (error) => {
      if (isSocket) this.#buffers.giveBack(copy);
      if ((error === undefined || error === null) && !this.#isOver)
        this.#events.sent(this.#handle, bytes.length);
    });
  }

  request(): void {
    this.#stream.resume();
  }

  shutdown(): void {
    this.#stream.end();
  }

  /** Ends it; the kernel hears why. */
  cut(why: Errno): void {
    this.#why = why;
    this.#stream.destroy();
    this.#socket.destroy();
  }

  reset(): void {
    this.#isOver = true;
    this.#stream.destroy();
    this.#socket.resetAndDestroy();
  }

  setKeepAlive(isOn: boolean, idleSec: number): void {
    this.#socket.setKeepAlive(isOn, idleSec * 1000);
  }
}
