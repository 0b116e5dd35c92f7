/** A place in the tree: which mount, and which dentry in it (Linux's struct path). */

import { KernelBug } from "../kernel/bug.ts";
import type { Dentry } from "./dentry.ts";
import type { Inode } from "./inode.ts";
import type { Mount } from "./mount.ts";

export class Path {
  readonly mount: Mount;
  readonly dentry: Dentry;

  constructor(mount: Mount, dentry: Dentry) {
    this.mount = mount;
    this.dentry = dentry;
  }

  equals(other: Path): boolean {
    return this.dentry === other.dentry && this.mount === other.mount;
  }

  /** The inode. Paths that a walk returned always have one, except as the target of a creation. */
  get inode(): Inode {
    const inode = this.dentry.inode;
    if (inode === null) throw new KernelBug("path to a name that is not there");
    return inode;
  }
}
