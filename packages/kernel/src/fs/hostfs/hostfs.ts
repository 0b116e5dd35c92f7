/**
 * A folder of the host as a filesystem: the read-only layer under a sandbox's root, and volumes (`-v host:guest`). One of
 * the host's files is a filesystem, too, whose root is that file.
 *
 * A static folder (a root layer) is taken not to change while we run: attributes, names and links are asked for
 * once. A volume is looked at afresh by each path walk. Symbolic links are only ever read here, never followed: the
 * kernel's own walk follows them, so nothing leads out of the folder.
 */
import { type Errno, isErrno, S_IFDIR, S_IFMT } from "@kernelet/abi";
import type { Host, HostFolder } from "../../host.ts";
import { KernelBug } from "../../kernel/bug.ts";
import { Dentry } from "../dentry.ts";
import { DENTRY_LIMIT, type DentryCache, type Shrinker } from "../dentry-cache.ts";
import { type FilesystemUsage, Superblock } from "../superblock.ts";
import type { Vfs } from "../vfs.ts";
import { HostDirectory } from "./directory.ts";
import { HandleCache } from "./handle-cache.ts";
import { HostFile } from "./inode.ts";

/** V9FS_MAGIC: to programs we look like a folder that a hypervisor shares. */
const V9FS_MAGIC = 0x01021997;

export interface HostfsOptions {
  readonly isStatic: boolean;
}

export class Hostfs extends Superblock implements Shrinker {
  readonly type: string = "9p";
  readonly magic: number = V9FS_MAGIC;
  readonly vfs: Vfs;
  readonly host: Host;
  readonly folder: HostFolder;
  readonly isStatic: boolean;
  override readonly isDynamic: boolean;
  readonly root: Dentry;
  readonly handles: HandleCache;
  override readonly dentryCache: DentryCache | null;
  /** Inodes that directories keep by name. */
  cachedInodes = 0;
  /** Files with several names, by the host's device and inode: one inode for all of them. */
  readonly linked: Map<string, HostFile> = new Map();

  /** Preconditions: the folder is there; `openHostFolder` checks. */
  constructor(vfs: Vfs, host: Host, folder: HostFolder, options: HostfsOptions) {
    super(vfs.newDev(), vfs.clock, vfs.files);
    this.vfs = vfs;
    this.host = host;
    this.folder = folder;
    this.isStatic = options.isStatic;
    this.isDynamic = !options.isStatic;
    this.dentryCache = options.isStatic ? vfs.dentries : null;
    this.isReadOnly = !folder.writable;
    this.handles = new HandleCache(host);
    const stat = folder.lstat("");
    if (isErrno(stat)) throw new KernelBug(`host folder: errno ${stat}`);
    const isDirectory = (stat.mode & S_IFMT) === S_IFDIR;
    const inode = new (isDirectory ? HostDirectory : HostFile)(this, stat, null, "");
    this.root = new Dentry(this, "/", null, inode);
  }

  /** A directory keeps one more. Of a static folder dentries lead to all of them, and the dentry cache decides. */
  inodeCached(): void {
    if (++this.cachedInodes > DENTRY_LIMIT && this.isDynamic) this.vfs.dentries.crowded(this);
  }

  shrink(): void {
    const { inode } = this.root;
    if (inode instanceof HostDirectory) inode.shrink();
  }

  usage(): FilesystemUsage {
    return { blockSize: 4096, blocks: 0, blocksFree: 0, files: 0, filesFree: 0 };
  }
}

/** A filesystem over `folder`, or the errno of looking at it. */
export function openHostFolder(
  vfs: Vfs,
  host: Host,
  folder: HostFolder,
  options: HostfsOptions,
): Hostfs | Errno {
  const stat = folder.lstat("");
  return isErrno(stat) ? stat : new Hostfs(vfs, host, folder, options);
}
