/** Changing the mounts of a namespace: fs/namespace.c, below mount(2), umount2(2), move_mount(2) and pivot_root(2). */
import {
  CAP_SYS_ADMIN,
  EAGAIN,
  EBUSY,
  EINVAL,
  ELOOP,
  ENOENT,
  ENOSPC,
  ENOTDIR,
  EPERM,
  type Errno,
  MNT_DETACH,
  MNT_EXPIRE,
  MNT_FORCE,
  MS_NOATIME,
  MS_NODEV,
  MS_NODIRATIME,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_RELATIME,
  MS_STRICTATIME,
} from "@kernelet/abi";
import type { Kernel } from "../kernel/kernel.ts";
import { ownerOf } from "../kernel/namespaces/user-namespace.ts";
import type { Task } from "../kernel/task.ts";
import type { Dentry } from "./dentry.ts";
import { LIVE_MOUNTS_MAX, type Mount, topOf } from "./mount.ts";
import { copyTree } from "./mount-copy.ts";
import { Path } from "./path.ts";
import { changePropagation, makeShared } from "./peer-group.ts";
import { countReceivers, propagatedMounts, propagateMount } from "./propagation.ts";
import type { Superblock } from "./superblock.ts";

/** fs.mount-max: the most mounts of one namespace, and the most that one call makes. A tenth of Linux's. */
export const MOUNT_MAX = 10_000;
export const ATIME_FLAGS: number = MS_NOATIME | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME;

/** may_mount(). */
export function mayMount(task: Task): boolean {
  return task.credentials.hasIn(ownerOf(task.fs.namespace), CAP_SYS_ADMIN);
}

/** Whether `mount` is one of those that the task's namespace shows: check_mnt(). */
export function isOurs(task: Task, mount: Mount): boolean {
  return mount.namespace === task.fs.namespace;
}

/** Puts a tree that stands nowhere at `at`, and copies of it where that propagates to: attach_recursive_mnt(). */
function attachTree(task: Task, source: Mount, at: Path): 0 | Errno {
  const { vfs } = task.kernel;
  const size = [...source.tree()].length;
  const namespace = at.mount.namespace;
  const made = size * (1 + countReceivers(at));
  if (namespace !== null && namespace.count + made > MOUNT_MAX) return ENOSPC;
  if (vfs.liveMounts.count + made > LIVE_MOUNTS_MAX) return ENOSPC;
  let copies: [Mount, Path][] = [];
  if (at.mount.isShared) {
    for (const mount of source.tree()) makeShared(vfs, mount);
    copies = propagateMount(vfs, at, source);
  }
  source.attach(at);
  for (const [copy, place] of copies) copy.attach(place);
  return 0;
}

/** What a new tree may stand on: graft_tree(). */
function graft(task: Task, source: Mount, place: Path): 0 | Errno {
  const at = topOf(place);
  if (at.dentry.isUnlinked) return ENOENT;
  if (!isOurs(task, at.mount)) return EINVAL;
  const isDirectory = source.root.inode?.isDirectory === true;
  if (at.inode.isDirectory !== isDirectory) return ENOTDIR;
  return attachTree(task, source, at);
}

/** Puts a filesystem at `place`: do_new_mount(). */
export function mountFilesystem(
  task: Task,
  tree: { readonly superblock: Superblock; readonly root: Dentry },
  source: string,
  flags: number,
  place: Path,
): 0 | Errno {
  const at = topOf(place);
  if (!isOurs(task, at.mount)) return EINVAL;
  if (at.mount.superblock === tree.superblock && at.dentry === at.mount.root) return EBUSY;
  const mount = task.kernel.vfs.newMount(tree.root, source, flags);
  return graft(task, mount, at);
}

function hasLockedChildren(mount: Mount, below: Dentry): boolean {
  for (const [dentry, child] of mount.children) {
    if (child.isLocked && dentry.isWithin(below)) return true;
  }
  return false;
}

/** A copy of the tree at `from` that stands nowhere: __do_loopback(). */
export function copyForBind(task: Task, from: Path, isRecursive: boolean): Mount | Errno {
  const { mount } = from;
  if (mount.isUnbindable) return EINVAL;
  // Files of nsfs come from a mount that is nobody's.
  if (!isOurs(task, mount) && mount.superblock.type !== "nsfs") return EINVAL;
  if (!isRecursive && hasLockedChildren(mount, from.dentry)) return EINVAL;
  const options = { relation: "as it is", isShallow: !isRecursive } as const;
  return copyTree(task.kernel.vfs, mount, from.dentry, options);
}

/** MS_BIND: shows the tree at `from` at `place` too. @param isRecursive with the mounts below (MS_REC). */
export function bindMount(task: Task, from: Path, place: Path, isRecursive: boolean): 0 | Errno {
  if (!isOurs(task, topOf(place).mount)) return EINVAL;
  if (from.dentry.isUnlinked) return ENOENT;
  const copy = copyForBind(task, from, isRecursive);
  if (typeof copy === "number") return copy;
  const result = graft(task, copy, place);
  if (result !== 0) discardTree(copy);
  return result;
}

/** A tree that never got a place, or has lost it. */
export function discardTree(top: Mount): void {
  for (const mount of [...top.tree()]) mount.discard();
}

/** MS_MOVE, and move_mount(2): do_move_mount(). @param from its mount may stand nowhere yet. */
export function moveMount(task: Task, from: Path, place: Path): 0 | Errno {
  const { mount } = from;
  const at = topOf(place);
  if (!isOurs(task, at.mount)) return EINVAL;
  const isDetached = mount.namespace === null;
  if (!isDetached && (!isOurs(task, mount) || mount.parent === null)) return EINVAL;
  if (isDetached && mount.parent !== null) return EINVAL;
  if (mount.isLocked || from.dentry !== mount.root) return EINVAL;
  if (from.inode.isDirectory !== at.inode.isDirectory) return EINVAL;
  if (mount.parent?.isShared === true) return EINVAL;
  if (at.mount.isShared && [...mount.tree()].some((m) => m.isUnbindable)) return EINVAL;
  for (let m: Mount | null = at.mount; m !== null; m = m.parent) if (m === mount) return ELOOP;
  if (at.dentry.isUnlinked) return ENOENT;
  mount.detach();
  return attachTree(task, mount, at);
}

/** MS_SHARED and its kind: do_change_type(). */
export function changeType(task: Task, at: Path, type: number, isRecursive: boolean): 0 | Errno {
  if (at.dentry !== at.mount.root) return EINVAL;
  if (!isOurs(task, at.mount)) return EINVAL;
  const mounts = isRecursive ? [...at.mount.tree()] : [at.mount];
  for (const mount of mounts) changePropagation(task.kernel.vfs, mount, type);
  return 0;
}

/** Whether these flags keep what is locked: can_change_locked_flags(). */
export function keepsLockedFlags(mount: Mount, flags: number): boolean {
  const locked = mount.lockedFlags;
  for (const flag of [MS_RDONLY, MS_NODEV, MS_NOSUID, MS_NOEXEC]) {
    if ((locked & flag) !== 0 && (flags & flag) === 0) return false;
  }
  return locked === 0 || (mount.flags & ATIME_FLAGS) === (flags & ATIME_FLAGS);
}

/** MS_REMOUNT: with `fsFlags` null (MS_BIND) only the mount's own flags change. */
export function remount(
  task: Task,
  at: Path,
  flags: number,
  isReadOnly: boolean | null,
  data: string,
): 0 | Errno {
  const { mount } = at;
  if (!isOurs(task, mount) || at.dentry !== mount.root) return EINVAL;
  if (!keepsLockedFlags(mount, flags)) return EPERM;
  if (isReadOnly === null) {
    const becomesReadOnly = (flags & ~mount.flags & MS_RDONLY) !== 0;
    if (becomesReadOnly && isWritten(task.kernel, mount)) return EBUSY;
    mount.flags = flags;
    return 0;
  }
  const { superblock } = mount;
  const result = superblock.remount(data);
  if (result !== 0) return result;
  if (!task.credentials.hasIn(superblock.userNamespace, CAP_SYS_ADMIN)) return EPERM;
  if (isReadOnly && !superblock.isReadOnly && hasWriters(task.kernel, superblock)) return EBUSY;
  superblock.isReadOnly = isReadOnly;
  mount.flags = flags;
  return 0;
}

/** Files open for writing keep a filesystem writable: sb_prepare_remount_readonly(). */
function hasWriters(kernel: Kernel, superblock: Superblock): boolean {
  for (const task of kernel.pids.tasks.values()) {
    if (!task.isAlive) continue;
    for (const fd of task.fdTable.fds()) {
      const file = task.fdTable.get(fd);
      if (file?.isWritable === true && file.path.mount.superblock === superblock) {
        const { inode } = file;
        if (inode.isRegular || inode.isDirectory) return true;
      }
    }
    for (const { file, isShared } of task.mm.vmas) {
      if (isShared && file?.isWritable === true && file.path.mount.superblock === superblock)
        return true;
    }
  }
  return false;
}

/** The same for one mount: mount_setattr(2) and bind remounts to read-only (mnt_hold_writers). */
export function isWritten(kernel: Kernel, mount: Mount): boolean {
  for (const task of kernel.pids.tasks.values()) {
    if (!task.isAlive) continue;
    for (const fd of task.fdTable.fds()) {
      const file = task.fdTable.get(fd);
      if (file?.isWritable === true && file.path.mount === mount && file.inode.isRegular)
        return true;
    }
  }
  return false;
}

/** Whether something of `mount` is in use: open, mapped, somebody's directory or program. */
function isInUse(kernel: Kernel, mount: Mount): boolean {
  for (const task of kernel.pids.tasks.values()) {
    if (!task.isAlive) continue;
    const { fs, fdTable, mm } = task;
    if (fs.cwd.mount === mount || fs.root.mount === mount) return true;
    if (mm.exeFile?.path.mount === mount) return true;
    for (const fd of fdTable.fds()) if (fdTable.get(fd)?.path.mount === mount) return true;
    for (const vma of mm.vmas) if (vma.file?.path.mount === mount) return true;
  }
  return false;
}

/** propagate_mount_busy(). */
function isBusy(kernel: Kernel, mount: Mount): boolean {
  if (mount.children.size > 0 || isInUse(kernel, mount)) return true;
  return propagatedMounts(mount).some((m) => m.children.size === 0 && isInUse(kernel, m));
}

/** umount2(2) of the mount whose root is `path`, with MNT_* flags. */
export function unmount(task: Task, path: Path, flags: number): 0 | Errno {
  const { mount } = path;
  if (path.dentry !== mount.root || !isOurs(task, mount) || mount.isLocked) return EINVAL;
  const isRoot = mount === task.fs.root.mount;
  if ((flags & MNT_EXPIRE) !== 0) {
    if (isRoot || (flags & (MNT_DETACH | MNT_FORCE)) !== 0) return EINVAL;
    if (mount.children.size > 0 || isInUse(task.kernel, mount)) return EBUSY;
    if (!mount.isExpiring) {
      mount.isExpiring = true;
      return EAGAIN;
    }
  }
  const isLazy = (flags & MNT_DETACH) !== 0;
  // As in Linux, unmounting "/" makes it read-only.
  if (isRoot && !isLazy) return unmountRoot(task, mount);
  if (mount.parent === null) return EINVAL;
  if (!isLazy && isBusy(task.kernel, mount)) return EBUSY;
  takeOff(mount, true);
  return 0;
}

function unmountRoot(task: Task, mount: Mount): 0 | Errno {
  const { superblock } = mount;
  if (!task.credentials.hasIn(superblock.userNamespace, CAP_SYS_ADMIN)) return EPERM;
  if (!superblock.isReadOnly && hasWriters(task.kernel, superblock)) return EBUSY;
  superblock.isReadOnly = true;
  return 0;
}

/** umount_tree(): the mount with all on it, and its copies elsewhere. They are no longer joined to each other. */
export function takeOff(top: Mount, propagates: boolean): void {
  const gone: Set<Mount> = new Set(top.tree());
  if (propagates) {
    for (const mount of [...gone].reverse()) {
      for (const copy of propagatedMounts(mount)) addCopy(gone, copy);
    }
  }
  for (const mount of [...gone].reverse()) removeOne(mount, gone);
}

/** A copy goes unless something else stands on it; what stands on its root stays, on what is below. */
function addCopy(gone: Set<Mount>, copy: Mount): void {
  if (gone.has(copy)) return;
  for (const [dentry, child] of copy.children) {
    if (!gone.has(child) && dentry !== copy.root) return;
  }
  gone.add(copy);
}

function removeOne(mount: Mount, gone: ReadonlySet<Mount>): void {
  const { parent, mountpoint } = mount;
  const topper = mount.children.get(mount.root);
  mount.discard();
  mount.isLocked = false;
  if (topper === undefined || gone.has(topper)) return;
  topper.detach();
  if (parent !== null && mountpoint !== null) topper.attach(new Path(parent, mountpoint));
}

/** pivot_root(2). */
export function pivotRoot(task: Task, newRoot: Path, oldPlace: Path): 0 | Errno {
  const { root } = task.fs;
  const putOld = topOf(oldPlace);
  const rootMount = root.mount;
  const newMount = newRoot.mount;
  const { parent: rootParent, mountpoint: rootPoint } = rootMount;
  if (putOld.mount.isShared || newMount.parent?.isShared || rootParent?.isShared) return EINVAL;
  if (!isOurs(task, rootMount) || !isOurs(task, newMount) || newMount.isLocked) return EINVAL;
  if (newRoot.dentry.isUnlinked || putOld.dentry.isUnlinked) return ENOENT;
  if (newMount === rootMount || putOld.mount === rootMount) return EBUSY;
  if (root.dentry !== rootMount.root || rootParent === null || rootPoint === null) return EINVAL;
  if (newRoot.dentry !== newMount.root || newMount.parent === null) return EINVAL;
  if (!isReachable(putOld, newRoot) || !isReachable(newRoot, root)) return EINVAL;

  newMount.detach();
  rootMount.detach();
  if (rootMount.isLocked) {
    newMount.isLocked = true;
    rootMount.isLocked = false;
  }
  rootMount.attach(putOld);
  newMount.attach(new Path(rootParent, rootPoint));
  for (const other of task.kernel.pids.tasks.values()) {
    if (!other.isAlive) continue;
    if (other.fs.root.equals(root)) other.fs.root = newRoot;
    if (other.fs.cwd.equals(root)) other.fs.cwd = newRoot;
  }
  return 0;
}

/** Whether `path` is at `top` or below it: is_path_reachable(). */
function isReachable(path: Path, top: Path): boolean {
  let at: Path = path;
  while (at.mount !== top.mount) {
    const { parent, mountpoint } = at.mount;
    if (parent === null || mountpoint === null) return false;
    at = new Path(parent, mountpoint);
  }
  return at.dentry.isWithin(top.dentry);
}
