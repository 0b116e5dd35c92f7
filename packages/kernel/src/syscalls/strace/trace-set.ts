/** Which calls to trace: strace's -e trace= syntax. "open,close", "%file", "!%memory", "all", "none". */
import { SYSCALLS } from "../table.ts";

const NAMED: Readonly<Record<string, readonly string[]>> = {
  "%process":
    "clone fork vfork clone3 execve execveat exit exit_group wait4 waitid kill tkill tgkill rt_sigqueueinfo pidfd_open pidfd_send_signal unshare".split(
      " ",
    ),
  "%signal":
    "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_sigsuspend rt_tgsigqueueinfo sigaltstack pause kill tkill tgkill signalfd signalfd4 pidfd_send_signal".split(
      " ",
    ),
  "%memory":
    "mmap mprotect munmap brk mremap msync mincore madvise mlock munlock mlockall munlockall mlock2 memfd_create shmat shmdt".split(
      " ",
    ),
  "%network":
    "socket connect accept accept4 sendto recvfrom sendmsg recvmsg shutdown bind listen getsockname getpeername socketpair setsockopt getsockopt recvmmsg sendmmsg".split(
      " ",
    ),
  "%ipc":
    "shmget shmat shmctl shmdt semget semop semctl semtimedop msgget msgsnd msgrcv msgctl".split(
      " ",
    ),
  "%clock":
    "clock_gettime clock_settime clock_getres clock_adjtime gettimeofday settimeofday time adjtimex".split(
      " ",
    ),
  "%creds":
    "getuid geteuid getgid getegid setuid setgid setreuid setregid setresuid setresgid getresuid getresgid setfsuid setfsgid getgroups setgroups capget capset prctl".split(
      " ",
    ),
};

/** Groups may be named without "%", as in strace before 4.21. */
function members(text: string): readonly number[] | null {
  const word = text === "file" || text === "desc" || `%${text}` in NAMED ? `%${text}` : text;
  if (word === "all") return SYSCALLS.map((row) => row.nr);
  if (word === "none") return [];
  if (word === "%file") return rowsWithKind(["path"]);
  if (word === "%desc") return rowsWithKind(["fd", "dirfd"]);
  const names = NAMED[word] ?? [word];
  const found = SYSCALLS.filter((row) => names.includes(row.name)).map((row) => row.nr);
  return found.length === 0 ? null : found;
}

function rowsWithKind(kinds: readonly string[]): number[] {
  return SYSCALLS.filter((row) => row.kinds.some((kind) => kinds.includes(kind))).map(
    (row) => row.nr,
  );
}

/** @returns numbers of the calls, or the word that names none. */
export function parseTraceSet(text: string): ReadonlySet<number> | string {
  const negated = text.startsWith("!");
  const set = new Set<number>();
  for (const word of text.slice(negated ? 1 : 0).split(",")) {
    const found = members(word.trim());
    if (found === null) return word.trim();
    for (const nr of found) set.add(nr);
  }
  if (!negated) return set;
  return new Set(SYSCALLS.map((row) => row.nr).filter((nr) => !set.has(nr)));
}
