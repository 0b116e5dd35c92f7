/** What a socket is to messages that carry it: see in-flight.ts. */
import type { MessageQueue } from "./message-queue.ts";
import { Socket } from "./socket.ts";

export abstract class CarriedSocket extends Socket {
  /** Messages that carry this socket. */
  inFlight = 0;
  /** All sockets of this kind that are in flight. */
  abstract readonly allInFlight: Set<CarriedSocket>;
  abstract readonly received: MessageQueue;
  /** Connections that nobody has accepted. */
  abstract readonly toAccept: readonly CarriedSocket[];

  /** Drops everything that nobody has read. */
  abstract dropReceived(): void;
}
