/**
 * Filesystems by the name that mount(2) and fsopen(2) take, and what each makes of its options: the get_tree
 * operations of Linux's fs_context.
 */
import {
  CAP_SYS_ADMIN,
  EBUSY,
  EINVAL,
  ENODEV,
  EPERM,
  type Errno,
  isErrno,
  MS_RDONLY,
} from "@kernelet/abi";
import { ipcNamespaceOf } from "../ipc/ipc-namespace.ts";
import { ownerOf, type UserNamespace } from "../kernel/namespaces/user-namespace.ts";
import type { Task } from "../kernel/task.ts";
import type { Dentry } from "./dentry.ts";
import { DevPts, parseDevPtsOptions } from "./devpts/devpts.ts";
import type { Mount } from "./mount.ts";
import { newUnion, parseOverlayOptions } from "./overlayfs/mount-union.ts";
import { ProcFs, parseProcOptions } from "./procfs/procfs.ts";
import type { Superblock } from "./superblock.ts";
import { parseTmpfsOptions, Tmpfs } from "./tmpfs/tmpfs.ts";

/** A filesystem that is ready to be mounted. */
export interface FilesystemTree {
  readonly superblock: Superblock;
  /** What a mount shows: the superblock's root, or a part. */
  readonly root: Dentry;
}

export interface FilesystemType {
  readonly name: string;
  /** May be mounted by root of a user namespace: FS_USERNS_MOUNT. */
  readonly isForUsers: boolean;
  readonly make: (task: Task, data: string, source: string) => Superblock | FilesystemTree | Errno;
  /** Whether one option is right: fsconfig(2). */
  readonly check: (task: Task, option: string) => 0 | Errno;
}

/** Options that parse without error are right. */
function checkBy(parse: (data: string, task: Task) => unknown): FilesystemType["check"] {
  return (task, option) => {
    const parsed = parse(option, task);
    return isErrno(parsed) ? parsed : 0;
  };
}

const NO_OPTIONS: FilesystemType["check"] = () => EINVAL;
const TMPFS_OPTIONS = checkBy((data, task) =>
  parseTmpfsOptions(data, task.kernel.vfs.memory.limitPages),
);

function tmpfs(task: Task, data: string): Superblock | Errno {
  const { vfs } = task.kernel;
  const options = parseTmpfsOptions(data, vfs.memory.limitPages);
  if (isErrno(options)) return options;
  const { uidMap, gidMap } = task.credentials.userNamespace;
  const { fsuid, fsgid } = task.credentials;
  return new Tmpfs(vfs, {
    ...options,
    uid: options.uid === undefined ? fsuid : uidMap.toKernel(options.uid),
    gid: options.gid === undefined ? fsgid : gidMap.toKernel(options.gid),
  });
}

function parseCgroupOptions(data: string): 0 | Errno {
  for (const option of data.split(",")) {
    if (option !== "" && !CGROUP_OPTIONS.includes(option)) return EINVAL;
  }
  return 0;
}

function cgroup2(task: Task, data: string): FilesystemTree | Errno {
  const refused = parseCgroupOptions(data);
  if (refused !== 0) return refused;
  const superblock = task.kernel.cgroupFs;
  if (data.split(",").includes("nsdelegate")) superblock.isDelegating = true;
  return { superblock, root: superblock.rootFor(task.nsproxy.cgroup.root) };
}

const CGROUP_OPTIONS: readonly string[] = [
  "nsdelegate",
  "favordynmods",
  "memory_localevents",
  "memory_recursiveprot",
];

const FILESYSTEMS: readonly FilesystemType[] = [
  { name: "sysfs", isForUsers: true, make: (task) => task.kernel.sysFs, check: NO_OPTIONS },
  { name: "tmpfs", isForUsers: true, make: tmpfs, check: TMPFS_OPTIONS },
  {
    name: "proc",
    isForUsers: true,
    check: checkBy(parseProcOptions),
    make: (task, data) => {
      const options = parseProcOptions(data);
      return isErrno(options) ? options : new ProcFs(task.kernel, task.pids, options);
    },
  },
  { name: "cgroup2", isForUsers: true, make: cgroup2, check: checkBy(parseCgroupOptions) },
  {
    name: "devtmpfs",
    isForUsers: false,
    make: (task) => task.kernel.devtmpfs,
    check: TMPFS_OPTIONS,
  },
  {
    name: "devpts",
    isForUsers: true,
    check: checkBy(parseDevPtsOptions),
    make: (task, data) => {
      const options = parseDevPtsOptions(data);
      return isErrno(options) ? options : new DevPts(task.kernel.vfs, options);
    },
  },
  {
    name: "overlay",
    isForUsers: true,
    check: checkBy(parseOverlayOptions),
    make: newUnion,
  },
  { name: "ramfs", isForUsers: true, make: tmpfs, check: TMPFS_OPTIONS },
  {
    name: "mqueue",
    isForUsers: true,
    make: (task) => ipcNamespaceOf(task).mqueue,
    check: NO_OPTIONS,
  },
];

/** Whether the task may mount this at all, as to capabilities: mount_capable(). */
export function mayUse(task: Task, type: FilesystemType, user: UserNamespace): boolean {
  const { credentials } = task;
  return type.isForUsers ? credentials.hasIn(user, CAP_SYS_ADMIN) : credentials.has(CAP_SYS_ADMIN);
}

export function findFilesystem(name: string): FilesystemType | Errno {
  return FILESYSTEMS.find((type) => type.name === name) ?? ENODEV;
}

/** vfs_get_tree(). */
export function makeTree(
  task: Task,
  type: FilesystemType,
  data: string,
  source: string,
  isReadOnly: boolean,
): FilesystemTree | Errno {
  const user = task.credentials.userNamespace;
  if (!mayUse(task, type, user)) return EPERM;
  for (const option of data.split(",")) {
    const refused = option === "" ? 0 : type.check(task, option);
    if (refused !== 0) return refused;
  }
  const made = type.make(task, data, source);
  if (isErrno(made)) return made;
  const tree = "superblock" in made ? made : { superblock: made, root: made.root };
  const { superblock } = tree;
  if (isShared(task, superblock)) {
    // One instance: it cannot be both.
    if (isReadOnly && !superblock.isReadOnly) return EBUSY;
  } else {
    superblock.isReadOnly = isReadOnly;
    superblock.owner = user.parent === null ? null : user;
  }
  return tree;
}

function isShared(task: Task, superblock: Superblock): boolean {
  const { cgroupFs, devtmpfs, sysFs } = task.kernel;
  const shared: readonly Superblock[] = [cgroupFs, devtmpfs, sysFs, ipcNamespaceOf(task).mqueue];
  return shared.includes(superblock);
}

/** Whether a new mount of /proc or /sys would show what is hidden now: mount_too_revealing(). */
export function isTooRevealing(task: Task, superblock: Superblock, flags: number): boolean {
  const { namespace } = task.fs;
  if (ownerOf(namespace).parent === null) return false;
  if (superblock.type !== "proc" && superblock.type !== "sysfs") return false;
  return !namespace.mounts.some((mount) => showsAll(mount, superblock.type, flags));
}

/** mnt_already_visible(): a mount of the type that is whole, and no more open than the new one. */
function showsAll(mount: Mount, type: string, flags: number): boolean {
  if (mount.superblock.type !== type || mount.root.parent !== null) return false;
  if ((mount.lockedFlags & MS_RDONLY) !== 0 && (flags & MS_RDONLY) === 0) return false;
  for (const [dentry, child] of mount.children) {
    if (!child.isLocked) continue;
    const entries = dentry.inode?.readdir();
    const isEmpty = entries !== undefined && !isErrno(entries) && entries.length === 0;
    if (!isEmpty) return false;
  }
  return true;
}
