/**
 * The caller's terminal as the guest's /dev/console: keys come from the host's stdin, output goes to its stdout.
 * The host's own terminal is in raw mode meanwhile: line editing, echo and Ctrl-C are the guest's.
 */
import { EAGAIN, type Errno, isErrno, makedev, O_RDWR, TTYAUX_MAJOR } from "@kernelet/abi";
import type { FileDescription } from "../../fs/file-description.ts";
import type { FsContext } from "../../fs/fs-context.ts";
import { walkPath } from "../../fs/path-walk.ts";
import type { Host } from "../../host.ts";
import { Credentials } from "../../kernel/credentials.ts";
import type { Console, Kernel } from "../../kernel/kernel.ts";
import type { ThreadGroup } from "../../kernel/thread-group.ts";
import { openTty } from "./open-tty.ts";
import { Tty, type TtySink } from "./tty.ts";
import { TtyFile } from "./tty-file.ts";

const STDIN = 0;
/** What may wait for a slow reader at the host. */
const OUTPUT_SIZE = 65536;

/** Which of the host's streams the terminal is. */
export interface ConsoleEnds {
  /** Keys come from stdin. Else the terminal is only written to, and stdin is something else. */
  readonly hasInput: boolean;
  /** 1 or 2. */
  readonly output: number;
}

export class ConsoleTerminal implements Console, TtySink {
  readonly tty: Tty;
  readonly #host: Host;
  readonly #ends: ConsoleEnds;
  /** Output that the host refused with EAGAIN. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Input that found no room in the line discipline. */
  #input: Uint8Array = new Uint8Array(0);
  #isAsked = false;

  constructor(host: Host, ends: ConsoleEnds, columns: number, rows: number) {
    this.#host = host;
    this.#ends = ends;
    this.tty = new Tty(makedev(TTYAUX_MAJOR, 1), this);
    this.tty.windowSize = { columns, rows, xPixels: 0, yPixels: 0 };
    if (ends.hasInput) host.setTerminalRaw(true);
    this.#ask();
  }

  /** The first process: this is the terminal of its session. */
  attach(group: ThreadGroup): void {
    this.tty.control(group.processGroup.session, group.processGroup);
  }

  // From the host.

  /** Keys are taken even if nobody reads: Ctrl-C must work. */
  input(bytes: Uint8Array | null): void {
    this.#isAsked = false;
    if (bytes === null) {
      this.tty.hangUp();
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
    this.tty.outputTaken();
  }

  resize(columns: number, rows: number): void {
    this.tty.resize({ columns, rows, xPixels: 0, yPixels: 0 });
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
    while (this.#input.length > 0) {
      const n = this.tty.receive(this.#input);
      if (n === 0) return;
      this.#input = this.#input.subarray(n);
    }
    this.#ask();
  }

  report(): void {}

  #ask(): void {
    if (this.#isAsked || !this.#ends.hasInput || this.tty.isHungUp) return;
    this.#isAsked = true;
    this.#host.requestInput(STDIN);
  }
}

/** The console and a description of it for descriptors 0, 1 and 2. */
export interface OpenedConsole {
  readonly console: ConsoleTerminal;
  readonly file: FileDescription;
}

/**
 * Makes the caller's terminal the kernel's console. Preconditions: /dev is mounted in `fs`.
 * `console.attach` is to be called when the first process is there.
 */
export function openConsole(
  kernel: Kernel,
  fs: FsContext,
  ends: ConsoleEnds,
  columns: number,
  rows: number,
): OpenedConsole | Errno {
  const terminal = new ConsoleTerminal(kernel.host, ends, columns, rows);
  const { tty } = terminal;
  kernel.vfs.registerDevice(tty.rdev, {
    open: (task, path, flags) => openTty(task, path, flags, tty),
  });
  kernel.console = terminal;
  if (ends.hasInput) kernel.streams.set(STDIN, terminal);
  kernel.streams.set(ends.output, terminal);
  const walker = { fs, credentials: Credentials.root() };
  const path = walkPath(walker, fs.root, "/dev/console", 0);
  if (isErrno(path)) return path;
  return { console: terminal, file: new TtyFile(path, O_RDWR, tty) };
}
