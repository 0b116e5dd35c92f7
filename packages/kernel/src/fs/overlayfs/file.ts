/** Regular files and symbolic links of overlayfs that came from a lower layer. */
import { EINVAL, type Errno, isErrno, O_ACCMODE, O_RDONLY, O_TRUNC } from "@kernelet/abi";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import type { PageCache } from "../../mm/page-cache.ts";
import type { FileDescription } from "../file-description.ts";
import type { Creation, Inode } from "../inode.ts";
import type { Path } from "../path.ts";
import { TmpfsFile, TmpfsInode } from "../tmpfs/inode.ts";
import type { Walker } from "../walker.ts";
import type { OverlayFs } from "./overlay.ts";

const COPY_CHUNK = 256 * 1024;

export class OverlayFile extends TmpfsFile {
  override readonly isSealable: boolean = false;
  /** Whose contents these are; null after copy-up. */
  #lower: Inode | null;

  constructor(superblock: OverlayFs, made: Creation, lower: Inode) {
    super(superblock, made, lower.ino);
    this.#lower = lower;
  }

  override get lower(): Inode | null {
    return this.#lower;
  }

  override get pages(): PageCache {
    return this.#lower?.pages ?? super.pages;
  }

  override get blocks(): number {
    return this.#lower?.blocks ?? super.blocks;
  }

  override refresh(): 0 {
    if (this.#lower === null) super.refresh();
    return 0;
  }

  override open(task: Task, path: Path, flags: number): FileDescription | SyscallResult {
    if ((flags & O_ACCMODE) !== O_RDONLY) {
      const result = this.#copyUp((flags & O_TRUNC) !== 0 ? 0 : Number.POSITIVE_INFINITY);
      if (result !== 0) return result;
    } else if (this.#lower !== null) {
      // The layer may refuse (the host's own permissions): say so now.
      const opened = this.#lower.open(task, path, flags);
      if (isErrno(opened)) return opened;
    }
    return super.open(task, path, flags);
  }

  /** Brings the first `limit` bytes up; from then on the lower file is not looked at. */
  #copyUp(limit: number): 0 | Errno {
    const lower = this.#lower;
    if (lower === null) return 0;
    const upper = super.pages;
    const size = Math.min(lower.size, limit);
    const chunk = new Uint8Array(Math.min(COPY_CHUNK, size));
    for (let off = 0; off < size; ) {
      const n = lower.pages?.read(off, chunk.subarray(0, Math.min(chunk.length, size - off))) ?? 0;
      if (isErrno(n)) return this.#copyFailed(n);
      if (n === 0) break;
      // A hole stays one.
      const written = isZero(chunk, n) ? n : upper.write(off, chunk.subarray(0, n));
      if (isErrno(written)) return this.#copyFailed(written);
      off += written;
    }
    upper.truncate(size);
    this.#lower = null;
    this.size = size;
    return 0;
  }

  #copyFailed(errno: Errno): Errno {
    super.pages.truncate(0);
    return errno;
  }

  override truncate(size: number): 0 | Errno {
    const result = this.#copyUp(size);
    return result === 0 ? super.truncate(size) : result;
  }

  override allocate(mode: number, off: number, len: number): 0 | Errno {
    const result = this.#copyUp(Number.POSITIVE_INFINITY);
    return result === 0 ? super.allocate(mode, off, len) : result;
  }

  override evict(): void {
    this.#lower = null;
    super.evict();
  }
}

function isZero(bytes: Uint8Array, len: number): boolean {
  for (let i = 0; i < len; i++) if (bytes[i] !== 0) return false;
  return true;
}

export class OverlaySymlink extends TmpfsInode {
  readonly #lower: Inode;

  constructor(superblock: OverlayFs, lower: Inode) {
    super(superblock, lower, lower.ino);
    this.#lower = lower;
  }

  override get lower(): Inode {
    return this.#lower;
  }

  override open(): Errno {
    return EINVAL;
  }

  override readlink(walker: Walker): string | Errno {
    return this.#lower.readlink(walker);
  }
}
