/**
 * F_NOTIFY: a signal when something in a directory changes. fcntl(2), "File and directory change notification";
 * fs/notify/dnotify/dnotify.c. inotify(7) replaced it; the marks are the same.
 *
 * A watch belongs to an open directory and a table of descriptors: it ends when that table closes any of its
 * descriptors of the file.
 */
import {
  DN_ACCESS,
  DN_ATTRIB,
  DN_CREATE,
  DN_DELETE,
  DN_MODIFY,
  DN_MULTISHOT,
  DN_RENAME,
  IN_ACCESS,
  IN_ATTRIB,
  IN_CREATE,
  IN_DELETE,
  IN_MODIFY,
  IN_MOVED_FROM,
  IN_MOVED_TO,
  POLL_MSG,
} from "@kernelet/abi";
import type { FdTable } from "./fd-table.ts";
import type { FileDescription } from "./file-description.ts";
import { signalOwner } from "./file-owner.ts";
import { FS_RENAME, InotifyMarks, type Listener, type Watch } from "./notify.ts";

/** Our events for each DN_* (convert_arg()). */
const EVENTS: readonly (readonly [flag: number, events: number])[] = [
  [DN_ACCESS, IN_ACCESS],
  [DN_MODIFY, IN_MODIFY],
  [DN_CREATE, IN_CREATE | IN_MOVED_TO],
  [DN_DELETE, IN_DELETE | IN_MOVED_FROM],
  [DN_RENAME, FS_RENAME],
  [DN_ATTRIB, IN_ATTRIB],
];

class DirectoryNotice implements Listener {
  readonly file: FileDescription;
  readonly table: FdTable;
  /** The descriptor that asked: si_fd. */
  readonly fd: number;
  isMultishot: boolean;

  constructor(file: FileDescription, table: FdTable, fd: number, isMultishot: boolean) {
    this.file = file;
    this.table = table;
    this.fd = fd;
    this.isMultishot = isMultishot;
  }

  enqueue(): void {
    const { file, fd } = this;
    signalOwner(file.owner, { signal: file.ownerSignal, fd, reason: POLL_MSG });
    if (!this.isMultishot) stopNotices(file, this.table);
  }

  forget(watch: Watch): void {
    const { marks } = watch.inode;
    marks?.watches.delete(watch);
    if (marks?.watches.size === 0) watch.inode.marks = null;
  }
}

/** F_NOTIFY with events: adds them to what the table watches in this directory already. */
export function addNotice(file: FileDescription, table: FdTable, fd: number, flags: number): void {
  const { inode } = file;
  let mask = 0;
  for (const [flag, events] of EVENTS) if ((flags & flag) !== 0) mask |= events;
  const isMultishot = (flags & DN_MULTISHOT) !== 0;
  const old = noticeOf(file, table);
  if (old !== undefined) {
    old.watch.mask |= mask;
    old.notice.isMultishot ||= isMultishot;
    return;
  }
  inode.marks ??= new InotifyMarks();
  const notice = new DirectoryNotice(file, table, fd, isMultishot);
  inode.marks.watches.add({ file: notice, wd: 0, inode, mask });
}

/** F_NOTIFY without events, or the table closes a descriptor of the directory: dnotify_flush(). */
export function stopNotices(file: FileDescription, table: FdTable): void {
  const found = noticeOf(file, table);
  found?.notice.forget(found.watch);
}

function noticeOf(
  file: FileDescription,
  table: FdTable,
): { readonly watch: Watch; readonly notice: DirectoryNotice } | undefined {
  for (const watch of file.inode.marks?.watches ?? []) {
    const notice = watch.file;
    if (!(notice instanceof DirectoryNotice)) continue;
    if (notice.file === file && notice.table === table) return { watch, notice };
  }
  return undefined;
}
