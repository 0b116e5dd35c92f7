/** A client's end of a channel: processes, their streams, and what is asked of the sandbox. */
import type { Duplex } from "node:stream";
import { Channel } from "../channel/channel.ts";
import type { AttachOptions, FromSandbox, ToSandbox } from "../protocol.ts";
import type { GuestProcess } from "./guest-process.ts";
import { GuestProcesses } from "./guest-processes.ts";
import { Requester } from "./requester.ts";
import { Subscriptions } from "./subscriptions.ts";

export class Link {
  readonly processes: GuestProcesses;
  readonly requester: Requester;
  readonly subscriptions: Subscriptions;
  /** The channel has closed, whoever closed it. */
  readonly closed: Promise<void>;
  readonly #channel: Channel;

  /** @param receive takes messages that are about neither processes nor requests. */
  constructor(
    socket: Duplex,
    receive: (message: FromSandbox, bytes: Uint8Array) => void = () => {},
  ) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#channel = new Channel(socket, {
      message: (message, bytes) => {
        const from = message as FromSandbox;
        if (from.type === "answer") this.requester.answer(from, bytes);
        else if (!this.processes.message(from) && !this.subscriptions.message(from)) {
          receive(from, bytes);
        }
      },
      data: (stream, bytes) => this.processes.data(stream, bytes),
      closed: () => {
        this.over();
        resolve();
      },
    });
    this.processes = new GuestProcesses(this.#channel);
    this.requester = new Requester(this.#channel);
    this.subscriptions = new Subscriptions(this.requester, (message) => this.send(message));
  }

  send(message: ToSandbox): void {
    this.#channel.send(message);
  }

  attach(options: AttachOptions): Promise<GuestProcess> {
    return this.processes.attach(options);
  }

  /** Leaves: what was sent still goes out. */
  close(): void {
    this.#channel.end();
  }

  /** Nothing more will be heard: the sandbox has gone. */
  over(): void {
    this.processes.over();
    this.requester.over();
  }
}
