/**
 * System V shared memory: shmget(2), shmop(2), shmctl(2), ipc/shm.c. A segment is a file without a name; an attachment
 * is a mapping of it, so fork, exec, exit and munmap do the right thing by themselves and the segment only counts.
 */
import {
  EINVAL,
  ENOMEM,
  type Errno,
  O_RDONLY,
  O_RDWR,
  PAGE_SIZE,
  S_IFREG,
  SHM_DEST,
} from "@kernelet/abi";
import { Dentry } from "../fs/dentry.ts";
import { Path } from "../fs/path.ts";
import { RegularFile } from "../fs/regular-file.ts";
import { TmpfsFile } from "../fs/tmpfs/inode.ts";
import type { Task } from "../kernel/task.ts";
import type { IpcNamespace } from "./ipc-namespace.ts";
import { IpcObject, secondsNow } from "./ipc-object.ts";

export const SHMMNI = 4096;
export const SHMMIN = 1;
/** ULONG_MAX - 2^24: no limit. Also of SHMALL. */
export const SHMMAX: bigint = 2n ** 64n - 2n ** 24n - 1n;
/** The largest segment that an address space can hold, and the account can count. */
const LARGEST = Number.MAX_SAFE_INTEGER;

/** The file behind a segment, as mappings see it: each holds a reference, and that is an attachment. */
export class ShmFile extends RegularFile {
  readonly segment: SharedSegment;

  constructor(segment: SharedSegment, path: Path, flags: number) {
    super(path, flags);
    this.segment = segment;
  }

  protected override get countsAsWriter(): boolean {
    return false;
  }

  override addRef(): this {
    super.addRef();
    this.segment.attached();
    return this;
  }

  override removeRef(): void {
    super.removeRef();
    this.segment.detached();
  }

  /** The segment's own reference, which is no attachment. */
  hold(): void {
    super.addRef();
  }

  drop(): void {
    super.removeRef();
  }
}

export class SharedSegment extends IpcObject {
  readonly #namespace: IpcNamespace;
  readonly size: number;
  readonly cpid: number;
  lpid = 0;
  /** Seconds since the epoch, 0 for never. */
  atime = 0;
  dtime = 0;
  attachments = 0;
  readonly #writable: ShmFile;
  readonly #readOnly: ShmFile;

  constructor(task: Task, namespace: IpcNamespace, key: number, size: number, mode: number) {
    super(key, mode, task.credentials, namespace.clock);
    this.#namespace = namespace;
    this.size = size;
    this.cpid = task.threadGroup.tgid;
    const { superblock, mount } = task.kernel.vfs.memfds;
    const { euid: uid, egid: gid } = task.credentials;
    const inode = new TmpfsFile(superblock, { mode: S_IFREG | this.mode, uid, gid });
    inode.nlink = 0;
    inode.truncate(size);
    const name = `/SYSV${(key >>> 0).toString(16).padStart(8, "0")}`;
    const dentry = new Dentry(superblock, name, null, inode);
    dentry.isUnlinked = true;
    const path = new Path(mount, dentry);
    this.#writable = new ShmFile(this, path, O_RDWR);
    this.#readOnly = new ShmFile(this, path, O_RDONLY);
    this.#writable.hold();
    this.#readOnly.hold();
    namespace.shmPages += this.pages;
  }

  get pages(): number {
    return Math.ceil(this.size / PAGE_SIZE);
  }

  /** Bytes in memory: what has been written. */
  get residentBytes(): number {
    return (this.#writable.inode.pages?.allocatedPages ?? 0) * PAGE_SIZE;
  }

  file(isReadOnly: boolean): ShmFile {
    return isReadOnly ? this.#readOnly : this.#writable;
  }

  attached(): void {
    this.attachments++;
    this.atime = secondsNow(this.#namespace.clock);
    this.lpid = this.#currentPid();
  }

  detached(): void {
    this.attachments--;
    this.dtime = secondsNow(this.#namespace.clock);
    this.lpid = this.#currentPid();
    if (this.attachments === 0 && (this.mode & SHM_DEST) !== 0) this.#destroy();
  }

  #currentPid(): number {
    return this.#namespace.kernel.scheduler.current?.threadGroup.tgid ?? 0;
  }

  /** IPC_RMID: it goes with its last attachment. */
  remove(): void {
    if (this.attachments === 0) {
      this.#destroy();
      return;
    }
    this.mode |= SHM_DEST;
    this.#namespace.shm.hideKey(this);
  }

  #destroy(): void {
    this.mode &= ~SHM_DEST;
    this.#namespace.shm.remove(this);
    this.#namespace.shmPages -= this.pages;
    this.#writable.drop();
    this.#readOnly.drop();
  }
}

/** newseg(): a segment of `size` bytes, not yet in the table. */
export function newSegment(
  task: Task,
  namespace: IpcNamespace,
  key: number,
  size: number,
  mode: number,
  full: 0 | Errno,
): SharedSegment | Errno {
  if (size < SHMMIN || BigInt(size) > SHMMAX) return EINVAL;
  if (size > LARGEST) return ENOMEM;
  return full !== 0 ? full : new SharedSegment(task, namespace, key, size, mode);
}
