/** Extended attributes: xattr(7), setxattr(2). */

// Flags of setxattr(2).
export const XATTR_CREATE = 0x1;
export const XATTR_REPLACE = 0x2;

/** struct xattr_args of setxattrat(2) and getxattrat(2), since Linux 6.13. */
export const XATTR_ARGS = {
  size: 16,
  value: 0,
  value_size: 8,
  flags: 12,
} as const;

// Access control lists: acl(5). Tags of entries, and the value of "system.posix_acl_access" and "…_default".
export const ACL_USER_OBJ = 0x01;
export const ACL_USER = 0x02;
export const ACL_GROUP_OBJ = 0x04;
export const ACL_GROUP = 0x08;
export const ACL_MASK = 0x10;
export const ACL_OTHER = 0x20;
export const POSIX_ACL_XATTR_VERSION = 2;
export const POSIX_ACL_XATTR_HEADER = { size: 4, a_version: 0 } as const;
export const POSIX_ACL_XATTR_ENTRY = { size: 8, e_tag: 0, e_perm: 2, e_id: 4 } as const;
