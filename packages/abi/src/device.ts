/**
 * Device numbers: makedev(3), and the numbers Documentation/admin-guide/devices.txt assigns.
 * The kernel's dev_t has 12 bits of major and 20 of minor; user space sees them spread over 64 bits
 * (new_encode_dev and huge_encode_dev), which for these sizes is one 32-bit word.
 */

/** A device number as stat(2) and mknod(2) carry it. */
export function makedev(major: number, minor: number): number {
  return (((minor & 0xfff00) << 12) | ((major & 0xfff) << 8) | (minor & 0xff)) >>> 0;
}

export function major(dev: number): number {
  return (dev >>> 8) & 0xfff;
}

export function minor(dev: number): number {
  return ((dev >>> 12) & 0xfff00) | (dev & 0xff);
}

export const UNNAMED_MAJOR = 0;
export const MEM_MAJOR = 1;
export const TTY_MAJOR = 4;
export const TTYAUX_MAJOR = 5;
export const MISC_MAJOR = 10;
export const UNIX98_PTY_MASTER_MAJOR = 128;
export const UNIX98_PTY_SLAVE_MAJOR = 136;
