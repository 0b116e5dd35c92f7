/** process_vm_readv(2), process_vm_writev(2): from one process's memory to another's. */
import {
  CAP_SYS_PTRACE,
  EFAULT,
  EINVAL,
  EPERM,
  type Errno,
  ESRCH,
  IOVEC,
  isErrno,
  UIO_MAXIOV,
} from "@kernelet/abi";
import { PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { MemoryManager } from "../mm/memory-manager.ts";
import type { SyscallArgs } from "./args.ts";

interface Range {
  readonly addr: number;
  readonly len: number;
}

export function processVmReadv(task: Task, args: SyscallArgs): SyscallResult {
  return transfer(task, args, false);
}

export function processVmWritev(task: Task, args: SyscallArgs): SyscallResult {
  return transfer(task, args, true);
}

function transfer(task: Task, args: SyscallArgs, isWrite: boolean): SyscallResult {
  if (args.size(5) !== 0) return EINVAL;
  const local = readRanges(task.mm, args.pointer(1), args.size(2));
  if (isErrno(local)) return local;
  const remote = readRanges(task.mm, args.pointer(3), args.size(4));
  if (isErrno(remote)) return remote;
  const target = task.pids.task(args.int(0));
  if (target === undefined || !target.isAlive) return ESRCH;
  if (!mayAccess(task, target)) return EPERM;
  return isWrite
    ? copyRanges(task.mm, local, target.mm, remote)
    : copyRanges(target.mm, remote, task.mm, local);
}

function readRanges(mm: MemoryManager, addr: number, count: number): Range[] | Errno {
  if (count > UIO_MAXIOV) return EINVAL;
  const ranges: Range[] = [];
  for (let i = 0; i < count; i++) {
    const base = mm.readU64(addr + i * IOVEC.size + IOVEC.iov_base);
    if (isErrno(base)) return base;
    const len = mm.readU64(addr + i * IOVEC.size + IOVEC.iov_len);
    if (isErrno(len)) return len;
    if (len >= 2 ** 63) return EINVAL;
    ranges.push({ addr: base, len });
  }
  return ranges;
}

/** ptrace_may_access(PTRACE_MODE_ATTACH_REALCREDS). */
function mayAccess(task: Task, target: Task): boolean {
  if (task.threadGroup === target.threadGroup || task.credentials.has(CAP_SYS_PTRACE)) return true;
  const { uid, gid } = task.credentials;
  const other = target.credentials;
  return (
    target.threadGroup.dumpable === 1 &&
    [other.uid, other.euid, other.suid].every((id) => id === uid) &&
    [other.gid, other.egid, other.sgid].every((id) => id === gid)
  );
}

/** Copies until either side ends or cannot be accessed. @returns bytes copied; EFAULT if none could be. */
function copyRanges(
  from: MemoryManager,
  source: readonly Range[],
  to: MemoryManager,
  sink: readonly Range[],
): number | Errno {
  let total = 0;
  let i = 0;
  let done = 0;
  for (const range of sink) {
    let at = range.addr;
    let left = range.len;
    while (left > 0) {
      const piece = source[i];
      if (piece === undefined) return total;
      if (done === piece.len) {
        i++;
        done = 0;
        continue;
      }
      const want = Math.min(left, piece.len - done);
      const bytes = from.userBuffer(piece.addr + done, want, PAGE_R);
      if (isErrno(bytes)) return total > 0 ? total : EFAULT;
      const buffer = to.userBuffer(at, bytes.length, PAGE_W);
      if (isErrno(buffer)) return total > 0 ? total : EFAULT;
      buffer.set(bytes.subarray(0, buffer.length));
      total += buffer.length;
      // A short piece: the next byte cannot be accessed.
      if (buffer.length < want) return total;
      at += buffer.length;
      left -= buffer.length;
      done += buffer.length;
    }
  }
  return total;
}
