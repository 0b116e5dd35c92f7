/** The path arguments of system calls: a string in user memory, and a descriptor that it starts from. */
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  EBADF,
  ENOENT,
  ENOTDIR,
  type Errno,
  isErrno,
  PATH_MAX,
} from "@kernelet/abi";
import type { Task } from "../kernel/task.ts";
import type { Path } from "./path.ts";
import { pathText } from "./path-text.ts";
import { LOOKUP_EMPTY, walkPath } from "./path-walk.ts";

/** Reads a path from user memory. May be empty. */
export function readPath(task: Task, addr: number): string | Errno {
  const { mm } = task;
  const len = mm.stringLength(addr, PATH_MAX);
  return isErrno(len) ? len : pathText(mm.space.bytes, addr, len);
}

/** Where a relative `path` starts. For an absolute one the descriptor is not looked at. */
export function startOf(task: Task, dirfd: number, path: string): Path | Errno {
  if (path.startsWith("/")) return task.fs.root;
  if (dirfd === AT_FDCWD) return task.fs.cwd;
  const file = task.fdTable.get(dirfd);
  if (file === null) return EBADF;
  if (path !== "" && !file.inode.isDirectory) return ENOTDIR;
  return file.path;
}

/** Walks `path` from `dirfd`. `flags` are LOOKUP_*. */
export function lookupAt(task: Task, dirfd: number, path: string, flags: number): Path | Errno {
  // An empty path fails before the descriptor is looked at.
  if (path === "" && (flags & LOOKUP_EMPTY) === 0) return ENOENT;
  const start = startOf(task, dirfd, path);
  return isErrno(start) ? start : walkPath(task, start, path, flags);
}

/** Reads and walks a path argument. */
export function lookupUser(task: Task, dirfd: number, addr: number, flags: number): Path | Errno {
  const path = readPath(task, addr);
  return isErrno(path) ? path : lookupAt(task, dirfd, path, flags);
}

/** LOOKUP_* of AT_EMPTY_PATH. */
export function emptyFlag(atFlags: number): number {
  return (atFlags & AT_EMPTY_PATH) !== 0 ? LOOKUP_EMPTY : 0;
}
