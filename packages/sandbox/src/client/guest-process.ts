/** A process in a sandbox, as its client sees it. */
import type { Channel } from "../channel/channel.ts";
import { STREAMS_PER_PROCESS, type TerminalSize, type ToSandbox } from "../protocol.ts";
import { InputStream } from "./input-stream.ts";
import { OutputStream } from "./output-stream.ts";

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

export class GuestProcess {
  /** As the guest sees it. */
  readonly pid: number;
  readonly stdin: InputStream;
  /** The screen, for a process with a terminal. */
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Its wait status, see wait(2). Rejected if the sandbox ended before it. */
  readonly ended: Promise<number>;
  /** Is told how much output did not come because it was not taken in time. */
  onMissed: ((bytes: number) => void) | null = null;
  readonly #channel: Channel;
  readonly #number: number;
  #settle: { resolve(status: number): void; reject(error: Error): void };

  constructor(channel: Channel, number: number, pid: number) {
    this.#channel = channel;
    this.#number = number;
    this.pid = pid;
    const first = number * STREAMS_PER_PROCESS;
    this.stdin = new InputStream({
      send: (bytes) => channel.sendData(first + STDIN, bytes),
      end: () => this.#say({ type: "end-input", process: number }),
    });
    const output = (n: number): OutputStream =>
      new OutputStream((bytes) => this.#say({ type: "taken", stream: first + n, bytes }));
    this.stdout = output(STDOUT);
    this.stderr = output(STDERR);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.ended = promise;
    // Nobody need ask.
    promise.catch(() => {});
    this.#settle = { resolve, reject };
  }

  /** @param isForGroup to all of its process group. */
  kill(signo: number, isForGroup = false): void {
    this.#say({ type: "kill", process: this.#number, signo, group: isForGroup });
  }

  resize(size: TerminalSize): void {
    this.#say({ type: "resize-process", process: this.#number, ...size });
  }

  // From the sandbox.

  receive(stream: number, bytes: Uint8Array): void {
    if (stream === STDOUT) this.stdout.receive(bytes);
    else if (stream === STDERR) this.stderr.receive(bytes);
  }

  taken(stream: number, bytes: number): void {
    if (stream === STDIN) this.stdin.taken(bytes);
  }

  missed(bytes: number): void {
    this.onMissed?.(bytes);
  }

  end(status: number): void {
    this.#close();
    this.#settle.resolve(status);
  }

  lose(error: Error): void {
    this.#close();
    this.#settle.reject(error);
  }

  #close(): void {
    this.stdin.over();
    this.stdout.end();
    this.stderr.end();
  }

  #say(message: ToSandbox): void {
    this.#channel.send(message);
  }
}
