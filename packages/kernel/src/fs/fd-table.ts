/**
 * Descriptors of a process (Linux's files_struct). Tasks made with CLONE_FILES share one.
 *
 * Invariant: each slot that is in use holds one reference of its file description.
 */
import { EBADF, EINVAL, EMFILE, type Errno, isErrno } from "@kernelet/abi";
import type { Task } from "../kernel/task.ts";
import { stopNotices } from "./dnotify.ts";
import type { FileDescription } from "./file-description.ts";

export interface InstallOptions {
  readonly cloexec?: boolean;
  /** Lowest descriptor to give: fcntl(F_DUPFD). */
  readonly from?: number;
}

/** Longest chain of waiting owners that is followed: MAX_DEADLK_ITERATIONS. */
const MAX_DEADLOCK_DEPTH = 10;

export class FdTable {
  /** RLIMIT_NOFILE's soft value: no descriptor at or above it is given. prlimit(2) keeps it up to date. */
  limit: number;
  /** Tasks that use this table. */
  refs = 1;
  readonly #files: (FileDescription | null)[] = [];
  readonly #cloexec: boolean[] = [];
  /** Tasks that wait in F_SETLKW, and whose POSIX lock each waits for. */
  readonly lockWaits: Map<Task, FdTable> = new Map();
  /** No free slot below this. */
  #firstFree = 0;

  constructor(limit = 1024) {
    this.limit = limit;
  }

  /** The file of `fd`, or null: EBADF. O_PATH files too. */
  get(fd: number): FileDescription | null {
    return this.#files[fd] ?? null;
  }

  /** The file of `fd` for a call that needs more than a place: EBADF for O_PATH. */
  file(fd: number): FileDescription | Errno {
    const file = this.#files[fd];
    return file === undefined || file === null || file.isPath ? EBADF : file;
  }

  /** Gives each file the lowest free descriptor. All or none. */
  install(files: readonly FileDescription[], options: InstallOptions = {}): number[] | Errno {
    const from = options.from ?? 0;
    const fds = this.lowestFree(files.length, from);
    if (isErrno(fds)) return fds;
    files.forEach((file, i) => {
      this.#put(fds[i] as number, file, options.cloexec === true);
    });
    if (from <= this.#firstFree) this.#firstFree = (fds.at(-1) ?? this.#firstFree - 1) + 1;
    return fds;
  }

  /** The descriptors that `install` will give. */
  lowestFree(count: number, from = 0): number[] | Errno {
    const fds: number[] = [];
    for (let fd = Math.max(from, this.#firstFree); fds.length < count; fd++) {
      while (this.#files[fd] !== undefined && this.#files[fd] !== null) fd++;
      if (fd >= this.limit) return EMFILE;
      fds.push(fd);
    }
    return fds;
  }

  /** Whether another file may be opened: EMFILE comes before anything is looked up or made. */
  get hasRoom(): boolean {
    let fd = this.#firstFree;
    while (this.get(fd) !== null) fd++;
    return fd < this.limit;
  }

  /** The one-file form of `install`. A file without references is released if there is no room. */
  add(file: FileDescription, options: InstallOptions = {}): number | Errno {
    const fds = this.install([file], options);
    if (typeof fds !== "number") return fds[0] as number;
    if (file.refs === 0) file.addRef().removeRef();
    return fds;
  }

  #put(fd: number, file: FileDescription, cloexec: boolean): void {
    while (this.#files.length <= fd) {
      this.#files.push(null);
      this.#cloexec.push(false);
    }
    this.#files[fd] = file.addRef();
    this.#cloexec[fd] = cloexec;
  }

  /** dup2(2), dup3(2): `fd` becomes `file`; what was there is closed silently. */
  replace(task: Task, fd: number, file: FileDescription, cloexec: boolean): number | Errno {
    if (fd < 0 || fd >= this.limit) return EBADF;
    const old = this.get(fd);
    this.#put(fd, file, cloexec);
    if (old !== null) this.#closed(task, old);
    return fd;
  }

  isCloexec(fd: number): boolean {
    return this.#cloexec[fd] === true;
  }

  setCloexec(fd: number, cloexec: boolean): void {
    if (this.get(fd) !== null) this.#cloexec[fd] = cloexec;
  }

  /** close(2). The descriptor is gone even if flushing fails. */
  close(task: Task, fd: number): 0 | Errno {
    const file = this.get(fd);
    if (file === null) return EBADF;
    this.#clear(fd);
    return this.#closed(task, file);
  }

  /** filp_close(): POSIX locks go with any descriptor of the file that its owner closes. */
  #closed(task: Task, file: FileDescription): 0 | Errno {
    file.inode.locks?.removeOwner(this);
    if (file.inode.marks !== null) stopNotices(file, this);
    const result = file.flush(task);
    file.removeRef();
    return result;
  }

  /** Takes descriptors back that could not be handed over; their files close. */
  remove(fds: readonly number[]): void {
    for (const fd of fds) {
      const file = this.get(fd);
      this.#clear(fd);
      file?.removeRef();
    }
  }

  #clear(fd: number): void {
    this.#files[fd] = null;
    this.#cloexec[fd] = false;
    if (fd < this.#firstFree) this.#firstFree = fd;
  }

  /** close_range(2) without flags, or with CLOSE_RANGE_CLOEXEC. */
  closeRange(task: Task, first: number, last: number, onlyCloexec: boolean): 0 | Errno {
    if (first > last) return EINVAL;
    const end = Math.min(last, this.#files.length - 1);
    for (let fd = first; fd <= end; fd++) {
      if (this.get(fd) === null) continue;
      if (onlyCloexec) this.#cloexec[fd] = true;
      else this.close(task, fd);
    }
    return 0;
  }

  /** Whether somebody who uses `other` waits for us, or for one who waits for us: posix_locks_deadlock(). */
  isAwaitedBy(other: FdTable, depth = 0): boolean {
    if (depth > MAX_DEADLOCK_DEPTH) return false;
    for (const owner of other.lockWaits.values()) {
      if (owner === this || this.isAwaitedBy(owner, depth + 1)) return true;
    }
    return false;
  }

  /** A copy for clone without CLONE_FILES. */
  fork(): FdTable {
    const copy = new FdTable(this.limit);
    this.#files.forEach((file, fd) => {
      if (file !== null) copy.#put(fd, file, this.#cloexec[fd] === true);
    });
    copy.#firstFree = this.#firstFree;
    return copy;
  }

  addRef(): this {
    this.refs++;
    return this;
  }

  /** A task that used the table is gone; the last one closes everything. */
  release(task: Task): void {
    this.refs--;
    if (this.refs > 0) return;
    for (let fd = 0; fd < this.#files.length; fd++) this.close(task, fd);
    this.#files.length = 0;
    this.#cloexec.length = 0;
  }

  /** execve(2). The caller has made sure that the table is not shared. */
  closeOnExec(task: Task): void {
    for (let fd = 0; fd < this.#files.length; fd++) {
      if (this.#cloexec[fd] === true) this.close(task, fd);
    }
  }

  /** Descriptors in use, ascending. */
  *fds(): IterableIterator<number> {
    for (let fd = 0; fd < this.#files.length; fd++) if (this.get(fd) !== null) yield fd;
  }

  /** How many are in use. */
  get size(): number {
    let n = 0;
    for (const file of this.#files) if (file !== null) n++;
    return n;
  }

  /** Room of the table as /proc/[pid]/status shows it: a multiple of 64. */
  get capacity(): number {
    return Math.max(64, Math.ceil(this.#files.length / 64) * 64);
  }
}
