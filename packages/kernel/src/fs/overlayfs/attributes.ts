/** What an inode of overlayfs starts with: the attributes of the lower one it stands for. */
import { isErrno } from "@kernelet/abi";
import type { Inode } from "../inode.ts";
import { compareTimestamps } from "../timestamp.ts";

/** Whether nothing but a time of reading was changed since: every change leaves a time of its own. */
export function isUnchanged(inode: Inode, from: Inode): boolean {
  return (
    compareTimestamps(inode.ctime, from.ctime) === 0 &&
    compareTimestamps(inode.mtime, from.mtime) === 0
  );
}

/** Everything that stat(2) shows. */
export function copyAttributes(from: Inode, to: Inode): void {
  to.mode = from.mode;
  to.uid = from.uid;
  to.gid = from.gid;
  to.nlink = from.nlink;
  to.size = from.size;
  to.atime = from.atime;
  to.mtime = from.mtime;
  to.ctime = from.ctime;
  to.btime = from.btime;
}

/** Extended attributes and access control lists. Sets ctime. */
export function copyXattrs(from: Inode, to: Inode): void {
  const names = from.listxattr();
  for (const name of isErrno(names) ? [] : names) {
    const value = from.getxattr(name);
    if (!isErrno(value)) to.setxattr(name, value, 0);
  }
  to.accessAcl = from.accessAcl;
  to.defaultAcl = from.defaultAcl;
}
