/**
 * The caller's stdin, stdout and stderr where they are not a terminal: files for the guest, streams at the host.
 *
 * Input is asked for one chunk at a time (`Host.requestInput`) and only when somebody reads or polls, so that a
 * program that never reads leaves the caller's input alone. Output goes out at once; when the host's reader is slow
 * the writer waits for `writable`.
 */
import {
  EAGAIN,
  ENOTTY,
  ENXIO,
  EPIPE,
  FIONREAD,
  O_RDONLY,
  O_WRONLY,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDNORM,
  POLLWRNORM,
  S_IFIFO,
} from "@kernelet/abi";
import { FileDescription } from "../fs/file-description.ts";
import { Inode } from "../fs/inode.ts";
import type { Path } from "../fs/path.ts";
import { brokenPipe } from "../fs/pipe/pipe-file.ts";
import type { Superblock } from "../fs/superblock.ts";
import type { Vfs } from "../fs/vfs.ts";
import type { Host } from "../host.ts";
import type { HostInput } from "../kernel/kernel.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { WaitQueue } from "../kernel/wait-queue.ts";

const READABLE = POLLIN | POLLRDNORM | POLLHUP;
const WRITABLE = POLLOUT | POLLWRNORM;

export type StreamDirection = "input" | "output";

/** One stream of the caller. */
export class HostStream implements HostInput {
  readonly number: number;
  readonly direction: StreamDirection;
  readonly #host: Host;
  /** Bytes that came and were not read. */
  #chunk: Uint8Array = new Uint8Array(0);
  #isEnded = false;
  /** An answer to `requestInput` is on its way. */
  #isAsked = false;
  readonly queue: WaitQueue = new WaitQueue();
  /** The host's reader is slow: wait for `writable`. */
  #isFull = false;

  constructor(host: Host, number: number, direction: StreamDirection) {
    this.#host = host;
    this.number = number;
    this.direction = direction;
  }

  /** The host's answer: bytes, or null at the end of the input. */
  input(bytes: Uint8Array | null): void {
    this.#isAsked = false;
    if (bytes === null) this.#isEnded = true;
    else if (this.#chunk.length === 0) this.#chunk = bytes;
    else this.#chunk = concat(this.#chunk, bytes);
    this.queue.wake(READABLE);
  }

  /** The host takes output again. */
  writable(): void {
    this.#isFull = false;
    this.queue.wake(WRITABLE);
  }

  get available(): number {
    return this.#chunk.length;
  }
  get isEnded(): boolean {
    return this.#isEnded && this.#chunk.length === 0;
  }
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Makes sure that input will come, if there is none. */
  ask(): void {
    if (this.#isAsked || this.#isEnded || this.#chunk.length > 0) return;
    this.#isAsked = true;
    this.#host.requestInput(this.number);
  }

  /** @returns bytes taken; 0 if there are none now or never will be. */
  take(into: Uint8Array): number {
    const n = Math.min(into.length, this.#chunk.length);
    into.set(this.#chunk.subarray(0, n));
    this.#chunk = this.#chunk.subarray(n);
    return n;
  }

  /** @returns bytes the host took, or an errno; EAGAIN until `writable`. */
  put(from: Uint8Array): number {
    const taken = this.#host.writeStream(this.number, from);
    if (taken === EAGAIN) this.#isFull = true;
    return taken;
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

/** Looks like a pipe to fstat(2). */
class HostStreamInode extends Inode {
  readonly stream: HostStream;

  constructor(superblock: Superblock, stream: HostStream) {
    super(superblock, superblock.newIno(), { mode: S_IFIFO | 0o600, uid: 0, gid: 0 });
    this.stream = stream;
  }

  /** /dev/stdout and /proc/self/fd/1: another description of the same stream. */
  override open(_task: Task, path: Path, flags: number): FileDescription | SyscallResult {
    const file = new HostStreamFile(path, flags, this.stream);
    return file.isReadable === (this.stream.direction === "input") ? file : ENXIO;
  }
}

export class HostStreamFile extends FileDescription {
  readonly #stream: HostStream;

  constructor(path: Path, flags: number, stream: HostStream) {
    super(path, flags);
    this.#stream = stream;
  }

  override get knowsNoWait(): boolean {
    return true;
  }

  override get isSeekable(): boolean {
    return false;
  }

  override read(task: Task, into: Uint8Array): SyscallResult {
    const stream = this.#stream;
    if (into.length === 0) return 0;
    if (stream.available > 0) return stream.take(into);
    if (stream.isEnded) return 0;
    stream.ask();
    if (stream.available > 0) return stream.take(into);
    if (stream.isEnded) return 0;
    return this.isNonblocking ? EAGAIN : task.block([stream.queue], { mask: READABLE });
  }

  override write(task: Task, from: Uint8Array): SyscallResult {
    if (from.length === 0) return 0;
    const n = this.#stream.put(from);
    if (n === EPIPE) return brokenPipe(task);
    if (n !== EAGAIN || this.isNonblocking) return n;
    return task.block([this.#stream.queue], { mask: WRITABLE });
  }

  override ioctl(task: Task, cmd: number, arg: number): SyscallResult {
    if (cmd !== FIONREAD) return ENOTTY;
    return task.mm.writeInt32(arg, this.#stream.available);
  }

  override poll(): number {
    if (this.isReadable) {
      this.#stream.ask();
      if (this.#stream.available > 0) return POLLIN | POLLRDNORM;
      return this.#stream.isEnded ? POLLHUP : 0;
    }
    return this.#stream.isFull ? 0 : WRITABLE;
  }

  override pollQueues(): readonly WaitQueue[] {
    return [this.#stream.queue];
  }
}

/** A file description for one of the caller's streams, without a reference yet. */
export function openHostStream(vfs: Vfs, stream: HostStream): HostStreamFile {
  const inode = new HostStreamInode(vfs.pipes, stream);
  const flags = stream.direction === "input" ? O_RDONLY : O_WRONLY;
  return new HostStreamFile(vfs.pipes.path(`pipe:[${inode.ino}]`, inode), flags, stream);
}
