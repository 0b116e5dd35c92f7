/** Inodes of tmpfs that are not directories. */
import {
  EEXIST,
  EINVAL,
  ENODATA,
  ENOSPC,
  ENXIO,
  EOPNOTSUPP,
  EPERM,
  type Errno,
  F_SEAL_EXEC,
  F_SEAL_FUTURE_WRITE,
  F_SEAL_GROW,
  F_SEAL_SEAL,
  F_SEAL_SHRINK,
  F_SEAL_WRITE,
  FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_PUNCH_HOLE,
  isErrno,
  PAGE_SIZE,
  XATTR_CREATE,
  XATTR_REPLACE,
} from "@kernelet/abi";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import { PageCache } from "../../mm/page-cache.ts";
import type { FileDescription } from "../file-description.ts";
import { type AttributeChange, type Creation, Inode } from "../inode.ts";
import { nameLength } from "../name.ts";
import type { Path } from "../path.ts";
import { Pipe } from "../pipe/pipe.ts";
import { openFifo } from "../pipe/pipe-file.ts";
import { RegularFile } from "../regular-file.ts";
import type { Walker } from "../walker.ts";
import type { Tmpfs } from "./tmpfs.ts";

/** Common part: owner, times, extended attributes. */
export abstract class TmpfsInode extends Inode {
  declare readonly superblock: Tmpfs;
  #xattrs: Map<string, Uint8Array> | null = null;
  readonly #isCounted: boolean;

  /** @param ino of a file that shows one of a lower layer (overlayfs): that does not count as ours. */
  constructor(superblock: Tmpfs, made: Creation, ino?: number) {
    super(superblock, ino ?? superblock.newIno(), made);
    this.accessAcl = made.accessAcl ?? null;
    this.defaultAcl = made.defaultAcl ?? null;
    this.#isCounted = ino === undefined;
    if (this.#isCounted) superblock.inodes++;
  }

  /** overlayfs: the inode of a layer that this one does no more than show. */
  get lower(): Inode | null {
    return null;
  }

  override get hasAcls(): boolean {
    return !this.isSymlink;
  }

  override getxattr(name: string): Uint8Array | Errno {
    return this.#xattrs?.get(name) ?? ENODATA;
  }

  override setxattr(name: string, value: Uint8Array, flags: number): 0 | Errno {
    this.#xattrs ??= new Map();
    const isThere = this.#xattrs.has(name);
    if ((flags & XATTR_CREATE) !== 0 && isThere) return EEXIST;
    if ((flags & XATTR_REPLACE) !== 0 && !isThere) return ENODATA;
    this.#xattrs.set(name, value);
    this.touch("ctime");
    return 0;
  }

  override removexattr(name: string): 0 | Errno {
    if (this.#xattrs?.delete(name) !== true) return ENODATA;
    this.touch("ctime");
    return 0;
  }

  override listxattr(): readonly string[] {
    return [...(this.#xattrs?.keys() ?? [])];
  }

  override evict(): void {
    if (this.#isCounted) this.superblock.inodes--;
  }
}

export class TmpfsFile extends TmpfsInode {
  /** Only memfd_create(2) with MFD_ALLOW_SEALING clears this: other files can never be sealed. */
  override seals: number = F_SEAL_SEAL;
  override readonly isSealable: boolean = true;
  readonly #pages: PageCache;
  /** Pages that the filesystem's account has of this file. */
  #accounted = 0;

  constructor(superblock: Tmpfs, made: Creation, ino?: number) {
    super(superblock, made, ino);
    this.#pages = new PageCache(superblock.vfs.memory);
  }

  override get pages(): PageCache {
    return this.#pages;
  }

  override get blocks(): number {
    return this.#pages.allocatedPages * 8;
  }

  override open(_task: Task, path: Path, flags: number): FileDescription | SyscallResult {
    return new RegularFile(path, flags);
  }

  override setattr(change: AttributeChange): 0 | Errno {
    const { mode = this.mode } = change;
    if ((this.seals & F_SEAL_EXEC) !== 0 && ((mode ^ this.mode) & 0o111) !== 0) return EPERM;
    return super.setattr(change);
  }

  override refresh(): 0 {
    this.size = this.#pages.size;
    return 0;
  }

  override written(): void {
    this.#account();
  }

  /** Brings the filesystem's account up to date. Pages that came through a mapping count at the next call. */
  #account(): void {
    const pages = this.#pages.allocatedPages;
    this.superblock.usedPages += pages - this.#accounted;
    this.#accounted = pages;
  }

  override writableLength(off: number, len: number): number | Errno {
    const { superblock } = this;
    if (!Number.isFinite(superblock.sizeLimit)) return len;
    this.#account();
    let room = Math.floor(superblock.sizeLimit / PAGE_SIZE) - superblock.usedPages;
    let end = off;
    while (end < off + len) {
      const index = Math.floor(end / PAGE_SIZE);
      if (this.#pages.isAbsent(index) && --room < 0) break;
      end = (index + 1) * PAGE_SIZE;
    }
    const n = Math.min(end - off, len);
    return n > 0 ? n : ENOSPC;
  }

  override truncate(size: number): 0 | Errno {
    const old = this.#pages.size;
    if (size < old && (this.seals & F_SEAL_SHRINK) !== 0) return EPERM;
    if (size > old && (this.seals & F_SEAL_GROW) !== 0) return EPERM;
    this.#pages.truncate(size);
    this.#account();
    this.size = size;
    this.touch("mtime", "ctime");
    return 0;
  }

  override canAllocate(mode: number): boolean {
    return (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE)) === 0;
  }

  override allocate(mode: number, off: number, len: number): 0 | Errno {
    if (!this.canAllocate(mode)) return EOPNOTSUPP;
    if ((mode & FALLOC_FL_PUNCH_HOLE) !== 0) {
      if ((this.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) !== 0) return EPERM;
      this.#pages.punchHole(off, len);
    } else {
      const end = off + len;
      const keepSize = (mode & FALLOC_FL_KEEP_SIZE) !== 0;
      if (end > this.size && (this.seals & F_SEAL_GROW) !== 0) return EPERM;
      const fits = this.writableLength(off, len);
      if (isErrno(fits)) return fits;
      if (fits < len) return ENOSPC;
      const result = this.#pages.allocate(off, len, keepSize);
      if (result !== 0) return result;
    }
    this.#account();
    this.size = this.#pages.size;
    this.touch("mtime", "ctime");
    return 0;
  }

  override evict(): void {
    this.#pages.release();
    this.#account();
    super.evict();
  }
}

export class TmpfsSymlink extends TmpfsInode {
  readonly #target: string;

  constructor(superblock: Tmpfs, made: Creation, target: string, ino?: number) {
    super(superblock, made, ino);
    this.#target = target;
    this.size = nameLength(target);
  }

  override get blocks(): number {
    return 0;
  }

  override open(): SyscallResult {
    return EINVAL;
  }

  override readlink(_walker: Walker): string {
    return this.#target;
  }
}

/** Device nodes, FIFOs and sockets. */
export class TmpfsSpecial extends TmpfsInode {
  /** Contents of a FIFO while it is open. */
  #pipe: Pipe | null = null;

  constructor(superblock: Tmpfs, made: Creation, rdev: number, ino?: number) {
    super(superblock, made, ino);
    this.rdev = rdev;
  }

  override get blocks(): number {
    return 0;
  }

  override open(task: Task, path: Path, flags: number): FileDescription | SyscallResult {
    if (this.isFifo) {
      this.#pipe ??= new Pipe(this.superblock.vfs.memory);
      return openFifo(task, this.#pipe, path, flags);
    }
    if (!this.isDevice) return ENXIO;
    const driver = this.superblock.vfs.driver(this.rdev);
    return isErrno(driver) ? driver : driver.open(task, path, flags);
  }
}
