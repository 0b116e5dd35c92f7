/**
 * Leases on regular files: fcntl(2), "Leases"; fs/locks.c (generic_setlease, __break_lease).
 *
 *   held ── somebody opens or truncates ──▶ breaking ── holder gives it up, or BREAK_TIME has passed ──▶ gone
 *
 * The holder is told by a signal; the one who opens waits, or has EAGAIN under O_NONBLOCK.
 */
import {
  CAP_LEASE,
  EACCES,
  EAGAIN,
  EINVAL,
  type Errno,
  F_RDLCK,
  F_UNLCK,
  F_WRLCK,
  O_ACCMODE,
  O_NONBLOCK,
  O_RDONLY,
  POLL_MSG,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { FileDescription } from "./file-description.ts";
import { FileLocks } from "./file-locks.ts";
import { signalOwner } from "./file-owner.ts";
import type { Inode } from "./inode.ts";

/** fs.lease-break-time. */
const BREAK_TIME_NS = 45e9;

export interface Lease {
  readonly file: FileDescription;
  /** The descriptor that asked: si_fd. */
  readonly fd: number;
  /** F_RDLCK: told when somebody opens for writing; F_WRLCK: when somebody opens at all. */
  type: number;
  /** What it is to become, and when it does by itself (monotonic). */
  breaking: { readonly to: number; readonly atNs: number } | null;
}

/** F_GETLEASE: what the lease is, or is to become. */
export function leaseType(file: FileDescription): number {
  const lease = file.inode.locks?.leases.find((l) => l.file === file);
  return lease?.breaking?.to ?? lease?.type ?? F_UNLCK;
}

/** F_SETLEASE. */
export function setLease(task: Task, file: FileDescription, fd: number, type: number): 0 | Errno {
  const { inode } = file;
  const cred = task.credentials;
  if (type !== F_UNLCK && type !== F_RDLCK && type !== F_WRLCK) return EINVAL;
  if (cred.fsuid !== inode.uid && !cred.has(CAP_LEASE)) return EACCES;
  if (!inode.isRegular) return EINVAL;
  inode.locks ??= new FileLocks();
  const { locks } = inode;
  const own = locks.leases.find((l) => l.file === file);
  if (type === F_UNLCK) {
    if (own === undefined) return EAGAIN;
    locks.removeLease(own);
    return 0;
  }
  if (isOpenOtherwise(file, type)) return EAGAIN;
  for (const other of locks.leases) {
    if (other !== own && type === F_WRLCK) return EAGAIN;
    if (other.breaking?.to === F_UNLCK) return EAGAIN;
  }
  if (own === undefined) {
    locks.leases.push({ file, fd, type, breaking: null });
  } else {
    own.type = type;
    own.breaking = null;
    locks.queue.wake();
  }
  return 0;
}

/** check_conflicting_open(): a lease to read needs that nobody writes, one to write that nobody else is there. */
function isOpenOtherwise(
  { inode, isReadable, isWritable }: FileDescription,
  type: number,
): boolean {
  if (type === F_RDLCK) return inode.writeCount > 0;
  const ownWrites = isWritable ? 1 : 0;
  const ownReads = isReadable && !isWritable ? 1 : 0;
  return inode.writeCount !== ownWrites || inode.readCount !== ownReads;
}

/** Somebody opens the file with these flags, or truncates it (O_WRONLY). 0: nothing bars that. */
export function breakLeases(task: Task, inode: Inode, flags: number): SyscallResult {
  const { locks } = inode;
  if (locks === null || locks.leases.length === 0) return 0;
  const isWrite = (flags & O_ACCMODE) !== O_RDONLY;
  const to = isWrite ? F_UNLCK : F_RDLCK;
  const now = task.kernel.clock.monotonicNs();
  let deadlineNs = Number.POSITIVE_INFINITY;
  for (const lease of [...locks.leases]) {
    const { breaking } = lease;
    if (breaking !== null && breaking.atNs <= now) locks.endLease(lease);
    else if (isWrite || lease.type === F_WRLCK) {
      if (breaking === null || (isWrite && breaking.to !== F_UNLCK)) {
        lease.breaking = { to, atNs: now + BREAK_TIME_NS };
        const { owner, ownerSignal: signal } = lease.file;
        signalOwner(owner, { signal, fd: lease.fd, reason: POLL_MSG });
      }
      deadlineNs = Math.min(deadlineNs, (lease.breaking ?? { atNs: now }).atNs);
    }
  }
  const isBarred = locks.leases.some((l) => isWrite || l.type === F_WRLCK);
  if (!isBarred) return 0;
  if ((flags & O_NONBLOCK) !== 0) return EAGAIN;
  return task.block([locks.queue], { deadlineNs });
}
