/** Inodes of imagefs. Nothing can be changed: the mount is read-only, and an overlay over it takes the writes. */
import {
  EINVAL,
  EIO,
  ENODATA,
  ENOENT,
  ENXIO,
  type Errno,
  isErrno,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from "@kernelet/abi";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import { type PageBacking, PageCache } from "../../mm/page-cache.ts";
import { DirectoryFile } from "../directory-file.ts";
import type { FileDescription } from "../file-description.ts";
import { type DirectoryEntry, Inode } from "../inode.ts";
import { decodeName, encodeName } from "../name.ts";
import type { Path } from "../path.ts";
import { Pipe } from "../pipe/pipe.ts";
import { openFifo } from "../pipe/pipe-file.ts";
import { decodeAcl } from "../posix-acl.ts";
import { RegularFile } from "../regular-file.ts";
import type { ImageInode } from "./image-tree.ts";
import type { ImageFs } from "./imagefs.ts";

/** ACLs are attributes in an image, and not among them in an inode. */
const ACCESS_ACL = "system.posix_acl_access";
const DEFAULT_ACL = "system.posix_acl_default";

export abstract class ImageNode extends Inode {
  declare readonly superblock: ImageFs;
  protected readonly image: ImageInode;
  readonly #xattrs: ReadonlyMap<string, Uint8Array> | null;

  constructor(superblock: ImageFs, ino: number, image: ImageInode) {
    super(superblock, ino, image);
    this.image = image;
    this.nlink = image.nlink;
    // As on a disk: a block for the names.
    this.size = this.isDirectory ? 4096 : image.size;
    const time = { sec: image.mtimeSec, nsec: image.mtimeNsec };
    this.atime = time;
    this.mtime = time;
    this.ctime = time;
    this.btime = time;
    this.#xattrs = this.#readXattrs();
  }

  #readXattrs(): ReadonlyMap<string, Uint8Array> | null {
    const xattrs: Map<string, Uint8Array> = new Map();
    for (const [name, value] of this.superblock.tree.xattrs(this.ino)) {
      const text = decodeName(name);
      const acl = text === ACCESS_ACL || text === DEFAULT_ACL ? decodeAcl(value) : null;
      if (acl !== null && !isErrno(acl)) {
        if (text === ACCESS_ACL) this.accessAcl = acl;
        else this.defaultAcl = acl;
      } else xattrs.set(text, value);
    }
    return xattrs.size === 0 ? null : xattrs;
  }

  /** Somebody uses it, or would notice that another one takes its place. */
  get isBusy(): boolean {
    const hasOtherNames = !this.isDirectory && this.nlink > 1;
    return hasOtherNames || this.openCount > 0 || this.locks !== null || this.marks !== null;
  }

  override get hasAcls(): boolean {
    return !this.isSymlink;
  }

  override get blocks(): number {
    const bytes = this.isDirectory ? this.size : this.image.stored;
    return Math.ceil(bytes / 4096) * 8;
  }

  override getxattr(name: string): Uint8Array | Errno {
    return this.#xattrs?.get(name) ?? ENODATA;
  }

  override listxattr(): readonly string[] {
    return [...(this.#xattrs?.keys() ?? [])];
  }
}

export class ImageDirectory extends ImageNode {
  static isTypeOf(mode: number): boolean {
    return (mode & S_IFMT) === S_IFDIR;
  }

  override open(_task: Task, path: Path, flags: number): FileDescription {
    return new DirectoryFile(path, flags);
  }

  override lookup(name: string): Inode | Errno {
    const ino = this.superblock.tree.lookup(this.image, encodeName(name));
    return ino === 0 ? ENOENT : this.superblock.node(ino);
  }

  /** The tree has it still. A file with several names is kept: all lead to one inode. */
  override forget(name: string): boolean {
    const ino = this.superblock.tree.lookup(this.image, encodeName(name));
    return ino === 0 || this.superblock.forget(ino);
  }

  override readdir(): readonly DirectoryEntry[] {
    return this.superblock.tree
      .entries(this.image)
      .map(({ name, ino, type }) => ({ name: decodeName(name), ino, type }));
  }
}

export class ImageFile extends ImageNode implements PageBacking {
  static isTypeOf(mode: number): boolean {
    return (mode & S_IFMT) === S_IFREG;
  }

  #pages: PageCache | null = null;

  override get isBusy(): boolean {
    return super.isBusy || (this.#pages !== null && this.#pages.mappings.size > 0);
  }

  override get pages(): PageCache {
    this.#pages ??= new PageCache(this.superblock.vfs.memory, this, this.size);
    return this.#pages;
  }

  override open(_task: Task, path: Path, flags: number): FileDescription {
    return new RegularFile(path, flags);
  }

  /** EIO if the layer has less than its tree says: the host's file was damaged. */
  fill(off: number, into: Uint8Array): number | Errno {
    const wanted = Math.min(into.length, Math.max(0, this.size - off));
    let done = 0;
    while (done < wanted) {
      const extent = this.superblock.tree.locate(this.image, off + done);
      const part = into.subarray(done, Math.min(wanted, done + extent.len));
      if (part.length === 0) return EIO;
      const read = extent.data === null ? fillZero(part) : this.#read(part, extent.data);
      if (isErrno(read)) return read;
      done += part.length;
    }
    return done;
  }

  #read(into: Uint8Array, at: number): 0 | Errno {
    let done = 0;
    while (done < into.length) {
      const part = done === 0 ? into : into.subarray(done);
      const n = this.superblock.pread(this.image.layer, part, at + done);
      if (isErrno(n)) return n;
      if (n === 0) return EIO;
      done += n;
    }
    return 0;
  }
}

function fillZero(part: Uint8Array): 0 {
  part.fill(0);
  return 0;
}

export class ImageSymlink extends ImageNode {
  static isTypeOf(mode: number): boolean {
    return (mode & S_IFMT) === S_IFLNK;
  }

  override open(): SyscallResult {
    return EINVAL;
  }

  override readlink(): string {
    return decodeName(this.superblock.tree.target(this.image));
  }
}

/** FIFOs work among the guest's processes; a device node is whatever the kernel has under its number. */
export class ImageSpecial extends ImageNode {
  #pipe: Pipe | null = null;

  constructor(superblock: ImageFs, ino: number, image: ImageInode) {
    super(superblock, ino, image);
    this.rdev = image.start;
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
