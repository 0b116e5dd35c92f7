/** Mount trees for tests of the file system, without a kernel. */
import { type Errno, isErrno, S_IFDIR, S_IFLNK, S_IFREG } from "@kernelet/abi";
import { FsContext } from "../fs/fs-context.ts";
import type { Inode } from "../fs/inode.ts";
import { MountNamespace } from "../fs/mount.ts";
import type { Path } from "../fs/path.ts";
import type { Superblock } from "../fs/superblock.ts";
import { Tmpfs } from "../fs/tmpfs/tmpfs.ts";
import { Vfs } from "../fs/vfs.ts";
import type { Walker } from "../fs/walker.ts";
import { Credentials } from "../kernel/credentials.ts";
import { PhysicalMemory } from "../mm/physical-memory.ts";
import { MemoryHost, type Tree } from "./memory-host.ts";

export interface TestFs {
  readonly host: MemoryHost;
  readonly vfs: Vfs;
  readonly fs: FsContext;
  /** Root with all capabilities. */
  readonly walker: Walker;
  readonly root: Path;
}

/** A tree over `makeRoot`'s filesystem, tmpfs by default, filled from `tree`. */
export function testFs(
  tree: Tree = {},
  makeRoot: (vfs: Vfs, host: MemoryHost) => Superblock = (vfs) => new Tmpfs(vfs, { mode: 0o755 }),
): TestFs {
  const host = new MemoryHost();
  const vfs = new Vfs(host, new PhysicalMemory());
  const superblock = makeRoot(vfs, host);
  const namespace = new MountNamespace(vfs.newMount(superblock.root, "test", 0));
  const root = namespace.rootPath;
  fill(root.inode, tree);
  const fs = new FsContext(namespace, root, root);
  return { host, vfs, fs, root, walker: { fs, credentials: Credentials.root() } };
}

/** Makes the files of `tree` in `dir`, owned by root. */
export function fill(dir: Inode, tree: Tree): void {
  const owner = { uid: 0, gid: 0 };
  for (const [name, what] of Object.entries(tree)) {
    if (typeof what === "string") {
      const file = checked(dir.mknod(name, { mode: S_IFREG | 0o644, ...owner }, 0));
      file.pages?.write(0, new TextEncoder().encode(what));
    } else if (typeof what.to === "string") {
      checked(dir.symlink(name, what.to, { mode: S_IFLNK | 0o777, ...owner }));
    } else {
      fill(checked(dir.mkdir(name, { mode: S_IFDIR | 0o755, ...owner })), what as Tree);
    }
  }
}

/** The value, or an exception that names the errno. */
export function checked<T>(value: T | Errno): T {
  if (isErrno(value)) throw new Error(`errno ${value}`);
  return value as T;
}

/** The whole of a regular file. */
export function contents(inode: Inode): string {
  const pages = inode.pages;
  if (pages === null) throw new Error("not a regular file");
  const bytes = new Uint8Array(pages.size);
  pages.read(0, bytes);
  return new TextDecoder().decode(bytes);
}
