/** What shows through a guest's overlay at one name, and how it comes to the upper layer when it is changed. */
import {
  EINVAL,
  EROFS,
  type Errno,
  isErrno,
  O_ACCMODE,
  O_RDONLY,
  S_IFMT,
  S_IFREG,
} from "@kernelet/abi";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import type { PageCache } from "../../mm/page-cache.ts";
import type { FileDescription } from "../file-description.ts";
import { type AttributeChange, Inode } from "../inode.ts";
import type { Path } from "../path.ts";
import { RegularFile } from "../regular-file.ts";
import type { Superblock } from "../superblock.ts";
import type { Walker } from "../walker.ts";
import { copyAttributes } from "./attributes.ts";
import type { UnionLayers } from "./union.ts";
import type { UnionDirectory } from "./union-directory.ts";

const COPY_CHUNK = 256 * 1024;
/** Names of Linux's own attributes, which the overlay does not show. */
const PRIVATE_XATTRS = "trusted.overlay.";

export abstract class UnionInode extends Inode {
  /** Null until copied up. */
  upper: Inode | null;
  readonly lowers: readonly Inode[];
  /** Where the copy goes. Null for the root. */
  parent: UnionDirectory | null;
  name: string;

  constructor(
    superblock: Superblock,
    layers: UnionLayers,
    parent: UnionDirectory | null,
    name: string,
  ) {
    const real = layers.upper ?? (layers.lowers[0] as Inode);
    super(superblock, superblock.newIno(), real);
    this.upper = layers.upper;
    this.lowers = layers.lowers;
    this.parent = parent;
    this.name = name;
    copyAttributes(real, this);
    this.rdev = real.rdev;
  }

  /** Whose contents and attributes these are. */
  get real(): Inode {
    return this.upper ?? (this.lowers[0] as Inode);
  }

  override get blocks(): number {
    return this.real.blocks;
  }

  override refresh(): 0 | Errno {
    const result = this.real.refresh();
    copyAttributes(this.real, this);
    return result;
  }

  /** Brings this and the directories above to the upper layer. */
  copyUp(): 0 | Errno {
    if (this.upper !== null) return 0;
    const { parent } = this;
    if (parent === null) return EROFS;
    const above = parent.copyUp();
    if (above !== 0) return above;
    const lower = this.real;
    lower.refresh();
    const made = parent.makeUpper(this.name, lower);
    if (isErrno(made)) return made;
    const filled = fillCopy(lower, made as Inode);
    if (filled !== 0) {
      parent.upper?.unlink(this.name);
      return filled;
    }
    this.upper = made as Inode;
    return 0;
  }

  override setattr(change: AttributeChange): 0 | Errno {
    const up = this.copyUp();
    if (up !== 0) return up;
    const result = this.real.setattr(change);
    this.refresh();
    return result;
  }

  override touch(...which: readonly ("atime" | "mtime" | "ctime")[]): void {
    if (this.upper === null) return;
    this.upper.touch(...which);
    copyAttributes(this.upper, this);
  }

  override getxattr(name: string): Uint8Array | Errno {
    return this.real.getxattr(name);
  }

  override setxattr(name: string, value: Uint8Array, flags: number): 0 | Errno {
    const up = this.copyUp();
    return up === 0 ? this.real.setxattr(name, value, flags) : up;
  }

  override removexattr(name: string): 0 | Errno {
    const up = this.copyUp();
    return up === 0 ? this.real.removexattr(name) : up;
  }

  override listxattr(): readonly string[] | Errno {
    const names = this.real.listxattr();
    return isErrno(names) ? names : names.filter((name) => !name.startsWith(PRIVATE_XATTRS));
  }

  override readlink(walker: Walker): string | Errno {
    return this.real.readlink(walker);
  }

  /** The upper file has lost its last name here. */
  override evict(): void {
    if (this.upper !== null && this.upper.nlink === 0) this.upper.evict();
  }
}

/** Contents, attributes and times of a file that was just made in the upper layer. */
function fillCopy(lower: Inode, copy: Inode): 0 | Errno {
  if (lower.isRegular) {
    const from = lower.pages;
    const to = copy.pages;
    if (from === null || to === null) return EINVAL;
    const chunk = new Uint8Array(Math.min(COPY_CHUNK, Math.max(lower.size, 1)));
    for (let off = 0; off < lower.size; ) {
      const n = from.read(off, chunk.subarray(0, Math.min(chunk.length, lower.size - off)));
      if (isErrno(n)) return n;
      if (n === 0) break;
      const written = to.write(off, chunk.subarray(0, n));
      if (isErrno(written)) return written;
      off += written;
    }
  }
  const names = lower.listxattr();
  for (const name of isErrno(names) ? [] : names) {
    const value = lower.getxattr(name);
    if (!name.startsWith(PRIVATE_XATTRS) && !isErrno(value)) copy.setxattr(name, value, 0);
  }
  const { uid, gid, mode, atime, mtime } = lower;
  return copy.setattr(
    lower.isSymlink ? { uid, gid, atime, mtime } : { uid, gid, mode: mode & 0o7777, atime, mtime },
  );
}

/** Anything but a directory. */
export class UnionFile extends UnionInode {
  override get pages(): PageCache | null {
    return this.real.pages;
  }

  override open(task: Task, path: Path, flags: number): FileDescription | SyscallResult {
    if ((this.mode & S_IFMT) !== S_IFREG) return this.real.open(task, path, flags);
    if ((flags & O_ACCMODE) !== O_RDONLY) {
      const up = this.copyUp();
      if (up !== 0) return up;
    }
    return new RegularFile(path, flags);
  }

  override truncate(size: number): 0 | Errno {
    const up = this.copyUp();
    if (up !== 0) return up;
    const result = this.real.truncate(size);
    this.refresh();
    return result;
  }

  override writableLength(off: number, len: number): number | Errno {
    return this.real.writableLength(off, len);
  }

  /** The file that changes may not be there yet; it says so itself. */
  override canAllocate(): boolean {
    return true;
  }

  override allocate(mode: number, off: number, len: number): 0 | Errno {
    const up = this.copyUp();
    if (up !== 0) return up;
    const result = this.real.allocate(mode, off, len);
    this.refresh();
    return result;
  }
}
