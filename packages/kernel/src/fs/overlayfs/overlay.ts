/**
 * A writable filesystem over read-only layers: Documentation/filesystems/overlayfs.rst.
 *
 * Difference from Linux: the upper layer is not a second tree but this filesystem's own inodes, which are those of
 * tmpfs. A directory starts with the names of its lower directories and takes one in when it is looked up; removed
 * ones leave a whiteout in memory. A file reads from its lower file until somebody opens it for writing ("copy-up");
 * attributes live up here from the start. So inode numbers never change, hard links stay hard links, directories can
 * be renamed, and a file that was opened for reading sees later writes: all the things that Linux's overlayfs
 * documents as not quite POSIX.
 */
import { type Errno, isErrno, OVERLAYFS_SUPER_MAGIC } from "@kernelet/abi";
import type { DentryCache } from "../dentry-cache.ts";
import type { Creation, Inode } from "../inode.ts";
import type { FilesystemUsage } from "../superblock.ts";
import type { TmpfsDirectory } from "../tmpfs/directory.ts";
import { TmpfsSpecial } from "../tmpfs/inode.ts";
import { Tmpfs } from "../tmpfs/tmpfs.ts";
import type { Vfs } from "../vfs.ts";
import { copyAttributes, copyXattrs } from "./attributes.ts";
import { OverlayDirectory } from "./directory.ts";
import { OverlayFile, OverlaySymlink } from "./file.ts";

interface LinkedInode {
  readonly inode: Inode;
  /** Names by which it was found and that are kept. */
  names: number;
}

export class OverlayFs extends Tmpfs {
  override readonly magic: number = OVERLAYFS_SUPER_MAGIC;
  override readonly dentryCache: DentryCache;
  /** Inodes of lower files that have several names: all names must lead to one inode. */
  readonly #linked: Map<Inode, LinkedInode> = new Map();

  /** @param lowers root directories of the layers, the uppermost first; at least one. */
  constructor(vfs: Vfs, lowers: readonly Inode[]) {
    super(vfs, { type: "overlay", mode: (lowers[0]?.mode ?? 0o755) & 0o7777 });
    this.dentryCache = vfs.dentries;
    (this.root.inode as OverlayDirectory).setLowers(lowers);
  }

  protected override newRoot(made: Creation): TmpfsDirectory {
    return new OverlayDirectory(this, made, null);
  }

  /** Numbers of lower files are kept; those of new ones begin where no disk's do. */
  override newIno(): number {
    return 2 ** 40 + super.newIno();
  }

  /** The root directory takes a block: programs do not expect a disk with nothing on it. */
  override usage(): FilesystemUsage {
    const usage = super.usage();
    return { ...usage, blocksFree: Math.min(usage.blocksFree, usage.blocks - 1) };
  }

  override options(): string {
    return "lowerdir=/,upperdir=/,workdir=/";
  }

  /** The inode up here for what the lower layers show, the uppermost first. */
  adopt(found: readonly Inode[], parent: OverlayDirectory): Inode | Errno {
    const lower = found[0] as Inode;
    if (lower.isDirectory) {
      const directory = new OverlayDirectory(this, lower, parent, lower.ino);
      directory.setLowers(found);
      return directory;
    }
    const known = this.#linked.get(lower);
    if (known !== undefined) {
      known.names++;
      return known.inode;
    }
    const inode = this.#newInode(lower);
    if (isErrno(inode)) return inode;
    copyXattrs(lower, inode);
    copyAttributes(lower, inode);
    if (lower.nlink > 1) this.#linked.set(lower, { inode, names: 1 });
    return inode;
  }

  /** A name that led to the inode over `lower` is kept no longer. */
  nameForgotten(lower: Inode): void {
    const known = this.#linked.get(lower);
    if (known !== undefined && --known.names === 0) this.#linked.delete(lower);
  }

  #newInode(lower: Inode): Inode | Errno {
    if (lower.isRegular) return new OverlayFile(this, lower, lower);
    if (lower.isSymlink) return new OverlaySymlink(this, lower);
    return new TmpfsSpecial(this, lower, lower.rdev, lower.ino);
  }
}
