/**
 * Sizes of names, paths and buffers that the kernel promises: include/uapi/linux/limits.h,
 * pipe(7), fs.h.
 */

// Lengths of file names and argument lists.
export const NAME_MAX = 255;
export const PATH_MAX = 4096;
export const PIPE_BUF = 4096;
export const XATTR_NAME_MAX = 255;
export const XATTR_SIZE_MAX = 65536;
export const XATTR_LIST_MAX = 65536;
export const ARG_MAX = 131072;
export const MAX_ARG_STRLEN = 131072;
export const MAX_ARG_STRINGS = 2147483647;
export const BINPRM_BUF_SIZE = 256;

// The greatest number of iovecs in one call, and of groups in a credential.
export const UIO_MAXIOV = 1024;
export const NGROUPS_MAX = 65536;

// The most bytes that one read(2) or write(2) moves (MAX_RW_COUNT: INT_MAX rounded down to a page).
export const MAX_RW_COUNT = 0x7ffff000;

// A page.
export const PAGE_SIZE = 4096;
export const PAGE_SHIFT = 12;
