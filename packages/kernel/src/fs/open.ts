/** open(2) and openat2(2) below the system call: fs/namei.c (do_open, may_open, atomic_open). */
import {
  EACCES,
  EEXIST,
  EINVAL,
  EISDIR,
  ELOOP,
  ENOTDIR,
  ENXIO,
  EPERM,
  EROFS,
  type Errno,
  ETXTBSY,
  IN_ATTRIB,
  IN_MODIFY,
  IN_OPEN,
  isErrno,
  O_ACCMODE,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECT,
  O_DIRECTORY,
  O_EXCL,
  O_NOATIME,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
  S_IFREG,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { Dentry } from "./dentry.ts";
import { type FileDescription, PathDescription } from "./file-description.ts";
import { breakLeases } from "./leases.ts";
import { createNode } from "./namei.ts";
import { notifyFile } from "./notify.ts";
import { Path } from "./path.ts";
import { LOOKUP_EMPTY, LOOKUP_FOLLOW, walkForCreate, walkPath } from "./path-walk.ts";
import {
  creationIn,
  filePermission,
  isOwnerOrCapable,
  MAY_EXEC,
  MAY_READ,
  MAY_WRITE,
  withoutSetIds,
} from "./permission.ts";

export interface OpenHow {
  /** O_*. */
  readonly flags: number;
  /** Permission bits of a new file, before the umask. */
  readonly mode: number;
  /** RESOLVE_*. */
  readonly resolve: number;
  /** AT_EMPTY_PATH: only from the kernel itself (execveat). */
  readonly isEmptyAllowed?: boolean;
}

/** The bit of O_TMPFILE that is not O_DIRECTORY. */
const TMPFILE_BIT = O_TMPFILE & ~O_DIRECTORY;
/** Flags that act once, and are not shown by F_GETFL. O_TRUNC and O_NOCTTY are too, but who opens wants to know of them. */
const ONCE = O_CREAT | O_EXCL | O_CLOEXEC;

/** Access that the flags ask for, as MAY_*. O_ACCMODE itself (3) is Linux's "neither, for ioctl": both are checked. */
function accessMask(flags: number): number {
  const access = flags & O_ACCMODE;
  let mask =
    access === O_RDONLY ? MAY_READ : access === O_WRONLY ? MAY_WRITE : MAY_READ | MAY_WRITE;
  if ((flags & O_TRUNC) !== 0) mask |= MAY_WRITE;
  return mask;
}

/** Opens `path` from `start`. A description comes without references. May block (FIFO), then comes again. */
export function openPath(
  task: Task,
  start: Path,
  path: string,
  how: OpenHow,
): FileDescription | SyscallResult {
  const { flags, resolve } = how;
  if ((flags & O_PATH) !== 0) return openAsPath(task, start, path, how);
  if ((flags & TMPFILE_BIT) !== 0) return openTmpfile(task, start, path, how);
  if ((flags & O_CREAT) !== 0) return openOrCreate(task, start, path, how);
  const at = walkPath(task, start, path, lookupFlags(how), resolve);
  return isErrno(at) ? at : openExisting(task, at, flags);
}

function lookupFlags(how: OpenHow): number {
  const follow = (how.flags & O_NOFOLLOW) !== 0 ? 0 : LOOKUP_FOLLOW;
  return how.isEmptyAllowed === true ? follow | LOOKUP_EMPTY : follow;
}

function openAsPath(task: Task, start: Path, path: string, how: OpenHow): FileDescription | Errno {
  const at = walkPath(task, start, path, lookupFlags(how), how.resolve);
  if (isErrno(at)) return at;
  if ((how.flags & O_DIRECTORY) !== 0 && !at.inode.isDirectory) return ENOTDIR;
  return new PathDescription(at, how.flags & (O_PATH | O_DIRECTORY | O_NOFOLLOW));
}

function openOrCreate(
  task: Task,
  start: Path,
  path: string,
  how: OpenHow,
): FileDescription | SyscallResult {
  const { flags } = how;
  if ((flags & O_DIRECTORY) !== 0) return EINVAL;
  const follow = (flags & (O_NOFOLLOW | O_EXCL)) === 0;
  const found = walkForCreate(task, start, path, follow, how.resolve);
  if (isErrno(found)) return found;
  if (found.existing !== null) {
    // A FIFO's open that comes again has made the file itself.
    if ((flags & O_EXCL) !== 0 && !task.isRetry) return EEXIST;
    if (found.existing.inode.isDirectory) return EISDIR;
    return openExisting(task, found.existing, flags);
  }
  const mode = S_IFREG | (how.mode & 0o7777);
  const made = createNode(task, found.parent, found.name, mode, 0);
  return isErrno(made) ? made : openInode(task, made, flags & ~O_TRUNC);
}

/** O_TMPFILE: a file that has no name until linkat(2) gives it one. */
function openTmpfile(
  task: Task,
  start: Path,
  path: string,
  how: OpenHow,
): FileDescription | SyscallResult {
  const access = how.flags & O_ACCMODE;
  if ((how.flags & O_DIRECTORY) === 0 || access === O_RDONLY) return EINVAL;
  if ((how.flags & O_CREAT) !== 0) return EINVAL;
  const dir = walkPath(task, start, path, lookupFlags(how), how.resolve);
  if (isErrno(dir)) return dir;
  if (!dir.inode.isDirectory) return ENOTDIR;
  const permission = filePermission(dir.mount, dir.inode, task.credentials, MAY_WRITE | MAY_EXEC);
  if (permission !== 0) return permission;
  const made = creationIn(
    dir.inode,
    task.credentials,
    S_IFREG | (how.mode & 0o7777),
    task.fs.umask,
  );
  const inode = dir.inode.tmpfile(made);
  if (isErrno(inode)) return inode;
  inode.isLinkable = (how.flags & O_EXCL) === 0;
  const dentry = new Dentry(dir.dentry.superblock, `#${inode.ino}`, dir.dentry, inode);
  dentry.isUnlinked = true;
  return openInode(task, new Path(dir.mount, dentry), how.flags);
}

/** may_open(): whether something that is there may be opened so; then opens it. */
function openExisting(task: Task, at: Path, flags: number): FileDescription | SyscallResult {
  const { inode, mount } = at;
  const mask = accessMask(flags);
  const wantsWrite = (mask & MAY_WRITE) !== 0;
  if ((flags & O_DIRECTORY) !== 0 && !inode.isDirectory) return ENOTDIR;
  if (inode.isSymlink) return ELOOP;
  if (inode.isDirectory && wantsWrite) return EISDIR;
  if (inode.isDevice && mount.isNoDev) return EACCES;
  inode.refresh();
  const permission = filePermission(mount, inode, task.credentials, mask);
  if (permission !== 0 && !inode.isOpenTo(task)) return permission;
  if ((flags & O_NOATIME) !== 0 && !isOwnerOrCapable(inode, task.credentials)) return EPERM;
  if (inode.isSocket) return ENXIO;
  if (wantsWrite && inode.isRegular && inode.writeCount < 0) return ETXTBSY;

  const broken = breakLeases(task, inode, flags);
  if (broken !== 0) return broken;
  const file = openInode(task, at, flags);
  if (typeof file === "number" || (flags & O_TRUNC) === 0 || !inode.isRegular) return file;
  const truncated = truncateForOpen(task, at);
  if (truncated !== 0) {
    file.addRef().removeRef();
    return truncated;
  }
  return file;
}

function truncateForOpen(task: Task, at: Path): 0 | Errno {
  const { inode } = at;
  if (at.mount.isReadOnly) return EROFS;
  const mode = withoutSetIds(inode, task.credentials);
  const keepsMode = mode === inode.mode;
  const result = inode.setattr(keepsMode ? { size: 0 } : { size: 0, mode });
  if (result === 0) notifyFile(at.dentry, keepsMode ? IN_MODIFY : IN_MODIFY | IN_ATTRIB);
  return result;
}

function openInode(task: Task, at: Path, flags: number): FileDescription | SyscallResult {
  const file = at.inode.open(task, at, flags & ~ONCE);
  if (typeof file === "number") return file;
  // FMODE_CAN_ODIRECT: files only.
  if ((flags & O_DIRECT) !== 0 && !at.inode.isRegular) {
    file.addRef().removeRef();
    return EINVAL;
  }
  notifyFile(at.dentry, IN_OPEN);
  return file;
}
