/** The mount calls that work on descriptors: open_tree(2), move_mount(2), fsopen(2), fsconfig(2), fsmount(2), fspick(2). */
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_NO_AUTOMOUNT,
  AT_RECURSIVE,
  AT_SYMLINK_NOFOLLOW,
  EBUSY,
  EINVAL,
  EOPNOTSUPP,
  EPERM,
  type Errno,
  FSCONFIG_CMD_CREATE,
  FSCONFIG_CMD_RECONFIGURE,
  FSCONFIG_SET_BINARY,
  FSCONFIG_SET_FD,
  FSCONFIG_SET_FLAG,
  FSCONFIG_SET_PATH,
  FSCONFIG_SET_PATH_EMPTY,
  FSCONFIG_SET_STRING,
  FSMOUNT_CLOEXEC,
  FSOPEN_CLOEXEC,
  FSPICK_CLOEXEC,
  FSPICK_EMPTY_PATH,
  FSPICK_NO_AUTOMOUNT,
  FSPICK_SYMLINK_NOFOLLOW,
  isErrno,
  MOVE_MOUNT_F_AUTOMOUNTS,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_F_SYMLINKS,
  MOVE_MOUNT_T_AUTOMOUNTS,
  MOVE_MOUNT_T_EMPTY_PATH,
  MOVE_MOUNT_T_SYMLINKS,
  O_PATH,
  O_RDWR,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  PAGE_SIZE,
} from "@kernelet/abi";
import { lookupUser } from "../fs/at.ts";
import { DetachedTree } from "../fs/detached-tree.ts";
import { findFilesystem, isTooRevealing, makeTree, mayUse } from "../fs/filesystems.ts";
import { FsConfiguration } from "../fs/fs-configuration.ts";
import type { Mount } from "../fs/mount.ts";
import { ALL_ATTRIBUTES, atimeOfAttributes, flagsOfAttributes } from "../fs/mount-flags.ts";
import { moveMount as attachAt, copyForBind, mayMount } from "../fs/mount-tree.ts";
import { decodeName } from "../fs/name.ts";
import { Path } from "../fs/path.ts";
import { LOOKUP_EMPTY, LOOKUP_FOLLOW } from "../fs/path-walk.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

/** LOOKUP_* where a flag asks to follow, or asks not to. */
function lookup(follow: boolean, empty: boolean): number {
  return (follow ? LOOKUP_FOLLOW : 0) | (empty ? LOOKUP_EMPTY : 0);
}

function install(task: Task, file: DetachedTree, cloexec: boolean): SyscallResult {
  const fd = task.fdTable.add(file, { cloexec });
  if (isErrno(fd)) file.discard();
  return fd;
}

/** open_tree(2): a place as with O_PATH, or a copy of the mounts there. */
export function openTree(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.uint(2);
  const known =
    AT_EMPTY_PATH |
    AT_NO_AUTOMOUNT |
    AT_RECURSIVE |
    AT_SYMLINK_NOFOLLOW |
    OPEN_TREE_CLONE |
    OPEN_TREE_CLOEXEC;
  if ((flags & ~known) !== 0) return EINVAL;
  const isRecursive = (flags & AT_RECURSIVE) !== 0;
  const isClone = (flags & OPEN_TREE_CLONE) !== 0;
  if (isRecursive && !isClone) return EINVAL;
  if (isClone && !mayMount(task)) return EPERM;
  const how = lookup((flags & AT_SYMLINK_NOFOLLOW) === 0, (flags & AT_EMPTY_PATH) !== 0);
  const path = lookupUser(task, args.fd(0), args.pointer(1), how);
  if (isErrno(path)) return path;
  const cloexec = (flags & OPEN_TREE_CLOEXEC) !== 0;
  if (!isClone) return install(task, new DetachedTree(path, O_PATH, null), cloexec);
  const copy = copyForBind(task, path, isRecursive);
  return isErrno(copy) ? copy : install(task, detached(copy as Mount), cloexec);
}

function detached(mount: Mount): DetachedTree {
  return new DetachedTree(new Path(mount, mount.root), O_PATH, mount);
}

/** move_mount(2). */
export function moveMount(task: Task, args: SyscallArgs): SyscallResult {
  if (!mayMount(task)) return EPERM;
  const flags = args.uint(4);
  const known =
    MOVE_MOUNT_F_SYMLINKS |
    MOVE_MOUNT_F_AUTOMOUNTS |
    MOVE_MOUNT_F_EMPTY_PATH |
    MOVE_MOUNT_T_SYMLINKS |
    MOVE_MOUNT_T_AUTOMOUNTS |
    MOVE_MOUNT_T_EMPTY_PATH;
  if ((flags & ~known) !== 0) return EINVAL;
  const toFlags = lookup(
    (flags & MOVE_MOUNT_T_SYMLINKS) !== 0,
    (flags & MOVE_MOUNT_T_EMPTY_PATH) !== 0,
  );
  const to = lookupUser(task, args.fd(2), args.pointer(3), toFlags);
  if (isErrno(to)) return to;
  const fromFlags = lookup(
    (flags & MOVE_MOUNT_F_SYMLINKS) !== 0,
    (flags & MOVE_MOUNT_F_EMPTY_PATH) !== 0,
  );
  const from = lookupUser(task, args.fd(0), args.pointer(1), fromFlags);
  return isErrno(from) ? from : attachAt(task, from, to);
}

function readString(task: Task, addr: number, limit: number): string | Errno {
  const bytes = task.mm.copyInString(addr, limit);
  return isErrno(bytes) ? bytes : decodeName(bytes);
}

export function fsopen(task: Task, args: SyscallArgs): SyscallResult {
  if (!mayMount(task)) return EPERM;
  const flags = args.uint(1);
  if ((flags & ~FSOPEN_CLOEXEC) !== 0) return EINVAL;
  const name = readString(task, args.pointer(0), PAGE_SIZE);
  if (isErrno(name)) return name;
  const type = findFilesystem(name);
  if (isErrno(type)) return type;
  const path = task.kernel.vfs.anonymous.anonymousPath("[fscontext]");
  const file = new FsConfiguration(path, O_RDWR, type, null);
  return task.fdTable.add(file, { cloexec: (flags & FSOPEN_CLOEXEC) !== 0 });
}

export function fspick(task: Task, args: SyscallArgs): SyscallResult {
  if (!mayMount(task)) return EPERM;
  const flags = args.uint(2);
  const known = FSPICK_CLOEXEC | FSPICK_SYMLINK_NOFOLLOW | FSPICK_NO_AUTOMOUNT | FSPICK_EMPTY_PATH;
  if ((flags & ~known) !== 0) return EINVAL;
  const how = lookup((flags & FSPICK_SYMLINK_NOFOLLOW) === 0, (flags & FSPICK_EMPTY_PATH) !== 0);
  const at = lookupUser(task, args.fd(0), args.pointer(1), how);
  if (isErrno(at)) return at;
  if (at.dentry !== at.mount.root) return EINVAL;
  const { superblock } = at.mount;
  const type = findFilesystem(superblock.type);
  if (isErrno(type)) return EOPNOTSUPP;
  const path = task.kernel.vfs.anonymous.anonymousPath("[fscontext]");
  const file = new FsConfiguration(path, O_RDWR, type, { superblock, root: at.dentry });
  return task.fdTable.add(file, { cloexec: (flags & FSPICK_CLOEXEC) !== 0 });
}

/** Which of key, value and aux a command must and must not have: fsconfig(2). */
function hasRightArguments(command: number, key: number, value: number, aux: number): boolean {
  switch (command) {
    case FSCONFIG_SET_FLAG:
      return key !== 0 && value === 0 && aux === 0;
    case FSCONFIG_SET_STRING:
      return key !== 0 && value !== 0 && aux === 0;
    case FSCONFIG_SET_BINARY:
      return key !== 0 && value !== 0 && aux > 0 && aux <= 1024 * 1024;
    case FSCONFIG_SET_PATH:
    case FSCONFIG_SET_PATH_EMPTY:
      return key !== 0 && value !== 0 && (aux === AT_FDCWD || aux >= 0);
    case FSCONFIG_SET_FD:
      return key !== 0 && value === 0 && aux >= 0;
    default:
      return key === 0 && value === 0 && aux === 0;
  }
}

export function fsconfig(task: Task, args: SyscallArgs): SyscallResult {
  const fd = args.fd(0);
  const command = args.uint(1);
  if (fd < 0) return EINVAL;
  const [keyAddr, valueAddr] = [args.pointer(2), args.pointer(3)];
  // CREATE_EXCL is newer than this kernel claims to be.
  if (command > FSCONFIG_CMD_RECONFIGURE) return EOPNOTSUPP;
  if (!hasRightArguments(command, keyAddr, valueAddr, args.int(4))) return EINVAL;
  const file = task.fdTable.file(fd);
  if (isErrno(file)) return file;
  if (!(file instanceof FsConfiguration)) return EINVAL;
  if (command === FSCONFIG_CMD_CREATE) return create(task, file);
  if (command === FSCONFIG_CMD_RECONFIGURE) return reconfigure(task, file);
  const key = readString(task, keyAddr, 256);
  if (isErrno(key)) return key;
  const isText = command === FSCONFIG_SET_STRING;
  const value = isText ? readString(task, valueAddr, 256) : "";
  if (isErrno(value)) return value;
  if (file.phase !== "parameters" && file.phase !== "reconfiguring") return EBUSY;
  if (command !== FSCONFIG_SET_FLAG && !isText) return EINVAL;
  return setParameter(task, file, key as string, isText ? (value as string) : null);
}

/** vfs_parse_fs_param(). */
function setParameter(
  task: Task,
  file: FsConfiguration,
  key: string,
  value: string | null,
): 0 | Errno {
  if (key === "ro" || key === "rw") {
    file.isReadOnly = key === "ro";
    return 0;
  }
  if (key === "source") {
    if (value === null || file.source !== null) return EINVAL;
    file.source = value;
    return 0;
  }
  const option = value === null ? key : `${key}=${value}`;
  if (option.includes(",")) return EINVAL;
  // Options are checked one by one; those of a filesystem that exists, all at once.
  if (file.phase === "parameters") {
    const refused = file.type.check(task, option);
    if (refused !== 0) return refused;
  }
  file.options.push(option);
  return 0;
}

function create(task: Task, file: FsConfiguration): 0 | Errno {
  if (file.phase !== "parameters") return EBUSY;
  const tree = makeTree(
    task,
    file.type,
    file.options.join(","),
    file.source ?? "",
    file.isReadOnly,
  );
  if (isErrno(tree)) {
    file.phase = "failed";
    return tree;
  }
  file.tree = tree;
  file.phase = "created";
  return 0;
}

function reconfigure(task: Task, file: FsConfiguration): 0 | Errno {
  const { tree } = file;
  if (file.phase !== "reconfiguring" || tree === null) return EBUSY;
  if (!mayUse(task, file.type, tree.superblock.userNamespace)) {
    file.phase = "failed";
    return EPERM;
  }
  const result = tree.superblock.remount(file.options.join(","));
  if (result !== 0) {
    file.phase = "failed";
    return result;
  }
  tree.superblock.isReadOnly = file.isReadOnly;
  file.options.length = 0;
  return 0;
}

export function fsmount(task: Task, args: SyscallArgs): SyscallResult {
  if (!mayMount(task)) return EPERM;
  const flags = args.uint(1);
  const attributes = args.uint(2);
  if ((flags & ~FSMOUNT_CLOEXEC) !== 0 || (attributes & ~ALL_ATTRIBUTES) !== 0) return EINVAL;
  const atime = atimeOfAttributes(attributes);
  if (isErrno(atime)) return atime;
  const file = task.fdTable.file(args.fd(0));
  if (isErrno(file)) return file;
  if (!(file instanceof FsConfiguration)) return EINVAL;
  const { tree } = file;
  if (tree === null) return EINVAL;
  const own = flagsOfAttributes(attributes) | atime;
  if (isTooRevealing(task, tree.superblock, own)) return EPERM;
  if (file.phase !== "created") return EBUSY;
  file.phase = "mounted";
  const mount = task.kernel.vfs.newMount(tree.root, file.source ?? "none", own);
  return install(task, detached(mount), (flags & FSMOUNT_CLOEXEC) !== 0);
}
