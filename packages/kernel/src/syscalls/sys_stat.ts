/** stat(2), fstat(2), lstat(2), newfstatat(2), statx(2), statfs(2), fstatfs(2), access(2), faccessat2(2). */
import {
  AT_EACCESS,
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_NO_AUTOMOUNT,
  AT_STATX_SYNC_TYPE,
  AT_SYMLINK_NOFOLLOW,
  EACCES,
  EBADF,
  EINVAL,
  ENOENT,
  EROFS,
  type Errno,
  isErrno,
  SECBIT_NO_SETUID_FIXUP,
  STATX__RESERVED,
  W_OK,
  X_OK,
} from "@kernelet/abi";
import { emptyFlag, lookupAt, lookupUser, readPath, startOf } from "../fs/at.ts";
import type { Path } from "../fs/path.ts";
import { LOOKUP_EMPTY, LOOKUP_FOLLOW, walkPath } from "../fs/path-walk.ts";
import { inodePermission } from "../fs/permission.ts";
import { BitSet64 } from "../kernel/bit-set.ts";
import type { Credentials } from "../kernel/credentials.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { putStat, putStatfs, putStatx } from "./struct-stat.ts";

function statPath(task: Task, path: Path | Errno, into: number): SyscallResult {
  if (isErrno(path)) return path;
  const refreshed = path.inode.refresh();
  if (refreshed !== 0) return refreshed;
  return putStat(task.mm, into, path.inode, task.credentials.userNamespace);
}

function followFlag(atFlags: number): number {
  return (atFlags & AT_SYMLINK_NOFOLLOW) !== 0 ? 0 : LOOKUP_FOLLOW;
}

export function stat(task: Task, args: SyscallArgs): SyscallResult {
  return statPath(
    task,
    lookupUser(task, AT_FDCWD, args.pointer(0), LOOKUP_FOLLOW),
    args.pointer(1),
  );
}

export function lstat(task: Task, args: SyscallArgs): SyscallResult {
  return statPath(task, lookupUser(task, AT_FDCWD, args.pointer(0), 0), args.pointer(1));
}

export function fstat(task: Task, args: SyscallArgs): SyscallResult {
  const file = task.fdTable.get(args.fd(0));
  return file === null ? EBADF : statPath(task, file.path, args.pointer(1));
}

export function newfstatat(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(3);
  const known = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE;
  if (flags & ~known) return EINVAL;
  const lookup = followFlag(flags) | emptyFlag(flags);
  return statPath(
    task,
    lookupMaybeNull(task, args.fd(0), args.pointer(1), lookup),
    args.pointer(2),
  );
}

/** getname_maybe_null(): with AT_EMPTY_PATH a null pointer is an empty path, since Linux 6.11. */
function lookupMaybeNull(task: Task, dirfd: number, addr: number, flags: number): Path | Errno {
  if (addr === 0 && (flags & LOOKUP_EMPTY) !== 0) return lookupAt(task, dirfd, "", flags);
  return lookupUser(task, dirfd, addr, flags);
}

export function statx(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(2);
  const mask = args.uint(3);
  const known = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE;
  if (flags & ~known) return EINVAL;
  if ((flags & AT_STATX_SYNC_TYPE) === AT_STATX_SYNC_TYPE) return EINVAL;
  if (mask & STATX__RESERVED) return EINVAL;
  const lookup = followFlag(flags) | emptyFlag(flags);
  const path = lookupMaybeNull(task, args.fd(0), args.pointer(1), lookup);
  if (isErrno(path)) return path;
  const refreshed = path.inode.refresh();
  if (refreshed !== 0) return refreshed;
  return putStatx(task.mm, args.pointer(4), path, task.credentials.userNamespace);
}

export function statfs(task: Task, args: SyscallArgs): SyscallResult {
  const path = lookupUser(task, AT_FDCWD, args.pointer(0), LOOKUP_FOLLOW);
  return isErrno(path) ? path : putStatfs(task.mm, args.pointer(1), path.mount);
}

export function fstatfs(task: Task, args: SyscallArgs): SyscallResult {
  const file = task.fdTable.get(args.fd(0));
  return file === null ? EBADF : putStatfs(task.mm, args.pointer(1), file.path.mount);
}

export function access(task: Task, args: SyscallArgs): SyscallResult {
  return checkAccess(task, AT_FDCWD, args.pointer(0), args.int(1), 0);
}

/** The system call has no flags; those of the library's faccessat(3) are faccessat2's. */
export function faccessat(task: Task, args: SyscallArgs): SyscallResult {
  return checkAccess(task, args.fd(0), args.pointer(1), args.int(2), 0);
}

export function faccessat2(task: Task, args: SyscallArgs): SyscallResult {
  return checkAccess(task, args.fd(0), args.pointer(1), args.int(2), args.int(3));
}

function checkAccess(
  task: Task,
  dirfd: number,
  addr: number,
  mode: number,
  flags: number,
): SyscallResult {
  if (mode & ~7) return EINVAL;
  if (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return EINVAL;
  const name = readPath(task, addr);
  if (isErrno(name)) return name;
  const credentials = flags & AT_EACCESS ? task.credentials : realCredentials(task.credentials);
  const lookup = followFlag(flags) | emptyFlag(flags);
  const path = lookupAs(task, credentials, dirfd, name, lookup);
  if (isErrno(path)) return path;
  const { inode, mount } = path;
  inode.refresh();
  if (mode & X_OK && inode.isRegular && mount.isNoExec) return EACCES;
  const permission = inodePermission(inode, credentials, mode);
  if (permission !== 0) return permission;
  const isSpecial = inode.isDevice || inode.isFifo || inode.isSocket;
  return mode & W_OK && mount.isReadOnly && !isSpecial ? EROFS : 0;
}

function lookupAs(
  task: Task,
  credentials: Credentials,
  dirfd: number,
  name: string,
  lookup: number,
): Path | Errno {
  if (credentials === task.credentials) return lookupAt(task, dirfd, name, lookup);
  if (name === "" && (lookup & LOOKUP_EMPTY) === 0) return ENOENT;
  const start = startOf(task, dirfd, name);
  if (isErrno(start)) return start;
  const { fs, tid, threadGroup } = task;
  return walkPath({ fs, credentials, tid, threadGroup }, start, name, lookup);
}

/** access(2) asks for the real user: what a set-user-ID program may do for its caller (access_override_creds). */
function realCredentials(cred: Credentials): Credentials {
  if (cred.fsuid === cred.uid && cred.fsgid === cred.gid && cred.uid !== 0) {
    if (cred.effective.isEmpty) return cred;
  }
  const real = cred.copy();
  real.fsuid = cred.uid;
  real.fsgid = cred.gid;
  if ((cred.securebits & SECBIT_NO_SETUID_FIXUP) === 0) {
    real.effective = cred.uid === 0 ? cred.permitted.copy() : new BitSet64();
  }
  return real;
}
