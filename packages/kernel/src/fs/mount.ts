/**
 * Mounts and the namespace that holds them: mount_namespaces(7), Linux's struct mount and struct mnt_namespace.
 *
 * A mount shows the tree below `root` of a superblock at `mountpoint` of its parent mount. Several may stand on one
 * another: the second one's parent is the first one, at its root. How mounts come and go together in several
 * namespaces is in propagation.ts; what mount(2) and its kin do to the tree is in mount-tree.ts.
 */
import { MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY } from "@kernelet/abi";
import { Namespace, type NamespaceOrigin } from "../kernel/namespaces/namespace.ts";
import type { Dentry } from "./dentry.ts";
import { Path } from "./path.ts";
import { makePrivate, type PeerGroup } from "./peer-group.ts";
import type { Superblock } from "./superblock.ts";

/** All mounts of a kernel: a guest must not fill the kernel's own memory with them. */
export interface LiveMounts {
  count: number;
}

/** The most mounts of all namespaces together. */
export const LIVE_MOUNTS_MAX = 100_000;

export class Mount {
  /** mnt_id of /proc/self/mountinfo and statx. */
  readonly id: number;
  readonly superblock: Superblock;
  readonly root: Dentry;
  /** First field of /proc/mounts. */
  readonly source: string;
  /** MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_NOATIME, MS_NODIRATIME, MS_RELATIME or MS_STRICTATIME, MS_NOSYMFOLLOW. */
  flags: number;
  /** Of `flags`, those that may not be taken away: the mount came from a more privileged namespace. */
  lockedFlags = 0;
  /** MNT_LOCKED: may not be taken off alone, for it hides what is below. */
  isLocked = false;
  /** Null for the root of a namespace, and for a mount that was taken off. */
  parent: Mount | null = null;
  mountpoint: Dentry | null = null;
  /** The namespace that holds it; null for one that was taken off, and for those of open_tree(2) and fsmount(2). */
  namespace: MountNamespace | null = null;
  /** What stands on dentries of this mount. */
  readonly children: Map<Dentry, Mount> = new Map();
  /** Null: not shared. Kept by peer-group.ts, as the next two. */
  peers: PeerGroup | null = null;
  /** Whose slave this is. */
  master: PeerGroup | null = null;
  isUnbindable = false;
  /** umount2(2) with MNT_EXPIRE has asked once, and nobody has used the mount since. */
  isExpiring = false;
  #holdsRoot = false;
  #all: LiveMounts | null = null;

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
  /** Device nodes are only names: also on what was mounted without privilege over the machine. */
  get isNoDev(): boolean {
    return (this.flags & MS_NODEV) !== 0 || this.superblock.owner !== null;
  }
  get isShared(): boolean {
    return this.peers !== null;
  }

  /** Puts this mount on `at`. What stands there already comes to stand on this one's root. */
  attach(at: Path): void {
    const above = at.mount.children.get(at.dentry);
    this.parent = at.mount;
    this.mountpoint = at.dentry;
    at.mount.children.set(at.dentry, this);
    at.dentry.addMount(this);
    if (at.mount.namespace !== null) this.#enter(at.mount.namespace);
    if (above === undefined || above === this) return;
    at.dentry.removeMount(above);
    above.parent = null;
    above.attach(new Path(this, this.root));
  }

  /** This mount and all on it are in `namespace` now. */
  #enter(namespace: MountNamespace): void {
    for (const mount of this.tree()) {
      if (mount.namespace === namespace) continue;
      if (mount.namespace !== null) mount.namespace.count--;
      mount.namespace = namespace;
      namespace.count++;
    }
  }

  /** Takes this mount off, with what stands on it. It is still of its namespace: see `leaveNamespace`. */
  detach(): void {
    if (this.parent !== null && this.mountpoint !== null) {
      this.parent.children.delete(this.mountpoint);
      this.mountpoint.removeMount(this);
    }
    this.parent = null;
    this.mountpoint = null;
  }

  /** Taken off for good, or on its way to another namespace. */
  leaveNamespace(): void {
    if (this.namespace === null) return;
    this.namespace.count--;
    this.namespace = null;
  }

  /** The end of this mount. Files that are open on it go on. */
  discard(): void {
    makePrivate(this);
    this.detach();
    this.leaveNamespace();
    const { inode } = this.root;
    if (!this.#holdsRoot || inode === null) return;
    this.#holdsRoot = false;
    if (this.#all !== null) this.#all.count--;
    inode.openCount--;
    if (inode.nlink === 0 && inode.openCount === 0) inode.evict();
  }

  /** A file that is mounted stays, whatever becomes of its name. */
  holdRoot(all: LiveMounts): this {
    this.#all = all;
    all.count++;
    this.#holdsRoot = true;
    if (this.root.inode !== null) this.root.inode.openCount++;
    return this;
  }

  /** This mount and all below it, parents first. */
  *tree(): IterableIterator<Mount> {
    const rest: Mount[] = [this];
    for (let mount = rest.pop(); mount !== undefined; mount = rest.pop()) {
      yield mount;
      rest.push(...[...mount.children.values()].reverse());
    }
  }
}

export class MountNamespace extends Namespace {
  /** The bottom of the tree: rootfs, which nobody sees because "/" is mounted on it. */
  root: Mount;
  /** Mounts in it. Owner: Mount. */
  count = 1;

  constructor(root: Mount, origin: NamespaceOrigin | null = null) {
    super("mnt", origin);
    this.root = root;
    root.namespace = this;
  }

  /** Shown at "/" of its processes unless they have chrooted. */
  get rootPath(): Path {
    return topOf(new Path(this.root, this.root.root));
  }

  /** In the order of /proc/mounts. */
  get mounts(): Mount[] {
    return [...this.root.tree()].sort((a, b) => a.id - b.id);
  }

  /** Everything in it is taken off. */
  protected override released(): void {
    for (const mount of [...this.root.tree()]) mount.discard();
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
