/** process_vm_readv(2), process_vm_writev(2), process_madvise(2): one process and another's memory. */
import {
  CAP_SYS_NICE,
  EACCES,
  EFAULT,
  EINVAL,
  EPERM,
  type Errno,
  ESRCH,
  IOVEC,
  isErrno,
  MADV_COLD,
  MADV_PAGEOUT,
  MADV_WILLNEED,
  PROT_READ,
  UIO_MAXIOV,
} from "@kernelet/abi";
import { PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import { pidfdTarget } from "../fs/pidfd.ts";
import { mayInspect } from "../kernel/inspect.ts";
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

/** Advice that changes nothing another process could notice. */
const ADVICE_FOR_OTHERS: readonly number[] = [MADV_COLD, MADV_PAGEOUT, MADV_WILLNEED];

/** process_madvise(2). @returns bytes of the ranges that were advised; an error of the first range. */
export function processMadvise(task: Task, args: SyscallArgs): SyscallResult {
  if (args.uint(4) !== 0) return EINVAL;
  const ranges = readRanges(task.mm, args.pointer(1), args.size(2));
  if (isErrno(ranges)) return ranges;
  const group = pidfdTarget(task, args.fd(0));
  if (isErrno(group)) return group;
  const advice = args.int(3);
  if (!ADVICE_FOR_OTHERS.includes(advice)) return EINVAL;
  const target = group.leader;
  if (!target.isAlive) return ESRCH;
  if (!mayInspect(task, target)) return EACCES;
  if (target.mm !== task.mm && !task.credentials.has(CAP_SYS_NICE)) return EPERM;
  let done = 0;
  for (const { addr, len } of ranges) {
    const result = target.mm.madvise(addr, len, advice);
    if (isErrno(result)) return done > 0 ? done : result;
    done += len;
  }
  return done;
}

function transfer(task: Task, args: SyscallArgs, isWrite: boolean): SyscallResult {
  if (args.size(5) !== 0) return EINVAL;
  const local = readRanges(task.mm, args.pointer(1), args.size(2));
  if (isErrno(local)) return local;
  const remote = readRanges(task.mm, args.pointer(3), args.size(4));
  if (isErrno(remote)) return remote;
  const target = task.pids.task(args.int(0));
  if (target === undefined || !target.isAlive) return ESRCH;
  if (!mayInspect(task, target, "real")) return EPERM;
  return isWrite
    ? copyRanges(task.mm, local, target.mm, remote, false)
    : copyRanges(target.mm, remote, task.mm, local, true);
}

/**
 * How many of `len` bytes get_user_pages() gives for reading: only where the mapping says so, though the processor reads
 * all pages that can be written.
 */
function readableLength(mm: MemoryManager, addr: number, len: number): number {
  let end = addr;
  for (const vma of mm.vmas.overlapping(addr, addr + len)) {
    if (vma.start > end || (vma.prot & PROT_READ) === 0) break;
    end = vma.end;
  }
  return Math.min(len, end - addr);
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

/** Copies until either side ends or cannot be accessed. `isRead`: `from` is the other's. @returns bytes copied; EFAULT if none could be. */
function copyRanges(
  from: MemoryManager,
  source: readonly Range[],
  to: MemoryManager,
  sink: readonly Range[],
  isRead: boolean,
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
      const start = piece.addr + done;
      const there = isRead ? readableLength(from, start, want) : want;
      const bytes = there === 0 ? EFAULT : from.userBuffer(start, there, PAGE_R);
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
