/**
 * A pseudo-terminal whose master is outside, on two of the host's streams: what a process gets that was started with a
 * terminal of its own. Inside it is a slave of /dev/pts like any other.
 */
import { ENODEV, type Errno, isErrno, O_RDWR } from "@kernelet/abi";
import { DevPts } from "../../fs/devpts/devpts.ts";
import type { FsContext } from "../../fs/fs-context.ts";
import { LOOKUP_FOLLOW, walkPath } from "../../fs/path-walk.ts";
import type { Host } from "../../host.ts";
import { Credentials } from "../../kernel/credentials.ts";
import type { Console, Kernel } from "../../kernel/kernel.ts";
import type { ThreadGroup } from "../../kernel/thread-group.ts";
import { HostLine, type HostLineEnds } from "./host-line.ts";
import { Pty } from "./pty.ts";
import { PtySlaveFile } from "./pty-slave.ts";

class HostPty extends Pty {
  readonly line: HostLine;

  constructor(index: number, host: Host, ends: HostLineEnds) {
    super(index);
    this.isLocked = false;
    this.line = new HostLine(host, ends);
  }

  override get room(): number {
    return this.line.room;
  }

  override put(bytes: Uint8Array): void {
    this.line.put(bytes);
  }

  override flush(): void {
    this.line.flush();
  }

  override inputTaken(): void {
    this.line.inputTaken();
  }
}

/** A terminal of the host's and the slave for descriptors 0, 1 and 2. */
export class HostTerminal implements Console {
  readonly file: PtySlaveFile;
  readonly #kernel: Kernel;
  readonly #devpts: DevPts;
  readonly #pty: HostPty;
  readonly #ends: HostLineEnds;

  constructor(
    kernel: Kernel,
    parts: { devpts: DevPts; pty: HostPty; ends: HostLineEnds; file: PtySlaveFile },
  ) {
    this.#kernel = kernel;
    this.#devpts = parts.devpts;
    this.#pty = parts.pty;
    this.#ends = parts.ends;
    this.file = parts.file;
    const { input, output } = parts.ends;
    if (input !== null) kernel.streams.set(input, this);
    kernel.streams.set(output, this);
    parts.pty.line.connect(parts.pty.tty);
  }

  /** The process that it was made for: this is the terminal of its session. */
  attach(group: ThreadGroup): void {
    this.#pty.tty.control(group.processGroup.session, group.processGroup);
  }

  input(bytes: Uint8Array | null): void {
    this.#pty.line.input(bytes);
  }

  writable(): void {
    this.#pty.line.writable();
  }

  resize(columns: number, rows: number): void {
    this.#pty.tty.resize({ columns, rows, xPixels: 0, yPixels: 0 });
  }

  /** The host's side closes: whoever still has the slave open loses it. */
  close(): void {
    const { input, output } = this.#ends;
    if (input !== null) this.#kernel.streams.delete(input);
    this.#kernel.streams.delete(output);
    this.#pty.masterClosed();
    this.#devpts.remove(this.#pty);
  }
}

/**
 * Makes a terminal in the /dev/pts that `fs` shows: ENODEV if that is something else. `file` has no reference yet;
 * `attach` is to be called when the process is there, `close` when it has ended or was never started.
 */
export function openHostTerminal(
  kernel: Kernel,
  fs: FsContext,
  owner: Credentials,
  ends: HostLineEnds,
  size: { readonly columns: number; readonly rows: number },
): HostTerminal | Errno {
  const walker = { fs, credentials: Credentials.root() };
  const folder = walkPath(walker, fs.root, "/dev/pts", LOOKUP_FOLLOW);
  if (isErrno(folder)) return folder;
  const devpts = folder.dentry.superblock;
  if (!(devpts instanceof DevPts)) return ENODEV;
  const pty = devpts.addPty(owner.uid, owner.gid, (index) => new HostPty(index, kernel.host, ends));
  if (isErrno(pty)) return pty;
  pty.tty.windowSize = { ...size, xPixels: 0, yPixels: 0 };
  const path = devpts.slavePath(pty, folder.mount);
  if (path === null) return ENODEV;
  const file = new PtySlaveFile(path, O_RDWR, pty);
  return new HostTerminal(kernel, { devpts, pty, ends, file });
}
