/** Access times: mount(2) MS_RELATIME, open(2) O_NOATIME, fs/inode.c (touch_atime). */
import { MS_NOATIME, MS_NODIRATIME, MS_STRICTATIME, O_NOATIME } from "@kernelet/abi";
import type { FileDescription } from "./file-description.ts";
import { compareTimestamps, timestampNow } from "./timestamp.ts";

const DAY_SEC = 24 * 60 * 60;

/** The file was read. By default the time is set only if older than the last change, or than a day. */
export function touchAtime(file: FileDescription): void {
  if ((file.flags & O_NOATIME) !== 0) return;
  const { mount } = file.path;
  if (mount.isReadOnly || (mount.flags & MS_NOATIME) !== 0) return;
  const { inode } = file;
  if (inode.isDirectory && (mount.flags & MS_NODIRATIME) !== 0) return;
  const now = timestampNow(inode.superblock.clock);
  const isRecent =
    compareTimestamps(inode.atime, inode.mtime) > 0 &&
    compareTimestamps(inode.atime, inode.ctime) > 0 &&
    now.sec - inode.atime.sec < DAY_SEC;
  if (isRecent && (mount.flags & MS_STRICTATIME) === 0) return;
  inode.atime = now;
}
