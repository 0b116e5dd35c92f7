/** Directories of a guest's overlay. */
import {
  EEXIST,
  EISDIR,
  ENOENT,
  ENOTDIR,
  ENOTEMPTY,
  type Errno,
  EXDEV,
  isErrno,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  S_IFCHR,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
} from "@kernelet/abi";
import type { Task } from "../../kernel/task.ts";
import type { Dentry } from "../dentry.ts";
import { DirectoryFile } from "../directory-file.ts";
import type { FileDescription } from "../file-description.ts";
import type { Creation, DirectoryEntry, Inode } from "../inode.ts";
import type { Path } from "../path.ts";
import type { Walker } from "../walker.ts";
import type { UnionFs } from "./union.ts";
import { UnionFile, UnionInode } from "./union-inode.ts";

const OPAQUE = "trusted.overlay.opaque";
const YES = Uint8Array.of(0x79);
/** Reading a lower link's target needs no walker: these are ordinary links. */
const NO_WALKER = null as unknown as Walker;

/** A character device 0:0 in the upper layer: the name is gone. */
function isWhiteout(inode: Inode): boolean {
  return (inode.mode & S_IFMT) === S_IFCHR && inode.rdev === 0;
}

function isOpaque(inode: Inode): boolean {
  const value = inode.getxattr(OPAQUE);
  return !isErrno(value) && value[0] === YES[0];
}

export class UnionDirectory extends UnionInode {
  declare readonly superblock: UnionFs;
  /** Names that have been looked up. */
  readonly #known: Map<string, UnionInode> = new Map();

  override open(_task: Task, path: Path, flags: number): FileDescription {
    return new DirectoryFile(path, flags);
  }

  /** What the lower layers have at `name`: one thing, or directories to be merged. */
  #below(name: string): Inode[] {
    const found: Inode[] = [];
    for (const lower of this.lowers) {
      const inode = lower.lookup(name);
      if (isErrno(inode)) continue;
      if (isWhiteout(inode) || (found.length > 0 && !inode.isDirectory)) break;
      found.push(inode);
      if (!inode.isDirectory || isOpaque(inode)) break;
    }
    return found;
  }

  override lookup(name: string): UnionInode | Errno {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const above = this.upper?.lookup(name) ?? ENOENT;
    const upper = isErrno(above) ? null : above;
    if (upper !== null && isWhiteout(upper)) return ENOENT;
    let lowers: Inode[] = [];
    if (upper === null || (upper.isDirectory && !isOpaque(upper))) {
      lowers = this.#below(name);
      if (upper !== null && lowers[0]?.isDirectory !== true) lowers = [];
    }
    const first = upper ?? lowers[0];
    if (first === undefined) return ENOENT;
    const layers = { upper, lowers };
    const inode = first.isDirectory
      ? new UnionDirectory(this.superblock, layers, this, name)
      : new UnionFile(this.superblock, layers, this, name);
    this.#known.set(name, inode);
    return inode;
  }

  override readdir(): readonly DirectoryEntry[] | Errno {
    const merged: Map<string, DirectoryEntry> = new Map();
    const hidden: Set<string> = new Set();
    for (const layer of this.upper === null ? this.lowers : [this.upper, ...this.lowers]) {
      const entries = layer.readdir();
      if (isErrno(entries)) return entries;
      for (const entry of entries) {
        if (merged.has(entry.name) || hidden.has(entry.name)) continue;
        const inode = layer.lookup(entry.name);
        if (!isErrno(inode) && isWhiteout(inode)) hidden.add(entry.name);
        else merged.set(entry.name, entry);
      }
    }
    return [...merged.values()];
  }

  /** An empty copy of `lower` in the upper directory, which is there. */
  makeUpper(name: string, lower: Inode): Inode | Errno {
    const upper = this.upper as Inode;
    const made = { mode: lower.mode, uid: lower.uid, gid: lower.gid };
    switch (lower.mode & S_IFMT) {
      case S_IFDIR:
        return upper.mkdir(name, made);
      case S_IFLNK: {
        const target = lower.readlink(NO_WALKER);
        return isErrno(target) ? target : upper.symlink(name, target, made);
      }
      default:
        return upper.mknod(name, made, lower.rdev);
    }
  }

  /** Makes something new in the upper directory, where a whiteout may stand. */
  #make(name: string, make: (upper: Inode) => Inode | 0 | Errno): UnionInode | Errno {
    if (!isErrno(this.lookup(name))) return EEXIST;
    const up = this.copyUp();
    if (up !== 0) return up;
    const upper = this.upper as Inode;
    const wasHidden = !isErrno(upper.lookup(name));
    if (wasHidden) {
      upper.unlink(name);
      this.#forget(name);
    }
    const made = make(upper);
    if (isErrno(made)) {
      if (wasHidden) this.#hide(name);
      return made;
    }
    const found = upper.lookup(name);
    if (wasHidden && !isErrno(found) && found.isDirectory) found.setxattr(OPAQUE, YES, 0);
    this.refresh();
    return this.lookup(name);
  }

  /** This directory in the upper filesystem's own cache of names, if it is there. */
  #upperDentry(): Dentry | null {
    if (this.parent === null) return this.superblock.upperRoot;
    return this.parent.#upperDentry()?.child(this.name) ?? null;
  }

  /** The name in the upper directory is another file now, or none. */
  #forget(name: string): void {
    this.#upperDentry()?.removeChild(name);
  }

  #hide(name: string): void {
    this.#forget(name);
    this.upper?.mknod(name, { mode: S_IFCHR, uid: 0, gid: 0 }, 0);
  }

  override mknod(name: string, made: Creation, rdev: number): Inode | Errno {
    return this.#make(name, (upper) => upper.mknod(name, made, rdev));
  }

  override mkdir(name: string, made: Creation): Inode | Errno {
    return this.#make(name, (upper) => upper.mkdir(name, made));
  }

  override symlink(name: string, target: string, made: Creation): Inode | Errno {
    return this.#make(name, (upper) => upper.symlink(name, target, made));
  }

  override link(name: string, inode: Inode): 0 | Errno {
    if (!(inode instanceof UnionInode)) return EXDEV;
    const up = inode.copyUp();
    if (up !== 0) return up;
    const made = this.#make(name, (upper) => upper.link(name, inode.upper as Inode));
    if (isErrno(made)) return made;
    // Both names are one file.
    this.#known.set(name, inode);
    inode.refresh();
    return 0;
  }

  /** Takes a name away: from the upper directory, and from sight where a lower one has it. */
  #remove(name: string, remove: (upper: Inode) => 0 | Errno): 0 | Errno {
    const up = this.copyUp();
    if (up !== 0) return up;
    const upper = this.upper as Inode;
    if (!isErrno(upper.lookup(name))) {
      const result = remove(upper);
      if (result !== 0) return result;
      this.#forget(name);
    }
    if (this.#below(name).length > 0) this.#hide(name);
    this.#known.delete(name);
    this.refresh();
    return 0;
  }

  override unlink(name: string): 0 | Errno {
    const inode = this.lookup(name);
    if (isErrno(inode)) return inode;
    if (inode.isDirectory) return EISDIR;
    const result = this.#remove(name, (upper) => upper.unlink(name));
    if (result === 0) inode.nlink = inode.upper?.nlink ?? 0;
    return result;
  }

  override rmdir(name: string): 0 | Errno {
    const inode = this.lookup(name);
    if (isErrno(inode)) return inode;
    if (!(inode instanceof UnionDirectory)) return ENOTDIR;
    const empty = inode.#empty();
    if (empty !== 0) return empty;
    const result = this.#remove(name, (upper) => upper.rmdir(name));
    if (result === 0) inode.nlink = 0;
    return result;
  }

  /** Only whiteouts are left in the upper directory: they go. ENOTEMPTY if there is something to see. */
  #empty(): 0 | Errno {
    const entries = this.readdir();
    if (isErrno(entries)) return entries;
    if (entries.length > 0) return ENOTEMPTY;
    const own = this.upper?.readdir() ?? [];
    if (!isErrno(own)) for (const { name } of own) this.upper?.unlink(name);
    return 0;
  }

  /** A directory with lower parts cannot be renamed: EXDEV, as without redirect_dir. */
  override rename(from: string, toDir: Inode, to: string, flags: number): 0 | Errno {
    if (!(toDir instanceof UnionDirectory)) return EXDEV;
    const inode = this.lookup(from);
    if (isErrno(inode)) return inode;
    const target = toDir.lookup(to);
    if ((flags & RENAME_EXCHANGE) !== 0) return EXDEV;
    if (inode.isDirectory && inode.lowers.length > 0) return EXDEV;
    if (!isErrno(target)) {
      if ((flags & RENAME_NOREPLACE) !== 0) return EEXIST;
      const removed = target.isDirectory ? toDir.rmdir(to) : toDir.unlink(to);
      if (removed !== 0) return removed;
    }
    const up = inode.copyUp() || toDir.copyUp();
    if (up !== 0) return up;
    const upper = toDir.upper as Inode;
    if (!isErrno(upper.lookup(to))) upper.unlink(to);
    const moved = (this.upper as Inode).rename(from, upper, to, 0, null);
    if (moved !== 0) return moved;
    this.#forget(from);
    toDir.#forget(to);
    if (inode.isDirectory && toDir.#below(to).length > 0) inode.upper?.setxattr(OPAQUE, YES, 0);
    if (this.#below(from).length > 0) this.#hide(from);
    this.#known.delete(from);
    toDir.#known.set(to, inode);
    inode.parent = toDir;
    inode.name = to;
    this.refresh();
    toDir.refresh();
    return 0;
  }

  override tmpfile(made: Creation): Inode | Errno {
    const up = this.copyUp();
    return up === 0 ? (this.upper as Inode).tmpfile(made) : up;
  }
}
