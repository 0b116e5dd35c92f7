/** fcntl(2), dup(2), dup2(2), dup3(2), flock(2). */
import {
  CAP_SYS_RESOURCE,
  DN_MULTISHOT,
  EBADF,
  EBUSY,
  EFAULT,
  EINVAL,
  ENOTDIR,
  EPERM,
  F_ADD_SEALS,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_DUPFD_QUERY,
  F_GET_RW_HINT,
  F_GET_SEALS,
  F_GETFD,
  F_GETFL,
  F_GETLEASE,
  F_GETLK,
  F_GETOWN,
  F_GETOWN_EX,
  F_GETOWNER_UIDS,
  F_GETPIPE_SZ,
  F_GETSIG,
  F_NOTIFY,
  F_OFD_GETLK,
  F_OFD_SETLK,
  F_OFD_SETLKW,
  F_OWNER_EX,
  F_OWNER_PGRP,
  F_OWNER_PID,
  F_OWNER_TID,
  F_SEAL_EXEC,
  F_SEAL_FUTURE_WRITE,
  F_SEAL_GROW,
  F_SEAL_SEAL,
  F_SEAL_SHRINK,
  F_SEAL_WRITE,
  F_SET_RW_HINT,
  F_SETFD,
  F_SETFL,
  F_SETLEASE,
  F_SETLK,
  F_SETLKW,
  F_SETOWN,
  F_SETOWN_EX,
  F_SETPIPE_SZ,
  F_SETSIG,
  F_UNLCK,
  FD_CLOEXEC,
  NSIG,
  O_APPEND,
  O_ASYNC,
  O_CLOEXEC,
  O_DIRECT,
  O_NOATIME,
  O_NONBLOCK,
  PAGE_SIZE,
} from "@kernelet/abi";
import { addNotice, stopNotices } from "../fs/dnotify.ts";
import type { FileDescription } from "../fs/file-description.ts";
import { nameOwner, ownerId, ownerNumber, setOwnerNumber } from "../fs/file-owner.ts";
import { leaseType, setLease } from "../fs/leases.ts";
import { isOwnerOrCapable } from "../fs/permission.ts";
import { PIPE_MAX_SIZE, slotsFor } from "../fs/pipe/pipe.ts";
import { PipeFile } from "../fs/pipe/pipe-file.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { VM_MAYWRITE, Vma } from "../mm/vma.ts";
import type { SyscallArgs } from "./args.ts";
import { recordLock } from "./record-lock.ts";

interface FcntlCall {
  readonly task: Task;
  readonly fd: number;
  readonly cmd: number;
  readonly file: FileDescription;
  /** The third argument as a long, and as an address. */
  readonly arg: number;
  readonly addr: number;
}

type Command = (call: FcntlCall) => SyscallResult;

/** Flags that F_SETFL may change. */
const SETFL_MASK = O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME;

const COMMANDS: ReadonlyMap<number, Command> = new Map([
  [F_DUPFD, duplicate],
  [F_DUPFD_CLOEXEC, duplicate],
  [F_DUPFD_QUERY, queryDuplicate],
  [F_GETFD, ({ task, fd }) => (task.fdTable.isCloexec(fd) ? FD_CLOEXEC : 0)],
  [F_SETFD, setDescriptorFlags],
  [F_GETFL, ({ file }) => file.flags],
  [F_SETFL, setStatusFlags],
  [F_GETLK, recordLock],
  [F_SETLK, recordLock],
  [F_SETLKW, recordLock],
  [F_OFD_GETLK, recordLock],
  [F_OFD_SETLK, recordLock],
  [F_OFD_SETLKW, recordLock],
  [F_GETOWN, getOwner],
  [F_SETOWN, setOwner],
  [F_GETOWN_EX, getOwnerEx],
  [F_SETOWN_EX, setOwnerEx],
  [F_GETSIG, ({ file }) => file.ownerSignal],
  [F_SETSIG, setOwnerSignal],
  [F_NOTIFY, notifyOfChanges],
  [F_SETLEASE, changeLease],
  [F_GETLEASE, ({ file }) => leaseType(file)],
  [F_GETOWNER_UIDS, getOwnerUids],
  [F_GET_RW_HINT, getWriteHint],
  [F_SET_RW_HINT, setWriteHint],
  [F_GETPIPE_SZ, ({ file }) => (file instanceof PipeFile ? file.pipe.capacity : EBADF)],
  [F_SETPIPE_SZ, setPipeSize],
  [F_GET_SEALS, ({ file }) => (file.inode.isSealable ? file.inode.seals : EINVAL)],
  [F_ADD_SEALS, addSeals],
]);

/** Commands that an O_PATH descriptor takes. */
const PATH_COMMANDS: readonly number[] = [
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_DUPFD_QUERY,
  F_GETFD,
  F_SETFD,
  F_GETFL,
];

export function fcntl(task: Task, args: SyscallArgs): SyscallResult {
  const fd = args.fd(0);
  const cmd = args.int(1);
  const file = task.fdTable.get(fd);
  if (file === null) return EBADF;
  if (file.isPath && !PATH_COMMANDS.includes(cmd)) return EBADF;
  const command = COMMANDS.get(cmd);
  if (command === undefined) return EINVAL;
  return command({ task, fd, cmd, file, arg: args.signedLong(2), addr: args.pointer(2) });
}

function duplicate({ task, file, cmd, arg }: FcntlCall): SyscallResult {
  const from = arg | 0;
  if (from < 0 || from >= task.fdTable.limit) return EINVAL;
  return task.fdTable.add(file, { from, cloexec: cmd === F_DUPFD_CLOEXEC });
}

function queryDuplicate({ task, file, arg }: FcntlCall): SyscallResult {
  const other = task.fdTable.get(arg | 0);
  if (other === null) return EBADF;
  return other === file ? 1 : 0;
}

function setDescriptorFlags({ task, fd, arg }: FcntlCall): SyscallResult {
  task.fdTable.setCloexec(fd, (arg & FD_CLOEXEC) !== 0);
  return 0;
}

/** Pipes, whose packets the flag means, and files that were opened by a name (FMODE_CAN_ODIRECT). */
function canBeDirect(task: Task, { inode, path }: FileDescription): boolean {
  return inode.isFifo || (inode.isRegular && path.mount !== task.kernel.vfs.memfds.mount);
}

function setStatusFlags({ task, fd, file, arg }: FcntlCall): SyscallResult {
  const gainsNoatime = (arg & ~file.flags & O_NOATIME) !== 0;
  if (gainsNoatime && !isOwnerOrCapable(file.inode, task.credentials)) return EPERM;
  if ((arg & O_DIRECT) !== 0 && !canBeDirect(task, file)) return EINVAL;
  if (((arg ^ file.flags) & O_ASYNC) !== 0) file.setAsync(fd, (arg & O_ASYNC) !== 0);
  file.flags = (file.flags & ~SETFL_MASK) | (arg & SETFL_MASK);
  return 0;
}

function getOwner({ task, file }: FcntlCall): SyscallResult {
  return ownerNumber(task, file);
}

function setOwner({ task, file, arg }: FcntlCall): SyscallResult {
  return setOwnerNumber(task, file, arg | 0);
}

function getOwnerEx({ task, file, addr }: FcntlCall): SyscallResult {
  const bytes = new Uint8Array(F_OWNER_EX.size);
  const view = new DataView(bytes.buffer);
  view.setInt32(F_OWNER_EX.type, file.owner?.type ?? F_OWNER_TID, true);
  view.setInt32(F_OWNER_EX.pid, task.pids.show(ownerId(file.owner)), true);
  return task.mm.copyOut(addr, bytes);
}

function setOwnerEx({ task, file, addr }: FcntlCall): SyscallResult {
  const type = task.mm.readInt32(addr + F_OWNER_EX.type);
  const pid = task.mm.readInt32(addr + F_OWNER_EX.pid);
  if (type === null || pid === null) return EFAULT;
  if (![F_OWNER_TID, F_OWNER_PID, F_OWNER_PGRP].includes(type)) return EINVAL;
  return nameOwner(task, file, type, pid);
}

/** Whoever asks is the owner, unless there is one. */
function notifyOfChanges({ task, fd, file, arg }: FcntlCall): SyscallResult {
  const flags = arg | 0;
  if ((flags & ~DN_MULTISHOT) === 0) {
    stopNotices(file, task.fdTable);
    return 0;
  }
  if (!file.inode.isDirectory) return ENOTDIR;
  addNotice(file, task.fdTable, fd, flags);
  if (ownerId(file.owner) !== 0) return 0;
  return nameOwner(task, file, F_OWNER_PID, task.threadGroup.tgid);
}

/** Who takes a lease is told by signals, unless somebody else was named. */
function changeLease({ task, fd, file, arg }: FcntlCall): SyscallResult {
  const result = setLease(task, file, fd, arg | 0);
  if (result !== 0 || (arg | 0) === F_UNLCK || ownerId(file.owner) !== 0) return result;
  return nameOwner(task, file, F_OWNER_PID, task.threadGroup.tgid);
}

/** The real and effective user who named the owner. */
function getOwnerUids({ task, file, addr }: FcntlCall): SyscallResult {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, file.owner?.uid ?? 0, true);
  view.setUint32(4, file.owner?.euid ?? 0, true);
  return task.mm.copyOut(addr, bytes);
}

/** RWH_WRITE_LIFE_EXTREME. */
const LAST_WRITE_HINT = 5;

function getWriteHint({ task, file, addr }: FcntlCall): SyscallResult {
  return task.mm.writeU64(addr, file.inode.writeHint);
}

/** How long what is written will live: kept and told, nothing here has a use for it. */
function setWriteHint({ task, file, addr }: FcntlCall): SyscallResult {
  if (!isOwnerOrCapable(file.inode, task.credentials)) return EPERM;
  const hint = task.mm.readU64(addr);
  if (hint < 0) return hint;
  if (hint > LAST_WRITE_HINT) return EINVAL;
  file.inode.writeHint = hint;
  return 0;
}

function setOwnerSignal({ file, arg }: FcntlCall): SyscallResult {
  if (arg < 0 || arg > NSIG) return EINVAL;
  file.ownerSignal = arg;
  return 0;
}

function setPipeSize({ task, file, arg }: FcntlCall): SyscallResult {
  if (!(file instanceof PipeFile)) return EBADF;
  const { pipe } = file;
  const slots = slotsFor(arg >>> 0);
  if (slots === 0) return EINVAL;
  const size = slots * PAGE_SIZE;
  if (size > PIPE_MAX_SIZE && slots > pipe.slots && !task.credentials.has(CAP_SYS_RESOURCE)) {
    return EPERM;
  }
  return slots < pipe.usedSlots ? EBUSY : pipe.resize(slots);
}

const F_SEALS_OF_CONTENTS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE;

function addSeals({ file, arg }: FcntlCall): SyscallResult {
  const { inode } = file;
  const seals = arg | 0;
  if (!file.isWritable) return EPERM;
  if (seals & ~0x3f) return EINVAL;
  if (!inode.isSealable) return EINVAL;
  if (inode.seals & F_SEAL_SEAL) return EPERM;
  if (seals & ~inode.seals & F_SEAL_WRITE && hasWritableMapping(file)) return EBUSY;
  // What can be executed must not change any more (W^X).
  const isFrozen = (seals & F_SEAL_EXEC) !== 0 && (inode.mode & 0o111) !== 0;
  inode.seals |= seals | (isFrozen ? F_SEALS_OF_CONTENTS : 0);
  return 0;
}

function hasWritableMapping(file: FileDescription): boolean {
  for (const mapping of file.inode.pages?.mappings ?? []) {
    if (!(mapping instanceof Vma)) continue;
    if (mapping.isShared && (mapping.flags & VM_MAYWRITE) !== 0) return true;
  }
  return false;
}

export function dup(task: Task, args: SyscallArgs): SyscallResult {
  const file = task.fdTable.get(args.fd(0));
  return file === null ? EBADF : task.fdTable.add(file);
}

export function dup2(task: Task, args: SyscallArgs): SyscallResult {
  const file = task.fdTable.get(args.fd(0));
  if (file === null) return EBADF;
  const to = args.fd(1);
  return to === args.fd(0) ? to : task.fdTable.replace(task, to, file, false);
}

export function dup3(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(2);
  const to = args.fd(1);
  if (flags & ~O_CLOEXEC) return EINVAL;
  if (to === args.fd(0)) return EINVAL;
  const file = task.fdTable.get(args.fd(0));
  if (file === null) return EBADF;
  return task.fdTable.replace(task, to, file, (flags & O_CLOEXEC) !== 0);
}

export type { FcntlCall };
