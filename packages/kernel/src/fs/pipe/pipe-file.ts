/** Open ends of pipes and FIFOs. */
import {
  EAGAIN,
  EFAULT,
  EINVAL,
  ENOMEM,
  ENOTTY,
  ENXIO,
  EPIPE,
  FIONREAD,
  isErrno,
  O_ACCMODE,
  O_DIRECT,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  PAGE_SIZE,
  POLLERR,
  POLLHUP,
  S_IFIFO,
  SIGPIPE,
} from "@kernelet/abi";
import { PendingWait } from "../../kernel/pending-wait.ts";
import type { SyscallResult } from "../../kernel/result.ts";
import { userInfo } from "../../kernel/siginfo.ts";
import { sendToThread } from "../../kernel/signal.ts";
import type { Task } from "../../kernel/task.ts";
import type { WaitQueue } from "../../kernel/wait-queue.ts";
import type { AsyncSource } from "../fasync.ts";
import { FileDescription } from "../file-description.ts";
import { Inode } from "../inode.ts";
import type { Path } from "../path.ts";
import type { Vfs } from "../vfs.ts";
import { CANNOT_MERGE, Pipe, READABLE, WRITABLE } from "./pipe.ts";

export class PipeFile extends FileDescription {
  readonly pipe: Pipe;
  /** A reader that came before any writer does not see a hang-up until one has come and gone. */
  readonly #writerOpensBefore: number;

  /** Preconditions: `pipe` counts this end already. */
  constructor(path: Path, flags: number, pipe: Pipe) {
    super(path, flags);
    this.pipe = pipe;
    this.#writerOpensBefore = pipe.writers > 0 ? -1 : pipe.writerOpens;
  }

  /** Not a FIFO: fifo_open() leaves it out. */
  override get knowsNoWait(): boolean {
    return this.inode.superblock.type === "pipefs";
  }

  override get isSeekable(): boolean {
    return false;
  }

  override get continuesWrites(): boolean {
    return true;
  }

  override asyncSource(): AsyncSource {
    const mask = (this.isReadable ? READABLE : 0) | (this.isWritable ? WRITABLE : 0);
    const { asyncReadQueue, asyncWriteQueue } = this.pipe;
    return { queue: this.isReadable ? asyncReadQueue : asyncWriteQueue, mask };
  }

  override read(task: Task, into: Uint8Array): SyscallResult {
    return this.readPart(task, into, into.length);
  }

  /** What of a page cannot be copied out stays with the whole page. */
  override readPart(task: Task, into: Uint8Array, len: number): SyscallResult {
    const { pipe } = this;
    if (len === 0) return 0;
    if (!pipe.isEmpty) {
      const wasFull = pipe.isFull;
      const n = pipe.take(into, len);
      task.pending.copied = pipe.copied;
      if (wasFull && !pipe.isFull) pipe.writeQueue.wake(WRITABLE);
      return n > 0 ? n : EFAULT;
    }
    if (pipe.writers === 0) return 0;
    if (this.isNonblocking) return EAGAIN;
    return task.block([pipe.readQueue], { mask: READABLE | POLLHUP });
  }

  /**
   * Up to PIPE_BUF bytes need one slot at most, so they go in together or not at all. More may be cut in pieces by
   * other writers; a blocking write ends when all is in, and `task.pending.done` counts what is.
   */
  override write(task: Task, from: Uint8Array): SyscallResult {
    return this.writePart(task, from, from.length);
  }

  /** A page that cannot be filled is not put in. */
  override writePart(task: Task, from: Uint8Array, len: number): SyscallResult {
    const { pipe } = this;
    const { pending } = task;
    if (len === 0) return 0;
    if (pipe.readers === 0) {
      const broken = brokenPipe(task);
      return pending.done > 0 ? pending.done : broken;
    }

    const isPacket = (this.flags & O_DIRECT) !== 0;
    const isRest = pending.done > 0;
    const n = pipe.put(
      isRest ? from.subarray(pending.done) : from,
      isPacket,
      isRest,
      len - pending.done,
    );
    pipe.written();
    if (n === CANNOT_MERGE) return EFAULT;
    pending.done += n;
    if (pending.done === len) return pending.done;
    if (!pipe.isFull && pending.done + Math.min(PAGE_SIZE, len - pending.done) > from.length)
      return pending.done > 0 ? pending.done : EFAULT;
    if (!pipe.isFull) return pending.done > 0 ? pending.done : ENOMEM; // There is room, but no memory for it.
    if (this.isNonblocking) return pending.done > 0 ? pending.done : EAGAIN;
    const wait = task.block([pipe.writeQueue], { mask: WRITABLE | POLLERR });
    return isErrno(wait) && pending.done > 0 ? pending.done : wait;
  }

  override poll(): number {
    const { pipe } = this;
    let events = 0;
    if (this.isReadable) {
      if (!pipe.isEmpty) events |= READABLE;
      if (pipe.writers === 0 && pipe.writerOpens !== this.#writerOpensBefore) events |= POLLHUP;
    }
    if (this.isWritable) {
      if (!pipe.isFull) events |= WRITABLE;
      if (pipe.readers === 0) events |= POLLERR;
    }
    return events;
  }

  override pollQueues(): readonly WaitQueue[] {
    const { readQueue, writeQueue } = this.pipe;
    if (!this.isWritable) return [readQueue];
    return this.isReadable ? [readQueue, writeQueue] : [writeQueue];
  }

  override ioctl(task: Task, cmd: number, arg: number): SyscallResult {
    return cmd === FIONREAD ? task.mm.writeInt32(arg, this.pipe.length) : ENOTTY;
  }

  protected override release(): void {
    const { pipe } = this;
    if (this.isReadable) pipe.readers--;
    if (this.isWritable) pipe.writers--;
    if (pipe.readers === 0 && pipe.writers === 0) pipe.clear();
    pipe.wakeAll();
  }
}

/** A write that nobody can ever read. */
export function brokenPipe(task: Task): SyscallResult {
  sendToThread(task, userInfo(SIGPIPE, task.threadGroup.tgid, task.credentials.uid));
  return EPIPE;
}

/** The inode of a pipe that has no name. */
class PipeInode extends Inode {
  readonly pipe: Pipe;

  constructor(vfs: Vfs, uid: number, gid: number) {
    super(vfs.pipes, vfs.pipes.newIno(), { mode: S_IFIFO | 0o600, uid, gid });
    this.pipe = new Pipe(vfs.memory);
  }

  override get blocks(): number {
    return 0;
  }

  /** Through /proc/self/fd: another end of the same pipe. Waits for nobody, unlike a FIFO (fs/pipe.c, fifo_open). */
  override open(_task: Task, path: Path, flags: number): FileDescription | SyscallResult {
    if ((flags & O_ACCMODE) === O_ACCMODE) return EINVAL;
    return end(path, flags, this.pipe);
  }
}

/** pipe2(2). @returns the reading and the writing end, with no references yet. */
export function newPipe(task: Task, flags: number): [PipeFile, PipeFile] {
  const { vfs } = task.kernel;
  const inode = new PipeInode(vfs, task.credentials.fsuid, task.credentials.fsgid);
  const path = vfs.pipes.path(`pipe:[${inode.ino}]`, inode);
  const status = flags & O_NONBLOCK;
  const packets = flags & O_DIRECT; // Of the writing end alone: create_pipe_files().
  return [
    end(path, O_RDONLY | status, inode.pipe),
    end(path, O_WRONLY | status | packets, inode.pipe),
  ];
}

/** Counts and makes an end. */
function end(path: Path, flags: number, pipe: Pipe): PipeFile {
  const file = new PipeFile(path, flags, pipe);
  if (file.isReadable) {
    pipe.readers++;
    pipe.readerOpens++;
  }
  if (file.isWritable) {
    pipe.writers++;
    pipe.writerOpens++;
  }
  pipe.wakeAll();
  return file;
}

/** What a blocked open remembers: the end is counted already, and the other side had been opened this often. */
class PendingOpen extends PendingWait {
  readonly seen: number;
  #file: PipeFile | null;

  constructor(file: PipeFile, seen: number) {
    super();
    this.#file = file;
    this.seen = seen;
  }

  /** The other side has come: the file is the caller's. */
  take(): PipeFile {
    const file = this.#file as PipeFile;
    this.#file = null;
    return file;
  }

  /** How often the side that it waits for was opened. */
  opens(pipe: Pipe): number {
    return this.#file?.isReadable === true ? pipe.writerOpens : pipe.readerOpens;
  }

  /** Takes the end back. */
  override cancel(): void {
    this.#file?.addRef().removeRef();
    this.#file = null;
  }
}

/** open(2) of a FIFO: fifo(7). A blocking open of one end waits for the other. */
export function openFifo(
  task: Task,
  pipe: Pipe,
  path: Path,
  flags: number,
): FileDescription | SyscallResult {
  const access = flags & O_ACCMODE;
  if (access !== O_RDONLY && access !== O_WRONLY && access !== O_RDWR) return EINVAL;
  const before = task.pending.data;
  if (before instanceof PendingOpen) return goOnOpening(task, pipe, before);
  if (access === O_RDWR) return end(path, flags, pipe);

  const isReader = access === O_RDONLY;
  const isNonblocking = (flags & O_NONBLOCK) !== 0;
  if (!isReader && isNonblocking && pipe.readers === 0) return ENXIO;
  const seen = isReader ? pipe.writerOpens : pipe.readerOpens;
  const file = end(path, flags, pipe);
  if (isNonblocking || (isReader ? pipe.writers : pipe.readers) > 0) return file;
  return goOnOpening(task, pipe, new PendingOpen(file, seen));
}

function goOnOpening(
  task: Task,
  pipe: Pipe,
  pending: PendingOpen,
): FileDescription | SyscallResult {
  if (pending.opens(pipe) !== pending.seen) {
    task.pending.data = null;
    return pending.take();
  }
  task.pending.data = pending;
  const wait = task.block([pipe.readQueue]);
  if (isErrno(wait)) {
    task.pending.data = null;
    pending.cancel();
  }
  return wait;
}
