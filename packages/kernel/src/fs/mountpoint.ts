/** Names that mounts stand on, when they are to be removed: fs/namei.c (may_delete, dont_mount), fs/namespace.c. */
import type { Dentry } from "./dentry.ts";
import type { MountNamespace } from "./mount.ts";
import { takeOff } from "./mount-tree.ts";

/** Whether something stands on `dentry` in this namespace: then the name stays. is_local_mountpoint(). */
export function isLocalMountpoint(namespace: MountNamespace, dentry: Dentry): boolean {
  for (const mount of dentry.mounts) if (mount.namespace === namespace) return true;
  return false;
}

/** The name is gone: so is what stands on it in other namespaces. detach_mounts(). */
export function detachMounts(dentry: Dentry): void {
  for (const mount of [...dentry.mounts]) takeOff(mount, false);
}
