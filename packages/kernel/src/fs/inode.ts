/**
 * A file as the filesystem knows it, without a name. Filesystems derive from `Inode` and override what they can;
 * the rest answers what Linux answers where an operation is missing.
 *
 * Who checks what: callers (path-walk.ts, vfs.ts) have checked permissions, read-only mounts, name length, sticky
 * bits and that both ends are on one filesystem. An inode checks only what it alone knows (is the name taken, is the
 * directory empty). Callers keep the dentries in step after an operation succeeded.
 */
import {
  EINVAL,
  ENOTDIR,
  EOPNOTSUPP,
  EPERM,
  type Errno,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { PageCache } from "../mm/page-cache.ts";
import type { FileDescription } from "./file-description.ts";
import type { FileLocks } from "./file-locks.ts";
import type { InotifyMarks } from "./notify.ts";
import type { Path } from "./path.ts";
import { type Acl, aclWithMode } from "./posix-acl.ts";
import type { Superblock } from "./superblock.ts";
import { type Timestamp, timestampNow } from "./timestamp.ts";
import type { Walker } from "./walker.ts";

/** Who owns what is made, and with which mode: already decided by umask, set-group-ID directories and fsuid. */
export interface Creation {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** From the directory's default list. */
  readonly accessAcl?: Acl | null;
  readonly defaultAcl?: Acl | null;
}

/** What setattr changes; absent fields stay. Clearing of set-ID bits is the caller's work. */
export interface AttributeChange {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly size?: number;
  readonly atime?: Timestamp;
  readonly mtime?: Timestamp;
}

/** One name of a directory. */
export interface DirectoryEntry {
  readonly name: string;
  readonly ino: number;
  /** DT_*. */
  readonly type: number;
}

export abstract class Inode {
  readonly superblock: Superblock;
  readonly ino: number;
  /** Type and permission bits: S_IFMT | 07777. */
  mode: number;
  uid: number;
  gid: number;
  nlink = 1;
  /** Device number of a device node. */
  rdev = 0;
  /** Bytes; for a symbolic link the length of its target. */
  size = 0;
  atime: Timestamp;
  mtime: Timestamp;
  ctime: Timestamp;
  btime: Timestamp;
  /** POSIX, OFD and flock locks. Null until the first. */
  locks: FileLocks | null = null;
  /** inotify's watches. Null until the first. */
  marks: InotifyMarks | null = null;
  /** Open files, O_PATH ones too. With `nlink` 0 the contents live until this is 0. */
  openCount = 0;
  /** Tasks whose root or working directory this is. Owner: FsContext. */
  pins = 0;
  /** F_SEAL_*: what may no longer be done to a memfd. */
  seals = 0;
  /** Made by O_TMPFILE without O_EXCL: linkat(2) may give it its first name. Linux's I_LINKABLE. */
  isLinkable = false;
  /** Whether `accessAcl` and `defaultAcl` may be set. */
  get hasAcls(): boolean {
    return false;
  }
  /** A file on tmpfs: fcntl(2) knows seals of it. */
  readonly isSealable: boolean = false;
  /** Access control lists: of the file, and of what is made in the directory. */
  accessAcl: Acl | null = null;
  defaultAcl: Acl | null = null;
  /** F_SET_RW_HINT: RWH_*. */
  writeHint = 0;
  /** Open files that can only read. Linux's i_readcount. */
  readCount = 0;
  /** Writers minus those who deny writing (execve): ETXTBSY. Linux's i_writecount. */
  writeCount = 0;

  constructor(superblock: Superblock, ino: number, made: Creation) {
    this.superblock = superblock;
    this.ino = ino;
    this.mode = made.mode;
    this.uid = made.uid;
    this.gid = made.gid;
    const now = timestampNow(superblock.clock);
    this.atime = now;
    this.mtime = now;
    this.ctime = now;
    this.btime = now;
  }

  get isDirectory(): boolean {
    return (this.mode & S_IFMT) === S_IFDIR;
  }
  get isRegular(): boolean {
    return (this.mode & S_IFMT) === S_IFREG;
  }
  get isSymlink(): boolean {
    return (this.mode & S_IFMT) === S_IFLNK;
  }
  get isFifo(): boolean {
    return (this.mode & S_IFMT) === S_IFIFO;
  }
  get isSocket(): boolean {
    return (this.mode & S_IFMT) === S_IFSOCK;
  }
  get isDevice(): boolean {
    const type = this.mode & S_IFMT;
    return type === S_IFCHR || type === S_IFBLK;
  }

  /** st_blocks: units of 512 bytes. */
  get blocks(): number {
    return Math.ceil(this.size / 4096) * 8;
  }

  /** st_blksize. */
  get blockSize(): number {
    return 4096;
  }

  /** Contents of a regular file that can be mapped. Null: mmap gives ENODEV. */
  get pages(): PageCache | null {
    return null;
  }

  /** Brings the fields above up to date, where they can change behind our back (hostfs, overlay, procfs). */
  refresh(): 0 | Errno {
    return 0;
  }

  /** May be searched and read by `walker`, whatever the mode says: its own /proc/self/fd (proc_fd_permission()). */
  isOpenTo(_walker: Walker): boolean {
    return false;
  }

  /** Opens the file. O_CREAT, O_EXCL and O_TRUNC are done by the caller. May block (FIFO). */
  abstract open(task: Task, path: Path, flags: number): FileDescription | SyscallResult;

  /** Applies `change` and sets ctime. */
  setattr(change: AttributeChange): 0 | Errno {
    if (change.size !== undefined) {
      const result = this.truncate(change.size);
      if (result !== 0) return result;
    }
    if (change.mode !== undefined) {
      this.mode = (this.mode & S_IFMT) | (change.mode & 0o7777);
      if (this.accessAcl !== null) this.accessAcl = aclWithMode(this.accessAcl, change.mode);
    }
    if (change.uid !== undefined) this.uid = change.uid;
    if (change.gid !== undefined) this.gid = change.gid;
    if (change.atime !== undefined) this.atime = change.atime;
    if (change.mtime !== undefined) this.mtime = change.mtime;
    this.ctime = timestampNow(this.superblock.clock);
    return 0;
  }

  /** Sets the size of a regular file, and mtime and ctime. */
  truncate(_size: number): 0 | Errno {
    return EINVAL;
  }

  /** How much of a write of `len` bytes at `off` the filesystem has room for; ENOSPC if for none of it. */
  writableLength(_off: number, len: number): number | Errno {
    return len;
  }

  /** A write or a mapping may have given pages to the file. */
  written(): void {}

  /** Whether the filesystem knows these FALLOC_FL_*. */
  canAllocate(_mode: number): boolean {
    return false;
  }

  /** fallocate(2). */
  allocate(_mode: number, _off: number, _len: number): 0 | Errno {
    return EOPNOTSUPP;
  }

  /** Content was read or written now. */
  touch(...which: readonly ("atime" | "mtime" | "ctime")[]): void {
    const now = timestampNow(this.superblock.clock);
    for (const w of which) this[w] = now;
  }

  // Directories. ---------------------------------------------------------------------------------------------

  /** @returns the inode of `name`, or ENOENT. */
  lookup(_name: string): Inode | Errno {
    return ENOTDIR;
  }
  /** Drops what is kept of `name` if looking it up again gives the same. @returns whether it did. */
  forget(_name: string): boolean {
    return false;
  }
  /** Makes a regular file, FIFO, socket or device node: the type is in `made.mode`. EEXIST if the name is taken. */
  mknod(_name: string, _made: Creation, _rdev: number): Inode | Errno {
    return EPERM;
  }
  mkdir(_name: string, _made: Creation): Inode | Errno {
    return EPERM;
  }
  symlink(_name: string, _target: string, _made: Creation): Inode | Errno {
    return EPERM;
  }
  /** A second name for `inode`. */
  link(_name: string, _inode: Inode): 0 | Errno {
    return EPERM;
  }
  /** Removes a name that is not a directory. */
  unlink(_name: string): 0 | Errno {
    return EPERM;
  }
  /** Removes an empty directory; else ENOTEMPTY. */
  rmdir(_name: string): 0 | Errno {
    return EPERM;
  }
  /**
   * renameat2(2) within this filesystem: RENAME_NOREPLACE, RENAME_EXCHANGE.
   * @param _whiteout RENAME_WHITEOUT: what the device 0:0 is made as that takes the old name.
   */
  rename(
    _from: string,
    _toDir: Inode,
    _to: string,
    _flags: number,
    _whiteout: Creation | null,
  ): 0 | Errno {
    return EPERM;
  }
  /** All names without "." and "..", in a stable order. */
  readdir(): readonly DirectoryEntry[] | Errno {
    return ENOTDIR;
  }
  /** False for a name that is known to be gone: getdents(2) leaves it out. */
  mayHaveName(_name: string): boolean {
    return true;
  }
  /** A file without a name (O_TMPFILE). */
  tmpfile(_made: Creation): Inode | Errno {
    return EOPNOTSUPP;
  }

  // Symbolic links. --------------------------------------------------------------------------------------------

  readlink(_walker: Walker): string | Errno {
    return EINVAL;
  }
  /** Links of /proc that lead to an object, not to a name. Undefined: an ordinary link. */
  magicLink(_walker: Walker): Path | Errno | undefined {
    return undefined;
  }

  // Extended attributes: "user.", "trusted.", "security." names. ---------------------------------------------------

  getxattr(_name: string): Uint8Array | Errno {
    return EOPNOTSUPP;
  }
  setxattr(_name: string, _value: Uint8Array, _flags: number): 0 | Errno {
    return EOPNOTSUPP;
  }
  removexattr(_name: string): 0 | Errno {
    return EOPNOTSUPP;
  }
  listxattr(): readonly string[] | Errno {
    return [];
  }

  /** The last name and the last open file are gone: contents can be freed. */
  evict(): void {}
}
