/**
 * Who may do what to a file: path_resolution(7), inode(7), capabilities(7), fs/namei.c (generic_permission,
 * may_delete), fs/attr.c. File access goes by fsuid and fsgid, which are the effective ones unless setfsuid(2) was
 * called; access(2) passes credentials whose fsuid is the real user.
 */
import {
  CAP_DAC_OVERRIDE,
  CAP_DAC_READ_SEARCH,
  CAP_FOWNER,
  CAP_FSETID,
  EACCES,
  EPERM,
  EROFS,
  type Errno,
  IN_ATTRIB,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFSOCK,
  S_IRWXG,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
  S_IXGRP,
} from "@kernelet/abi";
import type { Credentials } from "../kernel/credentials.ts";
import type { Creation, Inode } from "./inode.ts";
import type { Mount } from "./mount.ts";
import { notifyFile } from "./notify.ts";
import type { Path } from "./path.ts";
import { aclPermission, inheritAcl, isPlain } from "./posix-acl.ts";

export const MAY_EXEC = 1;
export const MAY_WRITE = 2;
export const MAY_READ = 4;

/** Mode bits, or the access control list, of the class that `cred` is in: acl_permission_check(). */
function isAllowed(inode: Inode, cred: Credentials, mask: number): boolean {
  const { mode, accessAcl } = inode;
  if (cred.fsuid === inode.uid) return (mask & ~(mode >> 6) & 7) === 0;
  if (accessAcl !== null && (mode & S_IRWXG) !== 0) {
    return aclPermission(accessAcl, inode.gid, cred, mask) === 0;
  }
  const bits = cred.inGroup(inode.gid) ? mode >> 3 : mode;
  return (mask & ~bits & 7) === 0;
}

/** Mode bits, access control list and capabilities. */
export function inodePermission(inode: Inode, cred: Credentials, mask: number): 0 | Errno {
  if (isAllowed(inode, cred, mask)) return 0;
  if (inode.isDirectory) {
    if ((mask & MAY_WRITE) === 0 && cred.hasOver(inode, CAP_DAC_READ_SEARCH)) return 0;
    return cred.hasOver(inode, CAP_DAC_OVERRIDE) ? 0 : EACCES;
  }
  if (mask === MAY_READ && cred.hasOver(inode, CAP_DAC_READ_SEARCH)) return 0;
  // The override does not make a file without any x bit executable.
  if ((mask & MAY_EXEC) === 0 || (inode.mode & 0o111) !== 0) {
    if (cred.hasOver(inode, CAP_DAC_OVERRIDE)) return 0;
  }
  return EACCES;
}

/** The same, and whether the mount lets anybody write. Devices, FIFOs and sockets may be written on a read-only mount. */
export function filePermission(
  mount: Mount,
  inode: Inode,
  cred: Credentials,
  mask: number,
): 0 | Errno {
  if ((mask & MAY_WRITE) !== 0 && mount.isReadOnly && !isSpecial(inode.mode)) return EROFS;
  return inodePermission(inode, cred, mask);
}

function isSpecial(mode: number): boolean {
  const type = mode & S_IFMT;
  return type === S_IFCHR || type === S_IFBLK || type === S_IFIFO || type === S_IFSOCK;
}

/** Whether `cred` owns the file or may act as if. */
export function isOwnerOrCapable(inode: Inode, cred: Credentials): boolean {
  return cred.fsuid === inode.uid || cred.hasOver(inode, CAP_FOWNER);
}

/** may_linkat() with fs.protected_hardlinks, as distributions set it: no second name for what one could not write. */
export function mayLink(inode: Inode, cred: Credentials): boolean {
  if (isOwnerOrCapable(inode, cred)) return true;
  const lendsGroup = (inode.mode & (S_ISGID | S_IXGRP)) === (S_ISGID | S_IXGRP);
  if (!inode.isRegular || (inode.mode & S_ISUID) !== 0 || lendsGroup) return false;
  return inodePermission(inode, cred, MAY_READ | MAY_WRITE) === 0;
}

/** Whether a name in `dir` may be made. */
export function mayCreate(mount: Mount, dir: Inode, cred: Credentials): 0 | Errno {
  if (mount.isReadOnly) return EROFS;
  return inodePermission(dir, cred, MAY_WRITE | MAY_EXEC);
}

/** Whether the name of `victim` may be taken out of `dir`: the directory's bits and the sticky bit. */
export function mayDelete(mount: Mount, dir: Inode, victim: Inode, cred: Credentials): 0 | Errno {
  if (mount.isReadOnly) return EROFS;
  const result = inodePermission(dir, cred, MAY_WRITE | MAY_EXEC);
  if (result !== 0) return result;
  if (isStickyBarred(dir, victim, cred)) return EPERM;
  return 0;
}

function isStickyBarred(dir: Inode, victim: Inode, cred: Credentials): boolean {
  if ((dir.mode & S_ISVTX) === 0) return false;
  return cred.fsuid !== victim.uid && cred.fsuid !== dir.uid && !cred.hasOver(victim, CAP_FOWNER);
}

/** Owner, group and mode of something made in `dir` (inode_init_owner). `mode` includes the type. */
export function creationIn(dir: Inode, cred: Credentials, mode: number, umask: number): Creation {
  const { defaultAcl } = dir;
  const inherits = defaultAcl !== null && (mode & S_IFMT) !== S_IFLNK;
  const inherited = inherits ? inheritAcl(defaultAcl, mode) : null;
  let made = inherited?.mode ?? mode & ~umask;
  let gid = cred.fsgid;
  if ((dir.mode & S_ISGID) !== 0) {
    gid = dir.gid;
    if ((made & S_IFMT) === S_IFDIR) {
      made |= S_ISGID;
    } else if (
      (made & (S_ISGID | S_IXGRP)) === (S_ISGID | S_IXGRP) &&
      !cred.inGroup(gid) &&
      !cred.hasOver(dir, CAP_FSETID)
    ) {
      made &= ~S_ISGID;
    }
  }
  if (inherited === null) return { mode: made, uid: cred.fsuid, gid };
  const accessAcl = isPlain(inherited.acl) ? null : inherited.acl;
  const isDirectory = (made & S_IFMT) === S_IFDIR;
  return {
    mode: made,
    uid: cred.fsuid,
    gid,
    accessAcl,
    defaultAcl: isDirectory ? defaultAcl : null,
  };
}

/** Whether `cred` may let a file of this owner and group lend the group's rights: in_group_or_capable(). */
export function inGroupOrCapable(
  owner: { readonly uid: number; readonly gid: number },
  cred: Credentials,
): boolean {
  return cred.inGroup(owner.gid) || cred.hasOver(owner, CAP_FSETID);
}

/** The mode without the set-ID bits that a write by `cred` takes away: setattr_should_drop_suidgid(). */
export function withoutSetIds(inode: Inode, cred: Credentials): number {
  if (inode.isDirectory || cred.hasOver(inode, CAP_FSETID)) return inode.mode;
  return clearSetIds(inode, cred);
}

/** The same, done. */
export function dropSetIds({ dentry, inode }: Path, cred: Credentials): void {
  if ((inode.mode & (S_ISUID | S_ISGID)) === 0) return;
  const mode = withoutSetIds(inode, cred);
  if (mode === inode.mode) return;
  if (inode.setattr({ mode }) === 0) notifyFile(dentry, IN_ATTRIB);
}

/** S_ISGID without group execution stays where the caller could have set it: setattr_should_drop_sgid(). */
export function clearSetIds(inode: Inode, cred: Credentials): number {
  const cleared = inode.mode & ~S_ISUID;
  const isLent = (cleared & S_IXGRP) !== 0 || !inGroupOrCapable(inode, cred);
  return isLent ? cleared & ~S_ISGID : cleared;
}
