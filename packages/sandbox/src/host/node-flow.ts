/** A UDP socket of the host's that speaks with one peer. What finds no room on its way is lost. */
import type dgram from "node:dgram";
import process from "node:process";
import type { HostEndpoint, HostNetworkEvents } from "@kernelet/kernel";
import type { NetworkRecord } from "./network-log.ts";
import { errnoOf } from "./node-errno.ts";

/** Most that waits: for the socket to be ready, and then in Node. */
const MOST_QUEUED = 262_144;
const MOST_WAITING = 32;

/** Node warns of this module where a start image is made, so it is not loaded before it is needed. */
export function datagramModule(): typeof dgram {
  return process.getBuiltinModule("node:dgram");
}

export class NodeFlow {
  readonly #socket: dgram.Socket;
  readonly #to: HostEndpoint;
  /** null: it is not decided yet whether anything may be sent. */
  #record: NetworkRecord | null = null;
  /** What was sent before the socket was connected; null after that. */
  #waiting: Uint8Array[] | null = [];
  #isClosed = false;

  constructor(parts: {
    readonly handle: number;
    readonly to: HostEndpoint;
    readonly events: HostNetworkEvents;
  }) {
    const { handle, to, events } = parts;
    this.#to = to;
    const socket = datagramModule().createSocket(to.address.isV4 ? "udp4" : "udp6");
    this.#socket = socket;
    socket.on("error", (error) => {
      if (!this.#isClosed) events.flowFailed(handle, errnoOf(error));
    });
    socket.on("message", (bytes) => {
      if (this.#isClosed) return;
      if (this.#record !== null) this.#record.bytesReceived += bytes.length;
      events.datagram(handle, bytes);
    });
    socket.on("connect", () => {
      const waiting = this.#waiting ?? [];
      this.#waiting = null;
      for (const bytes of waiting) this.send(bytes);
    });
  }

  /** What was decided about it. */
  get record(): NetworkRecord | null {
    return this.#record;
  }

  /** It may send. */
  open(record: NetworkRecord): void {
    this.#record = record;
    this.#socket.connect(this.#to.port, `${this.#to.address}`);
  }

  send(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    if (this.#waiting !== null) {
      if (this.#waiting.length < MOST_WAITING) this.#waiting.push(bytes);
      return;
    }
    if (this.#socket.getSendQueueSize() > MOST_QUEUED) return;
    if (this.#record !== null) this.#record.bytesSent += bytes.length;
    this.#socket.send(bytes, (error) => {
      // Refused on its way: told as one that was refused there.
      if (error !== null && !this.#isClosed) this.#socket.emit("error", error);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.close();
  }
}
