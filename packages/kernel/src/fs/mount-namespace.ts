/** Copies of mount namespaces, for unshare(2) and clone(2) with CLONE_NEWNS: copy_mnt_ns(). */
import { ENOSPC, type Errno, isErrno } from "@kernelet/abi";
import type { Kernel } from "../kernel/kernel.ts";
import { ownerOf, type UserNamespace } from "../kernel/namespaces/user-namespace.ts";
import type { FsContext } from "./fs-context.ts";
import { LIVE_MOUNTS_MAX, type Mount, MountNamespace } from "./mount.ts";
import { copyTree } from "./mount-copy.ts";
import { Path } from "./path.ts";

/** Puts `fs`, which nobody else uses, into a copy of its namespace. */
export function copyMountNamespace(kernel: Kernel, fs: FsContext, owner: UserNamespace): 0 | Errno {
  if (kernel.vfs.liveMounts.count + fs.namespace.count > LIVE_MOUNTS_MAX) return ENOSPC;
  const inum = kernel.namespaces.allocate("mnt");
  if (isErrno(inum)) return inum;
  const old = fs.namespace;
  const isUnprivileged = ownerOf(old) !== owner;
  let { root, cwd } = fs;
  const copied = (from: Mount, to: Mount): void => {
    if (root.mount === from) root = new Path(to, root.dentry);
    if (cwd.mount === from) cwd = new Path(to, cwd.dentry);
  };
  const relation = isUnprivileged ? "unprivileged" : "as it is";
  const top = copyTree(kernel.vfs, old.root, old.root.root, {
    relation,
    keepsUnbindable: true,
    copied,
  });
  if (isUnprivileged) lockTree(top);
  const namespace = new MountNamespace(top, { inum, owner, registry: kernel.namespaces });
  for (const mount of top.tree()) {
    if (mount.namespace === namespace) continue;
    mount.namespace = namespace;
    namespace.count++;
  }
  fs.enter(namespace, root, cwd);
  return 0;
}

/** lock_mnt_tree(): what a less privileged user may not undo. */
function lockTree(top: Mount): void {
  for (const mount of top.tree()) {
    mount.lockedFlags = mount.flags;
    if (mount !== top) mount.isLocked = true;
  }
}
