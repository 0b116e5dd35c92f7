/** open(2), openat(2), openat2(2), creat(2), close(2), close_range(2). */
import {
  AT_FDCWD,
  CLOSE_RANGE_CLOEXEC,
  CLOSE_RANGE_UNSHARE,
  E2BIG,
  EAGAIN,
  EINVAL,
  EMFILE,
  ENOENT,
  type Errno,
  isErrno,
  O_ACCMODE,
  O_APPEND,
  O_ASYNC,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECT,
  O_DIRECTORY,
  O_EXCL,
  O_LARGEFILE,
  O_NOATIME,
  O_NOCTTY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  O_SYNC,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
  OPEN_HOW,
  RESOLVE_BENEATH,
  RESOLVE_CACHED,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
} from "@kernelet/abi";
import { readPath, startOf } from "../fs/at.ts";
import { type OpenHow, openPath } from "../fs/open.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { copyStruct } from "./copy-struct.ts";

const VALID_OPEN_FLAGS =
  O_ACCMODE |
  O_CREAT |
  O_EXCL |
  O_NOCTTY |
  O_TRUNC |
  O_APPEND |
  O_NONBLOCK |
  O_SYNC |
  O_ASYNC |
  O_DIRECT |
  O_LARGEFILE |
  O_DIRECTORY |
  O_NOFOLLOW |
  O_NOATIME |
  O_CLOEXEC |
  O_PATH |
  O_TMPFILE;
/** What O_PATH leaves of the other flags. */
const PATH_FLAGS = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
const VALID_RESOLVE =
  RESOLVE_NO_XDEV |
  RESOLVE_NO_MAGICLINKS |
  RESOLVE_NO_SYMLINKS |
  RESOLVE_BENEATH |
  RESOLVE_IN_ROOT |
  RESOLVE_CACHED;

/** The calls before openat2 ignore flags they do not know. */
export function lenientFlags(flags: number): number {
  const known = flags & VALID_OPEN_FLAGS;
  return (known & O_PATH) !== 0 ? known & PATH_FLAGS : known | O_LARGEFILE;
}

function openAt(task: Task, dirfd: number, addr: number, how: OpenHow): SyscallResult {
  // build_open_flags(), before the name is read: a file without a name must be one to write to.
  const isTmpfile = (how.flags & O_TMPFILE & ~O_DIRECTORY) !== 0;
  if (isTmpfile && ((how.flags & O_ACCMODE) === O_RDONLY || (how.flags & O_DIRECTORY) === 0))
    return EINVAL;
  if (isTmpfile && (how.flags & O_CREAT) !== 0) return EINVAL;
  // Since Linux 6.4: a directory that is to be made as a file.
  if ((how.flags & (O_DIRECTORY | O_CREAT)) === (O_DIRECTORY | O_CREAT)) return EINVAL;
  const isChange = isTmpfile || (how.flags & (O_CREAT | O_TRUNC)) !== 0;
  if (isChange && (how.resolve & RESOLVE_CACHED) !== 0) return EAGAIN;
  const path = readPath(task, addr);
  if (isErrno(path)) return path;
  if (path === "") return ENOENT; // Before descriptors are looked at.
  if (!task.fdTable.hasRoom) return EMFILE;
  // RESOLVE_IN_ROOT: absolute paths, too, start at the descriptor.
  const isScoped = (how.resolve & RESOLVE_IN_ROOT) !== 0;
  const start = startOf(task, dirfd, isScoped ? "." : path);
  if (isErrno(start)) return start;
  const file = openPath(task, start, path, how);
  if (typeof file === "number") return file;
  return task.fdTable.add(file, { cloexec: (how.flags & O_CLOEXEC) !== 0 });
}

export function open(task: Task, args: SyscallArgs): SyscallResult {
  const how = { flags: lenientFlags(args.int(1)), mode: args.int(2) & 0o7777, resolve: 0 };
  return openAt(task, AT_FDCWD, args.pointer(0), how);
}

export function openat(task: Task, args: SyscallArgs): SyscallResult {
  const how = { flags: lenientFlags(args.int(2)), mode: args.int(3) & 0o7777, resolve: 0 };
  return openAt(task, args.fd(0), args.pointer(1), how);
}

export function creat(task: Task, args: SyscallArgs): SyscallResult {
  const flags = lenientFlags(O_CREAT | O_WRONLY | O_TRUNC);
  return openAt(task, AT_FDCWD, args.pointer(0), { flags, mode: args.int(1) & 0o7777, resolve: 0 });
}

/** openat2(2): unknown flags and a mode without O_CREAT are errors. */
export function openat2(task: Task, args: SyscallArgs): SyscallResult {
  const how = readOpenHow(task, args.pointer(2), args.size(3));
  return isErrno(how) ? how : openAt(task, args.fd(0), args.pointer(1), how);
}

function readOpenHow(task: Task, addr: number, size: number): OpenHow | Errno {
  if (size < OPEN_HOW.size) return EINVAL;
  if (size > 4096) return E2BIG;
  const bytes = copyStruct(task, addr, OPEN_HOW.size, size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const flags = Number(view.getBigUint64(OPEN_HOW.flags, true));
  const mode = Number(view.getBigUint64(OPEN_HOW.mode, true));
  const resolve = Number(view.getBigUint64(OPEN_HOW.resolve, true));
  if (flags > 0xffffffff || flags & ~VALID_OPEN_FLAGS) return EINVAL;
  if (resolve > 0xff || resolve & ~VALID_RESOLVE) return EINVAL;
  if (resolve & RESOLVE_BENEATH && resolve & RESOLVE_IN_ROOT) return EINVAL;
  const makes = (flags & O_CREAT) !== 0 || (flags & O_TMPFILE & ~O_DIRECTORY) !== 0;
  if (makes ? mode > 0o7777 : mode !== 0) return EINVAL;
  if (flags & O_PATH && flags & ~PATH_FLAGS) return EINVAL;
  return { flags: flags & O_PATH ? flags : flags | O_LARGEFILE, mode, resolve };
}

export function close(task: Task, args: SyscallArgs): SyscallResult {
  return task.fdTable.close(task, args.fd(0));
}

export function closeRange(task: Task, args: SyscallArgs): SyscallResult {
  const first = args.uint(0);
  const last = args.uint(1);
  const flags = args.uint(2);
  if (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) return EINVAL;
  if (first > last) return EINVAL;
  if (flags & CLOSE_RANGE_UNSHARE && task.fdTable.refs > 1) {
    const shared = task.fdTable;
    task.fdTable = shared.fork();
    shared.release(task);
  }
  return task.fdTable.closeRange(task, first, last, (flags & CLOSE_RANGE_CLOEXEC) !== 0);
}
