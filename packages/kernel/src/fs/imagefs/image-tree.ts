/**
 * Reads the tree of a container image: the format is in packages/abi/src/image-tree.ts. All of it is looked up in place;
 * nothing is parsed in advance, so that opening an image costs one read however many files it has.
 */
import {
  IMAGE_ENTRY,
  IMAGE_INODE,
  IMAGE_SEGMENT,
  IMAGE_TREE_HEADER,
  IMAGE_TREE_MAGIC,
  IMAGE_XATTR,
} from "@kernelet/abi";

export const ROOT_INO = 1;

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
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #entries: number;
  readonly #names: number;
  readonly #extras: number;

  /** Null: these bytes are no tree, one of another version, or cut short. Their checksum is for whoever reads the file. */
  static open(bytes: Uint8Array): ImageTree | null {
    if (bytes.length < IMAGE_TREE_HEADER.size + IMAGE_INODE.size) return null;
    for (let i = 0; i < IMAGE_TREE_MAGIC.length; i++) {
      if (bytes[i] !== IMAGE_TREE_MAGIC.charCodeAt(i)) return null;
    }
    const tree = new ImageTree(bytes);
    return tree.#isWhole() ? tree : null;
  }

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.inodeCount = this.#view.getUint32(IMAGE_TREE_HEADER.inode_count, true);
    this.layerCount = this.#view.getUint32(IMAGE_TREE_HEADER.layer_count, true);
    this.contentSize = this.#view.getFloat64(IMAGE_TREE_HEADER.content_size, true);
    this.#entries = IMAGE_TREE_HEADER.size + this.inodeCount * IMAGE_INODE.size;
    this.#names = this.#view.getUint32(IMAGE_TREE_HEADER.names, true);
    this.#extras = this.#view.getUint32(IMAGE_TREE_HEADER.extras, true);
  }

  #isWhole(): boolean {
    const entryCount = this.#view.getUint32(IMAGE_TREE_HEADER.entry_count, true);
    return (
      this.#view.getFloat64(IMAGE_TREE_HEADER.file_size, true) === this.#bytes.length &&
      this.inodeCount > 0 &&
      this.#entries + entryCount * IMAGE_ENTRY.size === this.#names &&
      this.#names <= this.#extras &&
      this.#extras <= this.#bytes.length
    );
  }

  #inodeAt(ino: number): number {
    return IMAGE_TREE_HEADER.size + (ino - ROOT_INO) * IMAGE_INODE.size;
  }

  inode(ino: number): ImageInode {
    const view = this.#view;
    const at = this.#inodeAt(ino);
    return {
      mode: view.getUint32(at + IMAGE_INODE.mode, true),
      uid: view.getUint32(at + IMAGE_INODE.uid, true),
      gid: view.getUint32(at + IMAGE_INODE.gid, true),
      nlink: view.getUint32(at + IMAGE_INODE.nlink, true),
      size: view.getFloat64(at + IMAGE_INODE.file_size, true),
      mtimeSec: view.getFloat64(at + IMAGE_INODE.mtime_sec, true),
      mtimeNsec: view.getUint32(at + IMAGE_INODE.mtime_nsec, true),
      stored: view.getFloat64(at + IMAGE_INODE.stored, true),
      layer: view.getUint32(at + IMAGE_INODE.layer, true),
      data: view.getFloat64(at + IMAGE_INODE.data, true),
      start: view.getUint32(at + IMAGE_INODE.start, true),
      count: view.getUint32(at + IMAGE_INODE.count, true),
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
      if (order === 0) return this.#view.getUint32(at + IMAGE_ENTRY.inode, true);
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return 0;
  }

  #name(entryAt: number): Uint8Array {
    const start = this.#names + this.#view.getUint32(entryAt + IMAGE_ENTRY.name, true);
    const len = this.#view.getUint16(entryAt + IMAGE_ENTRY.name_len, true);
    return this.#bytes.subarray(start, start + len);
  }

  entries(directory: ImageInode): ImageEntry[] {
    const list: ImageEntry[] = [];
    for (let i = directory.start; i < directory.start + directory.count; i++) {
      const at = this.#entries + i * IMAGE_ENTRY.size;
      list.push({
        name: this.#name(at),
        ino: this.#view.getUint32(at + IMAGE_ENTRY.inode, true),
        type: this.#view.getUint8(at + IMAGE_ENTRY.type),
      });
    }
    return list;
  }

  target(symlink: ImageInode): Uint8Array {
    const start = this.#extras + symlink.start;
    return this.#bytes.subarray(start, start + symlink.count);
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
      off: this.#view.getFloat64(at + IMAGE_SEGMENT.off, true),
      len: this.#view.getFloat64(at + IMAGE_SEGMENT.len, true),
      data: this.#view.getFloat64(at + IMAGE_SEGMENT.data, true),
    };
  }

  /** Pairs of name and value. */
  xattrs(ino: number): (readonly [Uint8Array, Uint8Array])[] {
    const inode = this.#inodeAt(ino);
    const count = this.#view.getUint32(inode + IMAGE_INODE.xattr_count, true);
    let at = this.#extras + this.#view.getUint32(inode + IMAGE_INODE.xattrs, true);
    const pairs: (readonly [Uint8Array, Uint8Array])[] = [];
    for (let i = 0; i < count; i++) {
      const nameLen = this.#view.getUint32(at + IMAGE_XATTR.name_len, true);
      const valueLen = this.#view.getUint32(at + IMAGE_XATTR.value_len, true);
      const name = at + IMAGE_XATTR.size;
      const value = name + nameLen;
      at = value + valueLen;
      pairs.push([this.#bytes.subarray(name, value), this.#bytes.slice(value, at)]);
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
