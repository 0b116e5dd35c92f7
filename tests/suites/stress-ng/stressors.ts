/**
 * The stressors of stress-ng 0.15.06 (Debian 12), by what is expected of them in the sandbox. Those that pass have done
 * something (bogus operations), verified it, and reported no failure.
 */

export interface Stressor {
  readonly name: string;
  readonly as: "root" | "nobody";
  /** Further arguments: sizes that fit a second, and consent to what might bring a machine down. */
  readonly args?: readonly string[];
  /** A command of the shell's to run first. */
  readonly before?: string;
  /** A variable of its environment, NAME=VALUE. */
  readonly env?: string;
  /** It is left to run out: several seconds whatever the time limit. Not for continuous integration. */
  readonly isLong?: boolean;
  /** It may succeed without an operation that is counted, on Linux as well. */
  readonly mayCountNothing?: boolean;
  /** It does nothing if its child gets ahead of it, on Linux as well: a longer run is no help, another one is. */
  readonly isRace?: boolean;
  /** Why it doesn't pass. */
  readonly fails?: string;
}

const PLAIN = `
  access affinity aio alarm atomic bad-altstack bigheap branch brk bsearch cache cacheline cap chattr chdir chmod
  chown chroot clock clone close context copy-file cpu crypt daemon dekker dentry dev dev-shm dir dirdeep dirmany
  dnotify dup dynlib enosys env epoll eventfd exit-group far-branch fault fcntl fifo file-ioctl filename flock
  flushcache fork fp fpunch fsize fstat full funccall funcret futex get getdent getrandom goto handle hash hdd
  hrtimers hsearch icache inotify io ioprio itimer jpeg judy kcmp key kill klog l1cache lease link list llc-affinity
  loadavg locka lockbus lockf lockofd longjmp lsearch madvise malloc matrix matrix-3d mcontend membarrier memcpy
  memfd memthrash mergesort mincore misaligned mknod mlock mmap mmapaddr mmapfixed mmapfork mmaphuge mmapmany
  mprotect mq msg msync msyncmany munmap mutex nanosleep netdev nice nop null numa opcode open pagemove pageswap
  personality peterson physpage pidfd pipe pkey poll prctl prefetch priv-instr procfs pthread ptrace pty qsort
  race-sched radixsort ramfs randlist readahead reboot regs remap rename resched revio ring-pipe rlimit rmap rotate
  schedpolicy seal seccomp seek sem sem-sysv sendfile session set shm shm-sysv sigabrt sigchld sigfd sigfpe signal
  signest sigpending sigpipe sigq sigrt sigsegv sigsuspend sigtrap skiplist sleep sock sockabuse sockfd sockmany
  sockpair softlockup sparsematrix splice stack stackmmap str stream switch symlink sync-file syncload sysbadaddr
  syscall sysfs sysinfo tee timer timerfd tlb-shootdown touch tsc tsearch udp udp-flood umount unshare urandom utime
  vecfp vecmath vecshuf vecwide vfork vforkmany vm vm-addr vm-rw vm-segv vm-splice wait waitcpu wcs x86cpuid
  x86syscall xattr yield zero zlib zombie
`;

function plain(): Stressor[] {
  return PLAIN.trim()
    .split(/\s+/)
    .map((name) => ({ name, as: "root" }));
}

function failing(name: string, fails: string, args: readonly string[] = []): Stressor {
  return { name, as: "root", args, fails };
}

// biome-ignore format: one stressor a line.
const SPECIAL: readonly Stressor[] = [
  { name: "bad-ioctl", as: "nobody", args: ["--pathological"] },
  { name: "bind-mount", as: "root", args: ["--pathological"] },
  { name: "cyclic", as: "root", args: ["--cyclic-policy", "rr"] },
  { name: "exec", as: "nobody", args: ["--exec-max", "16"] },
  { name: "fallocate", as: "root", args: ["--fallocate-bytes", "16m"] },
  { name: "heapsort", as: "root", args: ["--heapsort-size", "4096"] },
  { name: "iomix", as: "root", args: ["--iomix-bytes", "64m"] },
  { name: "memrate", as: "root", args: ["--memrate-bytes", "4m"] },
  { name: "mlockmany", as: "root", args: ["--pathological"] },
  { name: "mremap", as: "root", args: ["--mremap-bytes", "1m"] },
  { name: "oom-pipe", as: "root", args: ["--pathological"] },
  { name: "shellsort", as: "root", args: ["--shellsort-size", "4096"] },
  // O_ASYNC tells nothing of what was there before: a child that has filled the pipe by then is never heard of.
  { name: "sigio", as: "root", isRace: true },
  // It registers an area itself, where the C library has registered one: EINVAL, on Linux as well.
  { name: "rseq", as: "root", env: "GLIBC_TUNABLES=glibc.pthread.rseq=0" },
  { name: "spawn", as: "nobody" },
  { name: "sysinval", as: "root", args: ["--pathological"] },
  { name: "tree", as: "root", args: ["--tree-size", "2000"] },
  // inode-flags never counts; pipeherd counts what the first of its 101 processes got to see.
  { name: "inode-flags", as: "root", mayCountNothing: true },
  { name: "pipeherd", as: "root", mayCountNothing: true },
  { name: "resources", as: "root", isLong: true },
  { name: "tmpfs", as: "root", before: "mkdir mnt && mount -t tmpfs none mnt" },
];

// biome-ignore format: one stressor a line.
const FAILING: readonly Stressor[] = [
  failing("af-alg", "no AF_ALG sockets: no cryptography in this kernel"),
  failing("aiol", "no asynchronous I/O: io_setup gives ENOSYS"),
  failing("apparmor", "no AppArmor"),
  failing("binderfs", "no binder"),
  failing("cpu-online", "the one processor cannot be taken offline"),
  failing("dccp", "no DCCP"),
  failing("efivar", "no EFI variables"),
  failing("fanotify", "no fanotify: ENOSYS"),
  failing("fiemap", "overlayfs knows no FS_IOC_FIEMAP"),
  failing("fp-error", "MXCSR's exception flags are not all set (packages/cpu/README.md, Known gaps)"),
  failing("gpu", "no GPU"),
  failing("icmp-flood", "no raw sockets: EPERM, as without CAP_NET_RAW"),
  failing("idle-page", "no /sys/kernel/mm/page_idle"),
  failing("io-uring", "no io_uring: ENOSYS"),
  failing("ioport", "no I/O ports: CAP_SYS_RAWIO gives none"),
  failing("ipsec-mb", "needs AES-NI or AVX, which the processor doesn't have"),
  failing("kvm", "no /dev/kvm"),
  failing("landlock", "no Landlock"),
  failing("loop", "no loop devices"),
  failing("memhotplug", "no memory to take offline"),
  failing("netlink-proc", "no netlink connector (CONFIG_CONNECTOR off)"),
  failing("netlink-task", "no taskstats"),
  failing("pci", "no PCI devices"),
  failing("ping-sock", "no ping sockets: EPROTONOSUPPORT"),
  failing("plugin", "nothing to load: it wants a library of the caller"),
  failing("quota", "no quotas"),
  failing("rawdev", "no block devices"),
  failing("rawpkt", "no AF_PACKET: EAFNOSUPPORT"),
  failing("rawsock", "no raw sockets: EPERM, as without CAP_NET_RAW"),
  failing("rawudp", "no raw sockets: EPERM, as without CAP_NET_RAW"),
  failing("rdrand", "the processor doesn't have RDRAND"),
  failing("rtc", "no /dev/rtc"),
  failing("sctp", "no SCTP"),
  failing("secretmem", "no memfd_secret: ENOSYS"),
  failing("smi", "no port of the APM, no model-specific registers", ["--pathological"]),
  failing("sockdiag", "asks for unix sockets alone, which NETLINK_SOCK_DIAG does not list: ENOENT"),
  failing("swap", "no swap"),
  failing("tun", "no /dev/net/tun"),
  failing("uprobe", "no tracing of user space"),
  failing("userfaultfd", "no userfaultfd: ENOSYS"),
  failing("usersyscall", "no dispatch of system calls to user space (PR_SET_SYSCALL_USER_DISPATCH)"),
  failing("vdso", "no vDSO"),
  failing("verity", "no fs-verity"),
  failing("watchdog", "no watchdog", ["--pathological"]),
];

export const STRESSORS: readonly Stressor[] = [...plain(), ...SPECIAL, ...FAILING].sort((a, b) =>
  a.name < b.name ? -1 : 1,
);

/** Those that are not run at all, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  forkheavy: "takes 16384 of every resource before its first fork, which is more than a minute",
};
