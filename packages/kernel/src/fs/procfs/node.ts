/**
 * Inodes of procfs and sysfs: made when they are looked up, gone when nobody holds them. What a file says is
 * computed when it is opened and read from the start, and stays the same until the reader seeks back to 0
 * (Linux's seq_file).
 */
import {
  EACCES,
  EINVAL,
  ENOENT,
  EPERM,
  type Errno,
  isErrno,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from "@kernelet/abi";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import { DirectoryFile } from "../directory-file.ts";
import { FileDescription } from "../file-description.ts";
import { type AttributeChange, type Creation, type DirectoryEntry, Inode } from "../inode.ts";
import { encodeName } from "../name.ts";
import type { Path } from "../path.ts";
import type { Superblock } from "../superblock.ts";
import type { Walker } from "../walker.ts";

/** What a node is made with. */
export interface NodeOptions {
  readonly ino: number;
  /** Permission bits. */
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}

export abstract class VirtualInode extends Inode {
  constructor(superblock: Superblock, type: number, options: NodeOptions) {
    const { ino, mode, uid = 0, gid = 0 } = options;
    super(superblock, ino, { mode: type | mode, uid, gid });
  }

  override get blocks(): number {
    return 0;
  }

  override setattr(_change: AttributeChange): 0 | Errno {
    return EPERM;
  }
}

/** Text, or bytes; computed for the reading task. */
export type Content = (reader: Task) => string | Uint8Array | Errno;
/** Takes what was written in one call. @returns 0 or an errno. */
export type Store = (writer: Task, text: string) => 0 | Errno;

export class VirtualFile extends VirtualInode {
  readonly content: Content;
  readonly store: Store | null;

  constructor(
    superblock: Superblock,
    options: NodeOptions,
    content: Content,
    store: Store | null = null,
  ) {
    super(superblock, S_IFREG, options);
    this.content = content;
    this.store = store;
  }

  override open(_task: Task, path: Path, flags: number): FileDescription | SyscallResult {
    const file = new VirtualFileDescription(path, flags, this);
    return file.isWritable && this.store === null && this.isReadOnly(path) ? EACCES : file;
  }

  /**
   * Whether even root may not open for writing what takes nothing. In /proc only the mode says who may open a file;
   * settings below /proc/sys heed it for root, too, and so does sysfs.
   */
  protected isReadOnly(path: Path): boolean {
    return this.superblock.hasFreeNames || isBelowSys(path);
  }

  /** O_TRUNC of a file like /proc/self/comm does nothing. */
  override setattr(change: AttributeChange): 0 | Errno {
    return change.size === undefined ? EPERM : 0;
  }
}

function isBelowSys(path: Path): boolean {
  for (let d = path.dentry.parent; d !== null; d = d.parent) {
    if (d.name === "sys" && d.parent?.parent === null) return true;
  }
  return false;
}

class VirtualFileDescription extends FileDescription {
  readonly #file: VirtualFile;
  #bytes: Uint8Array | null = null;

  constructor(path: Path, flags: number, file: VirtualFile) {
    super(path, flags);
    this.#file = file;
  }

  override read(task: Task, into: Uint8Array, off: number | null): SyscallResult {
    const at = off ?? this.pos;
    if (this.#bytes === null || at === 0) {
      const content = this.#file.content(task);
      if (isErrno(content)) return content;
      this.#bytes = typeof content === "string" ? encodeName(content) : (content as Uint8Array);
    }
    const part = this.#bytes.subarray(at, at + into.length);
    into.set(part);
    if (off === null) this.pos += part.length;
    return part.length;
  }

  override write(task: Task, from: Uint8Array): SyscallResult {
    const { store } = this.#file;
    if (store === null) return EINVAL;
    let text = "";
    for (const b of from) text += String.fromCharCode(b);
    const result = store(task, text);
    return result === 0 ? from.length : result;
  }

  override get canPoll(): boolean {
    return false;
  }
}

export class VirtualSymlink extends VirtualInode {
  readonly #target: (walker: Walker) => string | Errno;
  readonly #magic: ((walker: Walker) => Path | Errno) | null;

  constructor(
    superblock: Superblock,
    options: NodeOptions,
    target: (walker: Walker) => string | Errno,
    magic: ((walker: Walker) => Path | Errno) | null = null,
  ) {
    super(superblock, S_IFLNK, options);
    this.#target = target;
    this.#magic = magic;
  }

  override open(): SyscallResult {
    return EINVAL;
  }

  override readlink(walker: Walker): string | Errno {
    return this.#target(walker);
  }

  override magicLink(walker: Walker): Path | Errno | undefined {
    return this.#magic?.(walker);
  }
}

/** A directory whose names are computed. */
export abstract class VirtualDirectory extends VirtualInode {
  constructor(superblock: Superblock, options: NodeOptions) {
    super(superblock, S_IFDIR, options);
    this.nlink = 2;
  }

  override open(_task: Task, path: Path, flags: number): FileDescription {
    return new DirectoryFile(path, flags);
  }

  abstract override lookup(name: string): Inode | Errno;

  /** O_CREAT: there is no such operation. */
  override mknod(_name: string, made: Creation): Errno {
    if ((made.mode & S_IFMT) !== S_IFREG) return EPERM;
    return this.superblock.hasFreeNames ? EACCES : ENOENT;
  }

  /** Names in order. */
  protected abstract names(): readonly string[] | Errno;

  override readdir(): readonly DirectoryEntry[] | Errno {
    const names = this.names();
    if (isErrno(names)) return names;
    const entries: DirectoryEntry[] = [];
    for (const name of names) {
      const inode = this.lookup(name);
      if (!isErrno(inode))
        entries.push({ name, ino: inode.ino, type: (inode.mode & S_IFMT) >> 12 });
    }
    return entries;
  }
}

/** One name of a fixed directory: what stands there, given the directory's subject (a process, the kernel). */
export interface NodeRow<Subject> {
  readonly name: string;
  readonly make: (superblock: Superblock, subject: Subject, options: NodeOptions) => Inode;
  readonly mode: number;
}

/** A directory whose names are rows of a table. */
export class RowDirectory<Subject> extends VirtualDirectory {
  readonly #rows: readonly NodeRow<Subject>[];
  readonly subject: Subject;

  constructor(
    superblock: Superblock,
    options: NodeOptions,
    rows: readonly NodeRow<Subject>[],
    subject: Subject,
  ) {
    super(superblock, options);
    this.#rows = rows;
    this.subject = subject;
  }

  override lookup(name: string): Inode | Errno {
    const i = this.#rows.findIndex((row) => row.name === name);
    const row = this.#rows[i];
    if (row === undefined) return ENOENT;
    const options = { ino: this.childIno(i), mode: row.mode, uid: this.uid, gid: this.gid };
    return row.make(this.superblock, this.subject, options);
  }

  /** Numbers that are the same at each look: fields of 8 bits below the directory's own. */
  protected childIno(i: number): number {
    return this.ino * 256 + i + 1;
  }

  protected override names(): readonly string[] {
    return this.#rows.map((row) => row.name);
  }
}

/** A row for a file. */
export function fileRow<Subject>(
  name: string,
  mode: number,
  content: (subject: Subject, reader: Task) => string | Uint8Array | Errno,
  store?: (subject: Subject, text: string, writer: Task) => 0 | Errno,
): NodeRow<Subject> {
  return {
    name,
    mode,
    make: (superblock, subject, options) =>
      new VirtualFile(
        superblock,
        options,
        (reader) => content(subject, reader),
        store === undefined ? null : (writer, text) => store(subject, text, writer),
      ),
  };
}

/** A row for a directory with rows of its own. */
export function directoryRow<Subject>(
  name: string,
  rows: readonly NodeRow<Subject>[],
): NodeRow<Subject> {
  return {
    name,
    mode: 0o555,
    make: (superblock, subject, options) => new RowDirectory(superblock, options, rows, subject),
  };
}

/** A row for a link to a name. */
export function linkRow<Subject>(
  name: string,
  target: (subject: Subject, walker: Walker) => string | Errno,
): NodeRow<Subject> {
  return {
    name,
    mode: 0o777,
    make: (superblock, subject, options) =>
      new VirtualSymlink(superblock, options, (walker) => target(subject, walker)),
  };
}
