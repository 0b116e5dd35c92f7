/** fcntl(2)'s record locks: "Advisory record locking" and "Open file description locks"; fs/locks.c. */
import {
  EAGAIN,
  EBADF,
  EDEADLK,
  EINVAL,
  ENOLCK,
  EOVERFLOW,
  type Errno,
  F_GETLK,
  F_OFD_GETLK,
  F_OFD_SETLK,
  F_OFD_SETLKW,
  F_RDLCK,
  F_SETLKW,
  F_UNLCK,
  F_WRLCK,
  FLOCK,
  isErrno,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
} from "@kernelet/abi";
import { FdTable } from "../fs/fd-table.ts";
import type { FileDescription } from "../fs/file-description.ts";
import { FileLocks, type RecordLock } from "../fs/file-locks.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { FcntlCall } from "./sys_fcntl.ts";

interface Flock {
  readonly type: number;
  readonly start: number;
  readonly end: number;
  readonly pid: number;
}

/** F_GETLK, F_SETLK, F_SETLKW and the same for open file descriptions. */
export function recordLock(call: FcntlCall): SyscallResult {
  const { task, file, cmd } = call;
  const wanted = readFlock(call);
  if (isErrno(wanted)) return wanted;
  const isOfd = cmd === F_OFD_GETLK || cmd === F_OFD_SETLK || cmd === F_OFD_SETLKW;
  const isAsking = cmd === F_GETLK || cmd === F_OFD_GETLK;
  if (!isAsking && wanted.type === F_RDLCK && !file.isReadable) return EBADF;
  if (!isAsking && wanted.type === F_WRLCK && !file.isWritable) return EBADF;
  if (isOfd && wanted.pid !== 0) return EINVAL;
  const lock: RecordLock = {
    owner: isOfd ? file : task.fdTable,
    isExclusive: wanted.type === F_WRLCK,
    start: wanted.start,
    end: wanted.end,
    pid: isOfd ? -1 : task.threadGroup.tgid,
  };
  if (isAsking) return tellConflict(call, lock, wanted.type === F_UNLCK);
  const mayWait = cmd === F_SETLKW || cmd === F_OFD_SETLKW;
  return setLock(task, file, lock, wanted.type, mayWait);
}

function setLock(
  task: Task,
  file: FileDescription,
  lock: RecordLock,
  type: number,
  mayWait: boolean,
): SyscallResult {
  const { inode } = file;
  if (type === F_UNLCK) {
    inode.locks?.unlock(lock.owner, lock.start, lock.end);
    return 0;
  }
  inode.locks ??= new FileLocks();
  const { locks } = inode;
  const conflict = locks.conflict(lock);
  const { lockWaits } = task.fdTable;
  lockWaits.delete(task);
  if (conflict === undefined) {
    if (locks.isFull) return ENOLCK;
    locks.set(lock);
    return 0;
  }
  if (!mayWait) return EAGAIN;
  // Only processes are looked at: a description may be unlocked by anybody who has it.
  if (lock.owner === task.fdTable && conflict.owner instanceof FdTable) {
    if (task.fdTable.isAwaitedBy(conflict.owner)) return EDEADLK;
    lockWaits.set(task, conflict.owner);
  }
  const wait = task.block([locks.queue]);
  if (isErrno(wait)) lockWaits.delete(task);
  return wait;
}

/** `isOwn`: F_OFD_GETLK of F_UNLCK, since Linux 6.6, asks what the description itself has locked. */
function tellConflict(
  { task, file, addr }: FcntlCall,
  lock: RecordLock,
  isOwn: boolean,
): SyscallResult {
  const { locks } = file.inode;
  const conflict = isOwn ? locks?.held(lock) : locks?.conflict(lock);
  const bytes = task.mm.copyIn(addr, FLOCK.size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (conflict === undefined) {
    view.setInt16(FLOCK.l_type, F_UNLCK, true);
  } else {
    const len = Number.isFinite(conflict.end) ? conflict.end - conflict.start : 0;
    view.setInt16(FLOCK.l_type, conflict.isExclusive ? F_WRLCK : F_RDLCK, true);
    view.setInt16(FLOCK.l_whence, SEEK_SET, true);
    view.setBigInt64(FLOCK.l_start, BigInt(conflict.start), true);
    view.setBigInt64(FLOCK.l_len, BigInt(len), true);
    view.setInt32(FLOCK.l_pid, conflict.pid, true);
  }
  return task.mm.copyOut(addr, bytes);
}

function readFlock({ task, file, cmd, addr }: FcntlCall): Flock | Errno {
  const bytes = task.mm.copyIn(addr, FLOCK.size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const type = view.getInt16(FLOCK.l_type, true);
  // Nobody is kept from unlocking: fcntl_getlk() says so before it looks at the range.
  if (cmd === F_GETLK && type !== F_RDLCK && type !== F_WRLCK) return EINVAL;
  const base = whenceBase(file, view.getInt16(FLOCK.l_whence, true));
  if (isErrno(base)) return base;
  const range = lockedRange(
    BigInt(base) + view.getBigInt64(FLOCK.l_start, true),
    view.getBigInt64(FLOCK.l_len, true),
  );
  if (isErrno(range)) return range;
  if (type !== F_RDLCK && type !== F_WRLCK && type !== F_UNLCK) return EINVAL;
  return { type, ...range, pid: view.getInt32(FLOCK.l_pid, true) };
}

const OFFSET_MAX = 2n ** 63n - 1n;

/** A negative length reaches back from `start`, none at all to the end: flock64_to_posix_lock(). */
function lockedRange(start: bigint, len: bigint): { start: number; end: number } | Errno {
  if (start > OFFSET_MAX) return EOVERFLOW;
  if (start < 0n) return EINVAL;
  if (len < 0n) {
    return start + len < 0n ? EINVAL : { start: Number(start + len), end: Number(start) };
  }
  if (len - 1n > OFFSET_MAX - start) return EOVERFLOW;
  const isToEnd = len === 0n || start + len > OFFSET_MAX;
  return { start: Number(start), end: isToEnd ? Number.POSITIVE_INFINITY : Number(start + len) };
}

function whenceBase(file: FileDescription, whence: number): number | Errno {
  if (whence === SEEK_SET) return 0;
  if (whence === SEEK_CUR) return file.pos;
  return whence === SEEK_END ? file.size() : EINVAL;
}
