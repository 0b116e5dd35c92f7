/**
 * Differences from Linux that are meant, or that lie in the machines and not in the kernels. A row names the call
 * with its arguments and results as narrowly as it can; the step is then left out, and the rest compared.
 */

export interface Explanation {
  /** The line on the host's kernel: "name(arguments) = result". */
  readonly host: RegExp;
  /** The line in the sandbox. */
  readonly guest: RegExp;
  /** The two lines differ in nothing but the hash of the bytes. */
  readonly isBytesOnly?: true;
  /** A line that must have come before in the sequence. */
  readonly after?: RegExp;
  readonly why: string;
}

// biome-ignore format: one row per difference.
export const EXPLAINED: readonly Explanation[] = [
  { host: /^memfd_create\(.*, (0x)?[4-7]\) = \d+/, guest: / = EINVAL$/, why: "no huge pages (CONFIG_HUGETLBFS off)" },
  { host: /^sched_get_priority_m\w+\(7\) = 0/, guest: / = EINVAL$/, why: "SCHED_EXT is of Linux 6.12; this is 6.1" },
  { host: /^pidfd_send_signal\(.*, [124]\) = /, guest: / = EINVAL$/, why: "flags of pidfd_send_signal are of Linux 6.9; this is 6.1" },
  { host: /^pidfd_open\(.*, 0x80\) = /, guest: / = EINVAL$/, why: "PIDFD_THREAD is of Linux 6.9; this is 6.1" },
  { host: /^(fchmod|fchown)\(.* = EOPNOTSUPP/, guest: / = (0|EPERM)$/, why: "inodes without a name refuse changes since Linux 6.17; this is 6.1" },
  { host: /^mmap\(0, .*, 0x(1000\w\w|\w*[13579bdf]\w), /, guest: / = EPERM$/, why: "the host's root may map page 0 (CAP_SYS_RAWIO); the sandbox has nothing to emulate there" },
  { host: /0x4000000000000000|\b\d{17,19}\b/, guest: / = EFBIG$/, why: "files end at 2^53: offsets are numbers" },
  { host: /^mremap\([^,]*, (0x\w+), (?!\1,)\w+, 0x[4-7c-f], /, guest: / = EINVAL$/, why: "sizes of MREMAP_DONTUNMAP are compared as whole pages since Linux 6.17; this is 6.1" },
  { host: /^mremap\(.*, 0x[237], .* = (arena|an address)/, guest: / = EFAULT$/, why: "several mappings move at once since Linux 6.17; this is 6.1" },
  { host: /^mremap\([^,]*, 0x[89a-f]\w{15}, .* = EFAULT$/, guest: / = EINVAL$/, why: "the old length is looked at before anything is unmapped since Linux 6.17; this is 6.1" },
  { host: /^(mlock2?|mlockall|mmap|mremap)\(.* = (ENOMEM|EAGAIN)$/, guest: / = (0|arena\S*|an address)$/, after: /^mremap\(.*, 0x[4-7c-f], .* = (arena|an address)/, why: "MREMAP_DONTUNMAP of locked memory leaves its old pages counted as locked since Linux 6.17; this is 6.1" },
  { host: /^mmap\(.*, 0x\w?[4-7c-f], 0x\w+, \d+, .* = EPERM$/, guest: / = ENODEV$/, why: "file systems without mounts are noexec since Linux 6.17; this is 6.1" },
  { host: /^sched_getattr\(.*, 0x1000, (0|0x\w+00000000)\) = EFAULT$/, guest: / = 0$/, why: "sched_getattr fills the rest of a larger structure with zeros since Linux 6.14; this is 6.1" },
  { host: /^sched_setaffinity\(.*, (0x80|-1), all@\d+ bytes.* = EFAULT$/, guest: / = (0|EINVAL|EPERM|ESRCH)$/, why: "the mask of this machine's kernel is longer than that of one processor" },
  { host: /^lseek\(.* = \d{17,}$/, guest: / = EINVAL$/, why: "files end at 2^53: offsets are numbers" },
  { host: /^ioctl\(.* = EINVAL$/, guest: / = ENOTTY$/, why: "epoll knows requests of ioctl(2) since Linux 6.9; this is 6.1" },
  { host: /^ioctl\(.*, 0x541b, .* gives [1-9]\d*$/, guest: / gives \d+$/, after: /^send(to|msg)\(.*, 0x\w*[13579bdf]\b.* = [1-9]/, why: "FIONREAD of a unix stream counts urgent bytes that a read left out, since Linux 6.17; this is 6.1" },
  { host: /^fallocate\(.*, 0x80, /, guest: / = EOPNOTSUPP$/, why: "FALLOC_FL_WRITE_ZEROES is of Linux 6.17; this is 6.1" },
  { host: /^f(get|set|remove|list)xattr\(-100, /, guest: / = EBADF$/, why: "fgetxattr and its kind take AT_FDCWD since Linux 6.13; this is 6.1" },
  { host: /^linkat\(.*, 0x1000\) = /, guest: / = ENOENT$/, why: "AT_EMPTY_PATH of linkat is for CAP_DAC_READ_SEARCH alone before Linux 6.10; this is 6.1" },
  { host: /^newfstatat\(\d+, (""|"[^"]*"NULL).*, 0x1\w{3}\) = /, guest: / = EINVAL$/, why: "wrong flags beside an empty path are not looked at since Linux 6.13; this is 6.1" },
  { host: /^(pread|read)\w*\(/, guest: /^(pread|read)\w*\(/, isBytesOnly: true, after: /^(sendfile|splice)\(.* = [1-9]/, why: "a pipe into which a file was spliced shows what is written to the file afterwards: sendfile(2), Notes; here it has a copy" },
  { host: /^lseek\(\d+, -?\d+, 1\) = 214[78]\d{6}$/, guest: / = (\d{1,7}|EINVAL)$/, why: "a directory of tmpfs that was read to its end is at 2^31 - 1 since Linux 6.14; this is 6.1" },
  { host: /^lseek\(\d+, -?\d+, [34]\) = \d+$/, guest: / = (\d+|ENXIO)$/, after: /^p?write\w*\(.* = (EFAULT|4096|8192|12288|16384)$/, why: "a write whose bytes cannot be read leaves the pages it began with since Linux 6.15; this is 6.1" },
  { host: /^ioctl\(.*, 0x5460, .* gives \d+$/, guest: / gives \d+$/, after: /^p?write\w*\(.* = (EFAULT|4096|8192|12288|16384)$/, why: "the same, as FIOQSIZE counts it" },
  { host: /^sendfile\(.*, 0x7fffffff\) = \d{7,}$/, guest: / = \d{7,}$/, why: "a file that is sent to itself grows until a signal comes: a matter of time" },
  { host: /^(clock_)?nanosleep\(.*\{0, \d{1,5}\}.* = (EINTR|0)$/, guest: / = (EINTR|0)$/, after: /^(timer_settime\(\d, \d, \{0, \d{1,6}, [1-9]|setitimer\(0, \{0, \d{1,3}, )/, why: "a timer that is due every few microseconds ends the shortest of sleeps, or does not: a matter of time" },
  { host: /^\w+\(1[0-5], .* = EPIPE$/, guest: / = ECONNRESET$/, after: /^send\w*\(.* = 0$/, why: "a packet of no bytes that nobody read is no unread data since Linux 6.16; this is 6.1" },
];
