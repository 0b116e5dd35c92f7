/** Directories of hostfs. */
import {
  DT_UNKNOWN,
  EEXIST,
  EINVAL,
  ENOENT,
  ENOTDIR,
  EPERM,
  type Errno,
  EXDEV,
  isErrno,
  RENAME_NOREPLACE,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from "@kernelet/abi";
import type { HostDirent, HostStat } from "../../host.ts";
import type { Task } from "../../kernel/task.ts";
import { DirectoryFile } from "../directory-file.ts";
import type { FileDescription } from "../file-description.ts";
import type { Creation, DirectoryEntry, Inode } from "../inode.ts";
import type { Path } from "../path.ts";
import type { Hostfs } from "./hostfs.ts";
import { HostFile, HostInode, HostSpecial, HostSymlink, isSameFile } from "./inode.ts";
import { numberBelow, numberFor } from "./inode-number.ts";

/** Misses in a static directory after which its list is fetched, to answer all others: PATH and library searches. */
const MISSES_BEFORE_LIST = 2;

export class HostDirectory extends HostInode {
  readonly #children: Map<string, HostInode> = new Map();
  /** All names, once fetched (static folders only). */
  #names: Set<string> | null = null;
  /** What readdir has answered (static folders only). */
  #entries: readonly DirectoryEntry[] | null = null;
  #misses = 0;

  override open(_task: Task, path: Path, flags: number): FileDescription {
    return new DirectoryFile(path, flags);
  }

  #childPath(name: string): string {
    const path = this.hostPath;
    return path === "" ? name : `${path}/${name}`;
  }

  override lookup(name: string): Inode | Errno {
    const known = this.#children.get(name);
    if (this.superblock.isStatic) {
      if (known !== undefined) return known;
      if (this.#names !== null && !this.#names.has(name)) return ENOENT;
    }
    const stat = this.superblock.folder.lstat(this.#childPath(name));
    if (isErrno(stat)) {
      this.#missed(stat);
      if (known !== undefined) this.#drop(name, known);
      return stat;
    }
    if (known !== undefined && isSameFile(known, stat)) {
      known.takeStat(stat);
      known.foundAt(this, name);
      return known;
    }
    if (known !== undefined) this.#drop(name, known);
    return this.#adopt(name, stat);
  }

  override forget(name: string): boolean {
    const child = this.#children.get(name);
    if (child === undefined) return true;
    if (child.isBusy) return false;
    this.#drop(name, child);
    return true;
  }

  /** Forgets all below that nobody uses. */
  shrink(): void {
    for (const [name, child] of this.#children) {
      if (child instanceof HostDirectory) child.shrink();
      this.forget(name);
    }
  }

  override get isBusy(): boolean {
    return this.#children.size > 0 || super.isBusy;
  }

  #drop(name: string, child: HostInode): void {
    this.#children.delete(name);
    this.superblock.cachedInodes--;
    // One that was replaced at the host while it is open here is closed first.
    if (--child.names === 0 && !child.isBusy) child.forgotten();
  }

  #missed(errno: Errno): void {
    if (!this.superblock.isStatic || errno !== ENOENT) return;
    if (++this.#misses < MISSES_BEFORE_LIST) return;
    const list = this.superblock.folder.readdir(this.hostPath);
    if (!isErrno(list)) this.#names = new Set(list.map((entry) => entry.name));
  }

  /** The inode for what was found at `name`. */
  #adopt(name: string, stat: HostStat): HostInode {
    const inode = this.#inodeFor(name, stat);
    this.#keep(name, inode);
    return inode;
  }

  #keep(name: string, inode: HostInode): void {
    this.#children.set(name, inode);
    inode.names++;
    this.superblock.inodeCached();
  }

  #inodeFor(name: string, stat: HostStat): HostInode {
    const sb: Hostfs = this.superblock;
    switch (stat.mode & S_IFMT) {
      case S_IFDIR:
        return new HostDirectory(sb, stat, this, name);
      case S_IFLNK:
        return new HostSymlink(sb, stat, this, name);
      case S_IFREG: {
        if (stat.nlink < 2) return new HostFile(sb, stat, this, name);
        const key = `${stat.dev}:${stat.ino}`;
        const known = sb.linked.get(key);
        if (known !== undefined) {
          known.takeStat(stat);
          known.foundAt(this, name);
          return known;
        }
        const file = new HostFile(sb, stat, this, name);
        sb.linked.set(key, file);
        return file;
      }
      default:
        return new HostSpecial(sb, stat, this, name);
    }
  }

  override readdir(): readonly DirectoryEntry[] | Errno {
    if (this.#entries !== null) return this.#entries;
    const { folder, isStatic } = this.superblock;
    const list = folder.readdir(this.hostPath);
    if (isErrno(list)) return list;
    const entries: DirectoryEntry[] = [];
    for (const dirent of list) {
      const entry = this.#entry(dirent);
      if (entry !== null) entries.push(entry);
    }
    if (isStatic) this.#entries = entries;
    return entries;
  }

  /** The host's readdir tells no inode numbers, and programs compare d_ino with st_ino. Null: it has just gone. */
  #entry({ name, type }: HostDirent): DirectoryEntry | null {
    const { folder, isStatic } = this.superblock;
    if (isStatic) {
      const known = this.#children.get(name);
      if (known !== undefined) return { name, type: (known.mode & S_IFMT) >> 12, ino: known.ino };
      if (type !== DT_UNKNOWN) return { name, type, ino: numberBelow(this.ino, name) };
    }
    const stat = folder.lstat(this.#childPath(name));
    if (isErrno(stat)) return stat === ENOENT ? null : { name, type, ino: 1 };
    const ino = isStatic ? numberFor(stat, this.ino, name) : stat.ino;
    return { name, type: (stat.mode & S_IFMT) >> 12, ino };
  }

  #added(name: string): Inode | Errno {
    this.refresh();
    return this.lookup(name);
  }

  override mknod(name: string, made: Creation, _rdev: number): Inode | Errno {
    if ((made.mode & S_IFMT) !== S_IFREG) return EPERM;
    const { folder, handles } = this.superblock;
    const handle = folder.create(this.#childPath(name), made.mode & 0o7777);
    if (isErrno(handle)) return handle;
    const inode = this.#added(name);
    if (inode instanceof HostFile) handles.put(inode, handle, true);
    else this.superblock.host.close(handle);
    return inode;
  }

  override mkdir(name: string, made: Creation): Inode | Errno {
    const result = this.superblock.folder.mkdir(this.#childPath(name), made.mode & 0o7777);
    return result === 0 ? this.#added(name) : result;
  }

  override symlink(name: string, target: string, _made: Creation): Inode | Errno {
    const result = this.superblock.folder.symlink(target, this.#childPath(name));
    return result === 0 ? this.#added(name) : result;
  }

  override link(name: string, inode: Inode): 0 | Errno {
    if (!(inode instanceof HostFile)) return EPERM;
    const result = this.superblock.folder.link(inode.hostPath, this.#childPath(name));
    if (result !== 0) return result;
    inode.refresh();
    this.superblock.linked.set(`${inode.hostDev}:${inode.hostIno}`, inode);
    this.#keep(name, inode);
    return this.refresh();
  }

  override unlink(name: string): 0 | Errno {
    const inode = this.lookup(name);
    if (isErrno(inode)) return inode;
    const { folder, handles } = this.superblock;
    if (inode instanceof HostFile && inode.openCount > 0) handles.pin(folder, inode);
    const result = folder.unlink(this.#childPath(name));
    if (result !== 0) return result;
    this.#forget(name, inode);
    return this.refresh();
  }

  #forget(name: string, inode: Inode): void {
    if (inode instanceof HostInode && this.#children.get(name) === inode) this.#drop(name, inode);
    inode.nlink = inode.isDirectory ? 0 : Math.max(0, inode.nlink - 1);
  }

  override rmdir(name: string): 0 | Errno {
    const inode = this.lookup(name);
    if (isErrno(inode)) return inode;
    const result = this.superblock.folder.rmdir(this.#childPath(name));
    if (result !== 0) return result;
    this.#forget(name, inode);
    return this.refresh();
  }

  override rename(from: string, toDir: Inode, to: string, flags: number): 0 | Errno {
    if ((flags & ~RENAME_NOREPLACE) !== 0) return EINVAL;
    if (!(toDir instanceof HostDirectory)) return ENOTDIR;
    if (toDir.superblock !== this.superblock) return EXDEV;
    const inode = this.lookup(from);
    if (isErrno(inode)) return inode;
    const target = toDir.lookup(to);
    if (!isErrno(target) && (flags & RENAME_NOREPLACE) !== 0) return EEXIST;
    const { folder, handles } = this.superblock;
    if (target instanceof HostFile && target.openCount > 0) handles.pin(folder, target);
    const result = folder.rename(this.#childPath(from), toDir.#childPath(to));
    if (result !== 0) return result;
    if (!isErrno(target)) toDir.#forget(to, target);
    this.#children.delete(from);
    if (inode instanceof HostInode) {
      inode.parent = toDir;
      inode.name = to;
      toDir.#children.set(to, inode);
    }
    this.refresh();
    return toDir.refresh();
  }
}
