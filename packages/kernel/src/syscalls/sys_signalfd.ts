/** signalfd(2), signalfd4(2). */
import { EINVAL, isErrno, SFD_CLOEXEC, SFD_NONBLOCK } from "@kernelet/abi";
import { SignalfdDescription } from "../fs/signalfd.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { readSignalSet, SIGSET_SIZE } from "./struct-sigset.ts";

export function signalfd(task: Task, args: SyscallArgs): SyscallResult {
  return createOrChange(task, args, 0);
}

export function signalfd4(task: Task, args: SyscallArgs): SyscallResult {
  return createOrChange(task, args, args.int(3));
}

/** fd -1 makes one; another fd gets a new mask. */
function createOrChange(task: Task, args: SyscallArgs, flags: number): SyscallResult {
  const fd = args.fd(0);
  if (args.size(2) !== SIGSET_SIZE) return EINVAL;
  const set = readSignalSet(task, args.pointer(1));
  if (isErrno(set)) return set;
  if ((flags & ~(SFD_CLOEXEC | SFD_NONBLOCK)) !== 0) return EINVAL;
  const mask = set.withoutUnblockable();
  if (fd === -1) {
    const path = task.kernel.vfs.anonymous.anonymousPath("[signalfd]");
    const file = new SignalfdDescription(path, flags & SFD_NONBLOCK, mask, task.threadGroup);
    return task.fdTable.add(file, { cloexec: (flags & SFD_CLOEXEC) !== 0 });
  }
  const file = task.fdTable.file(fd);
  if (isErrno(file)) return file;
  if (!(file instanceof SignalfdDescription)) return EINVAL;
  file.mask = mask;
  task.threadGroup.signalQueue.wake();
  return fd;
}
