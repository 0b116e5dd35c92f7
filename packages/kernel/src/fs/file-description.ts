/**
 * An open file (Linux's struct file, POSIX's "open file description"): what descriptors of several tables share.
 *
 * `refs` counts descriptors (and mappings, and descriptors in flight through sockets); at zero `release` runs once.
 * `read` and `write` may return EAGAIN when O_NONBLOCK is set, or block the task (`task.block`).
 */
import {
  EBADF,
  EFAULT,
  EINVAL,
  ENODEV,
  ENOTDIR,
  ENOTTY,
  ENXIO,
  type Errno,
  ESPIPE,
  IN_ACCESS,
  IN_CLOSE_NOWRITE,
  IN_CLOSE_WRITE,
  IN_DELETE_SELF,
  IN_MODIFY,
  O_ACCMODE,
  O_ASYNC,
  O_NOCTTY,
  O_NONBLOCK,
  O_PATH,
  O_TRUNC,
  POLLIN,
  POLLOUT,
  POLLRDNORM,
  POLLWRNORM,
  SEEK_CUR,
  SEEK_DATA,
  SEEK_END,
  SEEK_HOLE,
  SEEK_SET,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { WaitQueue } from "../kernel/wait-queue.ts";
import type { PageCache } from "../mm/page-cache.ts";
import { type AsyncSource, AsyncWaiter } from "./fasync.ts";
import type { FileOwner } from "./file-owner.ts";
import type { DirectoryEntry, Inode } from "./inode.ts";
import { notify, notifyFile } from "./notify.ts";
import type { Path } from "./path.ts";

/** What a mapping of a file shows: its pages; fresh zero pages (/dev/zero); or an error. */
export type MmapSource = PageCache | "zero" | Errno;

/** getdents(2): takes one entry. @returns false when the buffer is full. */
export type EmitEntry = (entry: DirectoryEntry, nextPos: number) => boolean;

/** Is told when a file is closed for good: epoll forgets it. */
export interface FileWatcher {
  fileClosed(): void;
}

/** By access mode. The fourth is Linux's own: permission for both is asked, but only ioctl(2) works. */
const ACCESS: readonly { readonly reads: boolean; readonly writes: boolean }[] = [
  { reads: true, writes: false },
  { reads: false, writes: true },
  { reads: true, writes: true },
  { reads: false, writes: false },
];

/** Bytes of a record that nobody gets. */
const MAX_RECORD = 64 * 1024;

export abstract class FileDescription {
  readonly path: Path;
  /** Of the open call: access mode and status flags; F_SETFL changes some. Never O_CREAT, O_EXCL, O_TRUNC, O_CLOEXEC. */
  flags: number;
  /** File offset, shared by all descriptors. */
  pos = 0;
  refs = 0;
  /** F_SETOWN: who is told by signals. Null until somebody is named. */
  owner: FileOwner | null = null;
  /** F_SETSIG: 0 means SIGIO. */
  ownerSignal = 0;
  /** While O_ASYNC is set by fcntl(2) or ioctl(2). */
  #asyncWaiter: AsyncWaiter | null = null;
  /** Epoll items on this file; null while there has been none. */
  #watchers: Set<FileWatcher> | null = null;

  constructor(path: Path, flags: number) {
    this.path = path;
    this.flags = flags & ~(O_TRUNC | O_NOCTTY);
  }

  get inode(): Inode {
    return this.path.inode;
  }
  get isReadable(): boolean {
    return ACCESS[this.flags & O_ACCMODE]?.reads === true && (this.flags & O_PATH) === 0;
  }
  get isWritable(): boolean {
    return ACCESS[this.flags & O_ACCMODE]?.writes === true && (this.flags & O_PATH) === 0;
  }
  get isNonblocking(): boolean {
    return (this.flags & O_NONBLOCK) !== 0;
  }
  get isPath(): boolean {
    return (this.flags & O_PATH) !== 0;
  }
  /** Whether execve of the file is refused while this is open (ETXTBSY). */
  protected get countsAsWriter(): boolean {
    return this.isWritable;
  }

  /** Bytes that there are at most to be read at `off`, or at the file's position: pages for no more are brought in. */
  bytesAt(_off: number | null): number {
    return Number.POSITIVE_INFINITY;
  }

  /** Whether RWF_NOWAIT is for it: FMODE_NOWAIT, which no file system here has. */
  get knowsNoWait(): boolean {
    return false;
  }

  /** Whether lseek and pread make sense: not for pipes, sockets, terminals. */
  get isSeekable(): boolean {
    return true;
  }

  /** A write that is called again with more bytes goes on at `task.pending.done`: pipes and streams. */
  get continuesWrites(): boolean {
    return false;
  }

  /** Each buffer of readv(2) is a read of its own: files of Linux without read_iter. */
  get readsBuffersApart(): boolean {
    return false;
  }

  /** Each buffer of writev(2) is a write of its own: files of Linux without write_iter. */
  get writesBuffersApart(): boolean {
    return false;
  }

  /** Takes any write without looking at the bytes: /dev/null. */
  get discardsData(): boolean {
    return false;
  }

  /** One more user. The first one counts the file as open: a file that gets none is simply forgotten. */
  addRef(): this {
    if (this.refs++ === 0) {
      const inode = this.inode;
      inode.openCount++;
      inode.superblock.files.open++;
      this.path.mount.isExpiring = false;
      if (this.countsAsWriter) inode.writeCount++;
      if (this.isReadable && !this.isWritable) inode.readCount++;
    }
    return this;
  }

  /** One user less; after the last one the file is closed. */
  removeRef(): void {
    if (--this.refs > 0) return;
    if (this.#watchers !== null) for (const watcher of [...this.#watchers]) watcher.fileClosed();
    const inode = this.inode;
    inode.locks?.removeOwner(this);
    this.#asyncWaiter?.remove();
    this.release();
    if (!this.isPath)
      notifyFile(this.path.dentry, this.isWritable ? IN_CLOSE_WRITE : IN_CLOSE_NOWRITE);
    inode.openCount--;
    inode.superblock.files.open--;
    if (this.countsAsWriter) inode.writeCount--;
    if (this.isReadable && !this.isWritable) inode.readCount--;
    if (inode.nlink > 0 || inode.openCount > 0) return;
    notify(inode, IN_DELETE_SELF);
    inode.evict();
  }

  /** What O_ASYNC tells of; null for files that do not know it. */
  asyncSource(): AsyncSource | null {
    return null;
  }

  /** Sets or clears O_ASYNC. Files that do not know it stay as they are. */
  setAsync(fd: number, isOn: boolean): void {
    const source = this.asyncSource();
    if (source === null) return;
    this.#asyncWaiter?.remove();
    this.#asyncWaiter = isOn ? new AsyncWaiter(this, fd, source) : null;
    this.flags = isOn ? this.flags | O_ASYNC : this.flags & ~O_ASYNC;
  }

  addWatcher(watcher: FileWatcher): void {
    this.#watchers ??= new Set();
    this.#watchers.add(watcher);
  }

  removeWatcher(watcher: FileWatcher): void {
    this.#watchers?.delete(watcher);
  }

  /** Last close. */
  protected release(): void {}

  /** A descriptor of `task` was closed, others may remain (Linux's flush). @returns what close(2) says. */
  flush(_task: Task): 0 | Errno {
    return 0;
  }

  /** Reads at `off`, or at `pos`, which moves, if null. Callers have checked the access mode. */
  read(_task: Task, _into: Uint8Array, _off: number | null): SyscallResult {
    return EINVAL;
  }

  /** A read for splice(2) into a pipe. `isNonblocking` is the call's or the pipe's: few files look at it. */
  spliceRead(
    task: Task,
    into: Uint8Array,
    off: number | null,
    _isNonblocking: boolean,
  ): SyscallResult {
    return this.read(task, into, off);
  }

  /** Writes at `off`, or at `pos` (or the end under O_APPEND), if null. */
  write(_task: Task, _from: Uint8Array, _off: number | null): SyscallResult {
    return EINVAL;
  }

  /**
   * A read of `len` bytes of which only the first, `into`, can be written: by files without places. What is wrong
   * besides is told first. Here: a record or an event that does not fit is lost.
   */
  readPart(task: Task, into: Uint8Array, len: number): SyscallResult {
    const record = new Uint8Array(Math.min(len, MAX_RECORD));
    const n = this.read(task, record, null);
    if (n > into.length) return EFAULT;
    if (n > 0) into.set(record.subarray(0, n));
    return n;
  }

  /** The same for a write of which only `from` can be read. Here: all of it is copied before anything is looked at. */
  writePart(_task: Task, _from: Uint8Array, _len: number): SyscallResult {
    return EFAULT;
  }

  /** What a write of `len` bytes at `off` says before it looks for them: generic_write_checks(), write_begin(). */
  refusesWrite(_task: Task, _off: number | null, _len: number): 0 | Errno {
    return 0;
  }

  /** Tells watchers that bytes were read: fsnotify_access(). For the calls to say, as a call may read in parts. */
  accessed(): void {
    notifyFile(this.path.dentry, IN_ACCESS);
  }
  /** The same for bytes that were written: fsnotify_modify(). */
  modified(): void {
    notifyFile(this.path.dentry, IN_MODIFY);
  }

  /** FMODE_PREAD: whether pread(2) and its kind are for such a file at all. */
  get hasPlaces(): boolean {
    return this.isSeekable;
  }

  /** FMODE_CAN_READ: a kind of file that cannot be read is EINVAL before the buffer is looked at. */
  get hasRead(): boolean {
    return this.read !== FileDescription.prototype.read;
  }
  get hasWrite(): boolean {
    return this.write !== FileDescription.prototype.write;
  }

  /** FMODE_LSEEK: some files let lseek(2) succeed and have no places. */
  get hasSeek(): boolean {
    return this.isSeekable || this.seek !== FileDescription.prototype.seek;
  }

  /** lseek(2). */
  seek(off: number, whence: number): number | Errno {
    if (!this.isSeekable) return ESPIPE;
    let base: number;
    switch (whence) {
      case SEEK_SET:
        base = 0;
        break;
      case SEEK_CUR:
        base = this.pos;
        break;
      case SEEK_END: {
        const size = this.size();
        if (size < 0) return size as Errno;
        base = size;
        break;
      }
      case SEEK_DATA:
      case SEEK_HOLE: {
        const found = this.seekData(off, whence === SEEK_HOLE);
        if (found >= 0) this.pos = found;
        return found;
      }
      default:
        return EINVAL;
    }
    const to = base + off;
    if (to < 0) return EINVAL;
    if (to > Number.MAX_SAFE_INTEGER) return EINVAL;
    this.pos = to;
    return to;
  }

  /** Size for SEEK_END and O_APPEND. */
  size(): number | Errno {
    return this.inode.size;
  }

  /** Next data or hole at or after `off`. Here: a file without holes. */
  protected seekData(off: number, wantHole: boolean): number | Errno {
    const size = this.size();
    if (off < 0 || off >= size) return ENXIO;
    return wantHole ? size : off;
  }

  /** `arg` is the raw argument, mostly an address. */
  ioctl(_task: Task, _cmd: number, _arg: number): SyscallResult {
    return ENOTTY;
  }

  /** POLL* that hold now. Files that never block are always ready. */
  poll(): number {
    return POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
  }

  /** Queues that are woken when `poll` may have changed. None: it never changes. */
  pollQueues(): readonly WaitQueue[] {
    return [];
  }

  /** Whether epoll takes this file (regular files and directories: EPERM). */
  get canPoll(): boolean {
    return this.pollQueues().length > 0;
  }

  mmapSource(): MmapSource {
    return ENODEV;
  }

  /** A mapping or unmapping wants the contents on the host, too. */
  fsync(): 0 | Errno {
    return EINVAL;
  }

  truncate(_size: number): 0 | Errno {
    return EINVAL;
  }

  /** fallocate(2). */
  allocate(_mode: number, _off: number, _len: number): 0 | Errno {
    return ENODEV;
  }

  /** Emits entries from `pos` on and moves it. */
  getdents(_task: Task, _emit: EmitEntry): 0 | Errno {
    return ENOTDIR;
  }

  /** Extra lines of /proc/[pid]/fdinfo: "eventfd-count: 3\n". */
  fdinfo(): string {
    return "";
  }
}

/** A file opened with O_PATH: a place, nothing to read. */
export class PathDescription extends FileDescription {
  override get isSeekable(): boolean {
    return false;
  }
  override read(): SyscallResult {
    return EBADF;
  }
  override write(): SyscallResult {
    return EBADF;
  }
  override ioctl(): SyscallResult {
    return EBADF;
  }
}
