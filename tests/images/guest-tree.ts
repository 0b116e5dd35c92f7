/** The same as host-tree.py, of what the kernel's imagefs makes of an image. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "@kernelet/abi";
import { ImageTree } from "../../packages/kernel/src/fs/imagefs/image-tree.ts";
import { ImageFs } from "../../packages/kernel/src/fs/imagefs/imagefs.ts";
import type { Inode } from "../../packages/kernel/src/fs/inode.ts";
import { encodeName } from "../../packages/kernel/src/fs/name.ts";
import { encodeAcl } from "../../packages/kernel/src/fs/posix-acl.ts";
import type { Walker } from "../../packages/kernel/src/fs/walker.ts";
import { checked, testFs } from "../../packages/kernel/src/testing/test-fs.ts";

/** Most of what is in a tree lies across such pages' ends. */
const ODD_PAGE = 101;

export interface FileFacts {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  /** 0 for a directory: each file system has its own idea. */
  readonly size: number;
  readonly mtime: number;
  readonly rdev: number;
  readonly xattrs: Readonly<Record<string, string>>;
  /** Digest of a file, target of a link. */
  readonly content: string;
  /** The first name of the same file. */
  readonly same: string;
}

export function guestTree(image: { tree: string; layers: readonly string[] }): FileFacts[] {
  const bytes = fs.readFileSync(image.tree);
  const read = (into: Uint8Array, off: number): number => bytes.copy(into, 0, off);
  const tree = ImageTree.open({ size: bytes.length, read }, ODD_PAGE);
  if (tree === null) throw new Error(`${image.tree} is no tree`);
  const layers = image.layers.map((path) => fs.openSync(path, "r"));
  const { root, walker } = testFs({}, (vfs, host) => {
    host.pread = (handle, into, off) => fs.readSync(handle, into, 0, into.length, off);
    return new ImageFs(vfs, host, { tree, layers });
  });
  try {
    const files: FileFacts[] = [];
    walk(root.inode, "", { walker, files, first: new Map() });
    return files;
  } finally {
    for (const fd of layers) fs.closeSync(fd);
  }
}

interface Walk {
  readonly walker: Walker;
  readonly files: FileFacts[];
  readonly first: Map<Inode, string>;
}

function latin1(name: string): string {
  return Buffer.from(encodeName(name)).toString("latin1");
}

function walk(inode: Inode, path: string, state: Walk): void {
  const shown = path || "/";
  const same = state.first.get(inode) ?? shown;
  state.first.set(inode, same);
  state.files.push({ ...facts(inode, state.walker), path: shown, same });
  if ((inode.mode & S_IFMT) !== S_IFDIR) return;
  const entries = inode.readdir() as Exclude<ReturnType<Inode["readdir"]>, number>;
  for (const { name, ino, type } of entries) {
    const child = checked(inode.lookup(name)) as Inode;
    if (child.ino !== ino || (child.mode & S_IFMT) >>> 12 !== type) {
      throw new Error(`${path}/${name}: readdir and lookup differ`);
    }
    walk(child, `${path}/${latin1(name)}`, state);
  }
}

function facts(inode: Inode, walker: Walker): Omit<FileFacts, "path" | "same"> {
  const { mode, uid, gid, nlink, rdev } = inode;
  const size = (mode & S_IFMT) === S_IFDIR ? 0 : inode.size;
  const mtime = Number(BigInt(inode.mtime.sec) * 1_000_000_000n + BigInt(inode.mtime.nsec));
  const xattrs: Record<string, string> = {};
  for (const name of inode.listxattr() as readonly string[]) {
    xattrs[name] = Buffer.from(checked(inode.getxattr(name)) as Uint8Array).toString("hex");
  }
  if (inode.accessAcl !== null) {
    xattrs["system.posix_acl_access"] = Buffer.from(encodeAcl(inode.accessAcl)).toString("hex");
  }
  return { mode, uid, gid, nlink, size, mtime, rdev, xattrs, content: content(inode, walker) };
}

/** In reads of an odd size, so that they end in the middle of segments and pages. */
const CHUNK = 100_003;

function content(inode: Inode, walker: Walker): string {
  const type = inode.mode & S_IFMT;
  if (type === S_IFLNK) return latin1(checked(inode.readlink(walker)) as string);
  if (type !== S_IFREG) return "";
  const hash = createHash("sha256");
  const chunk = new Uint8Array(CHUNK);
  for (let off = 0; off < inode.size; ) {
    const n = checked(inode.pages?.read(off, chunk) ?? 0) as number;
    if (n === 0) throw new Error("a file ends early");
    hash.update(chunk.subarray(0, n));
    off += n;
  }
  return hash.digest("hex");
}
