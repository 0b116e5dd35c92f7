/**
 * From a path below a granted folder to something that Node's fs can be given, such that no symbolic link on the
 * way is followed, even if somebody puts one there this very moment.
 *
 * The kernel's own walk never hands over a path with a link in it; what remains is a race with other processes of
 * the host that may write in the folder. Linux has openat(2) for this; Node has not, but "/proc/self/fd/7/name"
 * does the same: descriptor 7 is the directory whatever its name is by now, and only `name` is looked up, by calls
 * that don't follow it. Descriptors of directories are opened one component at a time with O_NOFOLLOW, and kept.
 *
 * Where there is no /proc (macOS), each component is looked at first; the race is open there.
 * The folder "/" needs none of this: nothing lies outside.
 */
import fs from "node:fs";
import process from "node:process";
import { ENOTDIR, type Errno, isErrno } from "@kernelet/abi";
import { encodeName } from "@kernelet/kernel";
import { errnoOf } from "./node-errno.ts";

/** What Node takes: bytes where the name is no valid Unicode. */
export type NodePath = string | Buffer;

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = fs.constants;

/** Directories whose descriptors are kept. */
const MAX_OPEN = 64;

export function toNodePath(path: string): NodePath {
  return path.isWellFormed() ? path : Buffer.from(encodeName(path));
}

interface OpenDirectory {
  readonly fd: number;
  readonly dev: number;
  readonly ino: number;
}

export class PathResolver {
  readonly #root: string;
  /** The folder does not change: descriptors stay right. */
  readonly #isStatic: boolean;
  /** Of the folder itself, if whoever started us has opened it. */
  readonly #descriptor: number | undefined;
  /** By path below the folder; least recently used first. */
  readonly #directories: Map<string, OpenDirectory> = new Map();

  /** @param root absolute path of the folder. */
  constructor(
    root: string,
    options: { readonly isStatic: boolean; readonly descriptor?: number | undefined },
  ) {
    this.#root = root;
    this.#isStatic = options.isStatic;
    this.#descriptor = options.descriptor;
  }

  /** What to give to a call that doesn't follow the last component. `path` "" is the folder itself. */
  resolve(path: string): NodePath | Errno {
    if (this.#root === "/") return toNodePath(`/${path}`);
    const slash = path.lastIndexOf("/");
    const parent = slash < 0 ? "" : path.slice(0, slash);
    const name = path.slice(slash + 1);
    if (process.platform !== "linux") return this.#resolveByLooking(path, parent);
    const fd = this.#directory(parent);
    if (isErrno(fd)) return fd;
    return toNodePath(`/proc/self/fd/${fd}/${name === "" ? "." : name}`);
  }

  /** What to give to a call that lists the directory `path`; ENOTDIR for a link. */
  resolveDirectory(path: string): NodePath | Errno {
    if (this.#root === "/") return toNodePath(`/${path}`);
    if (process.platform !== "linux") return this.#resolveByLooking(path, path);
    const fd = this.#directory(path);
    return isErrno(fd) ? fd : `/proc/self/fd/${fd}/.`;
  }

  /** Closes all descriptors. */
  close(): void {
    for (const { fd } of this.#directories.values()) fs.closeSync(fd);
    this.#directories.clear();
  }

  /** A descriptor of the directory `path`. */
  #directory(path: string): number | Errno {
    if (path === "" && this.#descriptor !== undefined) return this.#descriptor;
    const known = this.#directories.get(path);
    if (known !== undefined) {
      this.#directories.delete(path);
      if (this.#isStatic || this.#isStill(path, known)) {
        this.#directories.set(path, known);
        return known.fd;
      }
      fs.closeSync(known.fd);
    }
    return this.#openDirectory(path);
  }

  /**
   * Whether the name still leads to the directory that was opened. Following links here is harmless: this only
   * compares; the descriptor in use is one that was opened without.
   */
  #isStill(path: string, known: OpenDirectory): boolean {
    const at = toNodePath(`${this.#root}/${path}`);
    try {
      const stat = fs.lstatSync(at, { throwIfNoEntry: false });
      return stat !== undefined && stat.ino === known.ino && stat.dev === known.dev;
    } catch {
      return false;
    }
  }

  #openDirectory(path: string): number | Errno {
    let at: NodePath;
    if (path === "") at = this.#root;
    else {
      const above = this.resolve(path);
      if (isErrno(above)) return above;
      at = above;
    }
    try {
      const fd = fs.openSync(at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
      const { dev, ino } = fs.fstatSync(fd);
      this.#makeRoom();
      this.#directories.set(path, { fd, dev, ino });
      return fd;
    } catch (error) {
      return errnoOf(error);
    }
  }

  #makeRoom(): void {
    if (this.#directories.size < MAX_OPEN) return;
    for (const [path, { fd }] of this.#directories) {
      fs.closeSync(fd);
      this.#directories.delete(path);
      return;
    }
  }

  #resolveByLooking(path: string, parent: string): NodePath | Errno {
    let at = this.#root;
    for (const component of parent.split("/")) {
      if (component === "") continue;
      at += `/${component}`;
      try {
        if (!fs.lstatSync(toNodePath(at)).isDirectory()) return ENOTDIR;
      } catch (error) {
        return errnoOf(error);
      }
    }
    return toNodePath(`${this.#root}/${path}`);
  }
}
