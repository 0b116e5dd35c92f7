/**
 * Telling those who watch: fsnotify. The calls that change something say so here; inotify.ts is who listens.
 *
 *   inode.marks ──▶ its watches ──▶ the inotify file of each
 */
import {
  IN_ALL_EVENTS,
  IN_DELETE_SELF,
  IN_EXCL_UNLINK,
  IN_ISDIR,
  IN_MOVE_SELF,
  IN_ONESHOT,
  IN_UNMOUNT,
} from "@kernelet/abi";
import type { Dentry } from "./dentry.ts";
import type { Inode } from "./inode.ts";

/** A rename within one directory. Only dnotify.ts asks for it; the bit is outside of what inotify reports. */
export const FS_RENAME = 0x10000000;

/** Whom events go to. */
export interface Listener {
  enqueue(event: QueuedEvent): void;
  /** The watch has ended. */
  forget(watch: Watch): void;
}

export interface QueuedEvent {
  readonly wd: number;
  readonly mask: number;
  readonly cookie: number;
  readonly name: string;
}

export interface Watch {
  readonly file: Listener;
  readonly wd: number;
  readonly inode: Inode;
  mask: number;
}

/** The watches of one inode. */
export class InotifyMarks {
  readonly watches: Set<Watch> = new Set();
}

/** Something happened to `inode` itself. */
export function notify(inode: Inode, event: number): void {
  notifyInode(inode, event, false);
}

/** Events that say nothing of what kind of file it was. */
const KINDLESS = IN_DELETE_SELF | IN_MOVE_SELF;

function notifyInode(inode: Inode, event: number, isUnlinked: boolean): void {
  if (inode.marks === null) return;
  const isDir = inode.isDirectory && (event & KINDLESS) === 0 ? IN_ISDIR : 0;
  deliver(inode, { event: event | isDir, name: "", cookie: 0, isUnlinked });
  if ((event & IN_DELETE_SELF) !== 0) {
    for (const watch of [...inode.marks.watches]) watch.file.forget(watch);
  }
}

/** Something happened to the file at `dentry`: those who watch its directory hear of it, too, even after unlink(2). */
export function notifyFile(dentry: Dentry, event: number): void {
  const { inode, parent, name, isUnlinked } = dentry;
  if (inode === null) return;
  const dir = parent?.inode ?? null;
  if (dir !== null && dir.marks !== null) {
    const isDir = inode.isDirectory ? IN_ISDIR : 0;
    deliver(dir, { event: event | isDir, name, cookie: 0, isUnlinked });
  }
  notifyInode(inode, event, isUnlinked);
}

/** Something happened to the entry `name` of the directory `dir`. */
export function notifyName(dir: Inode, event: number, name: string, cookie = 0): void {
  if (dir.marks !== null) deliver(dir, { event, name, cookie, isUnlinked: false });
}

interface Event {
  /** IN_*. */
  readonly event: number;
  readonly name: string;
  readonly cookie: number;
  /** Of a file whose name is gone: not for IN_EXCL_UNLINK. */
  readonly isUnlinked: boolean;
}

function deliver(inode: Inode, { event, name, cookie, isUnlinked }: Event): void {
  for (const watch of [...(inode.marks?.watches ?? [])]) {
    if ((watch.mask & event & (IN_ALL_EVENTS | IN_UNMOUNT | FS_RENAME)) === 0) continue;
    if (isUnlinked && (watch.mask & IN_EXCL_UNLINK) !== 0) continue;
    watch.file.enqueue({ wd: watch.wd, mask: event, cookie, name });
    if ((watch.mask & IN_ONESHOT) !== 0) watch.file.forget(watch);
  }
}
