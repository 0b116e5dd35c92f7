/** Inodes of hostfs that are not directories. */
import { EINVAL, ENXIO, type Errno, isErrno, S_IFMT } from "@kernelet/abi";
import type { HostStat } from "../../host.ts";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import { type PageBacking, PageCache } from "../../mm/page-cache.ts";
import { isInodeInUse } from "../dentry-cache.ts";
import type { FileDescription } from "../file-description.ts";
import { type AttributeChange, Inode } from "../inode.ts";
import type { Path } from "../path.ts";
import { Pipe } from "../pipe/pipe.ts";
import { openFifo } from "../pipe/pipe-file.ts";
import { RegularFile } from "../regular-file.ts";
import type { Walker } from "../walker.ts";
import type { HostDirectory } from "./directory.ts";
import type { Hostfs } from "./hostfs.ts";
import { numberFor } from "./inode-number.ts";

export abstract class HostInode extends Inode {
  declare readonly superblock: Hostfs;
  /** Where the file is; for one with several names, one of them. Null: the folder itself, or no name any more. */
  parent: HostDirectory | null;
  name: string;
  /** Names that directories keep of it. */
  names = 0;
  hostDev = 0;
  hostIno = 0;
  #blocks = 0;

  constructor(superblock: Hostfs, stat: HostStat, parent: HostDirectory | null, name: string) {
    const ino = superblock.isStatic ? numberFor(stat, parent?.ino ?? null, name) : stat.ino;
    super(superblock, ino, stat);
    this.parent = parent;
    this.name = name;
    this.#applyStat(stat);
  }

  /** The name under which the file was seen last is the one that is still good: others may have been removed. */
  foundAt(parent: HostDirectory, name: string): void {
    this.parent = parent;
    this.name = name;
  }

  /** Something here is more than another look at the host would bring back. */
  get isBusy(): boolean {
    return isInodeInUse(this);
  }

  /** No directory keeps it any more. */
  forgotten(): void {}

  /** Path below the folder, as HostFolder wants it. */
  get hostPath(): string {
    const up = this.parent?.hostPath ?? "";
    return up === "" ? this.name : `${up}/${this.name}`;
  }

  override get blocks(): number {
    return this.#blocks;
  }

  takeStat(stat: HostStat): void {
    this.#applyStat(stat);
  }

  #applyStat(stat: HostStat): void {
    this.hostDev = stat.dev;
    this.hostIno = stat.ino;
    this.mode = stat.mode;
    this.uid = stat.uid;
    this.gid = stat.gid;
    this.nlink = stat.nlink;
    this.rdev = stat.rdev;
    this.size = stat.size;
    this.#blocks = stat.blocks;
    this.atime = { sec: stat.atimeSec, nsec: stat.atimeNsec };
    this.mtime = { sec: stat.mtimeSec, nsec: stat.mtimeNsec };
    this.ctime = { sec: stat.ctimeSec, nsec: stat.ctimeNsec };
    this.btime = this.ctime;
  }

  override refresh(): 0 | Errno {
    if (this.superblock.isStatic || this.nlink === 0) return 0;
    const stat = this.superblock.folder.lstat(this.hostPath);
    if (isErrno(stat)) return stat;
    this.takeStat(stat);
    return 0;
  }

  override setattr(change: AttributeChange): 0 | Errno {
    const { folder } = this.superblock;
    const path = this.hostPath;
    if (change.size !== undefined) {
      const result = this.truncate(change.size);
      if (result !== 0) return result;
    }
    if (change.uid !== undefined || change.gid !== undefined) {
      const result = folder.chown(path, change.uid ?? this.uid, change.gid ?? this.gid);
      if (result !== 0) return result;
    }
    if (change.mode !== undefined) {
      const result = folder.chmod(path, change.mode & 0o7777);
      if (result !== 0) return result;
    }
    if (change.atime !== undefined || change.mtime !== undefined) {
      const { sec: aSec, nsec: aNsec } = change.atime ?? this.atime;
      const { sec: mSec, nsec: mNsec } = change.mtime ?? this.mtime;
      const result = folder.utimes(path, aSec * 1000 + aNsec / 1e6, mSec * 1000 + mNsec / 1e6);
      if (result !== 0) return result;
    }
    return this.refresh();
  }
}

export class HostFile extends HostInode implements PageBacking {
  #pages: PageCache | null = null;

  override get pages(): PageCache {
    this.#pages ??= new PageCache(this.superblock.vfs.memory, this, this.size);
    return this.#pages;
  }

  /** Pages that were written through a mapping go to the host first. */
  override get isBusy(): boolean {
    if (super.isBusy) return true;
    if (this.#pages === null || this.#pages.allocatedPages === 0) return false;
    this.#pages.sync();
    return this.#pages.allocatedPages > 0;
  }

  override forgotten(): void {
    this.superblock.handles.drop(this);
    const key = `${this.hostDev}:${this.hostIno}`;
    if (this.superblock.linked.get(key) === this) this.superblock.linked.delete(key);
  }

  override takeStat(stat: HostStat): void {
    super.takeStat(stat);
    this.#pages?.setSize(stat.size);
  }

  override open(_task: Task, path: Path, flags: number): FileDescription | Errno {
    // Ask for the handle now, so that EACCES comes from open and not from read.
    const { handles, folder } = this.superblock;
    const file = new HostRegularFile(path, flags);
    const handle = handles.get(folder, this, file.isWritable);
    return isErrno(handle) ? handle : file;
  }

  fill(off: number, into: Uint8Array): number | Errno {
    const { handles, folder, host } = this.superblock;
    const handle = handles.get(folder, this, false);
    if (isErrno(handle)) return handle;
    let done = 0;
    while (done < into.length) {
      const n = host.pread(handle, done === 0 ? into : into.subarray(done), off + done);
      if (isErrno(n)) return n;
      if (n === 0) break;
      done += n;
    }
    return done;
  }

  writeBack(off: number, from: Uint8Array): number | Errno {
    const { handles, folder, host } = this.superblock;
    const handle = handles.get(folder, this, true);
    if (isErrno(handle)) return handle;
    let done = 0;
    while (done < from.length) {
      const n = host.pwrite(handle, from.subarray(done), off + done);
      if (isErrno(n)) return n;
      done += n;
    }
    return done;
  }

  /** Writes to the host, as much as it has room for, and to what we have of it in memory. */
  writeThrough(at: number, from: Uint8Array): number | Errno {
    const { handles, folder, host } = this.superblock;
    const handle = handles.get(folder, this, true);
    if (isErrno(handle)) return handle;
    let done = 0;
    while (done < from.length) {
      const n = host.pwrite(handle, from.subarray(done), at + done);
      if (isErrno(n)) {
        if (done === 0) return n;
        break;
      }
      done += n;
    }
    const { pages } = this;
    if (pages.mappings.size === 0 && pages.allocatedPages === 0) {
      pages.setSize(Math.max(pages.size, at + done));
      return done;
    }
    const kept = pages.write(at, from.subarray(0, done));
    if (isErrno(kept)) return kept;
    const synced = pages.sync(at, done);
    return synced === 0 ? done : synced;
  }

  override truncate(size: number): 0 | Errno {
    const { handles, folder, host } = this.superblock;
    const handle = handles.get(folder, this, true);
    if (isErrno(handle)) return handle;
    const result = host.ftruncate(handle, size);
    if (result !== 0) return result;
    this.pages.truncate(size);
    this.size = size;
    return 0;
  }

  /** To the host's disk. */
  sync(): 0 | Errno {
    const { handles, folder, host } = this.superblock;
    const result = this.pages.sync();
    if (result !== 0 || !folder.writable) return result;
    const handle = handles.get(folder, this, false);
    return isErrno(handle) ? handle : host.fsync(handle);
  }

  override evict(): void {
    this.superblock.handles.drop(this);
    this.#pages?.release();
    this.#pages = null;
    this.superblock.linked.delete(`${this.hostDev}:${this.hostIno}`);
  }
}

/** Writes go to the host at once: it has its own cache, others there want to see them, and its disk may be full. */
class HostRegularFile extends RegularFile {
  protected override store(at: number, from: Uint8Array): number | Errno {
    return (this.inode as HostFile).writeThrough(at, from);
  }

  override fsync(): 0 | Errno {
    return this.inode instanceof HostFile ? this.inode.sync() : 0;
  }
}

export class HostSymlink extends HostInode {
  #target: string | null = null;

  override open(): SyscallResult {
    return EINVAL;
  }

  override readlink(_walker: Walker): string | Errno {
    if (this.#target !== null) return this.#target;
    const target = this.superblock.folder.readlink(this.hostPath);
    if (!isErrno(target) && this.superblock.isStatic) this.#target = target;
    return target;
  }
}

/** FIFOs work among the guest's processes; sockets are only shown; devices are the guest's own. */
export class HostSpecial extends HostInode {
  #pipe: Pipe | null = null;

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

/** Whether two looks at a name saw the same file. */
export function isSameFile(inode: HostInode, stat: HostStat): boolean {
  return (
    inode.hostIno === stat.ino &&
    inode.hostDev === stat.dev &&
    (inode.mode & S_IFMT) === (stat.mode & S_IFMT)
  );
}
