/** Changing the mounts of a namespace: fs/namespace.c, below mount(2), umount2(2) and pivot_root(2). */
import { EBUSY, EINVAL, ELOOP, ENOENT, ENOTDIR, type Errno } from "@kernelet/abi";
import type { Kernel } from "../kernel/kernel.ts";
import type { Task } from "../kernel/task.ts";
import type { Mount } from "./mount.ts";
import { Path } from "./path.ts";
import type { Superblock } from "./superblock.ts";
import type { Vfs } from "./vfs.ts";

/** Puts a filesystem at `at`. */
export function mountFilesystem(
  vfs: Vfs,
  fs: Superblock,
  source: string,
  flags: number,
  at: Path,
): 0 | Errno {
  if (at.dentry.isUnlinked) return ENOENT;
  if (!at.inode.isDirectory) return ENOTDIR;
  vfs.newMount(fs.root, source, flags).attach(at);
  return 0;
}

/** MS_BIND: shows the tree at `from` at `at` too. @param isRecursive with the mounts below (MS_REC). */
export function bindMount(vfs: Vfs, from: Path, at: Path, isRecursive: boolean): 0 | Errno {
  if (at.dentry.isUnlinked || from.dentry.isUnlinked) return ENOENT;
  if (from.inode.isDirectory !== at.inode.isDirectory) return ENOTDIR;
  const top = isRecursive
    ? cloneTree(vfs, from.mount, from)
    : vfs.newMount(from.dentry, from.mount.source, from.mount.flags);
  top.attach(at);
  return 0;
}

/** Copies of `mount` from `from` down. */
function cloneTree(vfs: Vfs, mount: Mount, from: Path): Mount {
  const copy = vfs.newMount(from.dentry, mount.source, mount.flags);
  for (const [dentry, child] of mount.children) {
    if (!dentry.isWithin(from.dentry)) continue;
    cloneTree(vfs, child, new Path(child, child.root)).attach(new Path(copy, dentry));
  }
  return copy;
}

/** MS_MOVE. */
export function moveMount(from: Path, to: Path): 0 | Errno {
  const { mount } = from;
  if (from.dentry !== mount.root || mount.parent === null) return EINVAL;
  if (from.inode.isDirectory !== to.inode.isDirectory) return ENOTDIR;
  for (let m: Mount | null = to.mount; m !== null; m = m.parent) if (m === mount) return ELOOP;
  mount.detach();
  mount.attach(to);
  return 0;
}

/** Whether something of `mount` is in use: open, mapped, somebody's directory or program. */
function isBusy(kernel: Kernel, mount: Mount): boolean {
  if (mount.children.size > 0) return true;
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

/** umount2(2) of the mount whose root is `path`. */
export function unmount(task: Task, path: Path, isLazy: boolean): 0 | Errno {
  const { mount } = path;
  if (path.dentry !== mount.root) return EINVAL;
  if (mount === task.fs.namespace.root || mount.parent === null) return EINVAL;
  if (!isLazy && isBusy(task.kernel, mount)) return EBUSY;
  mount.detach();
  return 0;
}

/** pivot_root(2). */
export function pivotRoot(task: Task, newRoot: Path, putOld: Path): 0 | Errno {
  const { namespace, root } = task.fs;
  const oldMount = root.mount;
  const newMount = newRoot.mount;
  if (!newRoot.inode.isDirectory || !putOld.inode.isDirectory) return ENOTDIR;
  if (newRoot.dentry.isUnlinked) return ENOENT;
  if (newMount === oldMount || putOld.mount === oldMount) return EBUSY;
  if (root.dentry !== oldMount.root) return EINVAL;
  if (newRoot.dentry !== newMount.root || newMount.parent === null) return EINVAL;
  if (!isReachable(putOld, newRoot)) return EINVAL;

  const oldPlace =
    oldMount.parent !== null && oldMount.mountpoint !== null
      ? new Path(oldMount.parent, oldMount.mountpoint)
      : null;
  newMount.detach();
  oldMount.detach();
  if (oldPlace === null) namespace.root = newMount;
  else newMount.attach(oldPlace);
  oldMount.attach(putOld);
  for (const other of task.kernel.pids.tasks.values()) {
    if (!other.isAlive) continue;
    if (other.fs.root.equals(root)) other.fs.root = newRoot;
    if (other.fs.cwd.equals(root)) other.fs.cwd = newRoot;
  }
  return 0;
}

/** Whether `path` is at `top` or below it. */
function isReachable(path: Path, top: Path): boolean {
  let at: Path = path;
  while (at.mount !== top.mount) {
    const { parent, mountpoint } = at.mount;
    if (parent === null || mountpoint === null) return false;
    at = new Path(parent, mountpoint);
  }
  return at.dentry.isWithin(top.dentry);
}
