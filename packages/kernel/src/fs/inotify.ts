/** Watches on an inode: inotify(7). */

/** The watches of one inode. */
export class InotifyMarks {}
