/**
 * A name in a directory (Linux's struct dentry). Dentries make the tree that paths walk along: they hold the name
 * and the parent, so that getcwd(2) and ".." work, and they are what mounts stand on.
 *
 * Invariants: one dentry per (parent, name) that is in use; `parent.children` holds it until the name is removed or
 * moved, or forgotten while nobody uses it (dentry-cache.ts). A removed dentry keeps its inode (open files go on) and is `isUnlinked`.
 */
import { isInodeInUse } from "./dentry-cache.ts";
import type { Inode } from "./inode.ts";
import type { Mount } from "./mount.ts";
import type { Superblock } from "./superblock.ts";

export class Dentry {
  readonly superblock: Superblock;
  name: string;
  /** Null for the root of a filesystem and for files that never had a name (pipes). */
  parent: Dentry | null;
  inode: Inode | null;
  /** The name was removed; /proc shows " (deleted)". */
  isUnlinked = false;
  /** Walked through since the dentry cache last looked. */
  isReferenced = false;
  #mounts: Set<Mount> | null = null;
  /** Mounts that stand on this dentry or below it. Right only in dynamic filesystems, where nothing is renamed. */
  mountsBelow = 0;
  #children: Map<string, Dentry> | null = null;

  constructor(superblock: Superblock, name: string, parent: Dentry | null, inode: Inode | null) {
    this.superblock = superblock;
    this.name = name;
    this.parent = parent;
    this.inode = inode;
  }

  /** Mounts that stand on this dentry, in any namespace. */
  get mounts(): Iterable<Mount> {
    return this.#mounts ?? NO_MOUNTS;
  }

  get mountCount(): number {
    return this.#mounts?.size ?? 0;
  }

  addMount(mount: Mount): void {
    this.#mounts ??= new Set();
    this.#mounts.add(mount);
    // The way to a mount point must be found again, also where names are looked up each time.
    for (let d: Dentry | null = this; d !== null; d = d.parent) {
      d.mountsBelow++;
      d.parent?.pin(d);
    }
  }

  removeMount(mount: Mount): void {
    if (this.#mounts?.delete(mount) !== true) return;
    if (this.#mounts.size === 0) this.#mounts = null;
    for (let d: Dentry | null = this; d !== null; d = d.parent) d.mountsBelow--;
  }

  child(name: string): Dentry | undefined {
    return this.#children?.get(name);
  }

  /** Makes the dentry of a name that was just looked up or created. */
  addChild(name: string, inode: Inode): Dentry {
    const dentry = new Dentry(this.superblock, name, this, inode);
    if (!this.superblock.isDynamic) this.pin(dentry);
    return dentry;
  }

  /** Keeps `dentry` findable by name: for mount points of dynamic filesystems too. */
  pin(dentry: Dentry): void {
    this.#children ??= new Map();
    this.#children.set(dentry.name, dentry);
  }

  /** Forgets a name: it was removed. */
  removeChild(name: string): void {
    const dentry = this.#children?.get(name);
    if (dentry === undefined) return;
    this.#children?.delete(name);
    dentry.isUnlinked = true;
  }

  /** The name `from` here is now `to` in `toParent`; what was there is unlinked. */
  moveChild(from: string, toParent: Dentry, to: string): void {
    const dentry = this.#children?.get(from);
    toParent.removeChild(to);
    if (dentry === undefined) return;
    this.#children?.delete(from);
    dentry.name = to;
    dentry.parent = toParent;
    toParent.pin(dentry);
  }

  /** RENAME_EXCHANGE. */
  exchangeChild(name: string, other: Dentry, otherName: string): void {
    const a = this.#children?.get(name);
    const b = other.child(otherName);
    this.#children?.delete(name);
    other.#children?.delete(otherName);
    if (a !== undefined) {
      a.name = otherName;
      a.parent = other;
      other.pin(a);
    }
    if (b !== undefined) {
      b.name = name;
      b.parent = this;
      this.pin(b);
    }
  }

  /** Whether something hangs on this dentry, or on its inode. */
  get isInUse(): boolean {
    if (this.mountCount > 0 || this.mountsBelow > 0) return true;
    if (this.#children !== null && this.#children.size > 0) return true;
    return this.inode === null || isInodeInUse(this.inode);
  }

  /** Drops a name that can be looked up again. @returns whether it was here. */
  forgetChild(name: string): boolean {
    return this.#children?.delete(name) === true;
  }

  get children(): IterableIterator<Dentry> {
    return (this.#children ?? NO_CHILDREN).values();
  }

  /** Whether this is `other` or lies below it in the same filesystem. */
  isWithin(other: Dentry): boolean {
    for (let d: Dentry | null = this; d !== null; d = d.parent) if (d === other) return true;
    return false;
  }
}

const NO_MOUNTS: readonly Mount[] = [];
const NO_CHILDREN: ReadonlyMap<string, Dentry> = new Map();
