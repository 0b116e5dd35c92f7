/** What a file is: the shape of node:fs's Stats. */
import {
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
} from "@kernelet/abi";
import type { ValueOf } from "@kernelet/sandbox";

type AgentStat = ValueOf<"stat">;

/** One kind test per question, for Stats and Dirent alike. */
class Kind {
  readonly #type: number;

  /** @param type S_IFMT bits. */
  constructor(type: number) {
    this.#type = type;
  }

  isFile(): boolean {
    return this.#type === S_IFREG;
  }
  isDirectory(): boolean {
    return this.#type === S_IFDIR;
  }
  isSymbolicLink(): boolean {
    return this.#type === S_IFLNK;
  }
  isFIFO(): boolean {
    return this.#type === S_IFIFO;
  }
  isSocket(): boolean {
    return this.#type === S_IFSOCK;
  }
  isBlockDevice(): boolean {
    return this.#type === S_IFBLK;
  }
  isCharacterDevice(): boolean {
    return this.#type === S_IFCHR;
  }
}

export class Stats extends Kind {
  readonly dev: number;
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly size: number;
  readonly blksize: number;
  readonly blocks: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly birthtimeMs: number;

  constructor(stat: AgentStat) {
    super(stat.mode & S_IFMT);
    this.dev = stat.dev;
    this.ino = stat.ino;
    this.mode = stat.mode;
    this.nlink = stat.nlink;
    this.uid = stat.uid;
    this.gid = stat.gid;
    this.rdev = stat.rdev;
    this.size = stat.size;
    this.blksize = stat.blockSize;
    this.blocks = stat.blocks;
    this.atimeMs = milliseconds(stat.atime);
    this.mtimeMs = milliseconds(stat.mtime);
    this.ctimeMs = milliseconds(stat.ctime);
    this.birthtimeMs = milliseconds(stat.btime);
  }

  get atime(): Date {
    return new Date(this.atimeMs);
  }
  get mtime(): Date {
    return new Date(this.mtimeMs);
  }
  get ctime(): Date {
    return new Date(this.ctimeMs);
  }
  get birthtime(): Date {
    return new Date(this.birthtimeMs);
  }
}

function milliseconds({ sec, nsec }: AgentStat["atime"]): number {
  return sec * 1000 + nsec / 1e6;
}

/** A name in a directory. */
export class Dirent extends Kind {
  readonly name: string;
  readonly parentPath: string;

  /** @param type DT_* as in readdir(3): S_IFMT bits, shifted. */
  constructor(parentPath: string, name: string, type: number) {
    super(type << 12);
    this.parentPath = parentPath;
    this.name = name;
  }
}
