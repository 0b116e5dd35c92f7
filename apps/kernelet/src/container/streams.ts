/** Stands between the person's streams or terminal and those of a process in a container. */
import process from "node:process";
import type { Readable, Writable } from "node:stream";
import type { GuestProcess } from "@kernelet/sandbox";
import { Terminal } from "../do/terminal.ts";
import { DetachWatch } from "./detach-keys.ts";

export interface StreamOptions {
  readonly isTty: boolean;
  readonly hasInput: boolean;
  readonly detachKeys: Uint8Array;
  /** Told how much of the output did not come because it was not taken in time. */
  readonly missed: (bytes: number) => void;
}

/**
 * "ended": all output is out. "detached": the person has left. "unread": whoever read our output has gone.
 */
export type StreamsEnd = "ended" | "detached" | "unread";

export class Streams {
  readonly #process: GuestProcess;
  readonly #options: StreamOptions;
  readonly #terminal = new Terminal();
  readonly #end: PromiseWithResolvers<StreamsEnd> = Promise.withResolvers<StreamsEnd>();
  readonly #resized = (): void => this.#resize();
  readonly #typed = (bytes: Uint8Array): void => this.#take(bytes);
  readonly #watch: DetachWatch;

  constructor(guest: GuestProcess, options: StreamOptions) {
    this.#process = guest;
    this.#options = options;
    this.#watch = new DetachWatch(options.detachKeys);
    guest.onMissed = options.missed;
  }

  /** Joins the streams until something ends that. */
  async run(): Promise<StreamsEnd> {
    const { isTty, hasInput } = this.#options;
    if (isTty) {
      process.on("SIGWINCH", this.#resized);
      this.#resize();
      if (hasInput) this.#terminal.setRaw(true);
    }
    if (hasInput) this.#readInput();
    const { stdout, stderr } = this.#process;
    const outputs = Promise.all([
      this.#passOn(stdout, process.stdout),
      this.#passOn(stderr, process.stderr),
    ]);
    void outputs.then(() => this.#end.resolve("ended"));
    try {
      return await this.#end.promise;
    } finally {
      this.#release();
    }
  }

  #release(): void {
    process.off("SIGWINCH", this.#resized);
    this.#terminal.restore();
    if (!this.#options.hasInput) return;
    process.stdin.off("data", this.#typed);
    process.stdin.destroy();
  }

  #resize(): void {
    const { size } = this.#terminal;
    if (size !== undefined) this.#process.resize(size);
  }

  #readInput(): void {
    const { stdin } = process;
    const guest = this.#process.stdin;
    stdin.on("data", this.#typed);
    stdin.on("end", () => guest.end());
    // As at its end: a terminal that was hung up, a descriptor that is closed.
    stdin.on("error", () => guest.end());
    guest.on("error", () => {});
    guest.on("drain", () => stdin.resume());
  }

  #take(typed: Uint8Array): void {
    const { bytes, isDetached } = this.#options.isTty
      ? this.#watch.push(typed)
      : { bytes: typed, isDetached: false };
    if (bytes.length > 0 && !this.#process.stdin.write(bytes)) process.stdin.pause();
    if (isDetached) this.#end.resolve("detached");
  }

  /** Resolves at the end of `from`, when all of it is out. */
  #passOn(from: Readable, to: Writable): Promise<void> {
    to.on("error", () => this.#end.resolve("unread"));
    return new Promise((resolve) => {
      from.on("end", () => to.write("", () => resolve()));
      from.pipe(to, { end: false });
    });
  }
}
