/** fsync(2), fdatasync(2), sync(2), syncfs(2), sync_file_range(2), readahead(2), posix_fadvise(2). */
import {
  EBADF,
  EINVAL,
  ESPIPE,
  isErrno,
  POSIX_FADV_NOREUSE,
  SYNC_FILE_RANGE_WAIT_AFTER,
  SYNC_FILE_RANGE_WAIT_BEFORE,
  SYNC_FILE_RANGE_WRITE,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

/** fsync(2) and fdatasync(2). */
export function fsync(task: Task, args: SyscallArgs): SyscallResult {
  const file = task.fdTable.file(args.fd(0));
  return isErrno(file) ? file : file.fsync();
}

/** Host files are written through, the rest lives in memory: nothing waits to be written. */
export function sync(): SyscallResult {
  return 0;
}

export function syncfs(task: Task, args: SyscallArgs): SyscallResult {
  const file = task.fdTable.file(args.fd(0));
  return isErrno(file) ? file : 0;
}

export function syncFileRange(task: Task, args: SyscallArgs): SyscallResult {
  const known = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
  const file = task.fdTable.file(args.fd(0));
  if (isErrno(file)) return file;
  if (args.uint(3) & ~known) return EINVAL;
  const [off, end] = [args.big(1), args.big(1) + args.big(2)];
  if (off >= 2n ** 63n || args.big(2) >= 2n ** 63n || end >= 2n ** 63n) return EINVAL;
  const { inode } = file;
  if (!inode.isRegular && !inode.isDirectory) return ESPIPE;
  const result = file.fsync();
  // Files without fsync, as in /proc, have nothing that could be written back.
  return result === EINVAL ? 0 : result;
}

/** Advice about caching that is the host's affair: checked and then ignored. */
export function readahead(task: Task, args: SyscallArgs): SyscallResult {
  const file = task.fdTable.get(args.fd(0));
  if (file === null || !file.isReadable) return EBADF;
  return file.inode.isRegular && args.signedLong(2) >= 0 ? 0 : EINVAL;
}

export function fadvise64(task: Task, args: SyscallArgs): SyscallResult {
  const file = task.fdTable.file(args.fd(0));
  if (isErrno(file)) return file;
  if (file.inode.isFifo) return ESPIPE;
  if (args.signedLong(2) < 0) return EINVAL;
  const advice = args.int(3);
  return advice < 0 || advice > POSIX_FADV_NOREUSE ? EINVAL : 0;
}
