/**
 * One file of the host's that policy opened to the sandbox: a HostFolder whose only path is "", the file itself.
 *
 * As a bind mount of Linux, it is the file that was there at the start, whatever its name leads to by now: a descriptor
 * holds it, and "/proc/self/fd/7" is it. Where there is no /proc (macOS) its name has to do.
 */
import fs from "node:fs";
import process from "node:process";
import { EACCES, EINVAL, ENOTDIR, EROFS, type Errno } from "@kernelet/abi";
import type { HostDirent, HostFolder, HostStat } from "@kernelet/kernel";
import type { HostLog } from "./host-log.ts";
import { attempt, errnoOf } from "./node-errno.ts";
import { O_PATH } from "./node-folder.ts";
import { hostStat } from "./node-stat.ts";

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = fs.constants;

export class NodeFile implements HostFolder {
  readonly writable: boolean;
  readonly #path: string;
  readonly #fd: number;
  readonly #log: HostLog;

  /** @param path absolute; itself resolved by whoever granted it. */
  static open(path: string, writable: boolean, log: HostLog): NodeFile | Errno {
    try {
      const fd = fs.openSync(path, O_PATH | O_NOFOLLOW);
      if (fs.fstatSync(fd).isFile()) return new NodeFile(path, fd, writable, log);
      fs.closeSync(fd);
      return EINVAL;
    } catch (error) {
      return errnoOf(error);
    }
  }

  private constructor(path: string, fd: number, writable: boolean, log: HostLog) {
    this.writable = writable;
    this.#path = path;
    this.#fd = fd;
    this.#log = log;
  }

  get #at(): string {
    return process.platform === "linux" ? `/proc/self/fd/${this.#fd}` : this.#path;
  }

  lstat(path: string): HostStat | Errno {
    if (path !== "") return this.#log.record("lstat", ENOTDIR);
    try {
      return this.#log.record("lstat", hostStat(fs.fstatSync(this.#fd, { bigint: true })));
    } catch (error) {
      return this.#log.record("lstat", errnoOf(error));
    }
  }

  open(path: string, write: boolean): number {
    const result = this.#open(path, write);
    if (result >= 0) this.#log.recordOpen(this.#path);
    return this.#log.record("open", result);
  }

  #open(path: string, write: boolean): number {
    if (path !== "") return ENOTDIR;
    if (write && !this.writable) return EROFS;
    try {
      const fd = fs.openSync(this.#at, (write ? O_RDWR : O_RDONLY) | O_NONBLOCK);
      if (fs.fstatSync(fd).isFile()) return fd;
      fs.closeSync(fd);
      return EACCES;
    } catch (error) {
      return errnoOf(error);
    }
  }

  chmod(path: string, mode: number): 0 | Errno {
    return this.#change("chmod", path, () => fs.chmodSync(this.#at, mode));
  }

  chown(path: string, uid: number, gid: number): 0 | Errno {
    return this.#change("chown", path, () => fs.chownSync(this.#at, uid, gid));
  }

  utimes(path: string, atimeMs: number, mtimeMs: number): 0 | Errno {
    return this.#change("utimes", path, () =>
      fs.utimesSync(this.#at, atimeMs / 1000, mtimeMs / 1000),
    );
  }

  #change(kind: string, path: string, call: () => unknown): 0 | Errno {
    if (path !== "") return this.#log.record(kind, ENOTDIR);
    return this.#log.record(kind, this.writable ? attempt(call) : EROFS);
  }

  // Nothing is below a file.

  readlink(): Errno {
    return EINVAL;
  }

  readdir(): readonly HostDirent[] | Errno {
    return ENOTDIR;
  }

  create(): Errno {
    return ENOTDIR;
  }

  mkdir(): Errno {
    return ENOTDIR;
  }

  unlink(): Errno {
    return ENOTDIR;
  }

  rmdir(): Errno {
    return ENOTDIR;
  }

  rename(): Errno {
    return ENOTDIR;
  }

  symlink(): Errno {
    return ENOTDIR;
  }

  link(): Errno {
    return ENOTDIR;
  }

  /** Gives the descriptor back. */
  close(): void {
    fs.closeSync(this.#fd);
  }
}
