/** link(2), unlink(2), rmdir(2), rename(2), symlink(2), readlink(2), mknod(2) and their *at forms. */
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  CAP_DAC_READ_SEARCH,
  EINVAL,
  ENOENT,
  type Errno,
  isErrno,
} from "@kernelet/abi";
import { emptyFlag, lookupAt, readPath, startOf } from "../fs/at.ts";
import { touchAtimeAt } from "../fs/atime.ts";
import { displayPath } from "../fs/d-path.ts";
import { encodeName } from "../fs/name.ts";
import {
  checkNodeType,
  checkRenameFlags,
  makeLink,
  makeNode,
  makeSymlink,
  removeDirectory,
  removeName,
  renameFrom,
} from "../fs/namei.ts";
import type { Path } from "../fs/path.ts";
import { LOOKUP_EMPTY, LOOKUP_FOLLOW, walkParent } from "../fs/path-walk.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

/** A path argument and where it starts. */
interface PathArgument {
  readonly start: Path;
  readonly path: string;
}

function pathArgument(task: Task, dirfd: number, addr: number): PathArgument | Errno {
  const path = readPath(task, addr);
  if (isErrno(path)) return path;
  if (path === "") return ENOENT;
  const start = startOf(task, dirfd, path);
  return isErrno(start) ? start : { start, path };
}

function removeAt(task: Task, dirfd: number, addr: number, isDirectory: boolean): SyscallResult {
  const at = pathArgument(task, dirfd, addr);
  if (isErrno(at)) return at;
  return isDirectory
    ? removeDirectory(task, at.start, at.path)
    : removeName(task, at.start, at.path);
}

export function unlink(task: Task, args: SyscallArgs): SyscallResult {
  return removeAt(task, AT_FDCWD, args.pointer(0), false);
}

export function rmdir(task: Task, args: SyscallArgs): SyscallResult {
  return removeAt(task, AT_FDCWD, args.pointer(0), true);
}

export function unlinkat(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(2);
  if (flags & ~AT_REMOVEDIR) return EINVAL;
  return removeAt(task, args.fd(0), args.pointer(1), (flags & AT_REMOVEDIR) !== 0);
}

function linkBetween(
  task: Task,
  oldDirfd: number,
  oldAddr: number,
  newDirfd: number,
  newAddr: number,
  flags: number,
): SyscallResult {
  if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) return EINVAL;
  // Until Linux 6.10, whoever opened the file; and whatever the name is.
  if (flags & AT_EMPTY_PATH && !task.credentials.has(CAP_DAC_READ_SEARCH)) return ENOENT;
  const oldName = readPath(task, oldAddr);
  if (isErrno(oldName)) return oldName;
  const lookup = (flags & AT_SYMLINK_FOLLOW ? LOOKUP_FOLLOW : 0) | emptyFlag(flags);
  const old = lookupAt(task, oldDirfd, oldName, lookup);
  if (isErrno(old)) return old;
  const to = pathArgument(task, newDirfd, newAddr);
  return isErrno(to) ? to : makeLink(task, old, to.start, to.path);
}

export function link(task: Task, args: SyscallArgs): SyscallResult {
  return linkBetween(task, AT_FDCWD, args.pointer(0), AT_FDCWD, args.pointer(1), 0);
}

export function linkat(task: Task, args: SyscallArgs): SyscallResult {
  return linkBetween(task, args.fd(0), args.pointer(1), args.fd(2), args.pointer(3), args.int(4));
}

/** A name and the descriptor that it starts from. */
interface NameArgument {
  readonly dirfd: number;
  readonly addr: number;
}

/** The old name's directory is found before the new name is looked at. */
function renameBetween(
  task: Task,
  oldName: NameArgument,
  newName: NameArgument,
  flags: number,
): SyscallResult {
  const old = pathArgument(task, oldName.dirfd, oldName.addr);
  if (isErrno(old)) return old;
  const from = walkParent(task, old.start, old.path);
  if (isErrno(from)) return from;
  const to = pathArgument(task, newName.dirfd, newName.addr);
  return isErrno(to) ? to : renameFrom(task, from, to.start, to.path, flags);
}

export function rename(task: Task, args: SyscallArgs): SyscallResult {
  const from = { dirfd: AT_FDCWD, addr: args.pointer(0) };
  return renameBetween(task, from, { dirfd: AT_FDCWD, addr: args.pointer(1) }, 0);
}

export function renameat(task: Task, args: SyscallArgs): SyscallResult {
  const from = { dirfd: args.fd(0), addr: args.pointer(1) };
  return renameBetween(task, from, { dirfd: args.fd(2), addr: args.pointer(3) }, 0);
}

export function renameat2(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.uint(4);
  const refused = checkRenameFlags(flags);
  if (refused !== 0) return refused;
  const from = { dirfd: args.fd(0), addr: args.pointer(1) };
  return renameBetween(task, from, { dirfd: args.fd(2), addr: args.pointer(3) }, flags);
}

function symlinkTo(task: Task, targetAddr: number, dirfd: number, addr: number): SyscallResult {
  const target = readPath(task, targetAddr);
  if (isErrno(target)) return target;
  if (target === "") return ENOENT;
  const at = pathArgument(task, dirfd, addr);
  return isErrno(at) ? at : makeSymlink(task, target, at.start, at.path);
}

export function symlink(task: Task, args: SyscallArgs): SyscallResult {
  return symlinkTo(task, args.pointer(0), AT_FDCWD, args.pointer(1));
}

export function symlinkat(task: Task, args: SyscallArgs): SyscallResult {
  return symlinkTo(task, args.pointer(0), args.fd(1), args.pointer(2));
}

/** An empty path reads the link that was opened with O_PATH | O_NOFOLLOW. */
function readLinkAt(
  task: Task,
  dirfd: number,
  addr: number,
  into: number,
  size: number,
): SyscallResult {
  if (size <= 0) return EINVAL;
  const name = readPath(task, addr);
  if (isErrno(name)) return name;
  const path = lookupAt(task, dirfd, name, dirfd === AT_FDCWD ? 0 : LOOKUP_EMPTY);
  if (isErrno(path)) return path;
  if (!path.inode.isSymlink) return name === "" ? ENOENT : EINVAL;
  touchAtimeAt(path);
  const target = linkText(task, path);
  if (isErrno(target)) return target;
  const bytes = encodeName(target).subarray(0, size);
  const result = task.mm.copyOut(into, bytes);
  return isErrno(result) ? result : bytes.length;
}

function linkText(task: Task, path: Path): string | Errno {
  const magic = path.inode.magicLink(task);
  if (magic === undefined) return path.inode.readlink(task);
  return isErrno(magic) ? magic : displayPath(magic, task.fs.root);
}

export function readlink(task: Task, args: SyscallArgs): SyscallResult {
  return readLinkAt(task, AT_FDCWD, args.pointer(0), args.pointer(1), args.int(2));
}

export function readlinkat(task: Task, args: SyscallArgs): SyscallResult {
  return readLinkAt(task, args.fd(0), args.pointer(1), args.pointer(2), args.int(3));
}

function makeNodeAt(
  task: Task,
  dirfd: number,
  addr: number,
  mode: number,
  dev: number,
): SyscallResult {
  const refused = checkNodeType(mode);
  if (refused !== 0) return refused;
  const at = pathArgument(task, dirfd, addr);
  if (isErrno(at)) return at;
  const made = makeNode(task, at.start, at.path, mode, dev);
  return isErrno(made) ? made : 0;
}

export function mknod(task: Task, args: SyscallArgs): SyscallResult {
  return makeNodeAt(task, AT_FDCWD, args.pointer(0), args.uint(1), args.uint(2));
}

export function mknodat(task: Task, args: SyscallArgs): SyscallResult {
  return makeNodeAt(task, args.fd(0), args.pointer(1), args.uint(2), args.uint(3));
}
