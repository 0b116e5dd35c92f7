/** Names of flag words and choices, as strace(1) prints them. Each table is made from the constants themselves. */
import * as abi from "@kernelet/abi";
import { constants } from "./constants.ts";

/** Prints a word of flags: "O_RDONLY|O_CLOEXEC"; what has no name in hexadecimal. */
export type FlagPrinter = (value: number) => string;

/** Constants by name. Called at the first use: most runs trace nothing, and looking through all constants takes long. */
type Names = () => Readonly<Record<string, number>>;

/**
 * @param names constants by name. Those with several bits come first, so that O_SYNC is not printed as O_DSYNC.
 * @param zero what to print for no flags.
 */
function flags(names: Names, zero = "0"): FlagPrinter {
  let table: readonly (readonly [string, number])[] | null = null;
  return (value) => {
    table ??= Object.entries(names()).sort((a, b) => bits(b[1]) - bits(a[1]));
    const found: (readonly [string, number])[] = [];
    let rest = value >>> 0;
    for (const flag of table) {
      const [, bit] = flag;
      if (bit === 0 || (rest & bit) >>> 0 !== bit >>> 0) continue;
      found.push(flag);
      rest = (rest & ~bit) >>> 0;
    }
    const words = found.sort((a, b) => a[1] - b[1]).map(([name]) => name);
    if (rest !== 0) words.push(`0x${rest.toString(16)}`);
    return words.length === 0 ? zero : words.join("|");
  };
}

function bits(n: number): number {
  let count = 0;
  for (let rest = n >>> 0; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** One of several values. @param prefix says of what, for a value without a name. */
function choice(names: Names, prefix: string): FlagPrinter {
  let byValue: ReadonlyMap<number, string> | null = null;
  return (value) => {
    byValue ??= new Map(Object.entries(names()).map(([name, of]) => [of, name]));
    return byValue.get(value) ?? `0x${(value >>> 0).toString(16)} /* ${prefix}_??? */`;
  };
}

let named: readonly (readonly [string, number])[] | null = null;

/** All constants whose name begins with the prefix and is not among `but`. */
function withPrefix(prefix: string, ...but: string[]): Record<string, number> {
  const found: Record<string, number> = {};
  named ??= Object.entries(constants());
  for (const [name, value] of named) {
    if (name.startsWith(prefix) && !but.includes(name)) found[name] = value;
  }
  return found;
}

const openBits = flags(
  () => withPrefix("O_", "O_ACCMODE", "O_RDONLY", "O_WRONLY", "O_RDWR", "O_NDELAY"),
  "",
);
const ACCESS_MODES = ["O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"];

export function openFlags(value: number): string {
  const rest = openBits(value & ~abi.O_ACCMODE);
  const mode = ACCESS_MODES[value & abi.O_ACCMODE] as string;
  return rest === "" ? mode : `${mode}|${rest}`;
}

const mmapBits = flags(
  () =>
    withPrefix(
      "MAP_",
      "MAP_TYPE",
      "MAP_SHARED",
      "MAP_PRIVATE",
      "MAP_SHARED_VALIDATE",
      "MAP_HUGE_SHIFT",
      "MAP_HUGE_MASK",
    ),
  "",
);
const MAP_TYPES = ["MAP_FILE", "MAP_SHARED", "MAP_PRIVATE", "MAP_SHARED_VALIDATE"];

function mmapFlags(value: number): string {
  const rest = mmapBits(value & ~abi.MAP_TYPE);
  const type = MAP_TYPES[value & abi.MAP_TYPE] ?? `0x${(value & abi.MAP_TYPE).toString(16)}`;
  return rest === "" ? type : `${type}|${rest}`;
}

const cloneBits = flags(
  () =>
    withPrefix("CLONE_", "CLONE_ARGS", "CLONE_CLEAR_SIGHAND", "CLONE_INTO_CGROUP", "CLONE_NEWTIME"),
  "",
);

/** clone(2)'s word: the low byte is the exit signal. */
export function cloneFlags(value: number): string {
  const rest = cloneBits(value & ~abi.CSIGNAL);
  const signo = value & abi.CSIGNAL;
  const signal = signo === 0 ? "" : abi.signalName(signo);
  if (rest === "" || signal === "") return rest || signal || "0";
  return `${rest}|${signal}`;
}

const socketType = choice(
  () => withPrefix("SOCK_", "SOCK_CLOEXEC", "SOCK_NONBLOCK", "SOCK_MAX"),
  "SOCK",
);
const socketBits = flags(
  () => ({ SOCK_CLOEXEC: abi.O_CLOEXEC, SOCK_NONBLOCK: abi.O_NONBLOCK }),
  "",
);

function socketTypeAndFlags(value: number): string {
  const rest = socketBits(value & (abi.O_CLOEXEC | abi.O_NONBLOCK));
  const type = socketType(value & 0xf);
  return rest === "" ? type : `${type}|${rest}`;
}

/** The operation of futex(2) with its flags. */
const futexOperations = choice(
  () =>
    withPrefix(
      "FUTEX_",
      ...Object.keys(withPrefix("FUTEX_OP_")),
      "FUTEX_PRIVATE_FLAG",
      "FUTEX_CLOCK_REALTIME",
      "FUTEX_CMD_MASK",
      "FUTEX_WAITERS",
      "FUTEX_OWNER_DIED",
      "FUTEX_TID_MASK",
      "FUTEX_BITSET_MATCH_ANY",
      "FUTEX_32",
      "FUTEX_WAITV_MAX",
    ),
  "FUTEX",
);

function futexOperation(value: number): string {
  let text = futexOperations(value & abi.FUTEX_CMD_MASK);
  if ((value & abi.FUTEX_PRIVATE_FLAG) !== 0) text += "_PRIVATE";
  if ((value & abi.FUTEX_CLOCK_REALTIME) !== 0) text += "|FUTEX_CLOCK_REALTIME";
  return text;
}

/** By kind of argument. */
export const FLAG_KINDS: Readonly<Record<string, FlagPrinter>> = {
  open_flags: openFlags,
  mmap_flags: mmapFlags,
  clone_flags: cloneFlags,
  clone_flags_only: flags(() =>
    withPrefix("CLONE_", "CLONE_ARGS", "CLONE_CLEAR_SIGHAND", "CLONE_INTO_CGROUP"),
  ),
  prot: flags(() => withPrefix("PROT_", "PROT_NONE"), "PROT_NONE"),
  access_mode: flags(() => ({ R_OK: abi.R_OK, W_OK: abi.W_OK, X_OK: abi.X_OK }), "F_OK"),
  at_flags: flags(() => ({
    AT_SYMLINK_NOFOLLOW: abi.AT_SYMLINK_NOFOLLOW,
    AT_EACCESS: abi.AT_EACCESS,
    AT_SYMLINK_FOLLOW: abi.AT_SYMLINK_FOLLOW,
    AT_NO_AUTOMOUNT: abi.AT_NO_AUTOMOUNT,
    AT_EMPTY_PATH: abi.AT_EMPTY_PATH,
    AT_STATX_FORCE_SYNC: abi.AT_STATX_FORCE_SYNC,
    AT_STATX_DONT_SYNC: abi.AT_STATX_DONT_SYNC,
  })),
  unlinkat_flags: flags(() => ({ AT_REMOVEDIR: abi.AT_REMOVEDIR })),
  wait_options: flags(() => ({
    ...withPrefix("W", "WSTOPPED", "W_OK"),
    __WALL: abi.__WALL,
    __WCLONE: abi.__WCLONE,
    __WNOTHREAD: abi.__WNOTHREAD,
  })),
  msg_flags: flags(() => withPrefix("MSG_")),
  mremap_flags: flags(() => withPrefix("MREMAP_")),
  msync_flags: flags(() => ({
    MS_ASYNC: abi.MS_ASYNC,
    MS_INVALIDATE: abi.MS_INVALIDATE,
    MS_SYNC: abi.MS_SYNC,
  })),
  xattr_flags: flags(() =>
    withPrefix("XATTR_", "XATTR_NAME_MAX", "XATTR_SIZE_MAX", "XATTR_LIST_MAX"),
  ),
  timer_flags: flags(() => ({ TIMER_ABSTIME: abi.TIMER_ABSTIME, TFD_TIMER_CANCEL_ON_SET: 2 })),
  timerfd_flags: flags(() => ({ TFD_NONBLOCK: abi.TFD_NONBLOCK, TFD_CLOEXEC: abi.TFD_CLOEXEC })),
  eventfd_flags: flags(() => withPrefix("EFD_")),
  epoll_flags: flags(() => ({ EPOLL_CLOEXEC: abi.EPOLL_CLOEXEC })),
  signalfd_flags: flags(() => withPrefix("SFD_")),
  pidfd_flags: flags(() => ({ PIDFD_NONBLOCK: abi.O_NONBLOCK })),
  splice_flags: flags(() => withPrefix("SPLICE_F_")),
  memfd_flags: flags(() => withPrefix("MFD_")),
  getrandom_flags: flags(() => withPrefix("GRND_")),
  close_range_flags: flags(() => withPrefix("CLOSE_RANGE_")),
  renameat2_flags: flags(() => withPrefix("RENAME_")),
  mount_flags: flags(() => withPrefix("MS_", "MS_ASYNC", "MS_INVALIDATE")),
  umount_flags: flags(() => ({ ...withPrefix("MNT_"), ...withPrefix("UMOUNT_") })),
  fallocate_mode: flags(() => withPrefix("FALLOC_FL_")),
  statx_mask: flags(() => withPrefix("STATX_", ...Object.keys(withPrefix("STATX_ATTR_")))),
  socket_type: socketTypeAndFlags,
  socket_domain: choice(() => withPrefix("AF_"), "AF"),
  futex_op: futexOperation,
  seek_whence: choice(() => withPrefix("SEEK_"), "SEEK"),
  sigmask_how: choice(() => ({ SIG_BLOCK: 0, SIG_UNBLOCK: 1, SIG_SETMASK: 2 }), "SIG"),
  clock: choice(() => withPrefix("CLOCK_"), "CLOCK"),
  sched_policy: choice(() => withPrefix("SCHED_", "SCHED_NORMAL", "SCHED_RESET_ON_FORK"), "SCHED"),
  rlimit_resource: choice(() => withPrefix("RLIMIT_"), "RLIMIT"),
  rusage_who: choice(() => withPrefix("RUSAGE_"), "RUSAGE"),
  prio_which: choice(() => withPrefix("PRIO_"), "PRIO"),
  itimer_which: choice(() => withPrefix("ITIMER_"), "ITIMER"),
  waitid_type: choice(() => ({ P_ALL: 0, P_PID: 1, P_PGID: 2, P_PIDFD: 3 }), "P"),
  madvise: choice(() => withPrefix("MADV_"), "MADV"),
  fadvise: choice(() => withPrefix("POSIX_FADV_"), "POSIX_FADV"),
  epoll_op: choice(() => withPrefix("EPOLL_CTL_"), "EPOLL_CTL"),
  fcntl_cmd: choice(
    () =>
      withPrefix(
        "F_",
        "F_OK",
        "F_RDLCK",
        "F_WRLCK",
        "F_UNLCK",
        ...Object.keys(withPrefix("F_SEAL_")),
        ...Object.keys(withPrefix("F_OWNER_")),
      ),
    "F",
  ),
  flock_op: flags(() => withPrefix("LOCK_")),
  ioctl: choice(
    () => ({ ...withPrefix("TC"), ...withPrefix("TIO"), ...withPrefix("FIO") }),
    "IOCTL",
  ),
  prctl_op: choice(
    () =>
      withPrefix(
        "PR_",
        ...Object.keys({
          ...withPrefix("PR_SET_MM_"),
          ...withPrefix("PR_CAP_AMBIENT_"),
          ...withPrefix("PR_TSC_"),
        }),
        "PR_SET_VMA_ANON_NAME",
      ),
    "PR",
  ),
  arch_prctl_op: choice(() => withPrefix("ARCH_"), "ARCH"),
  membarrier_cmd: choice(() => withPrefix("MEMBARRIER_CMD_"), "MEMBARRIER_CMD"),
  kcmp_type: choice(() => withPrefix("KCMP_"), "KCMP"),
};

export const pollEvents: FlagPrinter = flags(() =>
  withPrefix("POLL", ...Object.keys(withPrefix("POLL_"))),
);
export const epollEvents: FlagPrinter = flags(() =>
  withPrefix("EPOLL", ...Object.keys(withPrefix("EPOLL_"))),
);
export const sigactionFlags: FlagPrinter = flags(() => withPrefix("SA_"));

/** Names of a si_code for a signal: the generic ones, or those of the signal's own group. */
export function siCode(signo: number, code: number): string {
  const generic = Object.entries(withPrefix("SI_")).find(([, value]) => value === code);
  const prefixes: Readonly<Record<number, string>> = {
    [abi.SIGCHLD]: "CLD_",
    [abi.SIGSEGV]: "SEGV_",
    [abi.SIGBUS]: "BUS_",
    [abi.SIGFPE]: "FPE_",
    [abi.SIGILL]: "ILL_",
    [abi.SIGTRAP]: "TRAP_",
    [abi.SIGIO]: "POLL_",
  };
  const prefix = prefixes[signo];
  if (code > 0 && code < abi.SI_KERNEL && prefix !== undefined) {
    const own = Object.entries(withPrefix(prefix)).find(([, value]) => value === code);
    if (own !== undefined) return own[0];
  }
  return generic?.[0] ?? `${code}`;
}
