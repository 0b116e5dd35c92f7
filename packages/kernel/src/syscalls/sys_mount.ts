/** mount(2), umount2(2), pivot_root(2). */
import {
  AT_FDCWD,
  CAP_SYS_ADMIN,
  EBUSY,
  EFAULT,
  EINVAL,
  ENODEV,
  EPERM,
  type Errno,
  isErrno,
  MNT_DETACH,
  MNT_EXPIRE,
  MNT_FORCE,
  MS_BIND,
  MS_MOVE,
  MS_NOATIME,
  MS_NODEV,
  MS_NODIRATIME,
  MS_NOEXEC,
  MS_NOSUID,
  MS_NOSYMFOLLOW,
  MS_PRIVATE,
  MS_RDONLY,
  MS_REC,
  MS_RELATIME,
  MS_REMOUNT,
  MS_SHARED,
  MS_SLAVE,
  MS_STRICTATIME,
  MS_UNBINDABLE,
  PAGE_SIZE,
  UMOUNT_NOFOLLOW,
} from "@kernelet/abi";
import { lookupAt, lookupUser } from "../fs/at.ts";
import { DevPts } from "../fs/devpts/devpts.ts";
import { newDevtmpfs } from "../fs/devtmpfs/devtmpfs.ts";
import {
  bindMount,
  mountFilesystem,
  moveMount,
  pivotRoot as pivot,
  unmount,
} from "../fs/mount-tree.ts";
import { decodeName } from "../fs/name.ts";
import type { Path } from "../fs/path.ts";
import { LOOKUP_DIRECTORY, LOOKUP_FOLLOW } from "../fs/path-walk.ts";
import { ProcFs } from "../fs/procfs/procfs.ts";
import type { Superblock } from "../fs/superblock.ts";
import { SysFs } from "../fs/sysfs/sysfs.ts";
import { parseTmpfsOptions, Tmpfs } from "../fs/tmpfs/tmpfs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

/** Flags that belong to a mount, not to its filesystem. */
const MOUNT_FLAGS =
  MS_RDONLY |
  MS_NOSUID |
  MS_NODEV |
  MS_NOEXEC |
  MS_NOATIME |
  MS_NODIRATIME |
  MS_RELATIME |
  MS_NOSYMFOLLOW |
  MS_STRICTATIME;
const PROPAGATION = MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;
/** The old way to say "these are flags" in the high half. */
const MS_MGC_VAL = 0xc0ed0000;

/** Filesystems by the name that mount(2) takes. */
const FILESYSTEMS: ReadonlyMap<string, (kernel: Kernel, data: string) => Superblock | Errno> =
  new Map<string, (kernel: Kernel, data: string) => Superblock | Errno>([
    ["tmpfs", newTmpfs],
    ["ramfs", newTmpfs],
    ["proc", (kernel) => new ProcFs(kernel)],
    ["sysfs", (kernel) => new SysFs(kernel)],
    ["devtmpfs", ({ vfs }) => newDevtmpfs(vfs)],
    ["devpts", ({ vfs }) => new DevPts(vfs)],
    ["mqueue", ({ ipc }) => ipc.mqueue],
  ]);

function newTmpfs({ vfs }: Kernel, data: string): Superblock | Errno {
  const options = parseTmpfsOptions(data, vfs.memory.limitPages);
  return isErrno(options) ? options : new Tmpfs(vfs, options);
}

/** A string argument that may be absent. */
function optionalString(task: Task, addr: number): string | Errno {
  if (addr === 0) return "";
  const bytes = task.mm.copyInString(addr, PAGE_SIZE);
  if (isErrno(bytes)) return bytes === EFAULT ? EFAULT : EINVAL;
  return decodeName(bytes);
}

function mountFlags(flags: number): number {
  const own = flags & MOUNT_FLAGS;
  return (own & (MS_NOATIME | MS_STRICTATIME)) === 0 ? own | MS_RELATIME : own;
}

export function mount(task: Task, args: SyscallArgs): SyscallResult {
  const type = optionalString(task, args.pointer(2));
  const source = optionalString(task, args.pointer(0));
  const data = optionalString(task, args.pointer(4));
  for (const text of [type, source, data]) if (isErrno(text)) return text;
  let flags = args.uint(3);
  if ((flags & 0xffff0000) >>> 0 === MS_MGC_VAL) flags &= 0xffff;
  const at = lookupUser(task, AT_FDCWD, args.pointer(1), LOOKUP_FOLLOW);
  if (isErrno(at)) return at;
  if (!task.credentials.has(CAP_SYS_ADMIN)) return EPERM;
  if (flags & MS_REMOUNT) return remount(at, flags, data as string);
  if (flags & MS_BIND) return bind(task, source as string, at, (flags & MS_REC) !== 0);
  if (flags & PROPAGATION) return at.dentry === at.mount.root ? 0 : EINVAL;
  if (flags & MS_MOVE) return move(task, source as string, at);
  return newMount(task, type as string, source as string, flags, data as string, at);
}

function newMount(
  task: Task,
  type: string,
  source: string,
  flags: number,
  data: string,
  at: Path,
): SyscallResult {
  if (type === "") return EINVAL;
  const make = FILESYSTEMS.get(type);
  if (make === undefined) return ENODEV;
  const fs = make(task.kernel, data);
  if (isErrno(fs)) return fs;
  const { vfs } = task.kernel;
  return mountFilesystem(vfs, fs, source === "" ? "none" : source, mountFlags(flags), at);
}

/** With MS_BIND only the mount's own flags change, without it the filesystem's options too. */
function remount(at: Path, flags: number, data: string): SyscallResult {
  const { mount: m } = at;
  if (at.dentry !== m.root) return EINVAL;
  const result = flags & MS_BIND ? 0 : m.superblock.remount(data);
  if (result === 0) m.flags = mountFlags(flags);
  return result;
}

function bind(task: Task, source: string, at: Path, isRecursive: boolean): SyscallResult {
  if (source === "") return EINVAL;
  const from = lookupAt(task, AT_FDCWD, source, LOOKUP_FOLLOW);
  return isErrno(from) ? from : bindMount(task.kernel.vfs, from, at, isRecursive);
}

function move(task: Task, source: string, at: Path): SyscallResult {
  if (source === "") return EINVAL;
  const from = lookupAt(task, AT_FDCWD, source, LOOKUP_FOLLOW);
  return isErrno(from) ? from : moveMount(from, at);
}

export function umount2(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(1);
  if (flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW)) return EINVAL;
  if (flags & MNT_EXPIRE && flags & (MNT_FORCE | MNT_DETACH)) return EINVAL;
  const follow = flags & UMOUNT_NOFOLLOW ? 0 : LOOKUP_FOLLOW;
  const path = lookupUser(task, AT_FDCWD, args.pointer(0), follow);
  if (isErrno(path)) return path;
  if (!task.credentials.has(CAP_SYS_ADMIN)) return EPERM;
  if (flags & MNT_EXPIRE) return EBUSY;
  return unmount(task, path, (flags & MNT_DETACH) !== 0);
}

export function pivotRoot(task: Task, args: SyscallArgs): SyscallResult {
  if (!task.credentials.has(CAP_SYS_ADMIN)) return EPERM;
  const lookup = LOOKUP_FOLLOW | LOOKUP_DIRECTORY;
  const newRoot = lookupUser(task, AT_FDCWD, args.pointer(0), lookup);
  if (isErrno(newRoot)) return newRoot;
  const putOld = lookupUser(task, AT_FDCWD, args.pointer(1), lookup);
  return isErrno(putOld) ? putOld : pivot(task, newRoot, putOld);
}
