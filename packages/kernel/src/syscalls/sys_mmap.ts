/** Memory: mmap(2), munmap(2), mprotect(2), mremap(2), brk(2), madvise(2), msync(2), mincore(2). */
import {
  CAP_IPC_LOCK,
  EINVAL,
  ENOSPC,
  isErrno,
  MAP_ANONYMOUS,
  MAP_HUGETLB,
  PAGE_SIZE,
  PKEY_DISABLE_ACCESS,
  PKEY_DISABLE_WRITE,
  RLIMIT_MEMLOCK,
} from "@kernelet/abi";
import type { FileDescription } from "../fs/file-description.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";

import { remapFilePages as remapPages } from "../mm/remap-file-pages.ts";

import type { SyscallArgs } from "./args.ts";

export function mmap(task: Task, args: SyscallArgs): SyscallResult {
  const off = args.size(5);
  if (off % PAGE_SIZE !== 0) return EINVAL;
  const flags = args.int(3);
  let file: FileDescription | null = null;
  if ((flags & MAP_ANONYMOUS) === 0) {
    const found = task.fdTable.file(args.fd(4));
    if (isErrno(found)) return found;
    file = found;
    // Only files of hugetlbfs, which there is none of, have huge pages.
    if ((flags & MAP_HUGETLB) !== 0) return EINVAL;
  }
  return task.mm.mmap({
    addr: args.pointer(0),
    len: args.size(1),
    prot: args.int(2),
    flags,
    file,
    off,
    lockLimit: lockLimit(task),
  });
}

export function munmap(task: Task, args: SyscallArgs): SyscallResult {
  return task.mm.munmap(args.pointer(0), args.size(1));
}

export function mprotect(task: Task, args: SyscallArgs): SyscallResult {
  return task.mm.mprotect(args.pointer(0), args.size(1), args.int(2));
}

/** pkey_mprotect(2): the processor has no protection keys, so that -1, for none, is the only one there is. */
export function pkeyMprotect(task: Task, args: SyscallArgs): SyscallResult {
  if (args.int(3) !== -1 && args.size(1) !== 0) return EINVAL;
  return mprotect(task, args);
}

/** pkey_alloc(2), as Linux answers on a processor without them. */
export function pkeyAlloc(_task: Task, args: SyscallArgs): SyscallResult {
  const isWrong =
    args.size(0) !== 0 || (args.size(1) & ~(PKEY_DISABLE_ACCESS | PKEY_DISABLE_WRITE)) !== 0;
  return isWrong ? EINVAL : ENOSPC;
}

/** pkey_free(2): none was ever given out. */
export function pkeyFree(): SyscallResult {
  return EINVAL;
}

export function mremap(task: Task, args: SyscallArgs): SyscallResult {
  return task.mm.mremap({
    oldAddr: args.pointer(0),
    oldSize: args.size(1),
    newSize: args.size(2),
    flags: args.int(3),
    newAddr: args.pointer(4),
    lockLimit: lockLimit(task),
  });
}

/** Bytes that `task` may lock in all. */
function lockLimit(task: Task): number {
  return task.credentials.has(CAP_IPC_LOCK)
    ? Number.POSITIVE_INFINITY
    : task.threadGroup.soft(RLIMIT_MEMLOCK);
}

/** remap_file_pages(2). */
export function remapFilePages(task: Task, args: SyscallArgs): SyscallResult {
  return remapPages(task.mm, {
    addr: args.pointer(0),
    len: args.size(1),
    prot: args.int(2),
    pgoff: args.size(3),
    flags: args.int(4),
  });
}

/** Errors show as an unchanged end; a program asks with 0 where the heap ends. */
export function brk(task: Task, args: SyscallArgs): SyscallResult {
  return task.mm.brk(args.pointer(0), lockLimit(task));
}

export function madvise(task: Task, args: SyscallArgs): SyscallResult {
  return task.mm.madvise(args.pointer(0), args.size(1), args.int(2));
}

export function msync(task: Task, args: SyscallArgs): SyscallResult {
  return task.mm.msync(args.pointer(0), args.size(1), args.int(2));
}

export function mincore(task: Task, args: SyscallArgs): SyscallResult {
  return task.mm.mincore(args.pointer(0), args.size(1), args.pointer(2));
}
