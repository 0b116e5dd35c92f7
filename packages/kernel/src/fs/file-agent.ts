/**
 * The files of a guest in the hands of whoever runs it: what `cp` and an SDK do without a program inside. It acts as root
 * in the root that it is given, with a task that is never run and that nobody inside sees. Paths are absolute, or from "/".
 * Nothing waits: what would, as a FIFO without a writer, is EAGAIN.
 */
import {
  EAGAIN,
  EBADF,
  EMFILE,
  EROFS,
  type Errno,
  IN_ATTRIB,
  isErrno,
  O_NOCTTY,
  O_NONBLOCK,
  RENAME_NOREPLACE,
} from "@kernelet/abi";
import { createAgent, releaseAgent } from "../kernel/agent.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { BLOCKED, type SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { pathName } from "./d-path.ts";
import type { FileDescription } from "./file-description.ts";
import type { FsContext } from "./fs-context.ts";
import type { AttributeChange, DirectoryEntry, Inode } from "./inode.ts";
import {
  makeDirectory,
  makeLink,
  makeSymlink,
  removeDirectory,
  removeName,
  renameName,
} from "./namei.ts";
import { notifyFile } from "./notify.ts";
import { openPath } from "./open.ts";
import type { Path } from "./path.ts";
import { LOOKUP_FOLLOW, walkPath } from "./path-walk.ts";
import type { Timestamp } from "./timestamp.ts";
import { WatchAgent, type WatchEvent } from "./watch-agent.ts";

/** Open at a time: a client that forgets to close must not keep everything. */
const MAX_HANDLES = 1024;

/** stat(2), with names as in struct stat. Times are copies of the inode's. */
export interface AgentStat {
  readonly dev: number;
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly size: number;
  readonly blocks: number;
  readonly blockSize: number;
  readonly atime: Timestamp;
  readonly mtime: Timestamp;
  readonly ctime: Timestamp;
  readonly btime: Timestamp;
}

export class FileAgent {
  readonly #task: Task;
  readonly #handles: Map<number, FileDescription> = new Map();
  #nextHandle = 1;

  constructor(kernel: Kernel, fs: FsContext) {
    this.#task = createAgent(kernel, fs);
  }

  get #root(): Path {
    return this.#task.fs.root;
  }

  /** Closes what is open. */
  release(): void {
    for (const handle of [...this.#handles.keys()]) this.close(handle);
    releaseAgent(this.#task);
  }

  /** For events of files. To be released by whoever asked for it. */
  newWatchAgent(report: (event: WatchEvent) => void): WatchAgent {
    return new WatchAgent(this.#task, this.#root, report);
  }

  // Names. -----------------------------------------------------------------------------------------------------------

  stat(path: string, followsLinks: boolean): AgentStat | Errno {
    const at = this.#walk(path, followsLinks);
    return isErrno(at) ? at : statOf(at.inode);
  }

  /** The path without links, "." and "..". */
  realpath(path: string): string | Errno {
    const at = this.#walk(path, true);
    return isErrno(at) ? at : pathName(at, this.#root).name;
  }

  readlink(path: string): string | Errno {
    const at = this.#walk(path, false);
    return isErrno(at) ? at : at.inode.readlink(this.#task);
  }

  /** Without "." and "..". */
  readdir(path: string): readonly DirectoryEntry[] | Errno {
    const at = this.#walk(path, true);
    return isErrno(at) ? at : at.inode.readdir();
  }

  mkdir(path: string, mode: number): 0 | Errno {
    return makeDirectory(this.#task, this.#root, path, mode);
  }

  rmdir(path: string): 0 | Errno {
    return removeDirectory(this.#task, this.#root, path);
  }

  unlink(path: string): 0 | Errno {
    return removeName(this.#task, this.#root, path);
  }

  rename(from: string, to: string, mayReplace: boolean): 0 | Errno {
    const flags = mayReplace ? 0 : RENAME_NOREPLACE;
    return renameName(this.#task, this.#root, from, this.#root, to, flags);
  }

  symlink(target: string, path: string): 0 | Errno {
    return makeSymlink(this.#task, target, this.#root, path);
  }

  link(existing: string, path: string): 0 | Errno {
    const at = this.#walk(existing, false);
    return isErrno(at) ? at : makeLink(this.#task, at, this.#root, path);
  }

  /** chmod, chown, utimes, truncate: what `change` names. */
  change(path: string, followsLinks: boolean, change: AttributeChange): 0 | Errno {
    const at = this.#walk(path, followsLinks);
    if (isErrno(at)) return at;
    if (at.mount.isReadOnly) return EROFS;
    at.inode.refresh();
    const result = at.inode.setattr(change);
    if (result === 0) notifyFile(at.dentry, IN_ATTRIB);
    return result;
  }

  // Open files. ------------------------------------------------------------------------------------------------------

  /** @param flags O_*. @returns a handle. */
  open(path: string, flags: number, mode: number): number | Errno {
    if (this.#handles.size >= MAX_HANDLES) return EMFILE;
    const how = { flags: flags | O_NONBLOCK | O_NOCTTY, mode, resolve: 0 };
    const file = openPath(this.#task, this.#root, path, how);
    if (typeof file === "number") return this.#finished(file) as number | Errno;
    const handle = this.#nextHandle++;
    this.#handles.set(handle, file.addRef());
    return handle;
  }

  /** @param off null: where the last one ended. @returns bytes read, none at the end. */
  read(handle: number, len: number, off: number | null): Uint8Array | Errno {
    const file = this.#handles.get(handle);
    if (file === undefined || !file.isReadable) return EBADF;
    const bytes = new Uint8Array(len);
    const n = this.#finished(file.read(this.#task, bytes, off));
    if (n > 0) file.accessed();
    return n < 0 ? (n as Errno) : bytes.subarray(0, n);
  }

  /** @param off null: where the last one ended. @returns how many were written. */
  write(handle: number, bytes: Uint8Array, off: number | null): number | Errno {
    const file = this.#handles.get(handle);
    if (file === undefined || !file.isWritable) return EBADF;
    const n = this.#finished(file.write(this.#task, bytes, off));
    if (n > 0) file.modified();
    return n as number | Errno;
  }

  fstat(handle: number): AgentStat | Errno {
    const file = this.#handles.get(handle);
    return file === undefined ? EBADF : statOf(file.inode);
  }

  close(handle: number): 0 | Errno {
    const file = this.#handles.get(handle);
    if (file === undefined) return EBADF;
    this.#handles.delete(handle);
    file.removeRef();
    return 0;
  }

  #walk(path: string, followsLinks: boolean): Path | Errno {
    return walkPath(this.#task, this.#root, path, followsLinks ? LOOKUP_FOLLOW : 0);
  }

  /** The agent never waits. */
  #finished(result: SyscallResult): number {
    const { pending } = this.#task;
    pending.done = 0;
    pending.data = null;
    if (result !== BLOCKED) return result as number;
    this.#task.abandonWait();
    this.#task.state = "runnable";
    return EAGAIN;
  }
}

function statOf(inode: Inode): AgentStat | Errno {
  const refreshed = inode.refresh();
  if (refreshed !== 0) return refreshed;
  const { ino, mode, nlink, uid, gid, rdev, size, blocks, blockSize } = inode;
  const { atime, mtime, ctime, btime } = inode;
  const dev = inode.superblock.dev;
  return {
    ...{ dev, ino, mode, nlink, uid, gid, rdev, size, blocks, blockSize },
    ...{ atime, mtime, ctime, btime },
  };
}
