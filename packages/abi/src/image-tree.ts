/**
 * The tree of a container image on disk: what packages/image writes once and the kernel's imagefs reads. Like EROFS, a
 * format for a file system that never changes: every reference is an offset, directories are sorted, and nothing needs
 * to be parsed before the first lookup. Contents of files are not in it: an inode says which layer's tar has them, and where.
 *
 *   header │ inodes (fixed size, number 1 is the root) │ entries of directories │ names │ extras
 *
 * Little-endian. Counts and offsets are u32, sizes and places in a tar f64 (whole numbers below 2^53).
 */

/** "KLTTREE" and the version, as the first eight bytes. Another layout gets another number: old files are made anew. */
export const IMAGE_TREE_MAGIC = "KLTTREE1";

/**
 * `names` and `extras` are offsets in the file, `file_size` is its whole length. `crc` is of all behind the header, for tools
 * that look for damage: a start does not read that much.
 */
export const IMAGE_TREE_HEADER = {
  size: 48,
  magic: 0,
  inode_count: 8,
  entry_count: 12,
  layer_count: 16,
  names: 20,
  extras: 24,
  crc: 28,
  file_size: 32,
  /** Bytes of all regular files together, for statfs(2). */
  content_size: 40,
} as const;

/**
 * What the last fields mean depends on the type:
 *
 *   directory   `start` first entry, `count` how many
 *   file        `layer`, `data` place of its bytes in that layer's tar; `count` > 0: sparse, segments at `start` in extras
 *   symlink     `start` in extras, `count` bytes of target
 *   device      `start` is its number, as makedev(3)
 */
export const IMAGE_INODE = {
  size: 72,
  mode: 0,
  uid: 4,
  gid: 8,
  nlink: 12,
  file_size: 16,
  mtime_sec: 24,
  mtime_nsec: 32,
  layer: 36,
  data: 40,
  start: 48,
  count: 52,
  /** In extras; only if `xattr_count` is not 0. */
  xattrs: 56,
  xattr_count: 60,
  /** Bytes that are stored, holes not counted. */
  stored: 64,
} as const;

/** Entries of one directory lie together, sorted by the bytes of their names. */
export const IMAGE_ENTRY = { size: 12, name: 0, inode: 4, name_len: 8, type: 10 } as const;

/** A part of a sparse file that is stored: `len` bytes at `off` of the file are at `data` of the tar. */
export const IMAGE_SEGMENT = { size: 24, off: 0, len: 8, data: 16 } as const;

/** An extended attribute; name and value follow. */
export const IMAGE_XATTR = { size: 8, name_len: 0, value_len: 4 } as const;
