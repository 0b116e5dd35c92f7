/** Access times: mount(2) MS_RELATIME, open(2) O_NOATIME, fs/inode.c (touch_atime). */
import { MS_NOATIME, MS_NODIRATIME, MS_STRICTATIME, O_NOATIME } from "@kernelet/abi";
import type { FileDescription } from "./file-description.ts";
import type { Path } from "./path.ts";
import { compareTimestamps, timestampNow } from "./timestamp.ts";

const DAY_SEC = 24 * 60 * 60;

/** The file was read. */
export function touchAtime(file: FileDescription): void {
  if ((file.flags & O_NOATIME) === 0) touchAtimeAt(file.path);
}

/** What is there was read: a directory's entries, where a link leads. */
export function touchAtimeAt(path: Path): void {
  if (isAtimeDue(path)) path.inode.atime = timestampNow(path.inode.superblock.clock);
}

/** By default the time is set only if older than the last change, or than a day: atime_needs_update(). */
export function isAtimeDue({ mount, inode }: Path): boolean {
  if (mount.isReadOnly || (mount.flags & MS_NOATIME) !== 0) return false;
  if (inode.isDirectory && (mount.flags & MS_NODIRATIME) !== 0) return false;
  if ((mount.flags & MS_STRICTATIME) !== 0) return true;
  const isOlder =
    compareTimestamps(inode.atime, inode.mtime) <= 0 ||
    compareTimestamps(inode.atime, inode.ctime) <= 0;
  return isOlder || timestampNow(inode.superblock.clock).sec - inode.atime.sec >= DAY_SEC;
}
