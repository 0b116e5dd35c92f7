/**
 * The line between a terminal of the guest's and the host, where its screen and keyboard are: two of the host's
 * streams, output that waits for a slow reader, and keys that wait for room in the line discipline.
 */
import { EAGAIN } from "@kernelet/abi";
import type { Host } from "../../host.ts";
import type { HostInput } from "../../kernel/kernel.ts";
import type { Tty, TtySink } from "./tty.ts";

/** What may wait for a slow reader at the host. */
const OUTPUT_SIZE = 65536;

/** Which of the host's streams the terminal is. */
export interface HostLineEnds {
  /** Where keys come from; null: the terminal is only written to. */
  readonly input: number | null;
  readonly output: number;
}

export class HostLine implements HostInput, TtySink {
  readonly #host: Host;
  readonly #ends: HostLineEnds;
  /** Output that the host refused with EAGAIN. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Input that found no room in the line discipline. */
  #input: Uint8Array = new Uint8Array(0);
  #isAsked = false;
  #tty: Tty | null = null;

  constructor(host: Host, ends: HostLineEnds) {
    this.#host = host;
    this.#ends = ends;
  }

  /** The terminal is there: keys may come. */
  connect(tty: Tty): void {
    this.#tty = tty;
    this.#ask();
  }

  // From the host.

  /** Keys are taken even if nobody reads: Ctrl-C must work. */
  input(bytes: Uint8Array | null): void {
    this.#isAsked = false;
    if (bytes === null) {
      this.#tty?.hangUp();
      return;
    }
    const all = new Uint8Array(this.#input.length + bytes.length);
    all.set(this.#input);
    all.set(bytes, this.#input.length);
    this.#input = all;
    this.inputTaken();
  }

  writable(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const bytes of waiting) this.put(bytes);
    this.#tty?.outputTaken();
  }

  // TtySink.

  get room(): number {
    return OUTPUT_SIZE - this.#waitingBytes;
  }

  put(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0 && this.#waiting.length === 0) {
      const n = this.#host.writeStream(this.#ends.output, rest);
      if (n === EAGAIN) break;
      if (n < 0) return; // The caller's terminal is gone; its input will say so.
      rest = rest.subarray(n);
    }
    if (rest.length === 0) return;
    this.#waiting.push(rest);
    this.#waitingBytes += rest.length;
  }

  flush(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  inputTaken(): void {
    if (this.#tty === null) return;
    while (this.#input.length > 0) {
      const n = this.#tty.receive(this.#input);
      if (n === 0) return;
      this.#input = this.#input.subarray(n);
    }
    this.#ask();
  }

  report(): void {}

  #ask(): void {
    if (this.#isAsked || this.#ends.input === null || this.#tty?.isHungUp !== false) return;
    this.#isAsked = true;
    this.#host.requestInput(this.#ends.input);
  }
}
