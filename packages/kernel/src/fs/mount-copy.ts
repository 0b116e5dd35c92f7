/** Copies of mounts and of whole trees of them: clone_mnt() and copy_tree() of fs/namespace.c. */
import type { Dentry } from "./dentry.ts";
import type { Mount } from "./mount.ts";
import { Path } from "./path.ts";
import { becomeSlave, joinPeers, makeShared } from "./peer-group.ts";
import type { Vfs } from "./vfs.ts";

export interface CopyOptions {
  /**
   * What a copy is to its original:
   *   as it is       a peer of a shared one, a slave of the same master
   *   peer           the same; the originals are shared
   *   slave          slave of the original's peers
   *   shared slave   that, and the first of a new peer group
   *   unprivileged   slave of the original's peers if it is shared, else as it is
   *   private        none of all this
   */
  readonly relation: "as it is" | "peer" | "slave" | "shared slave" | "unprivileged" | "private";
  /** Unbindable mounts are copied as well: for another namespace. */
  readonly keepsUnbindable?: boolean;
  /** Only the top one. */
  readonly isShallow?: boolean;
  /** Is told of each pair, parents first. */
  readonly copied?: (original: Mount, copy: Mount) => void;
}

/** Copies `mount` from `root` down, with what stands below. The copy stands nowhere yet. */
export function copyTree(vfs: Vfs, mount: Mount, root: Dentry, options: CopyOptions): Mount {
  const copy = copyMount(vfs, mount, root, options);
  options.copied?.(mount, copy);
  if (options.isShallow === true) return copy;
  for (const [dentry, child] of mount.children) {
    if (!dentry.isWithin(root)) continue;
    if (child.isUnbindable && options.keepsUnbindable !== true) continue;
    const childCopy = copyTree(vfs, child, child.root, options);
    childCopy.isLocked = child.isLocked;
    childCopy.attach(new Path(copy, dentry));
  }
  return copy;
}

function copyMount(vfs: Vfs, mount: Mount, root: Dentry, { relation }: CopyOptions): Mount {
  const copy = vfs.newMount(root, mount.source, mount.flags);
  copy.lockedFlags = mount.lockedFlags;
  copy.isUnbindable = mount.isUnbindable;
  const isSlave =
    relation === "slave" ||
    relation === "shared slave" ||
    (relation === "unprivileged" && mount.peers !== null);
  if (isSlave) {
    becomeSlave(copy, mount.peers);
  } else if (relation !== "private") {
    if (mount.peers !== null) joinPeers(copy, mount.peers);
    becomeSlave(copy, mount.master);
  }
  if (relation === "shared slave") makeShared(vfs, copy);
  return copy;
}
