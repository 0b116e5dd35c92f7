/** struct stat, struct statx and struct statfs in user memory: stat(2), statx(2), statfs(2). */
import {
  type Errno,
  isErrno,
  MS_NOATIME,
  MS_NODEV,
  MS_NODIRATIME,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RELATIME,
  major,
  minor,
  NAME_MAX,
  ST_NOATIME,
  ST_NODEV,
  ST_NODIRATIME,
  ST_NOEXEC,
  ST_NOSUID,
  ST_RDONLY,
  ST_RELATIME,
  ST_VALID,
  STAT,
  STATFS,
  STATX,
  STATX_ATTR_MOUNT_ROOT,
  STATX_BASIC_STATS,
  STATX_BTIME,
  STATX_MNT_ID,
  STATX_TIMESTAMP,
} from "@kernelet/abi";
import type { Inode } from "../fs/inode.ts";
import type { Mount } from "../fs/mount.ts";
import type { Path } from "../fs/path.ts";
import type { Timestamp } from "../fs/timestamp.ts";
import type { UserNamespace } from "../kernel/namespaces/user-namespace.ts";
import type { UserMemory } from "../mm/user-access.ts";

/** Writes a structure where the program wants it. */
class Writer {
  readonly #view: DataView;
  readonly #base: number;

  /** Preconditions: the bytes from `base` on may be written. */
  constructor(view: DataView, base: number, size: number) {
    this.#view = view;
    this.#base = base;
    for (let off = 0; off < size; off += 4) view.setInt32(base + off, 0, true);
  }
  u16(off: number, value: number): void {
    this.#view.setUint16(this.#base + off, value, true);
  }
  u32(off: number, value: number): void {
    this.#view.setUint32(this.#base + off, value, true);
  }
  /** Exact within ±2^53. */
  i64(off: number, value: number): void {
    this.#view.setUint32(this.#base + off, value >>> 0, true);
    this.#view.setInt32(this.#base + off + 4, Math.floor(value / 0x1_0000_0000), true);
  }
}

/** Of `size` bytes at `addr`, all zero. */
function writerAt(mm: UserMemory, addr: number, size: number): Writer | Errno {
  const prepared = mm.prepareWrite(addr, size);
  return prepared === 0 ? new Writer(mm.space.view, addr, size) : prepared;
}

/** Preconditions: `inode.refresh()` was called. */
export function putStat(
  mm: UserMemory,
  addr: number,
  inode: Inode,
  user: UserNamespace,
): 0 | Errno {
  const w = writerAt(mm, addr, STAT.size);
  if (isErrno(w)) return w;
  w.i64(STAT.st_dev, inode.superblock.dev);
  w.i64(STAT.st_ino, inode.ino);
  w.i64(STAT.st_nlink, inode.nlink);
  w.u32(STAT.st_mode, inode.mode);
  w.u32(STAT.st_uid, user.uidMap.shown(inode.uid));
  w.u32(STAT.st_gid, user.gidMap.shown(inode.gid));
  w.i64(STAT.st_rdev, inode.rdev);
  w.i64(STAT.st_size, inode.size);
  w.i64(STAT.st_blksize, inode.blockSize);
  w.i64(STAT.st_blocks, inode.blocks);
  w.i64(STAT.st_atime, inode.atime.sec);
  w.i64(STAT.st_atime_nsec, inode.atime.nsec);
  w.i64(STAT.st_mtime, inode.mtime.sec);
  w.i64(STAT.st_mtime_nsec, inode.mtime.nsec);
  w.i64(STAT.st_ctime, inode.ctime.sec);
  w.i64(STAT.st_ctime_nsec, inode.ctime.nsec);
  return 0;
}

/** All fields there are, whatever was asked for: that is allowed, and `stx_mask` says so. */
export function putStatx(mm: UserMemory, addr: number, path: Path, user: UserNamespace): 0 | Errno {
  const w = writerAt(mm, addr, STATX.size);
  if (isErrno(w)) return w;
  const { inode, mount } = path;
  w.u32(STATX.stx_mask, STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID);
  w.u32(STATX.stx_blksize, inode.blockSize);
  w.i64(STATX.stx_attributes, path.dentry === mount.root ? STATX_ATTR_MOUNT_ROOT : 0);
  w.i64(STATX.stx_attributes_mask, STATX_ATTR_MOUNT_ROOT);
  w.u32(STATX.stx_nlink, inode.nlink);
  w.u32(STATX.stx_uid, user.uidMap.shown(inode.uid));
  w.u32(STATX.stx_gid, user.gidMap.shown(inode.gid));
  w.u16(STATX.stx_mode, inode.mode);
  w.i64(STATX.stx_ino, inode.ino);
  w.i64(STATX.stx_size, inode.size);
  w.i64(STATX.stx_blocks, inode.blocks);
  putTime(w, STATX.stx_atime, inode.atime);
  putTime(w, STATX.stx_btime, inode.btime);
  putTime(w, STATX.stx_ctime, inode.ctime);
  putTime(w, STATX.stx_mtime, inode.mtime);
  w.u32(STATX.stx_rdev_major, major(inode.rdev));
  w.u32(STATX.stx_rdev_minor, minor(inode.rdev));
  w.u32(STATX.stx_dev_major, major(inode.superblock.dev));
  w.u32(STATX.stx_dev_minor, minor(inode.superblock.dev));
  w.i64(STATX.stx_mnt_id, mount.id);
  return 0;
}

function putTime(w: Writer, off: number, time: Timestamp): void {
  w.i64(off + STATX_TIMESTAMP.tv_sec, time.sec);
  w.u32(off + STATX_TIMESTAMP.tv_nsec, time.nsec);
}

export function putStatfs(mm: UserMemory, addr: number, mount: Mount): 0 | Errno {
  const w = writerAt(mm, addr, STATFS.size);
  if (isErrno(w)) return w;
  const { superblock } = mount;
  const usage = superblock.usage();
  w.i64(STATFS.f_type, superblock.magic);
  w.i64(STATFS.f_bsize, usage.blockSize);
  w.i64(STATFS.f_blocks, usage.blocks);
  w.i64(STATFS.f_bfree, usage.blocksFree);
  w.i64(STATFS.f_bavail, usage.blocksFree);
  w.i64(STATFS.f_files, usage.files);
  w.i64(STATFS.f_ffree, usage.filesFree);
  w.u32(STATFS.f_fsid, superblock.dev);
  w.i64(STATFS.f_namelen, NAME_MAX);
  w.i64(STATFS.f_frsize, usage.blockSize);
  w.i64(STATFS.f_flags, ST_VALID | statfsFlags(mount));
  return 0;
}

function statfsFlags(mount: Mount): number {
  let flags = mount.isReadOnly ? ST_RDONLY : 0;
  const pairs = [
    [MS_NOSUID, ST_NOSUID],
    [MS_NODEV, ST_NODEV],
    [MS_NOEXEC, ST_NOEXEC],
    [MS_NOATIME, ST_NOATIME],
    [MS_NODIRATIME, ST_NODIRATIME],
    [MS_RELATIME, ST_RELATIME],
  ] as const;
  for (const [mountFlag, statfsFlag] of pairs) {
    if ((mount.flags & mountFlag) !== 0) flags |= statfsFlag;
  }
  return flags;
}
