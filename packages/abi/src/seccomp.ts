/** System call filters: seccomp(2). */

// Modes.
export const SECCOMP_MODE_DISABLED = 0;
export const SECCOMP_MODE_STRICT = 1;
export const SECCOMP_MODE_FILTER = 2;

// Operations.
export const SECCOMP_SET_MODE_STRICT = 0;
export const SECCOMP_SET_MODE_FILTER = 1;
export const SECCOMP_GET_ACTION_AVAIL = 2;
export const SECCOMP_GET_NOTIF_SIZES = 3;

// Flags of a filter.
export const SECCOMP_FILTER_FLAG_TSYNC = 0x1;
export const SECCOMP_FILTER_FLAG_LOG = 0x2;
export const SECCOMP_FILTER_FLAG_SPEC_ALLOW = 0x4;
export const SECCOMP_FILTER_FLAG_NEW_LISTENER = 0x8;
export const SECCOMP_FILTER_FLAG_TSYNC_ESRCH = 0x10;
export const SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 0x20;

// What a filter returns.
export const SECCOMP_RET_KILL_PROCESS = 0x80000000;
export const SECCOMP_RET_KILL_THREAD = 0x0;
export const SECCOMP_RET_TRAP = 0x30000;
export const SECCOMP_RET_ERRNO = 0x50000;
export const SECCOMP_RET_USER_NOTIF = 0x7fc00000;
export const SECCOMP_RET_TRACE = 0x7ff00000;
export const SECCOMP_RET_LOG = 0x7ffc0000;
export const SECCOMP_RET_ALLOW = 0x7fff0000;
export const SECCOMP_RET_ACTION_FULL = 0xffff0000;
export const SECCOMP_RET_DATA = 0xffff;

// The architecture a filter sees.
export const AUDIT_ARCH_X86_64 = 0xc000003e;

// The longest filter.
export const BPF_MAXINSNS = 4096;

/** What a filter reads. */
export const SECCOMP_DATA = {
  size: 64,
  nr: 0,
  arch: 4,
  instruction_pointer: 8,
  args: 16,
} as const;

/** A classic BPF program. */
export const SOCK_FPROG = {
  size: 16,
  len: 0,
  filter: 8,
} as const;

/** One instruction of it. */
export const SOCK_FILTER = {
  size: 8,
  code: 0,
  jt: 2,
  jf: 3,
  k: 4,
} as const;

// ioctl(2) of a listener.
export const SECCOMP_IOCTL_NOTIF_RECV = 0xc0502100;
export const SECCOMP_IOCTL_NOTIF_SEND = 0xc0182101;
export const SECCOMP_IOCTL_NOTIF_ID_VALID = 0x40082102;
export const SECCOMP_IOCTL_NOTIF_ADDFD = 0x40182103;

export const SECCOMP_USER_NOTIF_FLAG_CONTINUE = 0x1;
export const SECCOMP_ADDFD_FLAG_SETFD = 0x1;
export const SECCOMP_ADDFD_FLAG_SEND = 0x2;

/** What a listener receives. */
export const SECCOMP_NOTIF = { size: 80, id: 0, pid: 8, flags: 12, data: 16 } as const;

/** What it answers. */
export const SECCOMP_NOTIF_RESP = { size: 24, id: 0, val: 8, error: 16, flags: 20 } as const;

/** A descriptor that it gives to the task. */
export const SECCOMP_NOTIF_ADDFD = {
  size: 24,
  id: 0,
  flags: 8,
  srcfd: 12,
  newfd: 16,
  newfd_flags: 20,
} as const;

/** Sizes of the structures, for programs built with others. */
export const SECCOMP_NOTIF_SIZES = {
  size: 6,
  seccomp_notif: 0,
  seccomp_notif_resp: 2,
  seccomp_data: 4,
} as const;
