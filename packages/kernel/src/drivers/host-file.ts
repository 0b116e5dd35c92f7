/**
 * Regular files that the caller gave as stdin, stdout or stderr: `kernelet do -- sort <names >sorted`.
 *
 * The host's descriptor has a position too, which other programs of the caller share. Where the guest reads or
 * writes at just that place, the host moves it along; elsewhere we give the offset ourselves, as there is no way to
 * move it. So a run of commands on one descriptor works as ever, except after the guest has gone back.
 */
import { EFBIG, EINVAL, type Errno, isErrno, O_APPEND, S_IFMT, S_IFREG } from "@kernelet/abi";
import { AnonymousSuperblock } from "../fs/anonymous.ts";
import { FileDescription, type MmapSource } from "../fs/file-description.ts";
import { limitedWriteLength } from "../fs/file-size-limit.ts";
import { Inode } from "../fs/inode.ts";
import type { Path } from "../fs/path.ts";
import { MAX_FILE_SIZE } from "../fs/regular-file.ts";
import type { Vfs } from "../fs/vfs.ts";
import type { Host, HostStat } from "../host.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { PageCache } from "../mm/page-cache.ts";

/** To Host.pread and pwrite: at the descriptor's own position, which moves. */
const OWN_POSITION = -1;

/** What the caller's descriptor was like before we had it: /proc/self/fdinfo. */
export interface HostFileState {
  /** Of 0, 1, 2. */
  readonly number: number;
  readonly pos: number;
  /** O_*. */
  readonly flags: number;
}

class HostFileInode extends Inode {
  readonly host: Host;
  readonly number: number;
  readonly memory: Vfs["memory"];
  /** Where the host's descriptor stands. */
  hostPos: number;
  #pages: PageCache | null = null;

  constructor(vfs: Vfs, host: Host, state: HostFileState, stat: HostStat) {
    super(new AnonymousSuperblock(vfs, "hostfs"), stat.ino, stat);
    this.host = host;
    this.number = state.number;
    this.memory = vfs.memory;
    this.hostPos = state.pos;
    this.#take(stat);
  }

  #take(stat: HostStat): void {
    this.nlink = stat.nlink;
    this.size = stat.size;
    this.atime = { sec: stat.atimeSec, nsec: stat.atimeNsec };
    this.mtime = { sec: stat.mtimeSec, nsec: stat.mtimeNsec };
    this.ctime = { sec: stat.ctimeSec, nsec: stat.ctimeNsec };
  }

  override refresh(): 0 {
    const stat = this.host.fstat(this.number);
    if (!isErrno(stat)) this.#take(stat);
    return 0;
  }

  /** For mappings only: read(2) goes to the host. */
  override get pages(): PageCache {
    this.refresh();
    const { host, number } = this;
    this.#pages ??= new PageCache(this.memory, {
      fill: (off, into) => host.pread(number, into, off) as Errno,
    });
    this.#pages.setSize(this.size);
    return this.#pages;
  }

  override open(_task: Task, path: Path, flags: number): FileDescription {
    return new HostFile(path, flags);
  }

  override truncate(size: number): 0 | Errno {
    return this.host.ftruncate(this.number, size);
  }

  override evict(): void {
    this.#pages?.release();
  }
}

class HostFile extends FileDescription {
  get #file(): HostFileInode {
    return this.inode as HostFileInode;
  }

  override size(): number {
    this.inode.refresh();
    return this.inode.size;
  }

  override read(_task: Task, into: Uint8Array, off: number | null): SyscallResult {
    const file = this.#file;
    const at = off ?? this.pos;
    const isNext = off === null && at === file.hostPos;
    const n = file.host.pread(file.number, into, isNext ? OWN_POSITION : at);
    if (n <= 0) return n;
    if (isNext) file.hostPos += n;
    if (off === null) this.pos += n;
    return n;
  }

  override write(task: Task, from: Uint8Array, off: number | null): SyscallResult {
    const file = this.#file;
    const isAppending = (this.flags & O_APPEND) !== 0;
    const at = isAppending ? this.size() : (off ?? this.pos);
    if (from.length === 0) return 0;
    if (at + from.length > MAX_FILE_SIZE) return EFBIG;
    const len = limitedWriteLength(task, at, from.length);
    if (isErrno(len)) return len;
    const isNext = isAppending || (off === null && at === file.hostPos);
    const bytes = from.subarray(0, len);
    const n = file.host.pwrite(file.number, bytes, isNext ? OWN_POSITION : at);
    if (n <= 0) return n;
    if (isNext) file.hostPos = at + n;
    if (off === null) this.pos = at + n;
    return n;
  }

  override mmapSource(): MmapSource {
    return this.#file.pages;
  }

  override fsync(): 0 | Errno {
    return this.#file.host.fsync(this.#file.number);
  }

  override truncate(size: number): 0 | Errno {
    return this.isWritable ? this.#file.truncate(size) : EINVAL;
  }

  override get canPoll(): boolean {
    return false;
  }
}

/** Files for descriptors 0, 1 and 2; one for all that are the same. Undefined: not a regular file. */
export class HostFiles {
  readonly #vfs: Vfs;
  readonly #host: Host;
  readonly #opened: {
    readonly file: HostFile;
    readonly state: HostFileState;
    readonly dev: number;
  }[] = [];

  constructor(vfs: Vfs, host: Host) {
    this.#vfs = vfs;
    this.#host = host;
  }

  open(state: HostFileState): FileDescription | undefined {
    const stat = this.#host.fstat(state.number);
    if (isErrno(stat) || (stat.mode & S_IFMT) !== S_IFREG) return undefined;
    const { pos, flags } = state;
    for (const known of this.#opened) {
      const isSame = known.dev === stat.dev && known.file.inode.ino === stat.ino;
      // `>log 2>&1`: one description. Two that were opened apart would hardly be at one place with the same flags.
      if (isSame && known.state.pos === pos && known.state.flags === flags) return known.file;
    }
    const inode = new HostFileInode(this.#vfs, this.#host, state, stat);
    const superblock = inode.superblock as AnonymousSuperblock;
    const file = new HostFile(superblock.path(`/dev/fd/${state.number}`, inode), flags);
    file.pos = pos;
    this.#opened.push({ file, state, dev: stat.dev });
    return file;
  }
}
