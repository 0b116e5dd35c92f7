/** A file of the image that is being put together: Linux's inode, with its names where it is a directory. */
import {
  makedev,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from "@kernelet/abi";
import type { ByteString, EntryType, Segment, TarEntry } from "../tar/entry.ts";

const TYPE_BITS: Readonly<Record<EntryType, number>> = {
  file: S_IFREG,
  hardlink: S_IFREG,
  directory: S_IFDIR,
  symlink: S_IFLNK,
  character: S_IFCHR,
  block: S_IFBLK,
  fifo: S_IFIFO,
};

/** A name in a directory. */
export interface TreeName {
  readonly node: TreeNode;
  /** The layer that made it or described it last: a whiteout of that layer does not mean it. */
  layer: number;
}

export class TreeNode {
  /** Type and permission bits. */
  mode: number;
  uid = 0;
  gid = 0;
  size = 0;
  mtimeSec = 0;
  mtimeNsec = 0;
  rdev = 0;
  target: ByteString = "";
  xattrs: ReadonlyMap<string, Uint8Array> | null = null;
  /** Of a file: the layer whose tar has its bytes, and where. */
  dataLayer = 0;
  dataOff = 0;
  stored = 0;
  sparse: readonly Segment[] | null = null;
  /** Names, if this is a directory. */
  readonly children: Map<ByteString, TreeName> | null;

  constructor(mode: number) {
    this.mode = mode;
    this.children = (mode & S_IFMT) === S_IFDIR ? new Map() : null;
  }

  get isSymlink(): boolean {
    return (this.mode & S_IFMT) === S_IFLNK;
  }
}

/** A directory that no entry speaks of. */
export function impliedDirectory(): TreeNode {
  return new TreeNode(S_IFDIR | 0o755);
}

export function nodeFor(entry: TarEntry, layer: number): TreeNode {
  // Linux shows every link as 0777.
  const bits = entry.type === "symlink" ? 0o777 : entry.mode;
  const node = new TreeNode(TYPE_BITS[entry.type] | bits);
  describe(node, entry);
  if (entry.type === "symlink") {
    node.target = entry.linkName;
    node.size = entry.linkName.length;
  } else if (entry.type === "character" || entry.type === "block") {
    node.rdev = makedev(entry.devMajor, entry.devMinor);
  } else if (entry.type === "file") {
    node.size = entry.size;
    node.dataLayer = layer;
    node.dataOff = entry.dataOff;
    node.stored = entry.stored;
    node.sparse = entry.sparse;
  }
  return node;
}

/** Owner, times and attributes; of a directory that is there already, the mode too. */
export function describe(node: TreeNode, entry: TarEntry): void {
  if (node.children !== null) node.mode = S_IFDIR | entry.mode;
  node.uid = entry.uid;
  node.gid = entry.gid;
  node.mtimeSec = entry.mtimeSec;
  node.mtimeNsec = entry.mtimeNsec;
  node.xattrs = entry.xattrs;
}
