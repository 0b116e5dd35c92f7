/** eventfd(2), eventfd2(2). */
import { EFD_CLOEXEC, EFD_NONBLOCK, EFD_SEMAPHORE, EINVAL } from "@kernelet/abi";
import { openEventfd } from "../fs/eventfd.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

export function eventfd(task: Task, args: SyscallArgs): SyscallResult {
  return create(task, args.uint(0), 0);
}

export function eventfd2(task: Task, args: SyscallArgs): SyscallResult {
  return create(task, args.uint(0), args.int(1));
}

function create(task: Task, initial: number, flags: number): SyscallResult {
  if ((flags & ~(EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE)) !== 0) return EINVAL;
  return openEventfd(task, initial, {
    flags: flags & EFD_NONBLOCK,
    isSemaphore: (flags & EFD_SEMAPHORE) !== 0,
    cloexec: (flags & EFD_CLOEXEC) !== 0,
  });
}
