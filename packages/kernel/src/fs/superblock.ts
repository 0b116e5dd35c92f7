/** A mounted filesystem: one instance, however often it is mounted. */
import type { Errno } from "@kernelet/abi";
import { INIT_USER_NAMESPACE, type UserNamespace } from "../kernel/namespaces/user-namespace.ts";
import type { Dentry } from "./dentry.ts";
import type { DentryCache } from "./dentry-cache.ts";
import type { FileCounts } from "./file-counts.ts";
import type { Clock } from "./timestamp.ts";

/** What statfs(2) says of a filesystem, in blocks of `blockSize`. */
export interface FilesystemUsage {
  readonly blockSize: number;
  readonly blocks: number;
  readonly blocksFree: number;
  readonly files: number;
  readonly filesFree: number;
}

export abstract class Superblock {
  /** Name in /proc/mounts: "tmpfs", "overlay". */
  abstract readonly type: string;
  /** f_type of statfs(2). */
  abstract readonly magic: number;
  /** The tree's root. Set once by the filesystem's constructor function. */
  abstract readonly root: Dentry;
  /** st_dev of its files. */
  readonly dev: number;
  readonly clock: Clock;
  /** Of the whole kernel. */
  readonly files: FileCounts;
  /** MS_RDONLY of the filesystem itself; a mount may be read-only besides. */
  isReadOnly = false;
  /** Names may come and go without a system call naming them (procfs): dentries are looked up each time. */
  readonly isDynamic: boolean = false;
  /** A name that is not there can be given to something new. Not in procfs: there looking it up is the error. */
  readonly hasFreeNames: boolean = true;
  /** Where names that can be looked up again are kept in bounds; null: names are all that there is of a file. */
  readonly dentryCache: DentryCache | null = null;
  /** The user namespace that it was mounted from (s_user_ns); null for the first one. */
  owner: UserNamespace | null = null;
  #nextIno = 1;
  #lastCookie = 0;

  constructor(dev: number, clock: Clock, files: FileCounts) {
    this.dev = dev;
    this.clock = clock;
    this.files = files;
  }

  get userNamespace(): UserNamespace {
    return this.owner ?? INIT_USER_NAMESPACE;
  }

  /** A number for a new inode. Never used twice. */
  newIno(): number {
    return this.#nextIno++;
  }

  /** Ties inotify's IN_MOVED_FROM to its IN_MOVED_TO. */
  newCookie(): number {
    this.#lastCookie = (this.#lastCookie + 1) >>> 0;
    return this.#lastCookie;
  }

  abstract usage(): FilesystemUsage;

  /** Options in /proc/mounts after rw or ro: "size=64k,mode=755". */
  options(): string {
    return "";
  }

  /** Applies remount options. @returns 0 or EINVAL. */
  remount(_options: string): 0 | Errno {
    return 0;
  }
}
