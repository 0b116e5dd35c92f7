/** A folder of the host that policy opened to the sandbox. */
import fs from "node:fs";
import process from "node:process";
import { EACCES, EINVAL, ENOENT, EROFS, type Errno, isErrno } from "@kernelet/abi";
import { decodeName, type HostDirent, type HostFolder, type HostStat } from "@kernelet/kernel";
import type { HostLog } from "./host-log.ts";
import { attempt, errnoOf } from "./node-errno.ts";
import { type NodePath, PathResolver, toNodePath } from "./node-path.ts";
import { direntType, hostStat } from "./node-stat.ts";

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = fs.constants;

/** Linux: open the place, not the file. Node's constants lack it; elsewhere reading does. */
export const O_PATH: number = process.platform === "linux" ? 0x20_0000 : O_RDONLY;

export interface NodeFolderOptions {
  readonly writable: boolean;
  /** Nothing else changes the folder while we run. */
  readonly isStatic: boolean;
  /** Of the folder, if it is open already. */
  readonly descriptor?: number | undefined;
}

/** A character of a name as it is read: of bytes, so these are not ASCII. */
const BEYOND_ASCII = /[\x80-\xff]/;

/**
 * Entries in the host's own order, which programs show: readdirSync would sort them. Names are read as Latin-1, each
 * byte a character: Node makes that quickly, and nearly all are ASCII, where it is the name already.
 */
function readFolder(at: NodePath): readonly HostDirent[] {
  const folder = fs.opendirSync(at, { encoding: "latin1", bufferSize: 256 });
  const entries: HostDirent[] = [];
  try {
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      const { name } = entry;
      const isOther = BEYOND_ASCII.test(name);
      entries.push({
        name: isOther ? decodeName(Buffer.from(name, "latin1")) : name,
        type: direntType(entry),
      });
    }
  } finally {
    folder.closeSync();
  }
  return entries;
}

export class NodeFolder implements HostFolder {
  readonly writable: boolean;
  readonly #root: string;
  readonly #paths: PathResolver;
  readonly #log: HostLog;

  /** @param root absolute path; itself resolved by whoever granted it. */
  constructor(root: string, options: NodeFolderOptions, log: HostLog) {
    this.writable = options.writable;
    this.#root = root;
    this.#paths = new PathResolver(root, options);
    this.#log = log;
  }

  lstat(path: string): HostStat | Errno {
    return this.#log.record("lstat", this.#lstat(path));
  }

  #lstat(path: string): HostStat | Errno {
    const at = this.#paths.resolve(path);
    if (isErrno(at)) return at;
    try {
      // Missing names are daily events: an exception costs ten times the call.
      const stat = fs.lstatSync(at, { bigint: true, throwIfNoEntry: false });
      return stat === undefined ? ENOENT : hostStat(stat);
    } catch (error) {
      return errnoOf(error);
    }
  }

  readlink(path: string): string | Errno {
    return this.#log.record(
      "readlink",
      tryRead(this.#paths.resolve(path), (at) =>
        decodeName(fs.readlinkSync(at, { encoding: "buffer" })),
      ),
    );
  }

  readdir(path: string): readonly HostDirent[] | Errno {
    return this.#log.record(
      "readdir",
      tryRead(this.#paths.resolveDirectory(path), (at) => readFolder(at)),
    );
  }

  open(path: string, write: boolean): number {
    const result = write && !this.writable ? EROFS : this.#open(path, write ? O_RDWR : O_RDONLY, 0);
    if (result >= 0) this.#log.recordOpen(this.#name(path));
    return this.#log.record("open", result);
  }

  create(path: string, mode: number): number {
    const result = this.writable ? this.#open(path, O_RDWR | O_CREAT | O_EXCL, mode) : EROFS;
    if (result >= 0) this.#log.recordOpen(this.#name(path));
    return this.#log.record("create", result);
  }

  #name(path: string): string {
    return this.#root === "/" ? `/${path}` : `${this.#root}/${path}`;
  }

  /** Opens regular files only. O_NONBLOCK: what has become a FIFO since the kernel looked must not stop us. */
  #open(path: string, flags: number, mode: number): number {
    const at = this.#paths.resolve(path);
    if (isErrno(at)) return at;
    try {
      const fd = fs.openSync(at, flags | O_NOFOLLOW | O_NONBLOCK, mode);
      if (fs.fstatSync(fd).isFile()) return fd;
      fs.closeSync(fd);
      return EACCES;
    } catch (error) {
      return errnoOf(error);
    }
  }

  mkdir(path: string, mode: number): 0 | Errno {
    return this.#change("mkdir", path, (at) => fs.mkdirSync(at, { mode }));
  }

  unlink(path: string): 0 | Errno {
    return this.#change("unlink", path, (at) => fs.unlinkSync(at));
  }

  rmdir(path: string): 0 | Errno {
    return this.#change("rmdir", path, (at) => fs.rmdirSync(at));
  }

  rename(from: string, to: string): 0 | Errno {
    return this.#changeTwo("rename", from, to, (a, b) => fs.renameSync(a, b));
  }

  link(from: string, to: string): 0 | Errno {
    return this.#changeTwo("link", from, to, (a, b) => fs.linkSync(a, b));
  }

  /** Node's permission model refuses this (a link could lead out of what was granted to Node): EACCES. */
  symlink(target: string, path: string): 0 | Errno {
    return this.#change("symlink", path, (at) => fs.symlinkSync(toNodePath(target), at));
  }

  /** chmod(2) follows links, so it gets the file itself, held by a descriptor. */
  chmod(path: string, mode: number): 0 | Errno {
    return this.#change("chmod", path, (at) => {
      const fd = fs.openSync(at, O_PATH | O_NOFOLLOW);
      try {
        if (fs.fstatSync(fd).isSymbolicLink())
          throw Object.assign(new Error(), { code: "EOPNOTSUPP" });
        fs.chmodSync(process.platform === "linux" ? `/proc/self/fd/${fd}` : at, mode);
      } finally {
        fs.closeSync(fd);
      }
    });
  }

  chown(path: string, uid: number, gid: number): 0 | Errno {
    return this.#change("chown", path, (at) => fs.lchownSync(at, uid, gid));
  }

  utimes(path: string, atimeMs: number, mtimeMs: number): 0 | Errno {
    return this.#change("utimes", path, (at) => fs.lutimesSync(at, atimeMs / 1000, mtimeMs / 1000));
  }

  #change(kind: string, path: string, call: (at: NodePath) => unknown): 0 | Errno {
    return this.#log.record(kind, this.#tryChange(path, call));
  }

  #tryChange(path: string, call: (at: NodePath) => unknown): 0 | Errno {
    if (!this.writable) return EROFS;
    if (path === "") return EINVAL; // The folder itself is not the guest's to change.
    const at = this.#paths.resolve(path);
    return isErrno(at) ? at : attempt(() => call(at));
  }

  #changeTwo(
    kind: string,
    from: string,
    to: string,
    call: (from: NodePath, to: NodePath) => unknown,
  ): 0 | Errno {
    if (!this.writable) return this.#log.record(kind, EROFS);
    const target = this.#paths.resolve(to);
    if (isErrno(target)) return this.#log.record(kind, target);
    return this.#change(kind, from, (at) => {
      // Very deep paths: the directories of one side have pushed out the other's.
      if (this.#paths.resolve(to) !== target)
        throw Object.assign(new Error(), { code: "ENAMETOOLONG" });
      call(at, target);
    });
  }

  /** Gives descriptors back. */
  close(): void {
    this.#paths.close();
  }
}

function tryRead<T>(at: NodePath | Errno, call: (at: NodePath) => T): T | Errno {
  if (isErrno(at)) return at;
  try {
    return call(at);
  } catch (error) {
    return errnoOf(error);
  }
}
