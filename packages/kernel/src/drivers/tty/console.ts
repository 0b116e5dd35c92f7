/**
 * The caller's terminal as the guest's /dev/console: keys come from the host's stdin, output goes to its stdout.
 * The host's own terminal is in raw mode meanwhile: line editing, echo and Ctrl-C are the guest's.
 */
import { type Errno, isErrno, makedev, O_RDWR, TTYAUX_MAJOR } from "@kernelet/abi";
import type { FileDescription } from "../../fs/file-description.ts";
import type { FsContext } from "../../fs/fs-context.ts";
import { walkPath } from "../../fs/path-walk.ts";
import type { Host } from "../../host.ts";
import { Credentials } from "../../kernel/credentials.ts";
import type { Console, Kernel } from "../../kernel/kernel.ts";
import type { ThreadGroup } from "../../kernel/thread-group.ts";
import { HostLine, type HostLineEnds } from "./host-line.ts";
import { openTty } from "./open-tty.ts";
import { Tty } from "./tty.ts";
import { TtyFile } from "./tty-file.ts";

export class ConsoleTerminal implements Console {
  readonly tty: Tty;
  readonly #line: HostLine;

  constructor(host: Host, ends: HostLineEnds, columns: number, rows: number) {
    this.#line = new HostLine(host, ends);
    this.tty = new Tty(makedev(TTYAUX_MAJOR, 1), this.#line);
    this.tty.windowSize = { columns, rows, xPixels: 0, yPixels: 0 };
    if (ends.input !== null) host.setTerminalRaw(true);
    this.#line.connect(this.tty);
  }

  /** The first process: this is the terminal of its session. */
  attach(group: ThreadGroup): void {
    this.tty.control(group.processGroup.session, group.processGroup);
  }

  input(bytes: Uint8Array | null): void {
    this.#line.input(bytes);
  }

  writable(): void {
    this.#line.writable();
  }

  resize(columns: number, rows: number): void {
    this.tty.resize({ columns, rows, xPixels: 0, yPixels: 0 });
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
  ends: HostLineEnds,
  columns: number,
  rows: number,
): OpenedConsole | Errno {
  const terminal = new ConsoleTerminal(kernel.host, ends, columns, rows);
  const { tty } = terminal;
  kernel.vfs.registerDevice(tty.rdev, {
    open: (task, path, flags) => openTty(task, path, flags, tty),
  });
  kernel.console = terminal;
  if (ends.input !== null) kernel.streams.set(ends.input, terminal);
  kernel.streams.set(ends.output, terminal);
  const walker = { fs, credentials: Credentials.root() };
  const path = walkPath(walker, fs.root, "/dev/console", 0);
  if (isErrno(path)) return path;
  return { console: terminal, file: new TtyFile(path, O_RDWR, tty) };
}
