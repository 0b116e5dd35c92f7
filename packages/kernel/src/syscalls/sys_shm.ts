/** shmget(2), shmat(2), shmdt(2), shmctl(2). */
import {
  CAP_IPC_LOCK,
  EINVAL,
  ENOMEM,
  EPERM,
  type Errno,
  IPC_INFO,
  IPC_RMID,
  IPC_SET,
  IPC_STAT,
  isErrno,
  MAP_FIXED,
  MAP_SHARED,
  PAGE_SIZE,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
  RLIMIT_MEMLOCK,
  SHM_EXEC,
  SHM_HUGETLB,
  SHM_INFO,
  SHM_INFO64,
  SHM_LOCK,
  SHM_LOCKED,
  SHM_RDONLY,
  SHM_REMAP,
  SHM_RND,
  SHM_STAT,
  SHM_STAT_ANY,
  SHM_UNLOCK,
  SHMID64_DS,
  SHMINFO64,
} from "@kernelet/abi";
import { type IpcNamespace, ipcNamespaceOf } from "../ipc/ipc-namespace.ts";
import { newSegment, SHMMAX, SHMMIN, SHMMNI, type SharedSegment, ShmFile } from "../ipc/shm.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { copyOutAnd, removeObject, setObject, statObject } from "./struct-ipc.ts";

const S_IRUGO = 0o444;
const S_IWUGO = 0o222;
const S_IXUGO = 0o111;

export function shmget(task: Task, args: SyscallArgs): SyscallResult {
  const key = args.int(0);
  const size = args.size(1);
  const flags = args.int(2);
  const namespace = ipcNamespaceOf(task);
  return namespace.shm.obtain(
    key,
    flags,
    task.credentials,
    (found) => (found.size < size ? EINVAL : 0),
    (full) => {
      if ((flags & SHM_HUGETLB) !== 0) return ENOMEM; // No huge pages are set aside.
      return newSegment(task, namespace, key, size, flags, full);
    },
  );
}

export function shmat(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(2);
  const addr = placeOf(args.pointer(1), flags);
  if (isErrno(addr)) return addr;
  let prot = PROT_READ;
  let wanted = S_IRUGO;
  if ((flags & SHM_RDONLY) === 0) {
    prot |= PROT_WRITE;
    wanted |= S_IWUGO;
  }
  if ((flags & SHM_EXEC) !== 0) {
    prot |= PROT_EXEC;
    wanted |= S_IXUGO;
  }
  const segment = ipcNamespaceOf(task).shm.get(args.int(0));
  if (isErrno(segment)) return segment;
  const refused = segment.permits(task.credentials, wanted);
  if (refused !== 0) return refused;
  return attach(task, segment, { addr, prot, flags });
}

/** Where the segment is to go; 0 for anywhere. */
function placeOf(addr: number, flags: number): number | Errno {
  if (addr === 0) return (flags & SHM_REMAP) !== 0 ? EINVAL : 0;
  const rest = addr % PAGE_SIZE;
  if (rest === 0) return addr;
  if ((flags & SHM_RND) === 0) return EINVAL;
  return addr === rest && (flags & SHM_REMAP) !== 0 ? EINVAL : addr - rest;
}

function attach(
  task: Task,
  segment: SharedSegment,
  place: { readonly addr: number; readonly prot: number; readonly flags: number },
): number | Errno {
  const { addr, prot, flags } = place;
  const len = segment.size;
  if (addr !== 0 && (flags & SHM_REMAP) === 0 && task.mm.vmas.overlaps(addr, addr + len)) {
    return EINVAL;
  }
  return task.mm.mmap({
    addr,
    len,
    prot,
    flags: MAP_SHARED | (addr !== 0 ? MAP_FIXED : 0),
    file: segment.file((flags & SHM_RDONLY) !== 0),
  });
}

/** Takes out the attachment at an address: all its pieces, if it was cut. */
export function shmdt(task: Task, args: SyscallArgs): SyscallResult {
  const addr = args.pointer(0);
  const { mm } = task;
  if (addr % PAGE_SIZE !== 0) return EINVAL;
  const pieces = mm.vmas.overlapping(addr, mm.space.end);
  const first = pieces.find((vma) => vma.file instanceof ShmFile && vma.start - vma.off === addr);
  if (first === undefined || !(first.file instanceof ShmFile)) return EINVAL;
  const { file } = first;
  const end = addr + file.segment.size;
  for (const vma of pieces) {
    if (vma.start >= end || vma.file !== file || vma.start - vma.off !== addr) continue;
    mm.munmap(vma.start, vma.end - vma.start);
  }
  return 0;
}

export function shmctl(task: Task, args: SyscallArgs): SyscallResult {
  const id = args.int(0);
  const cmd = args.int(1);
  const addr = args.pointer(2);
  const namespace = ipcNamespaceOf(task);
  if (cmd < 0 || id < 0) return EINVAL;
  switch (cmd) {
    case IPC_INFO:
      return limits(task, namespace, addr);
    case SHM_INFO:
      return usage(task, namespace, addr);
    case IPC_STAT:
    case SHM_STAT:
    case SHM_STAT_ANY:
      return statObject(
        task,
        namespace.shm,
        { id, cmd, addr },
        SHM_STAT_ANY,
        SHMID64_DS.size,
        encode,
      );
    case IPC_SET:
      return setObject(task, namespace.shm, id, addr, SHMID64_DS.size, namespace.clock);
    case IPC_RMID:
      return removeObject(task, namespace.shm, id);
    case SHM_LOCK:
    case SHM_UNLOCK:
      return lock(task, namespace, id, cmd === SHM_LOCK);
    default:
      return EINVAL;
  }
}

function limits(task: Task, namespace: IpcNamespace, addr: number): SyscallResult {
  const bytes = new Uint8Array(SHMINFO64.size);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(SHMINFO64.shmmax, SHMMAX, true);
  view.setBigUint64(SHMINFO64.shmmin, BigInt(SHMMIN), true);
  view.setBigUint64(SHMINFO64.shmmni, BigInt(SHMMNI), true);
  view.setBigUint64(SHMINFO64.shmseg, BigInt(SHMMNI), true);
  view.setBigUint64(SHMINFO64.shmall, SHMMAX, true);
  return copyOutAnd(task, addr, bytes, namespace.shm.maxIndex);
}

function usage(task: Task, namespace: IpcNamespace, addr: number): SyscallResult {
  const bytes = new Uint8Array(SHM_INFO64.size);
  const view = new DataView(bytes.buffer);
  let resident = 0;
  for (const segment of namespace.shm.list()) resident += segment.residentBytes / PAGE_SIZE;
  view.setInt32(SHM_INFO64.used_ids, namespace.shm.count, true);
  view.setBigUint64(SHM_INFO64.shm_tot, BigInt(namespace.shmPages), true);
  view.setBigUint64(SHM_INFO64.shm_rss, BigInt(resident), true);
  return copyOutAnd(task, addr, bytes, namespace.shm.maxIndex);
}

function encode(view: DataView, segment: SharedSegment): void {
  view.setBigUint64(SHMID64_DS.shm_segsz, BigInt(segment.size), true);
  view.setBigInt64(SHMID64_DS.shm_atime, BigInt(segment.atime), true);
  view.setBigInt64(SHMID64_DS.shm_dtime, BigInt(segment.dtime), true);
  view.setBigInt64(SHMID64_DS.shm_ctime, BigInt(segment.ctime), true);
  view.setInt32(SHMID64_DS.shm_cpid, segment.cpid, true);
  view.setInt32(SHMID64_DS.shm_lpid, segment.lpid, true);
  view.setBigUint64(SHMID64_DS.shm_nattch, BigInt(segment.attachments), true);
}

/** Nothing is ever swapped out, so locking is a mark that IPC_STAT shows. */
function lock(task: Task, namespace: IpcNamespace, id: number, isLock: boolean): SyscallResult {
  const segment = namespace.shm.get(id);
  if (isErrno(segment)) return segment;
  const { credentials: cred } = task;
  if (!cred.has(CAP_IPC_LOCK)) {
    if (cred.euid !== segment.uid && cred.euid !== segment.cuid) return EPERM;
    if (isLock && task.threadGroup.soft(RLIMIT_MEMLOCK) === 0) return EPERM;
  }
  if (isLock) segment.mode |= SHM_LOCKED;
  else segment.mode &= ~SHM_LOCKED;
  return 0;
}
