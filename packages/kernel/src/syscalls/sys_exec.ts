/** execve(2), execveat(2). */
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  EBADF,
  EINVAL,
  ENOENT,
  type Errno,
  isErrno,
  PATH_MAX,
} from "@kernelet/abi";
import type { FileDescription } from "../fs/file-description.ts";
import { decodeName, encodeName } from "../fs/name.ts";
import { LOOKUP_FOLLOW, walkPath } from "../fs/path-walk.ts";
import { execFile } from "../kernel/exec.ts";
import { readStrings } from "../kernel/exec-arguments.ts";
import { type ExecTarget, openByName, openForExec } from "../kernel/exec-file.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

export function execve(task: Task, args: SyscallArgs): SyscallResult {
  const filename = task.mm.copyInString(args.pointer(0), PATH_MAX);
  if (isErrno(filename)) return filename;
  if (filename.length === 0) return ENOENT;
  const file = openByName(task, filename);
  return isErrno(file)
    ? file
    : execOpened(task, { file, filename, isInaccessible: false }, args.pointer(1), args.pointer(2));
}

export function execveat(task: Task, args: SyscallArgs): SyscallResult {
  const dirfd = args.fd(0);
  const flags = args.int(4);
  const path = task.mm.copyInString(args.pointer(1), PATH_MAX);
  if (isErrno(path)) return path;
  if (path.length === 0 && (flags & AT_EMPTY_PATH) === 0) return ENOENT;
  if ((flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) !== 0) return EINVAL;
  const target = openAt(task, dirfd, path, flags);
  return isErrno(target) ? target : execOpened(task, target, args.pointer(2), args.pointer(3));
}

/** Opens what execveat names, and finds the name by which a script's interpreter could open it again. */
function openAt(task: Task, dirfd: number, path: Uint8Array, flags: number): ExecTarget | Errno {
  const isAbsolute = path[0] === 0x2f;
  const dir = dirfd === AT_FDCWD || isAbsolute ? null : task.fdTable.get(dirfd);
  if (dir === null && dirfd !== AT_FDCWD && !isAbsolute) return EBADF;

  let file: FileDescription | Errno;
  if (path.length === 0) file = openForExec(task, dir?.path ?? task.fs.cwd);
  else {
    const follow = (flags & AT_SYMLINK_NOFOLLOW) === 0 ? LOOKUP_FOLLOW : 0;
    const found = walkPath(task, dir?.path ?? task.fs.cwd, decodeName(path), follow);
    file = isErrno(found) ? found : openForExec(task, found);
  }
  if (isErrno(file)) return file;
  if (dir === null) return { file, filename: path, isInaccessible: false };
  const name = `/dev/fd/${dirfd}${path.length > 0 ? "/" : ""}${decodeName(path)}`;
  return {
    file,
    filename: encodeName(name),
    isInaccessible: task.fdTable.isCloexec(dirfd),
    isUnnamed: path.length === 0,
  };
}

/** Takes over the reference on `target.file`. */
function execOpened(
  task: Task,
  target: ExecTarget,
  argvAddr: number,
  envAddr: number,
): SyscallResult {
  let result: SyscallResult;
  const argv = readStrings(task.mm, argvAddr);
  if (isErrno(argv)) result = argv;
  else {
    const env = readStrings(task.mm, envAddr);
    result = isErrno(env) ? env : execFile(task, { target, argv, env });
  }
  target.file.removeRef();
  return result;
}
