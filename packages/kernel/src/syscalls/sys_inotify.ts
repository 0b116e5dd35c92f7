/** inotify_init(2), inotify_add_watch(2), inotify_rm_watch(2). */
import {
  AT_FDCWD,
  EBADF,
  EINVAL,
  EMFILE,
  IN_ALL_EVENTS,
  IN_CLOEXEC,
  IN_DONT_FOLLOW,
  IN_EXCL_UNLINK,
  IN_IGNORED,
  IN_ISDIR,
  IN_MASK_ADD,
  IN_MASK_CREATE,
  IN_NONBLOCK,
  IN_ONESHOT,
  IN_ONLYDIR,
  IN_Q_OVERFLOW,
  IN_UNMOUNT,
  isErrno,
  O_NONBLOCK,
  O_RDONLY,
} from "@kernelet/abi";
import { lookupUser } from "../fs/at.ts";
import { InotifyFile } from "../fs/inotify.ts";
import { LOOKUP_DIRECTORY, LOOKUP_FOLLOW } from "../fs/path-walk.ts";
import { inodePermission, MAY_READ } from "../fs/permission.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

function newInotify(task: Task, flags: number): SyscallResult {
  if (flags & ~(IN_CLOEXEC | IN_NONBLOCK)) return EINVAL;
  const { anonymous, inotify } = task.kernel.vfs;
  const { uid } = task.credentials;
  if (!task.fdTable.hasRoom || !inotify.instances.take(uid)) return EMFILE;
  const open = O_RDONLY | (flags & IN_NONBLOCK ? O_NONBLOCK : 0);
  const file = new InotifyFile(anonymous.anonymousPath("inotify"), open, inotify, uid);
  return task.fdTable.add(file, { cloexec: (flags & IN_CLOEXEC) !== 0 });
}

export function inotifyInit(task: Task): SyscallResult {
  return newInotify(task, 0);
}

export function inotifyInit1(task: Task, args: SyscallArgs): SyscallResult {
  return newInotify(task, args.int(0));
}

const KNOWN =
  IN_ALL_EVENTS |
  IN_ONLYDIR |
  IN_DONT_FOLLOW |
  IN_EXCL_UNLINK |
  IN_MASK_ADD |
  IN_MASK_CREATE |
  IN_ONESHOT |
  IN_ISDIR |
  IN_UNMOUNT |
  IN_Q_OVERFLOW |
  IN_IGNORED;

export function inotifyAddWatch(task: Task, args: SyscallArgs): SyscallResult {
  const mask = args.uint(2);
  if (mask === 0 || mask & ~KNOWN) return EINVAL;
  const file = task.fdTable.file(args.fd(0));
  if (isErrno(file)) return EBADF;
  if (mask & IN_MASK_ADD && mask & IN_MASK_CREATE) return EINVAL;
  if (!(file instanceof InotifyFile)) return EINVAL;
  const follow = mask & IN_DONT_FOLLOW ? 0 : LOOKUP_FOLLOW;
  const lookup = follow | (mask & IN_ONLYDIR ? LOOKUP_DIRECTORY : 0);
  const path = lookupUser(task, AT_FDCWD, args.pointer(1), lookup);
  if (isErrno(path)) return path;
  const permission = inodePermission(path.inode, task.credentials, MAY_READ);
  return permission === 0 ? file.watch(path.inode, mask) : permission;
}

export function inotifyRmWatch(task: Task, args: SyscallArgs): SyscallResult {
  const file = task.fdTable.file(args.fd(0));
  if (isErrno(file)) return EBADF;
  return file instanceof InotifyFile ? file.unwatch(args.int(1)) : EINVAL;
}
