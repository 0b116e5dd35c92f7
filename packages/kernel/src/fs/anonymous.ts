/**
 * Inodes that no directory names: pipes, sockets, eventfd and its kind. A file description needs a path, so each
 * gets a dentry whose name is what /proc/self/fd shows ("pipe:[7]", "anon_inode:[eventfd]").
 */
import {
  ANON_INODE_FS_MAGIC,
  ENXIO,
  type Errno,
  PIPEFS_MAGIC,
  S_IRUSR,
  S_IWUSR,
  SOCKFS_MAGIC,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { Dentry } from "./dentry.ts";
import type { FileDescription } from "./file-description.ts";
import { FileLocks } from "./file-locks.ts";
import { Inode } from "./inode.ts";
import { Mount } from "./mount.ts";
import { Path } from "./path.ts";
import { type FilesystemUsage, Superblock } from "./superblock.ts";
import type { Vfs } from "./vfs.ts";

const MAGIC: Readonly<Record<string, number>> = {
  pipefs: PIPEFS_MAGIC,
  sockfs: SOCKFS_MAGIC,
  anon_inodefs: ANON_INODE_FS_MAGIC,
};

export class AnonymousSuperblock extends Superblock {
  readonly type: string;
  readonly magic: number;
  readonly root: Dentry;
  readonly mount: Mount;
  /** Linux has one inode for all files that have none of their own, so their locks meet. */
  readonly sharedLocks: FileLocks = new FileLocks();

  constructor(vfs: Vfs, type: string) {
    super(vfs.newDev(), vfs.clock, vfs.files);
    this.type = type;
    this.magic = MAGIC[type] ?? ANON_INODE_FS_MAGIC;
    this.root = new Dentry(this, "/", null, null);
    this.mount = new Mount(0, this.root, type, 0);
  }

  /** A path for `inode`, shown as `name`. */
  path(name: string, inode: Inode): Path {
    return new Path(this.mount, new Dentry(this, name, null, inode));
  }

  /** A path for a file that has no inode of its own: "anon_inode:[eventfd]". */
  anonymousPath(kind: string): Path {
    return this.path(`anon_inode:${kind}`, new AnonymousInode(this));
  }

  usage(): FilesystemUsage {
    return { blockSize: 4096, blocks: 0, blocksFree: 0, files: 0, filesFree: 0 };
  }
}

/** Inode of eventfd, epoll and their kind: no type, mode 0600. */
class AnonymousInode extends Inode {
  constructor(superblock: AnonymousSuperblock) {
    super(superblock, superblock.newIno(), { mode: S_IRUSR | S_IWUSR, uid: 0, gid: 0 });
    this.locks = superblock.sharedLocks;
  }

  override open(_task: Task, _path: Path, _flags: number): FileDescription | SyscallResult | Errno {
    return ENXIO;
  }
}
