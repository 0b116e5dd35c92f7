/**
 * Reads the tree of a container image: the format is in packages/abi/src/image-tree.ts. All of it is looked up in place;
 * nothing is parsed in advance, and nothing is read that nobody looks at, so that opening an image costs the same
 * however many files it has.
 */
import {
  IMAGE_ENTRY,
  IMAGE_INODE,
  IMAGE_SEGMENT,
  IMAGE_TREE_HEADER,
  IMAGE_TREE_MAGIC,
  IMAGE_XATTR,
} from "@kernelet/abi";
import { type ByteSource, PagedBytes } from "./paged-bytes.ts";

export const ROOT_INO = 1;
/** Lookups jump about: a larger page brings more that nobody wants, a smaller one costs more calls of the host. */
const PAGE_SIZE = 16 * 1024;

/** Attributes of an inode, and what the reader itself needs to go on. */
export interface ImageInode {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  readonly size: number;
  readonly mtimeSec: number;
  readonly mtimeNsec: number;
  /** Bytes in a layer: less than `size` if there are holes. */
  readonly stored: number;
  readonly layer: number;
  readonly data: number;
  readonly start: number;
  readonly count: number;
}

export interface ImageEntry {
  readonly name: Uint8Array;
  readonly ino: number;
  /** DT_*. */
  readonly type: number;
}

/** The part of a file from some place on: `len` bytes at `data` of the layer's tar, or zeros. */
export interface ImageExtent {
  readonly data: number | null;
  readonly len: number;
}

export class ImageTree {
  readonly inodeCount: number;
  readonly layerCount: number;
  readonly contentSize: number;
  readonly #file: PagedBytes;
  readonly #entries: number;
  readonly #names: number;
  readonly #extras: number;

  /** Null: these bytes are no tree, one of another version, or cut short. */
  static open(source: ByteSource, pageSize: number = PAGE_SIZE): ImageTree | null {
    if (source.size < IMAGE_TREE_HEADER.size + IMAGE_INODE.size) return null;
    const file = new PagedBytes(source, pageSize);
    for (let i = 0; i < IMAGE_TREE_MAGIC.length; i++) {
      if (file.u8(i) !== IMAGE_TREE_MAGIC.charCodeAt(i)) return null;
    }
    const tree = new ImageTree(file);
    return tree.#isWhole() ? tree : null;
  }

  private constructor(file: PagedBytes) {
    this.#file = file;
    this.inodeCount = file.u32(IMAGE_TREE_HEADER.inode_count);
    this.layerCount = file.u32(IMAGE_TREE_HEADER.layer_count);
    this.contentSize = file.f64(IMAGE_TREE_HEADER.content_size);
    this.#entries = IMAGE_TREE_HEADER.size + this.inodeCount * IMAGE_INODE.size;
    this.#names = file.u32(IMAGE_TREE_HEADER.names);
    this.#extras = file.u32(IMAGE_TREE_HEADER.extras);
  }

  #isWhole(): boolean {
    const entryCount = this.#file.u32(IMAGE_TREE_HEADER.entry_count);
    return (
      this.#file.f64(IMAGE_TREE_HEADER.file_size) === this.#file.size &&
      this.inodeCount > 0 &&
      this.#entries + entryCount * IMAGE_ENTRY.size === this.#names &&
      this.#names <= this.#extras &&
      this.#extras <= this.#file.size
    );
  }

  #inodeAt(ino: number): number {
    return IMAGE_TREE_HEADER.size + (ino - ROOT_INO) * IMAGE_INODE.size;
  }

  inode(ino: number): ImageInode {
    const file = this.#file;
    const at = this.#inodeAt(ino);
    return {
      mode: file.u32(at + IMAGE_INODE.mode),
      uid: file.u32(at + IMAGE_INODE.uid),
      gid: file.u32(at + IMAGE_INODE.gid),
      nlink: file.u32(at + IMAGE_INODE.nlink),
      size: file.f64(at + IMAGE_INODE.file_size),
      mtimeSec: file.f64(at + IMAGE_INODE.mtime_sec),
      mtimeNsec: file.u32(at + IMAGE_INODE.mtime_nsec),
      stored: file.f64(at + IMAGE_INODE.stored),
      layer: file.u32(at + IMAGE_INODE.layer),
      data: file.f64(at + IMAGE_INODE.data),
      start: file.u32(at + IMAGE_INODE.start),
      count: file.u32(at + IMAGE_INODE.count),
    };
  }

  /** The inode that `name` leads to in a directory; 0 if none. */
  lookup(directory: ImageInode, name: Uint8Array): number {
    let low = directory.start;
    let high = directory.start + directory.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.#entries + middle * IMAGE_ENTRY.size;
      const order = compareBytes(name, this.#name(at));
      if (order === 0) return this.#file.u32(at + IMAGE_ENTRY.inode);
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return 0;
  }

  #name(entryAt: number): Uint8Array {
    const start = this.#names + this.#file.u32(entryAt + IMAGE_ENTRY.name);
    const len = this.#file.u16(entryAt + IMAGE_ENTRY.name_len);
    return this.#file.bytes(start, len);
  }

  entries(directory: ImageInode): ImageEntry[] {
    const list: ImageEntry[] = [];
    for (let i = directory.start; i < directory.start + directory.count; i++) {
      const at = this.#entries + i * IMAGE_ENTRY.size;
      list.push({
        name: this.#name(at),
        ino: this.#file.u32(at + IMAGE_ENTRY.inode),
        type: this.#file.u8(at + IMAGE_ENTRY.type),
      });
    }
    return list;
  }

  target(symlink: ImageInode): Uint8Array {
    return this.#file.bytes(this.#extras + symlink.start, symlink.count);
  }

  /** Preconditions: `off` is in the file. */
  locate(file: ImageInode, off: number): ImageExtent {
    if (file.count === 0) return { data: file.data + off, len: file.size - off };
    // The last segment that begins at `off` or before.
    let low = 0;
    let high = file.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#segment(file, middle).off <= off) low = middle + 1;
      else high = middle;
    }
    if (low > 0) {
      const { off: from, len, data } = this.#segment(file, low - 1);
      if (off < from + len) return { data: data + off - from, len: from + len - off };
    }
    const end = low < file.count ? this.#segment(file, low).off : file.size;
    return { data: null, len: end - off };
  }

  #segment(file: ImageInode, index: number): { off: number; len: number; data: number } {
    const at = this.#extras + file.start + index * IMAGE_SEGMENT.size;
    return {
      off: this.#file.f64(at + IMAGE_SEGMENT.off),
      len: this.#file.f64(at + IMAGE_SEGMENT.len),
      data: this.#file.f64(at + IMAGE_SEGMENT.data),
    };
  }

  /** Pairs of name and value. */
  xattrs(ino: number): (readonly [Uint8Array, Uint8Array])[] {
    const inode = this.#inodeAt(ino);
    const count = this.#file.u32(inode + IMAGE_INODE.xattr_count);
    let at = this.#extras + this.#file.u32(inode + IMAGE_INODE.xattrs);
    const pairs: (readonly [Uint8Array, Uint8Array])[] = [];
    for (let i = 0; i < count; i++) {
      const nameLen = this.#file.u32(at + IMAGE_XATTR.name_len);
      const valueLen = this.#file.u32(at + IMAGE_XATTR.value_len);
      const name = at + IMAGE_XATTR.size;
      const value = name + nameLen;
      at = value + valueLen;
      pairs.push([this.#file.bytes(name, nameLen), this.#file.bytes(value, valueLen).slice()]);
    }
    return pairs;
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
