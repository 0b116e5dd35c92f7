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
