/**
 * Making, removing and moving names, as far as all filesystems agree: fs/namei.c. Each function walks, checks what
 * Linux checks in Linux's order (so that the errno is the same where several apply), asks the filesystem, and keeps
 * the dentries in step.
 */
import {
  CAP_MKNOD,
  EBUSY,
  EEXIST,
  EINVAL,
  EISDIR,
  ENOENT,
  ENOTDIR,
  ENOTEMPTY,
  EPERM,
  EROFS,
  type Errno,
  EXDEV,
  IN_ATTRIB,
  IN_CREATE,
  IN_DELETE,
  IN_DELETE_SELF,
  IN_ISDIR,
  IN_MOVE_SELF,
  IN_MOVED_FROM,
  IN_MOVED_TO,
  isErrno,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  RENAME_WHITEOUT,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  S_ISVTX,
} from "@kernelet/abi";
import type { Dentry } from "./dentry.ts";
import type { Inode } from "./inode.ts";
import { detachMounts, isLocalMountpoint } from "./mountpoint.ts";
import { FS_RENAME, notify, notifyName } from "./notify.ts";
import { Path } from "./path.ts";
import { lookupChild, type ParentLookup, walkParent } from "./path-walk.ts";
import {
  creationIn,
  inodePermission,
  MAY_WRITE,
  mayCreate,
  mayDelete,
  mayLink,
} from "./permission.ts";
import type { Walker } from "./walker.ts";

/** Walks to a name that is to be made and checks that it is free (filename_create). */
function walkToFreeName(
  walker: Walker,
  start: Path,
  path: string,
  isDirectory: boolean,
): ParentLookup | Errno {
  const at = walkParent(walker, start, path);
  if (isErrno(at)) return at;
  if (at.isDots) return EEXIST;
  const existing = lookupChild(at.parent, at.name);
  if (!isErrno(existing)) return EEXIST;
  if (existing !== ENOENT || at.parent.dentry.isUnlinked) return existing;
  if (at.trailingSlash && !isDirectory) return ENOENT;
  if (!at.parent.inode.superblock.hasFreeNames) return ENOENT;
  return at.parent.mount.isReadOnly ? EROFS : at;
}

function mayCreateIn(parent: Path, walker: Walker): 0 | Errno {
  if (parent.dentry.isUnlinked) return ENOENT;
  return mayCreate(parent.mount, parent.inode, walker.credentials);
}

function created(parent: Path, name: string, inode: Inode): Path {
  const dentry = parent.dentry.addChild(name, inode);
  notifyName(parent.inode, IN_CREATE | (inode.isDirectory ? IN_ISDIR : 0), name);
  return new Path(parent.mount, dentry);
}

/** mkdir(2). */
export function makeDirectory(walker: Walker, start: Path, path: string, mode: number): 0 | Errno {
  const at = walkToFreeName(walker, start, path, true);
  if (isErrno(at)) return at;
  const permission = mayCreateIn(at.parent, walker);
  if (permission !== 0) return permission;
  const type = S_IFDIR | (mode & (0o777 | S_ISVTX));
  const made = creationIn(at.parent.inode, walker.credentials, type, walker.fs.umask);
  const inode = at.parent.inode.mkdir(at.name, made);
  if (isErrno(inode)) return inode;
  created(at.parent, at.name, inode);
  return 0;
}

function nodeType(mode: number): number {
  return (mode & S_IFMT) === 0 ? S_IFREG : mode & S_IFMT;
}

/** may_mknod(): whether mknod(2) makes such files at all, asked before the name is looked at. */
export function checkNodeType(mode: number): 0 | Errno {
  const type = nodeType(mode);
  if (type === S_IFDIR) return EPERM;
  return [S_IFREG, S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK].includes(type) ? 0 : EINVAL;
}

/** mknod(2), and bind(2) of a unix socket. @returns the new path. */
export function makeNode(
  walker: Walker,
  start: Path,
  path: string,
  mode: number,
  rdev: number,
): Path | Errno {
  const type = nodeType(mode);
  const at = walkToFreeName(walker, start, path, false);
  if (isErrno(at)) return at;
  const isDevice = type === S_IFCHR || type === S_IFBLK;
  const permission = mayCreateIn(at.parent, walker);
  if (permission !== 0) return permission;
  const isWhiteout = type === S_IFCHR && rdev === 0;
  if (isDevice && !isWhiteout && !walker.credentials.has(CAP_MKNOD)) return EPERM;
  return createNode(walker, at.parent, at.name, type | (mode & 0o7777), isDevice ? rdev : 0);
}

/** Makes a file at a name that a walk found free. `mode` includes the type; the umask is still to be applied. */
export function createNode(
  walker: Walker,
  parent: Path,
  name: string,
  mode: number,
  rdev: number,
): Path | Errno {
  const permission = mayCreateIn(parent, walker);
  if (permission !== 0) return permission;
  const made = creationIn(parent.inode, walker.credentials, mode, walker.fs.umask);
  const inode = parent.inode.mknod(name, made, rdev);
  return isErrno(inode) ? inode : created(parent, name, inode);
}

/** symlink(2). */
export function makeSymlink(walker: Walker, target: string, start: Path, path: string): 0 | Errno {
  if (target === "") return ENOENT;
  const at = walkToFreeName(walker, start, path, false);
  if (isErrno(at)) return at;
  const permission = mayCreateIn(at.parent, walker);
  if (permission !== 0) return permission;
  const made = creationIn(at.parent.inode, walker.credentials, S_IFLNK | 0o777, 0);
  const inode = at.parent.inode.symlink(at.name, target, made);
  if (isErrno(inode)) return inode;
  created(at.parent, at.name, inode);
  return 0;
}

/** link(2): `old` was walked to already. */
export function makeLink(walker: Walker, old: Path, start: Path, path: string): 0 | Errno {
  const at = walkToFreeName(walker, start, path, false);
  if (isErrno(at)) return at;
  if (at.parent.mount !== old.mount) return EXDEV;
  const { inode } = old;
  if (!mayLink(inode, walker.credentials)) return EPERM;
  const permission = mayCreateIn(at.parent, walker);
  if (permission !== 0) return permission;
  if (inode.isDirectory) return EPERM;
  if (inode.nlink === 0 && !inode.isLinkable) return ENOENT;
  const result = at.parent.inode.link(at.name, inode);
  if (result !== 0) return result;
  inode.isLinkable = false;
  notify(inode, IN_ATTRIB); // fsnotify_link_count(): not to those who watch its directory.
  created(at.parent, at.name, inode);
  return 0;
}

/** unlink(2). */
export function removeName(walker: Walker, start: Path, path: string): 0 | Errno {
  const at = walkParent(walker, start, path);
  if (isErrno(at)) return at;
  if (at.isDots) return EISDIR;
  if (at.parent.mount.isReadOnly) return EROFS;
  const victim = lookupChild(at.parent, at.name);
  if (isErrno(victim)) return victim;
  const inode = victim.inode as Inode;
  if (at.trailingSlash) return inode.isDirectory ? EISDIR : ENOTDIR;
  const permission = mayDelete(at.parent.mount, at.parent.inode, inode, walker.credentials);
  if (permission !== 0) return permission;
  if (inode.isDirectory) return EISDIR;
  if (isLocalMountpoint(walker.fs.namespace, victim)) return EBUSY;
  const result = at.parent.inode.unlink(at.name);
  if (result !== 0) return result;
  removed(at.parent, victim, inode);
  return 0;
}

/** rmdir(2). */
export function removeDirectory(walker: Walker, start: Path, path: string): 0 | Errno {
  const at = walkParent(walker, start, path);
  if (isErrno(at)) return at;
  if (at.name === "..") return ENOTEMPTY;
  if (at.name === ".") return EINVAL;
  if (at.name === "") return EBUSY;
  if (at.parent.mount.isReadOnly) return EROFS;
  const victim = lookupChild(at.parent, at.name);
  if (isErrno(victim)) return victim;
  const inode = victim.inode as Inode;
  const permission = mayDelete(at.parent.mount, at.parent.inode, inode, walker.credentials);
  if (permission !== 0) return permission;
  if (!inode.isDirectory) return ENOTDIR;
  if (isLocalMountpoint(walker.fs.namespace, victim)) return EBUSY;
  const result = at.parent.inode.rmdir(at.name);
  if (result !== 0) return result;
  removed(at.parent, victim, inode);
  return 0;
}

function removed(parent: Path, victim: Dentry, inode: Inode): void {
  const name = victim.name;
  victim.isUnlinked = true;
  detachMounts(victim);
  parent.dentry.removeChild(name);
  if (!inode.isDirectory) notify(inode, IN_ATTRIB);
  evictIfUnused(inode); // As d_delete_notify(): IN_DELETE_SELF comes first.
  notifyName(parent.inode, IN_DELETE | (inode.isDirectory ? IN_ISDIR : 0), name);
}

/** Frees the contents of a file that has neither a name nor an opener left. */
function evictIfUnused(inode: Inode): void {
  if (inode.nlink > 0 || inode.openCount > 0) return;
  notify(inode, IN_DELETE_SELF);
  inode.evict();
}

/** Looked at before the names. */
export function checkRenameFlags(flags: number): 0 | Errno {
  if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT)) return EINVAL;
  const isTwo = flags & RENAME_EXCHANGE && flags & (RENAME_NOREPLACE | RENAME_WHITEOUT);
  return isTwo ? EINVAL : 0;
}

/** renameat2(2). */
export function renameName(
  walker: Walker,
  oldStart: Path,
  oldPath: string,
  newStart: Path,
  newPath: string,
  flags: number,
): 0 | Errno {
  const refused = checkRenameFlags(flags);
  if (refused !== 0) return refused;
  const from = walkParent(walker, oldStart, oldPath);
  return isErrno(from) ? from : renameFrom(walker, from, newStart, newPath, flags);
}

/** The same from a directory that was walked to already. `flags` were checked. */
export function renameFrom(
  walker: Walker,
  from: ParentLookup,
  newStart: Path,
  newPath: string,
  flags: number,
): 0 | Errno {
  const to = walkParent(walker, newStart, newPath);
  if (isErrno(to)) return to;
  if (from.parent.mount !== to.parent.mount) return EXDEV;
  if (from.isDots) return EBUSY;
  if (to.isDots) return flags & RENAME_NOREPLACE ? EEXIST : EBUSY;
  if (from.parent.mount.isReadOnly) return EROFS;

  const old = lookupChild(from.parent, from.name);
  if (isErrno(old)) return old;
  const looked = lookupChild(to.parent, to.name);
  // No name is made for a look at what a removed directory has not.
  if (isErrno(looked) && (looked !== ENOENT || to.parent.dentry.isUnlinked)) return looked;
  const target = isErrno(looked) ? null : looked;
  if (target !== null && flags & RENAME_NOREPLACE) return EEXIST;
  if (target === null && flags & RENAME_EXCHANGE) return ENOENT;

  const oldInode = old.inode as Inode;
  const newInode = target === null ? null : (target.inode as Inode);
  const isExchange = (flags & RENAME_EXCHANGE) !== 0;
  if (isExchange && to.trailingSlash && newInode?.isDirectory === false) return ENOTDIR;
  if (!oldInode.isDirectory && (from.trailingSlash || (!isExchange && to.trailingSlash))) {
    return ENOTDIR;
  }
  if (to.parent.dentry.isWithin(old)) return EINVAL;
  if (target !== null && from.parent.dentry.isWithin(target)) {
    return isExchange ? EINVAL : ENOTEMPTY;
  }
  if (oldInode === newInode) return 0;

  const permission = mayRename(walker, from, to, oldInode, newInode, isExchange);
  if (permission !== 0) return permission;
  const { namespace } = walker.fs;
  for (const name of [old, target]) {
    if (name !== null && isLocalMountpoint(namespace, name)) return EBUSY;
  }

  const { inode: fromDir } = from.parent;
  const whiteout =
    (flags & RENAME_WHITEOUT) === 0 ? null : creationIn(fromDir, walker.credentials, S_IFCHR, 0);
  const result = fromDir.rename(from.name, to.parent.inode, to.name, flags, whiteout);
  if (result !== 0) return result;
  if (target !== null && !isExchange) detachMounts(target);
  moved(from, to, old, target, isExchange);
  return 0;
}

function mayRename(
  walker: Walker,
  from: ParentLookup,
  to: ParentLookup,
  oldInode: Inode,
  newInode: Inode | null,
  isExchange: boolean,
): 0 | Errno {
  const cred = walker.credentials;
  const mount = from.parent.mount;
  const leave = mayDelete(mount, from.parent.inode, oldInode, cred);
  if (leave !== 0) return leave;
  if (newInode === null) {
    const arrive = mayCreateIn(to.parent, walker);
    if (arrive !== 0) return arrive;
  } else {
    const arrive = mayDelete(mount, to.parent.inode, newInode, cred);
    if (arrive !== 0) return arrive;
    if (!isExchange && oldInode.isDirectory && !newInode.isDirectory) return ENOTDIR;
    if (!isExchange && !oldInode.isDirectory && newInode.isDirectory) return EISDIR;
  }
  // A directory that gets another parent changes itself: its "..".
  if (from.parent.inode === to.parent.inode) return 0;
  for (const inode of isExchange ? [oldInode, newInode] : [oldInode]) {
    if (inode?.isDirectory !== true) continue;
    const change = inodePermission(inode, cred, MAY_WRITE);
    if (change !== 0) return change;
  }
  return 0;
}

function moved(
  from: ParentLookup,
  to: ParentLookup,
  old: Dentry,
  target: Dentry | null,
  isExchange: boolean,
): void {
  const inode = old.inode as Inode;
  if (isExchange) from.parent.dentry.exchangeChild(from.name, to.parent.dentry, to.name);
  else from.parent.dentry.moveChild(from.name, to.parent.dentry, to.name);
  const other = target?.inode ?? null;
  notifyMove(from, to, inode, isExchange ? null : other);
  if (other === null) return;
  if (isExchange) notifyMove(to, from, other, null);
  else evictIfUnused(other);
}

/** fsnotify_move(). */
function notifyMove(
  from: ParentLookup,
  to: ParentLookup,
  inode: Inode,
  replaced: Inode | null,
): void {
  const isDir = inode.isDirectory ? IN_ISDIR : 0;
  const cookie = inode.superblock.newCookie();
  notifyName(from.parent.inode, IN_MOVED_FROM | isDir, from.name, cookie);
  notifyName(to.parent.inode, IN_MOVED_TO | isDir, to.name, cookie);
  if (from.parent.inode === to.parent.inode) notifyName(to.parent.inode, FS_RENAME, from.name);
  if (replaced !== null && !replaced.isDirectory) notify(replaced, IN_ATTRIB);
  notify(inode, IN_MOVE_SELF);
}
