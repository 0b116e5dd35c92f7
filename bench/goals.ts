/** What the engine is to reach: rows of docs/performance.md. */

/** Times are nanoseconds, sizes bytes. */
export type Limit =
  /** Geometric mean of the benchmarks' times against native. */
  | { readonly kind: "times"; readonly most: number }
  /** Time of one operation. */
  | { readonly kind: "time"; readonly most: number }
  /** Difference between two figures of memory. */
  | { readonly kind: "memory"; readonly most: number; readonly of: "idle" | "growth" };

export interface Goal {
  readonly what: string;
  readonly toReach: string;
  readonly limit: Limit;
  /** By name; all of them are needed. */
  readonly benchmarks: readonly string[];
  /** Besides, it must be quicker than this peer. */
  readonly aheadOf?: string;
}

function times(what: string, most: number, ...benchmarks: readonly string[]): Goal {
  return { what, toReach: `≤ ${most.toFixed(1)}x`, limit: { kind: "times", most }, benchmarks };
}

function time(what: string, toReach: string, most: number, benchmark: string): Goal {
  return { what, toReach: `≤ ${toReach}`, limit: { kind: "time", most }, benchmarks: [benchmark] };
}

const MIB = 1024 * 1024;

// biome-ignore format: a goal a line.
export const GOALS: readonly Goal[] = [
  { ...times("CoreMark, fixed iterations", 3, "coremark"), toReach: "≤ 3.0x, ahead of qemu-user", aheadOf: "qemu-user" },
  times("n-body", 3.5, "nbody"),
  times("spectral norm", 3.5, "spectral-norm"),
  times("matrix product", 3.5, "matrix"),
  times("integer suite: sieve, hash table, sort, strings, tree, SHA-256, bytecode loop", 3, "sieve", "hash", "sort", "strings", "tree", "sha256", "bytecode"),
  times("CPython, eleven small pieces", 4.5, "cpython"),
  times("programs: gcc, xz, sqlite3, git log, perl", 4, "gcc", "xz", "sqlite3", "git-log", "perl"),
  time("longest translation step of a cold gcc -O2 -c", "50 ms", 50e6, "translation-step"),
  time("getpid", "300 ns", 300, "getpid"),
  time("stat", "1.5 µs", 1500, "stat"),
  time("read of 1 byte", "400 ns", 400, "read"),
  time("pipe round trip", "2 µs", 2000, "pipe"),
  time("open and close", "4 µs", 4000, "open"),
  time("futex handoff between two threads", "5 µs", 5000, "futex"),
  time("a turn of a sh -c loop of /bin/true", "40 ms", 40e6, "fork-exec"),
  time("python3 -c pass, processor time, warm", "1.0 s", 1e9, "python-start-warm"),
  time("kernelet do true, the whole process, warm", "300 ms", 300e6, "true"),
  times("sequential read of a file", 4, "read-file"),
  times("find over a tree of small files", 4, "find"),
  times("tar of a tree of small files", 4, "tar"),
  { what: "memory of an idle sandbox beyond Node's own", toReach: "≤ 40 MiB", limit: { kind: "memory", most: 40 * MIB, of: "idle" }, benchmarks: [] },
  { what: "growth over 1,000 short processes, after 1,000 before", toReach: "≤ 2 MiB", limit: { kind: "memory", most: 2 * MIB, of: "growth" }, benchmarks: [] },
];
