/** Access control lists as extended attributes: xattr(7), fs/posix_acl.c (vfs_get_acl, vfs_set_acl). */
import {
  CAP_FSETID,
  EACCES,
  ENODATA,
  EOPNOTSUPP,
  EPERM,
  type Errno,
  isErrno,
  S_ISGID,
} from "@kernelet/abi";
import type { Credentials } from "../kernel/credentials.ts";
import type { Inode } from "./inode.ts";
import { isOwnerOrCapable } from "./permission.ts";
import { aclMode, decodeAcl, encodeAcl, isPlain } from "./posix-acl.ts";

const ACCESS = "system.posix_acl_access";
const DEFAULT = "system.posix_acl_default";

export function isAclName(name: string): boolean {
  return name === ACCESS || name === DEFAULT;
}

/** Names of the lists that there are, as listxattr(2) shows them. */
export function aclNames(inode: Inode): readonly string[] {
  const names = inode.accessAcl === null ? [] : [ACCESS];
  return inode.defaultAcl === null ? names : [...names, DEFAULT];
}

export function getAcl(inode: Inode, name: string): Uint8Array | Errno {
  if (!inode.hasAcls) return EOPNOTSUPP;
  const acl = name === ACCESS ? inode.accessAcl : inode.defaultAcl;
  return acl === null ? ENODATA : encodeAcl(acl);
}

/** @param value empty: no list any more. */
export function setAcl(
  inode: Inode,
  cred: Credentials,
  name: string,
  value: Uint8Array,
): 0 | Errno {
  const acl = decodeAcl(value);
  if (acl !== null && isErrno(acl)) return acl;
  if (!inode.hasAcls) return EOPNOTSUPP;
  if (name === DEFAULT && !inode.isDirectory) return acl === null ? 0 : EACCES;
  if (!isOwnerOrCapable(inode, cred)) return EPERM;
  if (name === DEFAULT) {
    inode.defaultAcl = acl;
  } else if (acl === null) {
    inode.accessAcl = null;
  } else {
    inode.accessAcl = isPlain(acl) ? null : acl;
    inode.mode = modeWith(inode, cred, aclMode(acl));
  }
  inode.touch("ctime");
  return 0;
}

/** posix_acl_update_mode(). */
function modeWith(inode: Inode, cred: Credentials, bits: number): number {
  const mode = (inode.mode & ~0o777) | bits;
  return cred.inGroup(inode.gid) || cred.has(CAP_FSETID) ? mode : mode & ~S_ISGID;
}
