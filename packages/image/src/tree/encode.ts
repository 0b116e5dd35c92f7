/** Writes a merged tree in the format that the kernel's imagefs reads: packages/abi/src/image-tree.ts. */
import { crc32 } from "node:zlib";
import {
  IMAGE_ENTRY,
  IMAGE_INODE,
  IMAGE_SEGMENT,
  IMAGE_TREE_HEADER,
  IMAGE_TREE_MAGIC,
  IMAGE_XATTR,
  S_IFMT,
} from "@kernelet/abi";
import type { ByteString } from "../tar/entry.ts";
import type { TreeNode } from "./node.ts";

interface Numbered {
  readonly node: TreeNode;
  nlink: number;
  /** Of a directory: its names in order, and the number of the first in the table of entries. */
  readonly names: readonly ByteString[];
  firstEntry: number;
}

export function encodeTree(root: TreeNode, layerCount: number): Buffer {
  const inodes = numberInodes(root);
  const numbers = new Map(inodes.map(({ node }, i) => [node, i + 1]));
  const strings = new Strings();
  const extras = new Extras();
  const entryCount = inodes.reduce((sum, { names }) => sum + names.length, 0);
  const inodesAt = IMAGE_TREE_HEADER.size;
  const entriesAt = inodesAt + inodes.length * IMAGE_INODE.size;
  const namesAt = entriesAt + entryCount * IMAGE_ENTRY.size;
  const tables = Buffer.alloc(namesAt);

  let contentSize = 0;
  inodes.forEach((inode, i) => {
    writeInode(tables.subarray(inodesAt + i * IMAGE_INODE.size), inode, extras);
    contentSize += inode.node.stored;
    inode.names.forEach((name, k) => {
      const child = inode.node.children?.get(name)?.node as TreeNode;
      const at = entriesAt + (inode.firstEntry + k) * IMAGE_ENTRY.size;
      tables.writeUInt32LE(strings.add(name), at + IMAGE_ENTRY.name);
      tables.writeUInt32LE(numbers.get(child) as number, at + IMAGE_ENTRY.inode);
      tables.writeUInt16LE(name.length, at + IMAGE_ENTRY.name_len);
      tables.writeUInt8((child.mode & S_IFMT) >>> 12, at + IMAGE_ENTRY.type);
    });
  });

  const names = strings.bytes();
  const file = Buffer.concat([tables, names, extras.bytes()]);
  file.write(IMAGE_TREE_MAGIC, IMAGE_TREE_HEADER.magic, "latin1");
  file.writeUInt32LE(inodes.length, IMAGE_TREE_HEADER.inode_count);
  file.writeUInt32LE(entryCount, IMAGE_TREE_HEADER.entry_count);
  file.writeUInt32LE(layerCount, IMAGE_TREE_HEADER.layer_count);
  file.writeUInt32LE(namesAt, IMAGE_TREE_HEADER.names);
  file.writeUInt32LE(namesAt + names.length, IMAGE_TREE_HEADER.extras);
  file.writeDoubleLE(file.length, IMAGE_TREE_HEADER.file_size);
  file.writeDoubleLE(contentSize, IMAGE_TREE_HEADER.content_size);
  file.writeUInt32LE(crc32(file.subarray(inodesAt)), IMAGE_TREE_HEADER.crc);
  return file;
}

/** In the order of their first names, directory by directory: what is listed together lies together. */
function numberInodes(root: TreeNode): Numbered[] {
  const known = new Map<TreeNode, Numbered>();
  const order: Numbered[] = [];
  let entries = 0;
  const add = (node: TreeNode): void => {
    const before = known.get(node);
    if (before !== undefined) {
      before.nlink++;
      return;
    }
    const names = [...(node.children?.keys() ?? [])].sort(compareBytes);
    // A directory has its own name and "."; each directory in it adds a "..".
    const numbered = { node, nlink: node.children === null ? 1 : 2, names, firstEntry: 0 };
    known.set(node, numbered);
    order.push(numbered);
  };
  add(root);
  for (let i = 0; i < order.length; i++) {
    const directory = order[i] as Numbered;
    directory.firstEntry = entries;
    entries += directory.names.length;
    for (const name of directory.names) {
      const child = directory.node.children?.get(name)?.node as TreeNode;
      if (child.children !== null) directory.nlink++;
      add(child);
    }
  }
  return order;
}

/** One character is one byte. */
function compareBytes(a: ByteString, b: ByteString): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function writeInode(
  into: Buffer,
  { node, nlink, names, firstEntry }: Numbered,
  extras: Extras,
): void {
  into.writeUInt32LE(node.mode, IMAGE_INODE.mode);
  into.writeUInt32LE(node.uid, IMAGE_INODE.uid);
  into.writeUInt32LE(node.gid, IMAGE_INODE.gid);
  into.writeUInt32LE(nlink, IMAGE_INODE.nlink);
  into.writeDoubleLE(node.size, IMAGE_INODE.file_size);
  into.writeDoubleLE(node.mtimeSec, IMAGE_INODE.mtime_sec);
  into.writeUInt32LE(node.mtimeNsec, IMAGE_INODE.mtime_nsec);
  into.writeUInt32LE(node.dataLayer, IMAGE_INODE.layer);
  into.writeDoubleLE(node.dataOff, IMAGE_INODE.data);
  into.writeDoubleLE(node.stored, IMAGE_INODE.stored);
  if (node.children !== null) {
    into.writeUInt32LE(firstEntry, IMAGE_INODE.start);
    into.writeUInt32LE(names.length, IMAGE_INODE.count);
  } else if (node.isSymlink) {
    into.writeUInt32LE(extras.addText(node.target), IMAGE_INODE.start);
    into.writeUInt32LE(node.target.length, IMAGE_INODE.count);
  } else if (node.sparse !== null) {
    into.writeUInt32LE(extras.addSegments(node), IMAGE_INODE.start);
    // A file that is one hole has one segment of nothing: a count of 0 says "not sparse".
    into.writeUInt32LE(Math.max(node.sparse.length, 1), IMAGE_INODE.count);
  } else into.writeUInt32LE(node.rdev, IMAGE_INODE.start);
  if (node.xattrs !== null) {
    into.writeUInt32LE(extras.addXattrs(node.xattrs), IMAGE_INODE.xattrs);
    into.writeUInt32LE(node.xattrs.size, IMAGE_INODE.xattr_count);
  }
}

/** Names, each once: "README" and "__init__.py" come a thousand times. */
class Strings {
  readonly #known: Map<ByteString, number> = new Map();
  #length = 0;

  add(name: ByteString): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const at = this.#length;
    this.#known.set(name, at);
    this.#length += name.length;
    return at;
  }

  bytes(): Buffer {
    return Buffer.from([...this.#known.keys()].join(""), "latin1");
  }
}

class Extras {
  readonly #parts: Buffer[] = [];
  #length = 0;

  #add(part: Buffer): number {
    const at = this.#length;
    this.#parts.push(part);
    this.#length += part.length;
    return at;
  }

  addText(text: ByteString): number {
    return this.#add(Buffer.from(text, "latin1"));
  }

  addSegments({ sparse, dataOff }: TreeNode): number {
    const segments = sparse === null || sparse.length === 0 ? [{ off: 0, len: 0 }] : sparse;
    const part = Buffer.alloc(segments.length * IMAGE_SEGMENT.size);
    let data = dataOff;
    segments.forEach(({ off, len }, i) => {
      const at = i * IMAGE_SEGMENT.size;
      part.writeDoubleLE(off, at + IMAGE_SEGMENT.off);
      part.writeDoubleLE(len, at + IMAGE_SEGMENT.len);
      part.writeDoubleLE(data, at + IMAGE_SEGMENT.data);
      data += len;
    });
    return this.#add(part);
  }

  addXattrs(xattrs: ReadonlyMap<string, Uint8Array>): number {
    const at = this.#length;
    for (const [name, value] of xattrs) {
      const bytes = Buffer.from(name);
      const head = Buffer.alloc(IMAGE_XATTR.size);
      head.writeUInt32LE(bytes.length, IMAGE_XATTR.name_len);
      head.writeUInt32LE(value.length, IMAGE_XATTR.value_len);
      this.#add(Buffer.concat([head, bytes, value]));
    }
    return at;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
