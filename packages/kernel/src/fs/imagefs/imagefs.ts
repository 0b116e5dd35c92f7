/**
 * A container image as a read-only filesystem. The tree is given as data; the bytes of files are read from the tars of the
 * layers as they are on the host's disk, a range at a time. Nothing is unpacked.
 */
import type { Errno } from "@kernelet/abi";
import type { Host } from "../../host.ts";
import { Dentry } from "../dentry.ts";
import { type FilesystemUsage, Superblock } from "../superblock.ts";
import type { Vfs } from "../vfs.ts";
import { type ImageTree, ROOT_INO } from "./image-tree.ts";
import { ImageDirectory, ImageFile, type ImageNode, ImageSpecial, ImageSymlink } from "./inode.ts";

/** EROFS_SUPER_MAGIC_V1: the filesystem of Linux's that is nearest. */
const EROFS_SUPER_MAGIC_V1 = 0xe0f5e1e2;
const BLOCK_SIZE = 4096;

/** An image as the host brings it. */
export interface ImageSource {
  readonly tree: ImageTree;
  /** Open handles of the layers' tars, the lowest first; `tree.layerCount` of them. They stay open. */
  readonly layers: readonly number[];
}

export class ImageFs extends Superblock {
  readonly type = "erofs";
  readonly magic: number = EROFS_SUPER_MAGIC_V1;
  override isReadOnly = true;
  readonly vfs: Vfs;
  readonly tree: ImageTree;
  readonly root: Dentry;
  readonly #host: Host;
  readonly #layers: readonly number[];
  /** Inodes that have been looked at, by number: all names of a file lead to one. */
  readonly #inodes: Map<number, ImageNode> = new Map();

  constructor(vfs: Vfs, host: Host, { tree, layers }: ImageSource) {
    super(vfs.newDev(), vfs.clock, vfs.files);
    this.vfs = vfs;
    this.tree = tree;
    this.#host = host;
    this.#layers = layers;
    this.root = new Dentry(this, "/", null, this.node(ROOT_INO));
  }

  node(ino: number): ImageNode {
    const known = this.#inodes.get(ino);
    if (known !== undefined) return known;
    const node = this.#newNode(ino);
    this.#inodes.set(ino, node);
    return node;
  }

  /** @returns whether the inode is kept no longer. */
  forget(ino: number): boolean {
    if (this.#inodes.get(ino)?.isBusy === true) return false;
    this.#inodes.delete(ino);
    return true;
  }

  #newNode(ino: number): ImageNode {
    const image = this.tree.inode(ino);
    for (const type of [ImageFile, ImageDirectory, ImageSymlink]) {
      if (type.isTypeOf(image.mode)) return new type(this, ino, image);
    }
    return new ImageSpecial(this, ino, image);
  }

  /** Reads from a layer. @returns bytes read; fewer only if the tar has been cut short behind our back. */
  pread(layer: number, into: Uint8Array, at: number): number | Errno {
    return this.#host.pread(this.#layers[layer] ?? -1, into, at);
  }

  usage(): FilesystemUsage {
    const blocks = Math.ceil(this.tree.contentSize / BLOCK_SIZE);
    const files = this.tree.inodeCount;
    return { blockSize: BLOCK_SIZE, blocks, blocksFree: 0, files, filesFree: 0 };
  }
}
