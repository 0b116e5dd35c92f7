/**
 * What makes a sandbox outlive its launcher: it listens for clients on a socket, keeps a log of the first program's output and
 * a journal of what happens to itself. All of it on descriptors that it has inherited.
 */
import type { Channel } from "../channel/channel.ts";
import { Client } from "../control/client.ts";
import type { Control } from "../control/control.ts";
import { appendTo, sizeOf, truncateTo } from "../host/append-file.ts";
import { type ListeningSocket, listenOn, type OpenChannel } from "../host/client-socket.ts";
import type { NodeHost } from "../host/node-host.ts";
import type { DetachedSpec, FromSandbox, ToSandbox } from "../protocol.ts";
import { formatEvent, type JournalEvent } from "./journal.ts";
import { JsonLog } from "./json-log.ts";
import { LogFiles } from "./log-files.ts";
import { SharedProgram } from "./shared-program.ts";

/** How long the end waits for clients that do not take what was sent to them; lossless ones have no such limit. */
const LAST_WORD_MS = 10_000;

export class Detached {
  readonly #spec: DetachedSpec;
  readonly #host: NodeHost;
  readonly #channels: Set<Channel> = new Set();
  #socket: ListeningSocket | null = null;

  constructor(spec: DetachedSpec, host: NodeHost) {
    this.#spec = spec;
    this.#host = host;
  }

  /** On a full disk it is lost: then who reads the journal finds our process gone without a last word. */
  note(event: JournalEvent): void {
    this.#append("journal", this.#spec.journalFd, new TextEncoder().encode(formatEvent(event)));
  }

  #append(kind: string, fd: number, bytes: Uint8Array): number {
    const result = appendTo(fd, bytes);
    return this.#host.counts.record(kind, result, Math.max(result, 0));
  }

  get nowMs(): number {
    return this.#host.realtimeMs();
  }

  /** The first program, not yet started. */
  newProgram(control: Control): SharedProgram {
    const realtimeMs = (): number => this.#host.realtimeMs();
    const files = new LogFiles(this.#spec.log, {
      realtimeMs,
      append: (fd, bytes) => this.#append("log", fd, bytes),
      size: sizeOf,
      truncate: truncateTo,
    });
    const log = new JsonLog({ realtimeMs, append: (bytes) => files.append(bytes) });
    return new SharedProgram({ control, log, isInputOnce: this.#spec.isInputOnce });
  }

  /** Takes clients from now on. */
  listen(control: Control): void {
    this.#socket = listenOn(
      this.#spec.socketFd,
      (open) => this.#accept(open, control),
      (error) => this.#host.log("warn", `the control socket: ${error.message}`),
    );
  }

  #accept(open: OpenChannel, control: Control): void {
    let client: Client | null = null;
    const misused = (): void => channel.destroy();
    const channel = open({
      message: (message, bytes) => {
        if (client?.message(message as ToSandbox, bytes) === false) misused();
        control.parts.loop.wake();
      },
      data: (stream, bytes) => {
        if (client?.data(stream, bytes) === false) misused();
        control.parts.loop.wake();
      },
      closed: () => {
        this.#channels.delete(channel);
        client?.gone();
        control.parts.loop.wake();
      },
    });
    client = new Client(control, channel);
    this.#channels.add(channel);
  }

  /** Says the last word to all clients. @param done is called once, when it has gone out or nobody takes it. */
  finish(message: FromSandbox, done: () => void): void {
    this.#socket?.close();
    let left = this.#channels.size;
    let isDone = false;
    const over = (): void => {
      if (isDone) return;
      isDone = true;
      done();
    };
    if (left === 0) {
      over();
      return;
    }
    setTimeout(over, LAST_WORD_MS);
    for (const channel of this.#channels) {
      channel.send(message, () => {
        left--;
        if (left === 0) over();
      });
    }
  }
}
