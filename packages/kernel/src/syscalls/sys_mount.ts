/** mount(2), umount2(2), pivot_root(2). */
import {
  AT_FDCWD,
  EFAULT,
  EINVAL,
  EPERM,
  type Errno,
  isErrno,
  MNT_DETACH,
  MNT_EXPIRE,
  MNT_FORCE,
  MS_BIND,
  MS_MOVE,
  MS_PRIVATE,
  MS_RDONLY,
  MS_REC,
  MS_REMOUNT,
  MS_SHARED,
  MS_SILENT,
  MS_SLAVE,
  MS_UNBINDABLE,
  PAGE_SIZE,
  PATH_MAX,
  UMOUNT_NOFOLLOW,
} from "@kernelet/abi";
import { PAGE_R } from "../arch/x86/processor.ts";
import { lookupAt, lookupUser } from "../fs/at.ts";
import { findFilesystem, isTooRevealing, makeTree } from "../fs/filesystems.ts";
import { topOf } from "../fs/mount.ts";
import { flagsOfMount } from "../fs/mount-flags.ts";
import {
  bindMount,
  changeType,
  mayMount,
  mountFilesystem,
  moveMount,
  pivotRoot as pivot,
  remount,
  unmount,
} from "../fs/mount-tree.ts";
import { decodeName } from "../fs/name.ts";
import { namespaceOf } from "../fs/nsfs.ts";
import type { Path } from "../fs/path.ts";
import { LOOKUP_DIRECTORY, LOOKUP_FOLLOW } from "../fs/path-walk.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

const PROPAGATION = MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;
/** The old way to say "these are flags" in the high half. */
const MS_MGC_VAL = 0xc0ed0000;

/** A string argument that may be absent: copy_mount_string(). */
function optionalString(task: Task, addr: number): string | Errno {
  if (addr === 0) return "";
  const bytes = task.mm.copyInString(addr, PATH_MAX);
  if (isErrno(bytes)) return bytes === EFAULT ? EFAULT : EINVAL;
  return decodeName(bytes);
}

/** The data argument: a page, or as much of it as there is; copy_mount_options(). */
function optionBytes(task: Task, addr: number): string | Errno {
  if (addr === 0) return "";
  const page = task.mm.userBuffer(addr, PAGE_SIZE - 1, PAGE_R);
  if (isErrno(page)) return EFAULT;
  const end = page.indexOf(0);
  return decodeName(end < 0 ? page : page.subarray(0, end));
}

export function mount(task: Task, args: SyscallArgs): SyscallResult {
  const type = optionalString(task, args.pointer(2));
  if (isErrno(type)) return type;
  const source = optionalString(task, args.pointer(0));
  if (isErrno(source)) return source;
  const data = optionBytes(task, args.pointer(4));
  if (isErrno(data)) return data;
  let flags = args.uint(3);
  if ((flags & 0xffff0000) >>> 0 === MS_MGC_VAL) flags &= 0xffff;
  const at = lookupUser(task, AT_FDCWD, args.pointer(1), LOOKUP_FOLLOW);
  if (isErrno(at)) return at;
  if (!mayMount(task)) return EPERM;
  if (flags & MS_REMOUNT) return remountAt(task, at, flags, data as string);
  if (flags & MS_BIND) return bind(task, source as string, at, (flags & MS_REC) !== 0);
  if (flags & PROPAGATION) return propagate(task, at, flags);
  if (flags & MS_MOVE) return move(task, source as string, at);
  const typeName = args.pointer(2) === 0 ? null : (type as string);
  return newMount(task, typeName, source as string, flags, data as string, at);
}

function newMount(
  task: Task,
  typeName: string | null,
  source: string,
  flags: number,
  data: string,
  at: Path,
): SyscallResult {
  if (typeName === null) return EINVAL;
  const type = findFilesystem(typeName);
  if (isErrno(type)) return type;
  const isReadOnly = (flags & MS_RDONLY) !== 0;
  const tree = makeTree(task, type, data, source, isReadOnly);
  if (isErrno(tree)) return tree;
  const own = flagsOfMount(flags, null);
  if (isTooRevealing(task, tree.superblock, own)) return EPERM;
  return mountFilesystem(task, tree, source === "" ? "none" : source, own, at);
}

/** With MS_BIND only the mount's own flags change, without it the filesystem's options too. */
function remountAt(task: Task, at: Path, flags: number, data: string): SyscallResult {
  const isMountRoot = at.dentry === at.mount.root;
  const own = flagsOfMount(flags, isMountRoot ? at.mount.flags : null);
  const isReadOnly = flags & MS_BIND ? null : (flags & MS_RDONLY) !== 0;
  return remount(task, at, own, isReadOnly, data);
}

function propagate(task: Task, at: Path, flags: number): SyscallResult {
  const type = flags & ~(MS_REC | MS_SILENT);
  const isOne = (type & (type - 1)) === 0;
  if ((type & ~PROPAGATION) !== 0 || !isOne) return EINVAL;
  return changeType(task, at, type, (flags & MS_REC) !== 0);
}

function bind(task: Task, source: string, at: Path, isRecursive: boolean): SyscallResult {
  if (source === "") return EINVAL;
  const from = lookupAt(task, AT_FDCWD, source, LOOKUP_FOLLOW);
  if (isErrno(from)) return from;
  // A mount namespace must not hold itself, nor one that might hold it: mnt_ns_loop().
  const ns = namespaceOf(from.inode);
  if (ns?.kind === "mnt" && ns.inum <= task.fs.namespace.inum) return EINVAL;
  return bindMount(task, from, at, isRecursive);
}

function move(task: Task, source: string, at: Path): SyscallResult {
  if (source === "") return EINVAL;
  const from = lookupAt(task, AT_FDCWD, source, LOOKUP_FOLLOW);
  return isErrno(from) ? from : moveMount(task, from, at);
}

export function umount2(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(1);
  if (flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW)) return EINVAL;
  const follow = flags & UMOUNT_NOFOLLOW ? 0 : LOOKUP_FOLLOW;
  const path = lookupUser(task, AT_FDCWD, args.pointer(0), follow);
  if (isErrno(path)) return path;
  if (!mayMount(task)) return EPERM;
  // What stands on "." is meant, too.
  return unmount(task, topOf(path), flags);
}

export function pivotRoot(task: Task, args: SyscallArgs): SyscallResult {
  if (!mayMount(task)) return EPERM;
  const lookup = LOOKUP_FOLLOW | LOOKUP_DIRECTORY;
  const newRoot = lookupUser(task, AT_FDCWD, args.pointer(0), lookup);
  if (isErrno(newRoot)) return newRoot;
  const putOld = lookupUser(task, AT_FDCWD, args.pointer(1), lookup);
  return isErrno(putOld) ? putOld : pivot(task, newRoot, putOld);
}
