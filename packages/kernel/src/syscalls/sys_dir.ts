/** getdents64(2), getdents(2), getcwd(2), chdir(2), fchdir(2), chroot(2), mkdir(2), rmdir(2), umask(2). */
import {
  AT_FDCWD,
  CAP_SYS_CHROOT,
  DIRENT,
  DIRENT64,
  EBADF,
  EFAULT,
  EINVAL,
  ENAMETOOLONG,
  ENOENT,
  ENOTDIR,
  EPERM,
  ERANGE,
  type Errno,
  isErrno,
  PATH_MAX,
} from "@kernelet/abi";
import { PAGE_W } from "../arch/x86/processor.ts";
import { lookupUser, readPath, startOf } from "../fs/at.ts";
import { pathName } from "../fs/d-path.ts";
import { encodeName, nameLength, putName } from "../fs/name.ts";
import { makeDirectory } from "../fs/namei.ts";
import type { Path } from "../fs/path.ts";
import { LOOKUP_DIRECTORY, LOOKUP_FOLLOW } from "../fs/path-walk.ts";
import { inodePermission, MAY_EXEC } from "../fs/permission.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { storeU64 } from "../mm/store-u64.ts";
import type { SyscallArgs } from "./args.ts";

/** How an entry is written: linux_dirent64, or the old linux_dirent. */
interface EntryFormat {
  /** The whole length, with padding. */
  readonly reclen: (nameLength: number) => number;
  /** Bytes that are written: padding is not, unless something lies behind it. */
  readonly written: (nameLength: number) => number;
  /** Where the name stands. */
  readonly name: number;
  /** Where the type stands, in an entry of `reclen` bytes. */
  readonly type: (reclen: number) => number;
}

const DIRENT64_FORMAT: EntryFormat = {
  reclen: (length) => (DIRENT64.d_name + length + 1 + 7) & ~7,
  written: (length) => DIRENT64.d_name + length + 1,
  name: DIRENT64.d_name,
  type: () => DIRENT64.d_type,
};

/** The type is the last byte. */
const DIRENT_FORMAT: EntryFormat = {
  reclen: (length) => (DIRENT.d_name + length + 2 + 7) & ~7,
  written: (length) => DIRENT_FORMAT.reclen(length),
  name: DIRENT.d_name,
  type: (reclen) => reclen - 1,
};

function listInto(task: Task, args: SyscallArgs, format: EntryFormat): SyscallResult {
  const file = task.fdTable.file(args.fd(0));
  if (isErrno(file)) return file;
  if (!file.inode.isDirectory) return ENOTDIR;
  if (file.path.dentry.isUnlinked) return ENOENT;
  const count = args.int(2); // No entry fits into a negative number of bytes.
  const buffer = task.mm.userBuffer(args.pointer(1), Math.max(count, 0), PAGE_W);
  const into = isErrno(buffer) ? new Uint8Array(0) : buffer;
  const view = new DataView(into.buffer, into.byteOffset, into.length);
  let done = 0;
  let stopped: 0 | Errno = 0;
  const result = file.getdents(task, ({ name, ino, type }, nextPos) => {
    const length = nameLength(name);
    const reclen = format.reclen(length);
    if (done + reclen > count) stopped = EINVAL;
    else if (done + format.written(length) > into.length) stopped = EFAULT;
    else {
      storeU64(view, done + DIRENT64.d_ino, ino);
      storeU64(view, done + DIRENT64.d_off, nextPos);
      view.setUint16(done + DIRENT64.d_reclen, reclen, true);
      const at = done + format.name;
      putName(name, into, at);
      into[at + length] = 0;
      into[done + format.type(reclen)] = type;
      done += reclen;
    }
    return stopped === 0;
  });
  if (result !== 0) return result;
  return done === 0 ? stopped : done;
}

export function getdents64(task: Task, args: SyscallArgs): SyscallResult {
  return listInto(task, args, DIRENT64_FORMAT);
}

export function getdents(task: Task, args: SyscallArgs): SyscallResult {
  return listInto(task, args, DIRENT_FORMAT);
}

/** @returns the length with the NUL. */
export function getcwd(task: Task, args: SyscallArgs): SyscallResult {
  const { cwd, root } = task.fs;
  if (cwd.dentry.isUnlinked) return ENOENT;
  const { name, isReachable } = pathName(cwd, root);
  const text = encodeName(isReachable ? name : `(unreachable)${name}`);
  if (text.length + 1 > PATH_MAX) return ENAMETOOLONG;
  if (text.length + 1 > args.size(1)) return ERANGE;
  const bytes = new Uint8Array(text.length + 1);
  bytes.set(text);
  const result = task.mm.copyOut(args.pointer(0), bytes);
  return isErrno(result) ? result : bytes.length;
}

function enter(task: Task, path: Path): 0 | Errno {
  if (!path.inode.isDirectory) return ENOTDIR;
  return inodePermission(path.inode, task.credentials, MAY_EXEC);
}

export function chdir(task: Task, args: SyscallArgs): SyscallResult {
  const path = lookupUser(task, AT_FDCWD, args.pointer(0), LOOKUP_FOLLOW | LOOKUP_DIRECTORY);
  if (isErrno(path)) return path;
  const result = enter(task, path);
  if (result === 0) task.fs.cwd = path;
  return result;
}

export function fchdir(task: Task, args: SyscallArgs): SyscallResult {
  const file = task.fdTable.get(args.fd(0));
  if (file === null) return EBADF;
  const result = enter(task, file.path);
  if (result === 0) task.fs.cwd = file.path;
  return result;
}

export function chroot(task: Task, args: SyscallArgs): SyscallResult {
  const path = lookupUser(task, AT_FDCWD, args.pointer(0), LOOKUP_FOLLOW | LOOKUP_DIRECTORY);
  if (isErrno(path)) return path;
  const result = enter(task, path);
  if (result !== 0) return result;
  if (!task.credentials.hasHere(CAP_SYS_CHROOT)) return EPERM;
  task.fs.root = path;
  return 0;
}

function makeAt(task: Task, dirfd: number, addr: number, mode: number): SyscallResult {
  const path = readPath(task, addr);
  if (isErrno(path)) return path;
  if (path === "") return ENOENT; // Whatever the descriptor is.
  const start = startOf(task, dirfd, path);
  return isErrno(start) ? start : makeDirectory(task, start, path, mode);
}

export function mkdir(task: Task, args: SyscallArgs): SyscallResult {
  return makeAt(task, AT_FDCWD, args.pointer(0), args.int(1));
}

export function mkdirat(task: Task, args: SyscallArgs): SyscallResult {
  return makeAt(task, args.fd(0), args.pointer(1), args.int(2));
}

export function umask(task: Task, args: SyscallArgs): SyscallResult {
  const before = task.fs.umask;
  task.fs.umask = args.int(0) & 0o777;
  return before;
}
