/** unshare(2): what a process stops sharing with others. */
import {
  CAP_SYS_ADMIN,
  CLONE_FILES,
  CLONE_FS,
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWTIME,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  CLONE_SIGHAND,
  CLONE_SYSVSEM,
  CLONE_THREAD,
  CLONE_VM,
  EINVAL,
  EPERM,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

const NAMESPACES =
  CLONE_NEWNS |
  CLONE_NEWUTS |
  CLONE_NEWIPC |
  CLONE_NEWUSER |
  CLONE_NEWPID |
  CLONE_NEWNET |
  CLONE_NEWCGROUP |
  CLONE_NEWTIME;
const SHARED = CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | CLONE_THREAD | CLONE_SIGHAND | CLONE_VM;

export function unshare(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.uint(0);
  if ((flags & ~(SHARED | NAMESPACES)) !== 0) return EINVAL;
  // These three can only be confirmed, by a process with one thread.
  if ((flags & (CLONE_THREAD | CLONE_SIGHAND | CLONE_VM)) !== 0) {
    if (task.threadGroup.liveThreads > 1) return EINVAL;
  }
  if ((flags & CLONE_VM) !== 0 && task.mm.users > 1) return EINVAL;
  if ((flags & NAMESPACES) !== 0) {
    // As a Linux built without them.
    const privileged = (flags & CLONE_NEWUSER) !== 0 || task.credentials.has(CAP_SYS_ADMIN);
    return privileged ? EINVAL : EPERM;
  }
  if ((flags & CLONE_FS) !== 0 && task.fs.refs > 1) {
    const shared = task.fs;
    task.fs = shared.fork();
    shared.release();
  }
  if ((flags & CLONE_FILES) !== 0 && task.fdTable.refs > 1) {
    const shared = task.fdTable;
    task.fdTable = shared.fork();
    shared.release(task);
  }
  return 0;
}
