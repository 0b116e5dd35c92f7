/** flock(2). */
import {
  EAGAIN,
  EBADF,
  EINVAL,
  isErrno,
  LOCK_EX,
  LOCK_MAND,
  LOCK_NB,
  LOCK_SH,
  LOCK_UN,
} from "@kernelet/abi";
import { FileLocks } from "../fs/file-locks.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

/** flock(2): a lock of the whole file, owned by the open file description. */
export function flock(task: Task, args: SyscallArgs): SyscallResult {
  const operation = args.int(1);
  if (operation & LOCK_MAND) return 0; // No longer does anything, since Linux 5.18.
  const kind = operation & ~LOCK_NB;
  if (kind !== LOCK_SH && kind !== LOCK_EX && kind !== LOCK_UN) return EINVAL;
  const file = task.fdTable.file(args.fd(0));
  if (isErrno(file)) return file;
  const { inode } = file;
  if (kind === LOCK_UN) {
    inode.locks?.funlock(file);
    return 0;
  }
  if (!file.isReadable && !file.isWritable) return EBADF;
  inode.locks ??= new FileLocks();
  if (inode.locks.flock(file, kind === LOCK_EX, task.threadGroup.tgid)) return 0;
  return operation & LOCK_NB ? EAGAIN : task.block([inode.locks.queue]);
}
