/** mlock(2), mlock2(2), munlock(2), mlockall(2), munlockall(2). */
import { EINVAL, MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT, MLOCK_ONFAULT } from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { lockAll, lockRange, unlockRange } from "../mm/mlock.ts";
import { VM_LOCKED, VM_LOCKED_MASK } from "../mm/vma.ts";
import type { SyscallArgs } from "./args.ts";

export function mlock(task: Task, args: SyscallArgs): SyscallResult {
  return lockRange(task.mm, task.credentials, args.pointer(0), args.signedLong(1), false);
}

export function mlock2(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(2);
  if ((flags & ~MLOCK_ONFAULT) !== 0) return EINVAL;
  return lockRange(task.mm, task.credentials, args.pointer(0), args.signedLong(1), flags !== 0);
}

export function munlock(task: Task, args: SyscallArgs): SyscallResult {
  return unlockRange(task.mm, args.pointer(0), args.signedLong(1));
}

export function mlockall(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(0);
  if (flags === 0 || (flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) !== 0) return EINVAL;
  if (flags === MCL_ONFAULT) return EINVAL;
  const locked = (flags & MCL_ONFAULT) !== 0 ? VM_LOCKED_MASK : VM_LOCKED;
  return lockAll(
    task.mm,
    task.credentials,
    (flags & MCL_CURRENT) !== 0 ? locked : 0,
    (flags & MCL_FUTURE) !== 0 ? locked : 0,
  );
}

export function munlockall(task: Task): SyscallResult {
  return lockAll(task.mm, task.credentials, 0, 0);
}
