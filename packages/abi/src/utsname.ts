/** uname(2). */

// Length of each string with its NUL, as in struct new_utsname.
export const UTS_LEN = 65;

/** uname(2). Each field has UTS_LEN bytes. */
export const UTSNAME = {
  size: 390,
  sysname: 0,
  nodename: 65,
  release: 130,
  version: 195,
  machine: 260,
  domainname: 325,
} as const;
