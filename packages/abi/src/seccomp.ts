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
