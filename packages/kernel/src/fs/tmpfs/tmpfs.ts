/** A filesystem in memory: tmpfs(5). Upper layer of the root, /dev, /dev/shm, and what memfd_create(2) gives. */
import {
  EINVAL,
  type Errno,
  isErrno,
  PAGE_SIZE,
  S_IFDIR,
  S_ISVTX,
  TMPFS_MAGIC,
} from "@kernelet/abi";
import { Dentry } from "../dentry.ts";
import type { Creation } from "../inode.ts";
import { type FilesystemUsage, Superblock } from "../superblock.ts";
import type { Vfs } from "../vfs.ts";
import { TmpfsDirectory } from "./directory.ts";

/** Shown where neither the mount nor the sandbox has a limit: 4 GiB. */
const UNLIMITED_PAGES = 1024 * 1024;

export interface TmpfsOptions {
  /** Mode of the root directory; 01777 as in Linux. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Most bytes of contents; half of the memory as in Linux. */
  readonly sizeLimit?: number;
  /** Most inodes: as many as half of the memory has pages. */
  readonly inodeLimit?: number;
  /** Name in /proc/mounts: devtmpfs is a tmpfs too. */
  readonly type?: string;
}

export class Tmpfs extends Superblock {
  readonly type: string;
  readonly magic: number = TMPFS_MAGIC;
  readonly root: Dentry;
  readonly vfs: Vfs;
  sizeLimit: number;
  #inodeLimit: number | null;
  readonly #mode: number;
  /** Inodes that have a name or are open. */
  inodes = 0;
  /** Pages of contents. */
  usedPages = 0;

  constructor(vfs: Vfs, options: TmpfsOptions = {}) {
    super(vfs.newDev(), vfs.clock, vfs.files);
    this.vfs = vfs;
    this.type = options.type ?? "tmpfs";
    this.sizeLimit = options.sizeLimit ?? Number.POSITIVE_INFINITY;
    this.#inodeLimit = options.inodeLimit ?? null;
    this.#mode = options.mode ?? 0o777 | S_ISVTX;
    const made = { mode: S_IFDIR | this.#mode, uid: options.uid ?? 0, gid: options.gid ?? 0 };
    this.root = new Dentry(this, "/", null, this.newRoot(made));
  }

  protected newRoot(made: Creation): TmpfsDirectory {
    return new TmpfsDirectory(this, made, null);
  }

  get #memoryPages(): number {
    const { limitPages } = this.vfs.memory;
    return Number.isFinite(limitPages) ? limitPages : UNLIMITED_PAGES;
  }

  get #pageLimit(): number {
    const limit = Number.isFinite(this.sizeLimit)
      ? this.sizeLimit / PAGE_SIZE
      : this.#memoryPages / 2;
    return Math.floor(limit);
  }

  usage(): FilesystemUsage {
    const { memory } = this.vfs;
    const blocks = this.#pageLimit;
    const memoryLeft = Math.floor(this.#memoryPages - memory.usedPages);
    const free = Math.max(0, Math.min(memoryLeft, blocks - this.usedPages));
    return {
      blockSize: PAGE_SIZE,
      blocks,
      blocksFree: free,
      files: this.#mostInodes,
      filesFree: Math.max(0, this.#mostInodes - this.inodes),
    };
  }

  override options(): string {
    const size = Number.isFinite(this.sizeLimit) ? `size=${this.sizeLimit / 1024}k,` : "";
    return `${size}mode=${this.#mode.toString(8)}`;
  }

  /** There is always a limit, or a guest could fill the kernel's own memory. */
  get #mostInodes(): number {
    return this.#inodeLimit ?? Math.floor(this.#memoryPages / 2);
  }

  get isFull(): boolean {
    return this.inodes >= this.#mostInodes;
  }

  /** Limits may change, but not below what is in use. */
  override remount(data: string): 0 | Errno {
    const options = parseTmpfsOptions(data, this.#memoryPages);
    if (isErrno(options)) return options;
    const { sizeLimit, inodeLimit } = options;
    if (sizeLimit !== undefined && sizeLimit < this.usedPages * PAGE_SIZE) return EINVAL;
    if (inodeLimit !== undefined && inodeLimit < this.inodes) return EINVAL;
    this.sizeLimit = sizeLimit ?? this.sizeLimit;
    this.#inodeLimit = inodeLimit ?? this.#inodeLimit;
    return 0;
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Options of mount(2)'s data: "size=64m,mode=1777,uid=0". */
export function parseTmpfsOptions(data: string, memoryPages: number): TmpfsOptions | Errno {
  const options: Mutable<TmpfsOptions> = {};
  for (const option of data.split(",")) {
    const [key, value = ""] = option.split("=", 2);
    switch (key) {
      case "":
      case "huge":
      case "mpol":
      case "inode32":
      case "inode64":
      case "noswap":
        break;
      case "size": {
        const size = parseSize(value, memoryPages);
        if (size === null) return EINVAL;
        // 0 means no limit. A part of a page counts as one.
        if (size > 0) options.sizeLimit = Math.ceil(size / PAGE_SIZE) * PAGE_SIZE;
        break;
      }
      case "nr_blocks":
      case "nr_inodes": {
        const count = parseSize(value, memoryPages);
        if (count === null || value.endsWith("%")) return EINVAL;
        if (count > 0)
          options[key === "nr_blocks" ? "sizeLimit" : "inodeLimit"] =
            key === "nr_blocks" ? count * PAGE_SIZE : count;
        break;
      }
      case "mode":
        if (!/^[0-7]+$/.test(value)) return EINVAL;
        options.mode = Number.parseInt(value, 8) & 0o7777;
        break;
      case "uid":
      case "gid":
        if (!/^\d+$/.test(value)) return EINVAL;
        options[key] = Number(value);
        break;
      default:
        return EINVAL;
    }
  }
  return options;
}

function parseSize(text: string, memoryPages: number): number | null {
  const match = /^(\d+)([kKmMgGtT%]?)$/.exec(text);
  if (match === null) return null;
  const unit = (match[2] as string).toLowerCase();
  if (unit === "%") return Math.floor((memoryPages * Number(match[1])) / 100) * PAGE_SIZE;
  return Number(match[1]) * 1024 ** ["", "k", "m", "g", "t"].indexOf(unit);
}
