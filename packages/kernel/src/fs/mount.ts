/**
 * Mounts and the namespace that holds them: mount_namespaces(7).
 *
 * A mount shows the tree below `root` of a superblock at `mountpoint` of its parent mount. Several may stand on one
 * another: the second one's parent is the first one, at its root.
 */
import { MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY } from "@kernelet/abi";
import type { Dentry } from "./dentry.ts";
import { Path } from "./path.ts";
import type { Superblock } from "./superblock.ts";

export class Mount {
  /** mnt_id of /proc/self/mountinfo and statx. */
  readonly id: number;
  readonly superblock: Superblock;
  readonly root: Dentry;
  /** First field of /proc/mounts. */
  readonly source: string;
  /** MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_NOATIME, MS_RELATIME, MS_NOSYMFOLLOW. */
  flags: number;
  /** Null for the root of a namespace, and for a mount that was taken off. */
  parent: Mount | null = null;
  mountpoint: Dentry | null = null;
  /** What stands on dentries of this mount. */
  readonly children: Map<Dentry, Mount> = new Map();

  constructor(id: number, root: Dentry, source: string, flags: number) {
    this.id = id;
    this.superblock = root.superblock;
    this.root = root;
    this.source = source;
    this.flags = flags;
  }

  get isReadOnly(): boolean {
    return (this.flags & MS_RDONLY) !== 0 || this.superblock.isReadOnly;
  }
  get isNoExec(): boolean {
    return (this.flags & MS_NOEXEC) !== 0;
  }
  get isNoSuid(): boolean {
    return (this.flags & MS_NOSUID) !== 0;
  }
  get isNoDev(): boolean {
    return (this.flags & MS_NODEV) !== 0;
  }

  /** Puts this mount on `at`. */
  attach(at: Path): void {
    this.parent = at.mount;
    this.mountpoint = at.dentry;
    at.mount.children.set(at.dentry, this);
    at.dentry.mountCount++;
    at.dentry.parent?.pin(at.dentry);
  }

  /** Takes this mount off, with what stands on it. */
  detach(): void {
    if (this.parent !== null && this.mountpoint !== null) {
      this.parent.children.delete(this.mountpoint);
      this.mountpoint.mountCount--;
    }
    this.parent = null;
    this.mountpoint = null;
  }

  /** This mount and all below it, parents first. */
  *tree(): IterableIterator<Mount> {
    yield this;
    for (const child of this.children.values()) yield* child.tree();
  }
}

export class MountNamespace {
  /** Shown at "/" of its processes unless they have chrooted. */
  root: Mount;

  constructor(root: Mount) {
    this.root = root;
  }

  get rootPath(): Path {
    return topOf(new Path(this.root, this.root.root));
  }

  /** In the order of /proc/mounts. */
  get mounts(): Mount[] {
    return [...this.root.tree()].sort((a, b) => a.id - b.id);
  }
}

/** Goes down into whatever is mounted on `path`. */
export function topOf(path: Path): Path {
  if (path.dentry.mountCount === 0) return path;
  let at = path;
  for (;;) {
    const mount = at.mount.children.get(at.dentry);
    if (mount === undefined) return at;
    at = new Path(mount, mount.root);
  }
}
