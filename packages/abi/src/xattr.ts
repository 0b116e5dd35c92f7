/** Extended attributes: xattr(7), setxattr(2). */

// Flags of setxattr(2).
export const XATTR_CREATE = 0x1;
export const XATTR_REPLACE = 0x2;
