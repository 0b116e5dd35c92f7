/** An open regular file whose contents are a PageCache: tmpfs, memfd, and host folders that are writable. */
import {
  EBADF,
  EFBIG,
  EINVAL,
  ENODEV,
  ENXIO,
  EPERM,
  type Errno,
  F_SEAL_FUTURE_WRITE,
  F_SEAL_GROW,
  F_SEAL_WRITE,
  isErrno,
  O_APPEND,
  PAGE_SIZE,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { PageCache } from "../mm/page-cache.ts";
import { touchAtime } from "./atime.ts";
import { FileDescription, type MmapSource } from "./file-description.ts";
import { limitedWriteLength } from "./file-size-limit.ts";
import { dropSetIds } from "./permission.ts";

/** Greatest size of a file: beyond, offsets would not be exact. Linux's own limit is 2^63 - 1. */
export const MAX_FILE_SIZE: number = Number.MAX_SAFE_INTEGER;

/** shmem_write_begin(): the bytes that a file's seals let be written; whole pages only, for those that it has not. */
function sealedLength(seals: number, size: number, at: number, len: number): number | Errno {
  if ((seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) !== 0) return EPERM;
  if ((seals & F_SEAL_GROW) === 0 || at + len <= size) return len;
  const allowed = Math.floor(size / PAGE_SIZE) * PAGE_SIZE - at;
  return allowed > 0 ? allowed : EPERM;
}
export class RegularFile extends FileDescription {
  get #pages(): PageCache {
    return this.inode.pages as PageCache;
  }

  override size(): number {
    return this.#pages.size;
  }

  override bytesAt(off: number | null): number {
    return Math.max(0, this.#pages.size - (off ?? this.pos));
  }

  override read(_task: Task, into: Uint8Array, off: number | null): SyscallResult {
    const n = this.#pages.read(off ?? this.pos, into);
    if (isErrno(n)) return n;
    if (off === null) this.pos += n;
    touchAtime(this);
    return n;
  }

  override write(task: Task, from: Uint8Array, off: number | null): SyscallResult {
    const { inode } = this;
    const pages = this.#pages;
    const at = (this.flags & O_APPEND) !== 0 ? pages.size : (off ?? this.pos);
    if (from.length === 0) return 0;
    if (at + from.length > MAX_FILE_SIZE) return EFBIG;
    const limited = limitedWriteLength(task, at, from.length);
    if (isErrno(limited)) return limited;
    dropSetIds(this.path, task.credentials); // Whatever becomes of the write.
    const allowed = sealedLength(inode.seals, pages.size, at, limited);
    if (isErrno(allowed)) return allowed;
    const len = inode.writableLength(at, allowed);
    if (isErrno(len)) return len;

    const n = this.store(at, len === from.length ? from : from.subarray(0, len));
    if (isErrno(n)) return n;
    if (off === null) this.pos = at + n;
    inode.size = pages.size;
    inode.written();
    inode.touch("mtime", "ctime");
    return n;
  }

  override refusesWrite(task: Task, off: number | null, len: number): 0 | Errno {
    const { inode } = this;
    const { size } = this.#pages;
    const at = (this.flags & O_APPEND) !== 0 ? size : (off ?? this.pos);
    if (at >= MAX_FILE_SIZE) return EFBIG;
    const limited = limitedWriteLength(task, at, len);
    if (isErrno(limited)) return limited;
    dropSetIds(this.path, task.credentials);
    const allowed = sealedLength(inode.seals, size, at, limited);
    return isErrno(allowed) ? allowed : 0;
  }

  /** Puts bytes into the file. @returns how many. */
  protected store(at: number, from: Uint8Array): number | Errno {
    return this.#pages.write(at, from);
  }

  protected override seekData(off: number, wantHole: boolean): number | Errno {
    if (off < 0) return ENXIO;
    return wantHole ? this.#pages.seekHole(off) : this.#pages.seekData(off);
  }

  override mmapSource(): MmapSource {
    return this.inode.pages ?? ENODEV;
  }

  override fsync(): 0 | Errno {
    return this.#pages.sync();
  }

  override truncate(size: number): 0 | Errno {
    return this.isWritable ? this.inode.setattr({ size }) : EINVAL;
  }

  override allocate(mode: number, off: number, len: number): 0 | Errno {
    return this.isWritable ? this.inode.allocate(mode, off, len) : EBADF;
  }

  override get canPoll(): boolean {
    return false;
  }
}
