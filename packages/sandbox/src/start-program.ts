/** A program of the sandbox's root as a process: who it runs as, where, and which file it is. */
import { EACCES, EINVAL, ENOENT, type Errno, ESRCH, isErrno } from "@kernelet/abi";
import {
  type Credentials,
  decodeName,
  type FsContext,
  inodePermission,
  type Kernel,
  Credentials as KernelCredentials,
  LOOKUP_DIRECTORY,
  LOOKUP_FOLLOW,
  MAY_EXEC,
  type Path,
  type Rlimit,
  type Task,
  type Walker,
  walkPath,
} from "@kernelet/kernel";
import { resolveUser } from "./identity.ts";
import type { ProgramSpec, StartFailure, StartStage } from "./protocol.ts";
import type { Stdio } from "./stdio.ts";

/** Where programs are looked for when the environment has no PATH. */
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Opens descriptors 0, 1 and 2 for whoever the program runs as. */
export type OpenStdio = (fs: FsContext, owner: Credentials) => Stdio | Errno;

/** What holds for all programs that start from outside. */
export interface ProgramLimits {
  /** CAP_*; null: all. */
  readonly capabilities: readonly number[] | null;
  readonly rlimits: readonly Rlimit[];
}

export interface ProgramParts {
  readonly kernel: Kernel;
  /** What programs are looked up in; a program's own context is a copy. */
  readonly fs: FsContext;
  readonly limits: ProgramLimits;
}

/** "first": everything ends with it. */
export type ProcessRole = "first" | "further";

/** Starts `program`. */
export function startProgram(
  { kernel, fs: root, limits }: ProgramParts,
  program: ProgramSpec,
  role: ProcessRole,
  openStdio: OpenStdio,
): Task | StartFailure {
  const fs = root.fork();
  const started = start({ kernel, fs, limits }, program, role, openStdio);
  fs.release(); // The task has a reference of its own.
  return started;
}

function start(
  { kernel, fs, limits }: ProgramParts,
  program: ProgramSpec,
  role: ProcessRole,
  openStdio: OpenStdio,
): Task | StartFailure {
  const rootWalker: Walker = { fs, credentials: KernelCredentials.root() };
  const identity = resolveUser(
    program.user,
    readText(rootWalker, "/etc/passwd"),
    readText(rootWalker, "/etc/group"),
  );
  if (identity === null) return failure("user", program.user, ESRCH);
  const { uid, gid, groups } = identity;
  const credentials = KernelCredentials.user(uid, gid, groups);
  if (limits.capabilities !== null) credentials.limitTo(limits.capabilities);

  const cwd = enterFolder(fs, credentials, program);
  if (isErrno(cwd)) return failure("cwd", program.cwd, cwd);
  fs.cwd = cwd;

  const { argv } = program;
  const isHomeless = program.hasHome === true && !program.env.some((v) => v.startsWith("HOME="));
  const env = isHomeless ? [...program.env, `HOME=${identity.home}`] : program.env;
  const name = argv[0];
  if (name === undefined) return failure("program", "", EINVAL);
  const path = findProgram({ fs, credentials }, name, env);
  if (isErrno(path)) return failure("program", name, path);
  const stdio = openStdio(fs, credentials);
  if (isErrno(stdio)) return failure("root", "/dev/console", stdio);
  const { rlimits } = limits;
  const options = { path, argv, env, fs, credentials, rlimits, stdio: stdio.files };
  const task = role === "first" ? kernel.startInit(options) : kernel.startProcess(options);
  if (isErrno(task)) {
    stdio.close();
    return failure("program", path, task);
  }
  stdio.terminal?.attach(task.threadGroup);
  return task;
}

export function failure(stage: StartStage, subject: string, errno: Errno): StartFailure {
  return { stage, subject, errno };
}

/** A small text file of the root; empty if it is not there. */
function readText(walker: Walker, name: string): string {
  const path = walkPath(walker, walker.fs.root, name, LOOKUP_FOLLOW);
  if (isErrno(path)) return "";
  const pages = path.inode.pages;
  if (pages === null) return "";
  const bytes = new Uint8Array(Math.min(pages.size, 1 << 20));
  const n = pages.read(0, bytes);
  return isErrno(n) ? "" : decodeName(bytes.subarray(0, n));
}

/** The folder to start in: the one that was asked for, or the root if that is not there and need not be. */
function enterFolder(fs: FsContext, credentials: Credentials, program: ProgramSpec): Path | Errno {
  const walker: Walker = { fs, credentials };
  const cwd = walkPath(walker, fs.root, program.cwd, LOOKUP_FOLLOW | LOOKUP_DIRECTORY);
  const allowed = isErrno(cwd) ? cwd : inodePermission(cwd.inode, credentials, MAY_EXEC);
  if (isErrno(cwd) || isErrno(allowed)) {
    return program.isCwdRequired ? (allowed as Errno) : fs.root;
  }
  return cwd;
}

/** As execvp(3): a name without a slash is looked up in PATH; one that may not be executed is remembered. */
function findProgram(walker: Walker, name: string, env: readonly string[]): string | Errno {
  if (name.includes("/")) return name;
  if (name === "") return ENOENT;
  const path = env.find((entry) => entry.startsWith("PATH="))?.slice(5) ?? DEFAULT_PATH;
  let result: Errno = ENOENT;
  for (const folder of path.split(":")) {
    const candidate = folder === "" ? `./${name}` : `${folder}/${name}`;
    const found = walkPath(walker, walker.fs.cwd, candidate, LOOKUP_FOLLOW);
    if (isErrno(found)) continue;
    const { inode } = found;
    if (inode.isRegular && inodePermission(inode, walker.credentials, MAY_EXEC) === 0)
      return candidate;
    if (inode.isRegular) result = EACCES;
  }
  return result;
}
