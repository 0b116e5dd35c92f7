/**
 * What all filesystems of one kernel share: numbers for devices and mounts, the table of device drivers, and the
 * mounts nobody sees (pipes, sockets, anonymous inodes), so that every file description has a path.
 */
import { ENXIO, type Errno } from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { PhysicalMemory } from "../mm/physical-memory.ts";
import { UnixTable } from "../net/unix-table.ts";
import { AnonymousSuperblock } from "./anonymous.ts";
import type { Dentry } from "./dentry.ts";
import { DentryCache } from "./dentry-cache.ts";
import { FileCounts } from "./file-counts.ts";
import type { FileDescription } from "./file-description.ts";
import { InotifyAccount } from "./inotify-account.ts";
import { type LiveMounts, Mount } from "./mount.ts";
import { NsFs } from "./nsfs.ts";
import type { Path } from "./path.ts";
import { PeerGroupIds } from "./peer-group.ts";
import type { Clock } from "./timestamp.ts";
import { Tmpfs } from "./tmpfs/tmpfs.ts";

/** A driver: opens a device node. */
export interface DeviceDriver {
  open(task: Task, path: Path, flags: number): FileDescription | SyscallResult;
}

interface Memfds {
  readonly superblock: Tmpfs;
  readonly mount: Mount;
}

export class Vfs {
  readonly clock: Clock;
  readonly files: FileCounts = new FileCounts();
  readonly dentries: DentryCache = new DentryCache();
  /** Pays for the contents of files. */
  readonly memory: PhysicalMemory;
  /** Character devices by st_rdev. */
  readonly #drivers: Map<number, DeviceDriver> = new Map();
  #memfds: Memfds | null = null;
  #nextDevMinor = 1;
  #nextMountId = 1;
  readonly liveMounts: LiveMounts = { count: 0 };
  readonly peerGroupIds: PeerGroupIds = new PeerGroupIds();
  /** /proc/sys/kernel/random/boot_id, once somebody has asked. */
  bootId: string | null = null;
  /** Sockets by address. */
  readonly unix: UnixTable = new UnixTable();
  readonly inotify: InotifyAccount = new InotifyAccount();
  /** Homes of inodes without names. */
  readonly pipes: AnonymousSuperblock;
  readonly sockets: AnonymousSuperblock;
  readonly anonymous: AnonymousSuperblock;
  readonly nsfs: NsFs;

  constructor(clock: Clock, memory: PhysicalMemory) {
    this.clock = clock;
    this.memory = memory;
    this.pipes = new AnonymousSuperblock(this, "pipefs");
    this.sockets = new AnonymousSuperblock(this, "sockfs");
    this.anonymous = new AnonymousSuperblock(this, "anon_inodefs");
    this.nsfs = new NsFs(this);
  }

  /** The tmpfs that nobody sees where memfd_create(2) makes its files. */
  get memfds(): Memfds {
    if (this.#memfds === null) {
      const superblock = new Tmpfs(this);
      this.#memfds = { superblock, mount: new Mount(0, superblock.root, "tmpfs", 0) };
    }
    return this.#memfds;
  }

  /** st_dev for a new superblock: major 0, as for all filesystems without a disk. */
  newDev(): number {
    return this.#nextDevMinor++;
  }

  newMount(root: Dentry, source: string, flags: number): Mount {
    return new Mount(this.#nextMountId++, root, source, flags).holdRoot(this.liveMounts);
  }

  registerDevice(rdev: number, driver: DeviceDriver): void {
    this.#drivers.set(rdev, driver);
  }

  driver(rdev: number): DeviceDriver | Errno {
    return this.#drivers.get(rdev) ?? ENXIO;
  }
}
