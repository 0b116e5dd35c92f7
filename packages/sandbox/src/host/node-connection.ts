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

const NOTHING = new Uint8Array(0);
/** Is not worth a buffer of its own while it waits. */
const SMALL = 2048;

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
  /** The kernel has asked for a chunk that has not come. */
  #isWanted = false;
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
    this.#isWanted = false;
    if (!this.#isOver) {
      if (this.record !== null) this.record.bytesReceived += bytes.length;
      this.#events.received(this.#handle, bytes);
    }
    // The kernel may have asked for the next one at once.
    if (!this.#isWanted) this.#stream.pause();
  }

  /** @returns whether they have gone already. */
  send(bytes: Uint8Array): boolean {
    if (this.record !== null) this.record.bytesSent += bytes.length;
    const socket = this.#socket;
    const isWaiting = socket.writableLength > 0;
    // A SecretWire may look at it when it has been taken, too; and small pieces that wait are not worth a buffer each.
    if (this.#stream !== socket || (isWaiting && bytes.length <= SMALL)) {
      this.#write(bytes.slice(), bytes.length, null);
      return false;
    }
    const buffer = this.#buffers.copy(bytes);
    const piece = buffer.subarray(0, bytes.length);
    if (isWaiting) {
      this.#write(piece, bytes.length, buffer);
      return false;
    }
    // Node tries at once; telling of it later would cost more than that (measured: a tenth of an answer of nginx's).
    socket.write(piece);
    if (socket.writableLength === 0) {
      this.#buffers.giveBack(buffer);
      return true;
    }
    // The system has not taken all: when that has gone, so has what is written behind it.
    this.#write(NOTHING, bytes.length, buffer);
    return false;
  }

  /** The kernel hears when it has gone: of `count` bytes. */
  #write(bytes: Uint8Array, count: number, buffer: Buffer | null): void {
    this.#stream.write(bytes, (error) => {
      if (buffer !== null) this.#buffers.giveBack(buffer);
      const isSent = error === undefined || error === null;
      if (isSent && !this.#isOver) this.#events.sent(this.#handle, count);
    });
  }

  request(): void {
    this.#isWanted = true;
    if (this.#stream.isPaused()) this.#stream.resume();
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
