/** How much a layer may be. What is beyond is refused before it costs memory or disk. */

export interface LayerLimits {
  /** Of the uncompressed archive. */
  readonly bytes: number;
  readonly entries: number;
}

export const DEFAULT_LAYER_LIMITS: LayerLimits = {
  bytes: 128 * 2 ** 30,
  entries: 2_000_000,
};

/** A PAX header, a long name, a sparse map: as Go's archive/tar has it. */
export const MAX_META_BYTES: number = 2 ** 20;
/** Headers that say something of an entry, before that entry comes: PAX, long name, long link, and global ones. */
export const MAX_META_HEADERS = 16;
/** PATH_MAX and NAME_MAX: longer names no kernel takes. */
export const MAX_PATH_BYTES = 4096;
export const MAX_NAME_BYTES = 255;
export const MAX_SEGMENTS = 65_536;
/** XATTR_NAME_MAX and XATTR_SIZE_MAX, and how many of them. */
export const MAX_XATTR_NAME = 255;
export const MAX_XATTR_VALUE = 65_536;
export const MAX_XATTRS = 1000;

/** Of all layers of an image together: names, targets of links and attributes are in memory while they are merged. */
export const MAX_IMAGE_ENTRIES = 4_000_000;
export const MAX_IMAGE_TEXT_BYTES: number = 256 * 2 ** 20;
