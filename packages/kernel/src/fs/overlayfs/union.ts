/**
 * Overlays that a guest mounts: lowerdir=, upperdir=, workdir=; Documentation/filesystems/overlayfs.rst. Unlike the
 * root of a sandbox (overlay.ts), whose upper layer is its own, this one writes to the directory that it was given, in
 * Linux's format: whiteouts are character devices 0:0, and a directory that hides those below it says so in an xattr.
 */
import { OVERLAYFS_SUPER_MAGIC } from "@kernelet/abi";
import { Dentry } from "../dentry.ts";
import type { Inode } from "../inode.ts";
import { type FilesystemUsage, Superblock } from "../superblock.ts";
import type { Vfs } from "../vfs.ts";
import { UnionDirectory } from "./union-directory.ts";

export interface UnionLayers {
  /** Null: nothing can be written. */
  readonly upper: Inode | null;
  /** The uppermost first. */
  readonly lowers: readonly Inode[];
}

export class UnionFs extends Superblock {
  readonly type = "overlay";
  readonly magic: number = OVERLAYFS_SUPER_MAGIC;
  readonly root: Dentry;
  readonly #layers: UnionLayers;
  readonly #options: string;
  /** The upper directory's dentry: its names change with ours. */
  readonly upperRoot: Dentry | null;

  constructor(vfs: Vfs, layers: UnionLayers, upperRoot: Dentry | null, options: string) {
    super(vfs.newDev(), vfs.clock, vfs.files);
    this.#layers = layers;
    this.#options = options;
    this.upperRoot = upperRoot;
    this.root = new Dentry(this, "/", null, new UnionDirectory(this, layers, null, ""));
  }

  usage(): FilesystemUsage {
    const inode = this.#layers.upper ?? (this.#layers.lowers[0] as Inode);
    return inode.superblock.usage();
  }

  override options(): string {
    return this.#options;
  }
}
