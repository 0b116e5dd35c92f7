/** The attacks: what each guest is run with, and how that must end. */

export interface Attack {
  /** Of guests/, without ".c", and its arguments. */
  readonly guest: string;
  readonly args?: readonly string[];
  /** For `kernelet do`. Every attack also has a memory limit. */
  readonly options?: readonly string[];
  readonly title: string;
  /** Of the command line. */
  readonly code?: number;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
  /** The most that the sandbox's process may ever have, MiB. Default: 700. */
  readonly mostMib?: number;
  readonly isSlow?: true;
}

const ALIVE = /^alive\n$/m;
/** "kernelet: …", once. */
const ONE_LINE = /^kernelet: [^\n]+\n$/;

// biome-ignore format: one attack per line or two.
export const ATTACKS: readonly Attack[] = [
  { title: "processes and threads end at the limit, together", guest: "fork-bomb", args: ["count"], options: ["--pids-limit", "300"], stdout: /^289 threads beside 10 processes, then EAGAIN\nfork: EAGAIN\n$/ },
  { title: "a fork bomb ends with the time limit", guest: "fork-bomb", options: ["--timeout", "6s"], code: 124, stderr: ONE_LINE, mostMib: 1200 },
  { title: "a process that takes all memory is killed, and stderr says so", guest: "memory-hog", args: ["touch"], code: 137, stderr: /^kernelet: Out of memory: killed process \d+ \(memory-hog\), [^\n]*\n$/ },
  { title: "children that take all memory are killed, their parent goes on", guest: "memory-hog", args: ["fork"], stdout: /^(child: signal 9\n){8}$/, mostMib: 1300 },
  { title: "a file that takes all memory ends with ENOSPC", guest: "memory-hog", args: ["file"], stderr: /^write: No space left on device\n$/ },
  { title: "pipes full of bytes end with the descriptors", guest: "memory-hog", args: ["pipe"], mostMib: 1200 },
  { title: "descriptors end at the limit", guest: "descriptors", stdout: /^(\w+: EMFILE after many\n){5}open: 3\n$/ },
  { title: "endless recursion is SIGSEGV", guest: "recursion", code: 139, stderr: ONE_LINE },
  { title: "links and scripts that lead to themselves are ELOOP", guest: "loops", stdout: /^[\s\S]*execv\("self", none\): ELOOP\n[\s\S]*execv\("s0", none\): ELOOP\n$/ },
  { title: "random system calls", guest: "random-calls", args: ["1", "20000", "2"], stdout: ALIVE },
  { title: "a million random system calls", guest: "random-calls", args: ["2", "1000000", "4"], stdout: ALIVE, isSlow: true },
  { title: "processes that overwrite themselves", guest: "overwrite", stdout: ALIVE },
  { title: "64 MiB through a pipe", guest: "pipe-flood", args: ["64"], stdout: /^64 MiB\n$/ },
  { title: "1 GiB through a pipe", guest: "pipe-flood", args: ["1024"], stdout: /^1024 MiB\n$/, isSlow: true },
  { title: "showers of signals", guest: "signal-storm", stdout: ALIVE },
  { title: "timers by the thousand", guest: "timers", stdout: /^timers: EAGAIN\ntimerfds: EMFILE\nalive\n$/ },
  { title: "the most and the largest buffers", guest: "vectors", stdout: /getrandom\(huge, 1 << 24, 0\): some\n$/ },
  { title: "epoll in epoll", guest: "epoll-nest", stdout: ALIVE },
  { title: "sockets that hold each other in flight", guest: "socket-cycles", stdout: ALIVE },
  { title: "execve with very many arguments", guest: "arguments", stdout: /^100000 arguments, [\s\S]*an endless list: EFAULT\n$/ },
  { title: "execve again and again", guest: "exec-storm", args: ["600"], stdout: ALIVE },
  { title: "folders 10,000 deep", guest: "deep-tree", args: ["10000"], stdout: /^made 10000\n[\s\S]*removed 10000\n$/ },
  { title: "many names in one folder", guest: "many-names", args: ["20000"], stdout: /^all made, all seen\nremoved\n$/ },
  { title: "a million names in one folder", guest: "many-names", args: ["1000000"], options: ["-m", "8g"], stdout: /^all made, all seen\nremoved\n$/, mostMib: 2500, isSlow: true },
  { title: "files as large as numbers get", guest: "sparse", stdout: /few blocks: 1\nftruncate\(fd, 0\): ok\n$/ },
  { title: "mappings without end", guest: "map-storm", stdout: /^mappings: ENOMEM\nsplits: ENOMEM\nalive\n$/ },
  { title: "random bytes as code", guest: "random-code", args: ["1", "60"], stdout: ALIVE },
  { title: "random bytes as code, more of them", guest: "random-code", args: ["7", "2000"], stdout: ALIVE, isSlow: true },
  { title: "code that is written anew for ever", guest: "code-churn", args: ["3000"], stdout: /^right\n$/ },
  { title: "code that is written anew for ever, longer", guest: "code-churn", args: ["12000"], stdout: /^right\n$/, isSlow: true },
  { title: "processes that never end, deaf to signals", guest: "endless", options: ["--timeout", "2s"], code: 124, stderr: ONE_LINE },
  { title: "random ioctls on terminals", guest: "terminal", args: ["3"], stdout: ALIVE },
  { title: "/proc/self/mem", guest: "proc-mem" },
];
