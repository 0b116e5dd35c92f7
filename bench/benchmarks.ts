/** The benchmarks as rows, in the order of the table. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Benchmark } from "./benchmark.ts";
import { coreMark } from "./coremark.ts";
import type { Execution } from "./execute.ts";
import { files, repository, source, text } from "./inputs.ts";
import { find } from "./peers.ts";
import { buildC, programPath } from "./programs.ts";
import { BadRun, type Sample } from "./sample.ts";

/** Large programs leave more for the next run in the second than in the first. */
const WARM_UPS = 2;

/** A program of programs/ that times itself: start-up does not count. Warm. */
function c(
  name: string,
  what: string,
  { flags = ["-O2"], args = () => [] }: COptions = {},
): Benchmark {
  return {
    name,
    what,
    prepare: () => [buildC(name, { sources: [`${name}.c`], flags }), ...args()],
    read: readReport,
    warmUps: WARM_UPS,
  };
}

interface COptions {
  readonly flags?: readonly string[];
  /** Makes what the program works on. */
  readonly args?: () => readonly string[];
}

/** A system call made `operations` times, also beside another kernel in user space. */
function systemCall(name: string, what: string, operations: number): Benchmark {
  return { ...c(name, what), operations, peers: ["native", "qemu-user", "runsc", "kernelet"] };
}

/** What programs/timing.h prints. */
function readReport({ stdout }: Execution): Sample {
  const match = /^checksum (.*)\nns (\d+)\n$/.exec(stdout);
  if (match === null) throw new BadRun(`printed ${JSON.stringify(stdout.slice(0, 200))}`);
  return { ns: { time: Number(match[2]) }, checksum: match[1] as string };
}

/** A command whose whole run counts. */
function command(
  name: string,
  what: string,
  argv: readonly string[] | (() => readonly string[]),
  more: Partial<Benchmark> & { readonly time?: "wallNs" | "cpuNs" } = {},
): Benchmark {
  const { time = "wallNs", ...rest } = more;
  return {
    name,
    what,
    prepare: () => {
      const made = typeof argv === "function" ? argv() : argv;
      const [program, ...args] = made;
      if (find(program as string) === undefined)
        throw new BadRun(`needs ${program}, which is not here`);
      return program === "python3" ? [python(), ...args] : made;
    },
    read: (execution) => ({ ns: { time: execution[time] }, checksum: digest(execution.stdout) }),
    ...rest,
  };
}

/** Of output that may be megabytes: the results are kept in the repository. */
function digest(output: string): string {
  return `sha256:${createHash("sha256").update(output).digest("hex")}`;
}

const DEBIANS_PYTHON = "/usr/bin/python3";

/** Debian's where there is one; else the interpreter itself, where the name is a script of a version manager's. */
function python(): string {
  if (existsSync(DEBIANS_PYTHON)) return DEBIANS_PYTHON;
  if (find("python3") === undefined) throw new BadRun("needs python3, which is not here");
  const code = "import sys; print(sys.executable)";
  return execFileSync("python3", ["-c", code], { encoding: "utf8" }).trim();
}

/** Each of the suite's own figures, and their geometric mean against native. */
const pythonSuite: Benchmark = {
  name: "cpython",
  what: "eleven small pieces of Python, each timed alone; geometric mean",
  prepare: () => [python(), programPath("micro.py"), "0.5"],
  read: ({ stdout }) => {
    const rows = stdout
      .trim()
      .split("\n")
      .map((line) => line.split(" "));
    return {
      ns: Object.fromEntries(rows.map(([name, ns]) => [name as string, Number(ns)])),
      checksum: rows.map((row) => row.slice(2).join(" ")).join(),
    };
  },
  warmUps: WARM_UPS,
};

/** What `kernelet do --report=json` says of the longest time that the program waited for a translation. */
function readLongestStep({ stderr }: Execution): Sample {
  const report = JSON.parse(stderr) as { readonly processor: { readonly longestStepMs: number } };
  return { ns: { time: report.processor.longestStepMs * 1e6 }, checksum: "" };
}

/** Where translated code is kept between runs: an empty folder makes a cold start. */
function emptyCache() {
  const folder = mkdtempSync(join(tmpdir(), "kernelet-bench-cache-"));
  return { env: { XDG_CACHE_HOME: folder } };
}

const compile = (): readonly string[] => ["gcc", "-O2", "-c", "-o", "/dev/null", source(100)];

const TRUE_LOOP = 200;
/** Minutes on a slow machine. */
const LONG = { timeoutMs: 300_000 };

export const BENCHMARKS: readonly Benchmark[] = [
  coreMark,
  c(
    "coremark-like",
    "a work-alike of CoreMark of our own: lists, matrices, a state machine, CRC; gcc -O2",
  ),
  c("nbody", "five bodies: scalar SSE2 floating point; gcc -O2"),
  c("spectral-norm", "scalar SSE2 divisions; gcc -O2"),
  c("matrix", "product of matrices of doubles: packed SSE2; gcc -O3", { flags: ["-O3"] }),
  c("sieve", "primes below ten million; gcc -O2"),
  c("sha256", "SHA-256; gcc -O2"),
  c("hash", "a hash table of half a million 64-bit keys; gcc -O2"),
  c("sort", "qsort(3) with a callback; gcc -O2"),
  c("bytecode", "a switch-based interpreter's loop; gcc -O2"),
  c("strings", "text built from pieces with the C library's functions; gcc -O2"),
  c("tree", "trees of small allocations; gcc -O2"),
  pythonSuite,
  // qemu's user emulation starts the host's own cc1 at an exec.
  command("gcc", "gcc -O2 -c of 2,000 lines, the whole process; warm", compile, {
    peers: ["native", "kernelet"],
    options: () => LONG,
    warmUps: WARM_UPS,
  }),
  command("xz", "xz -9 of 20 MB of text", () => ["xz", "-9", "--stdout", text(20)], {
    options: () => LONG,
  }),
  command(
    "sqlite3",
    "a hundred thousand inserts, an index, joins; in memory; warm",
    () => ["sqlite3", ":memory:", `.read ${programPath("inserts.sql")}`],
    { warmUps: WARM_UPS },
  ),
  command(
    "git-log",
    "git log of twenty thousand commits; warm",
    () => ["git", "-C", repository(20_000), "--no-pager", "log", "--name-only", "-n", "20000"],
    { warmUps: WARM_UPS },
  ),
  command(
    "perl",
    "words of 5 MB of text counted and exchanged; warm",
    () => ["perl", programPath("words.pl"), text(5)],
    { warmUps: WARM_UPS },
  ),
  command(
    "translation-step",
    "the longest that gcc -O2 -c of 2,000 lines waits for one translation; nothing translated before",
    compile,
    {
      peers: ["kernelet"],
      kerneletOptions: ["--report=json"],
      options: () => ({ ...LONG, ...emptyCache() }),
      read: readLongestStep,
    },
  ),
  systemCall("getpid", "one system call", 1_000_000),
  systemCall("stat", "stat(2) of a file", 200_000),
  systemCall("read", "read(2) of one byte", 500_000),
  systemCall("open", "open(2) and close(2) of a file", 100_000),
  systemCall("pipe", "a byte through a pipe to another process and one back", 100_000),
  systemCall("futex", "two threads that wake each other in turn: a hand-over", 100_000),
  c("read-file", "80 MB read from a file, 64 KiB at a time", { args: () => [text(20)] }),
  command(
    "find",
    "find over ten thousand small files, wall clock; warm",
    () => ["find", files(10_000), "-name", "*9.txt", "-size", "+2"],
    { warmUps: WARM_UPS },
  ),
  command(
    "tar",
    "tar of ten thousand small files, wall clock; warm",
    () => ["tar", "--create", "--file=-", "--directory", files(10_000), "."],
    { warmUps: WARM_UPS },
  ),
  command(
    "python-start-cold",
    "python3 -c pass, processor time, nothing translated before",
    ["python3", "-c", "pass"],
    {
      time: "cpuNs",
      options: emptyCache,
    },
  ),
  command("python-start-warm", "python3 -c pass, processor time", ["python3", "-c", "pass"], {
    time: "cpuNs",
    warmUps: WARM_UPS,
  }),
  command("true", "/bin/true, the whole process, wall clock", ["/bin/true"], {
    warmUps: WARM_UPS,
    peers: ["native", "qemu-user", "runsc", "kernelet"],
  }),
  command(
    "fork-exec",
    `sh -c loop of ${TRUE_LOOP} /bin/true; a turn`,
    ["sh", "-c", `i=0; while [ $i -lt ${TRUE_LOOP} ]; do /bin/true; i=$((i+1)); done`],
    // qemu's user emulation starts the host's own program at an exec: that measures nothing.
    { peers: ["native", "runsc", "kernelet"], operations: TRUE_LOOP, warmUps: WARM_UPS },
  ),
];
