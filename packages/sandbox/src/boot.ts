/** From a configuration to a kernel with its first program. No Node here: the parts come from the caller. */
import { EACCES, EINVAL, ENOENT, type Errno, ESRCH, isErrno } from "@kernelet/abi";
import {
  type Credentials,
  decodeName,
  type FsContext,
  type Host,
  type HostFolder,
  inodePermission,
  Kernel,
  Credentials as KernelCredentials,
  LOOKUP_DIRECTORY,
  LOOKUP_FOLLOW,
  MAY_EXEC,
  mountRoot,
  type Path,
  type Processor,
  type Walker,
  walkPath,
} from "@kernelet/kernel";
import { resolveUser } from "./identity.ts";
import type { FolderGrant, SandboxConfig, StartFailure, StartStage } from "./protocol.ts";
import { openStreams } from "./streams.ts";
import { attachTrace } from "./trace.ts";

/** Where programs are looked for when the environment has no PATH. */
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface BootParts {
  readonly processor: Processor;
  readonly host: Host;
  readonly openFolder: (grant: FolderGrant, isStatic: boolean) => HostFolder;
  /** Which of stdin, stdout, stderr are terminals. */
  readonly isTerminal: (stream: number) => boolean;
  /** Takes a line of the trace. */
  readonly writeTrace: (line: string) => void;
}

/** Starts the program of `config`. */
export function boot(config: SandboxConfig, parts: BootParts): Kernel | StartFailure {
  const kernel = new Kernel({
    processor: parts.processor,
    host: parts.host,
    options: {
      hostname: config.hostname,
      ...(config.memoryLimit === undefined ? {} : { memoryLimit: config.memoryLimit }),
      ...(config.taskLimit === undefined ? {} : { taskLimit: config.taskLimit }),
    },
  });
  if (config.traceSet !== undefined) {
    const unknown = attachTrace(kernel, config.traceSet, parts.writeTrace);
    if (unknown !== null) return failure("trace", unknown, EINVAL);
  }

  const fs = mountRoot(kernel, {
    layers: config.layers.map((grant) => parts.openFolder(grant, true)),
    volumes: config.volumes.map((grant) => ({
      folder: parts.openFolder(grant, false),
      target: grant.target,
      source: grant.path,
    })),
  });
  if (isErrno(fs)) return failure("root", config.layers[0]?.path ?? "/", fs);

  const walker: Walker = { fs, credentials: KernelCredentials.root() };
  const identity = resolveUser(
    config.user,
    readText(walker, "/etc/passwd"),
    readText(walker, "/etc/group"),
  );
  if (identity === null) return failure("user", config.user, ESRCH);
  const credentials = KernelCredentials.user(identity.uid, identity.gid, identity.groups);

  const cwd = enterFolder(fs, credentials, config);
  if (isErrno(cwd)) return failure("cwd", config.cwd, cwd);
  fs.cwd = cwd;

  const name = config.argv[0] ?? "";
  const path = findProgram({ fs, credentials }, name, config.env);
  if (isErrno(path)) return failure("program", name, path);
  const streams = openStreams(kernel, fs, config, parts);
  if (isErrno(streams)) return failure("root", "/dev/console", streams);
  const task = kernel.startInit({
    path,
    argv: config.argv,
    env: config.env,
    fs,
    credentials,
    stdio: streams.stdio,
  });
  if (isErrno(task)) return failure("program", path, task);
  streams.console?.attach(task.threadGroup);
  return kernel;
}

function failure(stage: StartStage, subject: string, errno: Errno): StartFailure {
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
function enterFolder(fs: FsContext, credentials: Credentials, config: SandboxConfig): Path | Errno {
  const walker: Walker = { fs, credentials };
  const cwd = walkPath(walker, fs.root, config.cwd, LOOKUP_FOLLOW | LOOKUP_DIRECTORY);
  const allowed = isErrno(cwd) ? cwd : inodePermission(cwd.inode, credentials, MAY_EXEC);
  if (isErrno(cwd) || isErrno(allowed)) {
    return config.isCwdRequired ? (allowed as Errno) : fs.root;
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
