/** chmod(2), chown(2), utimensat(2), truncate(2), fallocate(2) and their kind. */
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  CAP_CHOWN,
  EACCES,
  EBADF,
  EFAULT,
  EFBIG,
  EINVAL,
  EISDIR,
  ENODEV,
  EOPNOTSUPP,
  EPERM,
  EROFS,
  type Errno,
  ESPIPE,
  ETXTBSY,
  FALLOC_FL_COLLAPSE_RANGE,
  FALLOC_FL_INSERT_RANGE,
  FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_PUNCH_HOLE,
  FALLOC_FL_UNSHARE_RANGE,
  FALLOC_FL_ZERO_RANGE,
  IN_ACCESS,
  IN_ATTRIB,
  IN_MODIFY,
  isErrno,
  O_WRONLY,
  S_ISGID,
  TIMESPEC,
  TIMEVAL,
  UTIMBUF,
  UTIME_NOW,
  UTIME_OMIT,
} from "@kernelet/abi";
import { emptyFlag, lookupUser } from "../fs/at.ts";
import { checkFileSize } from "../fs/file-size-limit.ts";
import type { AttributeChange } from "../fs/inode.ts";
import { breakLeases } from "../fs/leases.ts";
import { notifyFile } from "../fs/notify.ts";
import type { Path } from "../fs/path.ts";
import { LOOKUP_FOLLOW } from "../fs/path-walk.ts";
import {
  clearSetIds,
  dropSetIds,
  filePermission,
  inGroupOrCapable,
  inodePermission,
  isOwnerOrCapable,
  MAY_WRITE,
  withoutSetIds,
} from "../fs/permission.ts";
import { MAX_FILE_SIZE } from "../fs/regular-file.ts";
import { type Timestamp, timestampNow } from "../fs/timestamp.ts";
import { INVALID_ID } from "../kernel/namespaces/id-map.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

function change(path: Path, what: AttributeChange): 0 | Errno {
  const result = path.inode.setattr(what);
  const event = eventOf(what);
  if (result === 0 && event !== 0) notifyFile(path.dentry, event);
  return result;
}

/** fsnotify_change(): one event of all, and none where nothing is named. One time alone counts as reading or writing. */
function eventOf({ mode, uid, gid, size, atime, mtime }: AttributeChange): number {
  let event = 0;
  if (mode !== undefined || uid !== undefined || gid !== undefined) event |= IN_ATTRIB;
  if (size !== undefined) event |= IN_MODIFY;
  if (atime !== undefined && mtime !== undefined) event |= IN_ATTRIB;
  else if (atime !== undefined) event |= IN_ACCESS;
  else if (mtime !== undefined) event |= IN_MODIFY;
  return event;
}

// chmod. ------------------------------------------------------------------------------------------------------------

function changeMode(task: Task, path: Path | Errno, bits: number): SyscallResult {
  if (isErrno(path)) return path;
  const { inode, mount } = path;
  const cred = task.credentials;
  if (mount.isReadOnly) return EROFS;
  inode.refresh();
  if (inode.isSymlink) return EOPNOTSUPP;
  if (!isOwnerOrCapable(inode, cred)) return EPERM;
  let mode = bits & 0o7777;
  // A group that the caller is not in must not lend its rights.
  if (!inGroupOrCapable(inode, cred)) mode &= ~S_ISGID;
  return change(path, { mode });
}

export function chmod(task: Task, args: SyscallArgs): SyscallResult {
  return changeMode(task, lookupUser(task, AT_FDCWD, args.pointer(0), LOOKUP_FOLLOW), args.uint(1));
}

export function fchmod(task: Task, args: SyscallArgs): SyscallResult {
  const file = task.fdTable.file(args.fd(0));
  return changeMode(task, isErrno(file) ? file : file.path, args.uint(1));
}

export function fchmodat(task: Task, args: SyscallArgs): SyscallResult {
  return changeMode(
    task,
    lookupUser(task, args.fd(0), args.pointer(1), LOOKUP_FOLLOW),
    args.uint(2),
  );
}

export function fchmodat2(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(3);
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return EINVAL;
  const lookup = lookupFlags(flags);
  return changeMode(task, lookupUser(task, args.fd(0), args.pointer(1), lookup), args.uint(2));
}

function lookupFlags(flags: number): number {
  return (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) | emptyFlag(flags);
}

// chown. ------------------------------------------------------------------------------------------------------------

/** An id of -1 stays. */
function changeOwner(task: Task, path: Path | Errno, user: number, group: number): SyscallResult {
  if (isErrno(path)) return path;
  const { inode, mount } = path;
  const { uidMap, gidMap } = task.credentials.userNamespace;
  const uid = user === -1 ? -1 : uidMap.toKernel(user >>> 0);
  const gid = group === -1 ? -1 : gidMap.toKernel(group >>> 0);
  if (uid === INVALID_ID || gid === INVALID_ID) return EINVAL;
  if (mount.isReadOnly) return EROFS;
  inode.refresh();
  const cred = task.credentials;
  const keepsUid = uid === -1 || (uid >>> 0 === inode.uid && cred.fsuid === inode.uid);
  const keepsGid =
    gid === -1 ||
    (cred.fsuid === inode.uid && (gid >>> 0 === inode.gid || cred.inGroup(gid >>> 0)));
  if (!(keepsUid && keepsGid) && !cred.hasOver(inode, CAP_CHOWN)) return EPERM;
  const what: { uid?: number; gid?: number; mode?: number } = {};
  if (uid !== -1) what.uid = uid >>> 0;
  if (gid !== -1) what.gid = gid >>> 0;
  const kept = inode.isDirectory ? inode.mode : clearSetIds(inode, cred);
  if (kept !== inode.mode) {
    // notify_change(): it is a change of the mode, too, and a group that is new lends no rights either.
    if (!isOwnerOrCapable(inode, cred)) return EPERM;
    const group = { uid: inode.uid, gid: what.gid ?? inode.gid };
    what.mode = inGroupOrCapable(group, cred) ? kept : kept & ~S_ISGID;
  }
  return change(path, what);
}

export function chown(task: Task, args: SyscallArgs): SyscallResult {
  const path = lookupUser(task, AT_FDCWD, args.pointer(0), LOOKUP_FOLLOW);
  return changeOwner(task, path, args.int(1), args.int(2));
}

export function lchown(task: Task, args: SyscallArgs): SyscallResult {
  const path = lookupUser(task, AT_FDCWD, args.pointer(0), 0);
  return changeOwner(task, path, args.int(1), args.int(2));
}

export function fchown(task: Task, args: SyscallArgs): SyscallResult {
  const file = task.fdTable.file(args.fd(0));
  return changeOwner(task, isErrno(file) ? file : file.path, args.int(1), args.int(2));
}

export function fchownat(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(4);
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return EINVAL;
  const path = lookupUser(task, args.fd(0), args.pointer(1), lookupFlags(flags));
  return changeOwner(task, path, args.int(2), args.int(3));
}

// Times. ------------------------------------------------------------------------------------------------------------

/** A time to set: "now", "omit", or a point. */
type NewTime = "now" | "omit" | "invalid" | Timestamp;

function setTimes(
  task: Task,
  path: Path | Errno,
  times: readonly [NewTime, NewTime],
): SyscallResult {
  if (isErrno(path)) return path;
  const [atime, mtime] = times;
  if (atime === "invalid" || mtime === "invalid") return EINVAL;
  if (atime === "omit" && mtime === "omit") return 0;
  const { inode, mount } = path;
  if (mount.isReadOnly) return EROFS;
  inode.refresh();
  if (!isOwnerOrCapable(inode, task.credentials)) {
    // Whoever may write may say "now", but only for both.
    if (atime !== "now" || mtime !== "now") return EPERM;
    if (inodePermission(inode, task.credentials, MAY_WRITE) !== 0) return EACCES;
  }
  const now = timestampNow(inode.superblock.clock);
  const what: { atime?: Timestamp; mtime?: Timestamp } = {};
  if (atime !== "omit") what.atime = atime === "now" ? now : atime;
  if (mtime !== "omit") what.mtime = mtime === "now" ? now : mtime;
  return change(path, what);
}

const NOW: readonly [NewTime, NewTime] = ["now", "now"];

/** One that is no time is found out only when the file was found: vfs_utimes(). */
function timeFromTimespec(view: DataView, at: number): NewTime {
  const nsec = Number(view.getBigInt64(at + TIMESPEC.tv_nsec, true));
  if (nsec === UTIME_NOW) return "now";
  if (nsec === UTIME_OMIT) return "omit";
  if (nsec < 0 || nsec > 999_999_999) return "invalid";
  return { sec: Number(view.getBigInt64(at + TIMESPEC.tv_sec, true)), nsec };
}

function timeFromTimeval(view: DataView, at: number): NewTime | Errno {
  const usec = Number(view.getBigInt64(at + TIMEVAL.tv_usec, true));
  if (usec < 0 || usec > 999_999) return EINVAL;
  return { sec: Number(view.getBigInt64(at + TIMEVAL.tv_sec, true)), nsec: usec * 1000 };
}

function readTimes(
  task: Task,
  addr: number,
  decode: (view: DataView, at: number) => NewTime | Errno,
): readonly [NewTime, NewTime] | Errno {
  if (addr === 0) return NOW;
  const bytes = task.mm.copyIn(addr, 2 * TIMESPEC.size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const atime = decode(view, 0);
  const mtime = decode(view, TIMESPEC.size);
  if (isErrno(atime)) return atime;
  return isErrno(mtime) ? mtime : [atime, mtime];
}

/** A null path means the descriptor itself: futimens(3). */
export function utimensat(task: Task, args: SyscallArgs): SyscallResult {
  const times = readTimes(task, args.pointer(2), timeFromTimespec);
  if (isErrno(times)) return times;
  const flags = args.int(3);
  if (times[0] === "omit" && times[1] === "omit") return 0;
  if (args.pointer(1) === 0 && args.fd(0) !== AT_FDCWD) {
    return flags !== 0 ? EINVAL : setTimesOf(task, args.fd(0), times);
  }
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return EINVAL;
  if (args.pointer(1) === 0) return EFAULT;
  return setTimes(task, lookupUser(task, args.fd(0), args.pointer(1), lookupFlags(flags)), times);
}

function setTimesOf(task: Task, fd: number, times: readonly [NewTime, NewTime]): SyscallResult {
  const file = task.fdTable.file(fd);
  return setTimes(task, isErrno(file) ? file : file.path, times);
}

export function futimesat(task: Task, args: SyscallArgs): SyscallResult {
  const times = readTimes(task, args.pointer(2), timeFromTimeval);
  if (isErrno(times)) return times;
  if (args.pointer(1) === 0 && args.fd(0) !== AT_FDCWD) return setTimesOf(task, args.fd(0), times);
  return setTimes(task, lookupUser(task, args.fd(0), args.pointer(1), LOOKUP_FOLLOW), times);
}

export function utimes(task: Task, args: SyscallArgs): SyscallResult {
  const times = readTimes(task, args.pointer(1), timeFromTimeval);
  if (isErrno(times)) return times;
  return setTimes(task, lookupUser(task, AT_FDCWD, args.pointer(0), LOOKUP_FOLLOW), times);
}

export function utime(task: Task, args: SyscallArgs): SyscallResult {
  const addr = args.pointer(1);
  let times = NOW;
  if (addr !== 0) {
    const atime = task.mm.readS64(addr + UTIMBUF.actime);
    const mtime = task.mm.readS64(addr + UTIMBUF.modtime);
    if (atime === null || mtime === null) return EFAULT;
    times = [
      { sec: atime, nsec: 0 },
      { sec: mtime, nsec: 0 },
    ];
  }
  return setTimes(task, lookupUser(task, AT_FDCWD, args.pointer(0), LOOKUP_FOLLOW), times);
}

// Sizes. ------------------------------------------------------------------------------------------------------------

export function truncate(task: Task, args: SyscallArgs): SyscallResult {
  const size = args.signedLong(1);
  if (size < 0) return EINVAL;
  const path = lookupUser(task, AT_FDCWD, args.pointer(0), LOOKUP_FOLLOW);
  if (isErrno(path)) return path;
  const { inode, mount } = path;
  if (inode.isDirectory) return EISDIR;
  if (!inode.isRegular) return EINVAL;
  inode.refresh();
  const permission = filePermission(mount, inode, task.credentials, MAY_WRITE);
  if (permission !== 0) return permission;
  if (inode.writeCount < 0) return ETXTBSY;
  const broken = breakLeases(task, inode, O_WRONLY);
  if (broken !== 0) return broken;
  return setSize(task, path, size);
}

export function ftruncate(task: Task, args: SyscallArgs): SyscallResult {
  const size = args.signedLong(1);
  if (size < 0) return EINVAL;
  const file = task.fdTable.file(args.fd(0));
  if (isErrno(file)) return file;
  if (!file.inode.isRegular || !file.isWritable) return EINVAL;
  return setSize(task, file.path, size);
}

function setSize(task: Task, path: Path, size: number): SyscallResult {
  const { inode } = path;
  if (size > inode.size) {
    const limit = checkFileSize(task, size);
    if (limit !== 0) return limit;
  }
  if (size > MAX_FILE_SIZE) return EFBIG;
  const mode = withoutSetIds(inode, task.credentials);
  return change(path, mode === inode.mode ? { size } : { size, mode });
}

/** Kinds of fallocate(2), one at a time: plain, zeroed and unshared ranges, with or without FALLOC_FL_KEEP_SIZE. */
const SIZED_OR_NOT: readonly number[] = [0, FALLOC_FL_ZERO_RANGE, FALLOC_FL_UNSHARE_RANGE];
const CHANGES_SIZE: readonly number[] = [FALLOC_FL_COLLAPSE_RANGE, FALLOC_FL_INSERT_RANGE];

function isAllocateMode(mode: number): boolean {
  const kind = mode & ~FALLOC_FL_KEEP_SIZE;
  if (SIZED_OR_NOT.includes(kind)) return true;
  const keepsSize = (mode & FALLOC_FL_KEEP_SIZE) !== 0;
  return keepsSize ? kind === FALLOC_FL_PUNCH_HOLE : CHANGES_SIZE.includes(kind);
}

export function fallocate(task: Task, args: SyscallArgs): SyscallResult {
  const mode = args.int(1);
  const off = args.signedLong(2);
  const len = args.signedLong(3);
  const file = task.fdTable.file(args.fd(0));
  if (isErrno(file)) return file;
  if (off < 0 || len <= 0) return EINVAL;
  if (!isAllocateMode(mode)) return EOPNOTSUPP;
  if (!file.isWritable) return EBADF;
  const { inode } = file;
  if (inode.isFifo) return ESPIPE;
  if (inode.isDirectory) return EISDIR;
  if (!inode.isRegular) return ENODEV;
  if (off + len > MAX_FILE_SIZE) return EFBIG;
  if (!inode.canAllocate(mode)) return EOPNOTSUPP;
  const size = file.size();
  if (isErrno(size)) return size;
  // As if the file grew, even where FALLOC_FL_KEEP_SIZE keeps it from that: shmem_fallocate().
  const isGrowing = (mode & FALLOC_FL_PUNCH_HOLE) === 0 && off + len > size;
  const limit = isGrowing ? checkFileSize(task, off + len) : 0;
  if (limit !== 0) return limit;
  const result = file.allocate(mode, off, len);
  if (result !== 0) return result;
  dropSetIds(file.path, task.credentials);
  notifyFile(file.path.dentry, IN_MODIFY);
  return 0;
}
