/**
 * Directories of tmpfs. overlayfs derives from them: `find` may then bring a name in from a lower layer, and
 * `removed` leaves a whiteout.
 */
import {
  EEXIST,
  EISDIR,
  EMLINK,
  ENOENT,
  ENOSPC,
  ENOTDIR,
  ENOTEMPTY,
  type Errno,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  S_IFMT,
  S_IFREG,
} from "@kernelet/abi";
import type { Task } from "../../kernel/task.ts";
import { DirectoryFile } from "../directory-file.ts";
import type { FileDescription } from "../file-description.ts";
import type { Creation, DirectoryEntry, Inode } from "../inode.ts";
import type { Path } from "../path.ts";
import { TmpfsFile, TmpfsInode, TmpfsSpecial, TmpfsSymlink } from "./inode.ts";
import type { Tmpfs } from "./tmpfs.ts";

const MAX_LINKS = 2 ** 31;
/** Size that Linux's tmpfs shows for each entry of a directory, "." and ".." among them. */
const ENTRY_SIZE = 20;

export class TmpfsDirectory extends TmpfsInode {
  /** In order of creation; Linux shows the newest first. */
  protected readonly entries: Map<string, Inode> = new Map();
  /** The directory that holds this one: its nlink counts us. Null for the root, and once removed. */
  #parent: TmpfsDirectory | null;

  constructor(superblock: Tmpfs, made: Creation, parent: TmpfsDirectory | null, ino?: number) {
    super(superblock, made, ino);
    this.#parent = parent;
    this.nlink = 2;
    this.size = 2 * ENTRY_SIZE;
  }

  override get blocks(): number {
    return 0;
  }

  get isEmpty(): boolean {
    return this.entries.size === 0;
  }

  override mayHaveName(name: string): boolean {
    return this.entries.has(name);
  }

  protected find(name: string): Inode | undefined {
    return this.entries.get(name);
  }

  /** A name was taken out. */
  protected removed(_name: string): void {}

  protected newDirectory(made: Creation): TmpfsDirectory {
    return new TmpfsDirectory(this.superblock, made, this);
  }

  override open(_task: Task, path: Path, flags: number): FileDescription {
    return new DirectoryFile(path, flags);
  }

  override lookup(name: string): Inode | Errno {
    return this.find(name) ?? ENOENT;
  }

  #add(name: string, inode: Inode): void {
    this.entries.set(name, inode);
    this.size += ENTRY_SIZE;
    this.touch("mtime", "ctime");
  }

  #remove(name: string): void {
    this.entries.delete(name);
    this.size = Math.max(0, this.size - ENTRY_SIZE);
    this.touch("mtime", "ctime");
    this.removed(name);
  }

  override mknod(name: string, made: Creation, rdev: number): Inode | Errno {
    if (this.find(name) !== undefined) return EEXIST;
    if (this.superblock.isFull) return ENOSPC;
    const isRegular = (made.mode & S_IFMT) === S_IFREG;
    const inode = isRegular
      ? new TmpfsFile(this.superblock, made)
      : new TmpfsSpecial(this.superblock, made, rdev);
    this.#add(name, inode);
    return inode;
  }

  override tmpfile(made: Creation): Inode | Errno {
    if (this.superblock.isFull) return ENOSPC;
    const inode = new TmpfsFile(this.superblock, made);
    inode.nlink = 0;
    return inode;
  }

  override mkdir(name: string, made: Creation): TmpfsDirectory | Errno {
    if (this.find(name) !== undefined) return EEXIST;
    if (this.nlink >= MAX_LINKS) return EMLINK;
    if (this.superblock.isFull) return ENOSPC;
    const inode = this.newDirectory(made);
    this.nlink++;
    this.#add(name, inode);
    return inode;
  }

  override symlink(name: string, target: string, made: Creation): Inode | Errno {
    if (this.find(name) !== undefined) return EEXIST;
    if (this.superblock.isFull) return ENOSPC;
    const inode = new TmpfsSymlink(this.superblock, made, target);
    this.#add(name, inode);
    return inode;
  }

  override link(name: string, inode: Inode): 0 | Errno {
    if (this.find(name) !== undefined) return EEXIST;
    if (inode.nlink >= MAX_LINKS) return EMLINK;
    inode.nlink++;
    inode.touch("ctime");
    this.#add(name, inode);
    return 0;
  }

  override unlink(name: string): 0 | Errno {
    const inode = this.find(name);
    if (inode === undefined) return ENOENT;
    if (inode.isDirectory) return EISDIR;
    this.#remove(name);
    inode.nlink--;
    inode.touch("ctime");
    return 0;
  }

  override rmdir(name: string): 0 | Errno {
    const inode = this.find(name);
    if (inode === undefined) return ENOENT;
    if (!(inode instanceof TmpfsDirectory)) return ENOTDIR;
    if (!inode.isEmpty) return ENOTEMPTY;
    this.#remove(name);
    this.#dropDirectory(inode);
    return 0;
  }

  /** An empty directory loses its name here. */
  #dropDirectory(inode: TmpfsDirectory): void {
    if (this.nlink > 1) this.nlink--;
    inode.nlink = 0;
    inode.#parent = null;
    inode.touch("ctime");
  }

  override rename(
    from: string,
    toDir: Inode,
    to: string,
    flags: number,
    whiteout: Creation | null,
  ): 0 | Errno {
    const inode = this.find(from);
    if (inode === undefined) return ENOENT;
    if (!(toDir instanceof TmpfsDirectory)) return ENOTDIR;
    const target = toDir.find(to);
    if ((flags & RENAME_EXCHANGE) !== 0) return this.#exchange(from, inode, toDir, to, target);
    if (target !== undefined) {
      if ((flags & RENAME_NOREPLACE) !== 0) return EEXIST;
      const room = toDir.#makeRoom(to, target, inode);
      if (room !== 0) return room;
    }
    this.#remove(from);
    toDir.#add(to, inode);
    if (inode instanceof TmpfsDirectory) inode.#moveTo(toDir);
    inode.touch("ctime");
    // A character device 0:0: overlayfs reads it as "there is nothing".
    if (whiteout !== null) this.#add(from, new TmpfsSpecial(this.superblock, whiteout, 0));
    return 0;
  }

  #makeRoom(name: string, target: Inode, inode: Inode): 0 | Errno {
    if (target instanceof TmpfsDirectory) {
      if (!inode.isDirectory) return EISDIR;
      if (!target.isEmpty) return ENOTEMPTY;
      this.#remove(name);
      this.#dropDirectory(target);
      return 0;
    }
    if (inode.isDirectory) return ENOTDIR;
    return this.unlink(name);
  }

  #exchange(
    from: string,
    inode: Inode,
    toDir: TmpfsDirectory,
    to: string,
    target: Inode | undefined,
  ): 0 | Errno {
    if (target === undefined) return ENOENT;
    this.entries.set(from, target);
    toDir.entries.set(to, inode);
    if (inode instanceof TmpfsDirectory) inode.#moveTo(toDir);
    if (target instanceof TmpfsDirectory) target.#moveTo(this);
    for (const changed of [this, toDir]) changed.touch("mtime", "ctime");
    for (const changed of [inode, target]) changed.touch("ctime");
    return 0;
  }

  /** This directory's ".." becomes `parent`. */
  #moveTo(parent: TmpfsDirectory): void {
    if (this.#parent !== null) this.#parent.nlink--;
    parent.nlink++;
    this.#parent = parent;
  }

  override readdir(): readonly DirectoryEntry[] | Errno {
    const entries: DirectoryEntry[] = [];
    for (const [name, inode] of this.entries) {
      entries.push({ name, ino: inode.ino, type: (inode.mode & S_IFMT) >> 12 });
    }
    return entries.reverse();
  }
}
