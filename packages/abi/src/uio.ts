/** Scattered buffers: readv(2). */

/** One buffer. */
export const IOVEC = {
  size: 16,
  iov_base: 0,
  iov_len: 8,
} as const;
