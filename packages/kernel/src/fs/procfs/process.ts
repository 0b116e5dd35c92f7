/** /proc/[pid] and /proc/[pid]/task/[tid]: which files there are. What they say is in the process-*.ts files. */
import {
  CAP_SYS_RESOURCE,
  EACCES,
  EINVAL,
  ENOENT,
  EPERM,
  type Errno,
  ESRCH,
  isErrno,
} from "@kernelet/abi";
import { mayInspect } from "../../kernel/inspect.ts";
import type { PidNamespace } from "../../kernel/namespaces/pid-namespace.ts";
import type { Task } from "../../kernel/task.ts";
import type { ThreadGroup } from "../../kernel/thread-group.ts";
import {
  procNetDev,
  procNetIfInet6,
  procNetRoute,
  procNetSockstat,
  procNetTcp,
  procNetUdp,
} from "../../net/proc-net.ts";
import { procNetUnix } from "../../net/proc-net-unix.ts";
import { displayPath } from "../d-path.ts";
import type { Inode } from "../inode.ts";
import type { Path } from "../path.ts";
import type { Superblock } from "../superblock.ts";
import type { Walker } from "../walker.ts";
import { MEM_ROW } from "./mem.ts";
import { mountInfo, mountStats, mountTable } from "./mounts.ts";
import {
  directoryRow,
  fileRow,
  type NodeOptions,
  type NodeRow,
  RowDirectory,
  VirtualDirectory,
  VirtualFile,
  VirtualSymlink,
} from "./node.ts";
import { PAGEMAP_ROW } from "./pagemap.ts";
import { childrenText, schedText, syscallLine, timersText } from "./process-activity.ts";
import { FdDirectory, FdInfoDirectory } from "./process-fd.ts";
import { limits } from "./process-limits.ts";
import { maps, smaps, smapsRollup } from "./process-maps.ts";
import { NAMESPACE_ROWS, USER_NAMESPACE_ROWS } from "./process-namespaces.ts";
import { processStat, processStatm, processStatus } from "./process-status.ts";

/** /proc/[pid] describes a process, /proc/[pid]/task/[tid] a thread. */
export type Scope = "process" | "thread";

/** The mount's namespace numbers the processes: procfs.ts. */
export interface ProcSuperblock extends Superblock {
  readonly pids: PidNamespace;
  hides(task: Task): "nothing" | "files" | "directory";
}

/** Numbers below: 256 for each directory under a task's own. */
const TASK_INO = 2 ** 20;

export function processDirectory(superblock: Superblock, task: Task, scope: Scope): Inode {
  const ino = TASK_INO + task.tid * 2 + (scope === "thread" ? 1 : 0);
  const { uid, gid } = ownersOf(task);
  const options = { ino, mode: 0o555, uid, gid };
  return scope === "process"
    ? new ProcessDirectory(superblock, options, PROCESS_ROWS, task)
    : new TaskDirectory(superblock, options, TASK_ROWS, task);
}

/** task_dump_owner(): what may not be dumped is root's. */
function ownersOf(task: Task): { readonly uid: number; readonly gid: number } {
  const { euid: uid, egid: gid } = task.credentials;
  return task.threadGroup.dumpable === 1 ? { uid, gid } : { uid: 0, gid: 0 };
}

class TaskDirectory extends RowDirectory<Task> {
  override lookup(name: string): Inode | Errno {
    if (this.subject.state === "dead") return ENOENT;
    const superblock = this.superblock as ProcSuperblock;
    if (superblock.hides(this.subject) !== "nothing") return EPERM;
    const inode = super.lookup(name);
    if (!(inode instanceof VirtualFile)) return inode;
    return forLiveTask(inode, this.subject, TRACED_FILES.has(name));
  }
}

/** The files that show a process's memory: who may not trace it may not read them. */
const TRACED_FILES: ReadonlySet<string> = new Set(["maps", "smaps", "smaps_rollup", "pagemap"]);

/** The same file, which is empty of sense once the task has been reaped. */
function forLiveTask(file: VirtualFile, task: Task, isTraced: boolean): VirtualFile {
  const { ino, mode, uid, gid, store } = file;
  const ofLive =
    store === null
      ? null
      : (writer: Task, text: string) => (task.state === "dead" ? ESRCH : store(writer, text));
  const options = { ino, mode: mode & 0o7777, uid, gid };
  const read = (reader: Task) => {
    if (task.state === "dead") return ESRCH;
    return isTraced && !mayInspect(reader, task) ? EACCES : file.content(reader);
  };
  return new VirtualFile(file.superblock, options, read, ofLive);
}

class ProcessDirectory extends TaskDirectory {}

/** The process that a /proc/[pid] directory is of; null for any other inode. */
export function processOfDirectory(inode: Inode): ThreadGroup | null {
  return inode instanceof ProcessDirectory ? inode.subject.threadGroup : null;
}

/** A link to an object of the task: cwd, root, exe. */
function objectRow(name: string, find: (task: Task) => Path | Errno): NodeRow<Task> {
  return {
    name,
    mode: 0o777,
    make: (superblock, task, options) => {
      const target = (walker: Walker): Path | Errno =>
        mayInspect(walker, task) ? find(task) : EACCES;
      return new VirtualSymlink(
        superblock,
        options,
        (walker) => {
          const path = target(walker);
          return isErrno(path) ? path : displayPath(path, walker.fs.root);
        },
        target,
      );
    },
  };
}

/** A file that tells numbers of processes, in the namespace of its mount. */
function procRow(
  name: string,
  mode: number,
  content: (task: Task, reader: Task, pids: PidNamespace) => string | Errno,
): NodeRow<Task> {
  return {
    name,
    mode,
    make: (superblock, task, options) =>
      new VirtualFile(superblock, options, (reader) =>
        content(task, reader, (superblock as ProcSuperblock).pids),
      ),
  };
}

function subdirectory(
  name: string,
  mode: number,
  make: (superblock: Superblock, task: Task, options: NodeOptions) => Inode,
): NodeRow<Task> {
  return { name, mode, make };
}

/** Bytes [start, end) of the task's memory. */
function memoryRange(task: Task, start: number, end: number): Uint8Array {
  if (task.state === "zombie" || end <= start) return new Uint8Array(0);
  const bytes = task.mm.copyIn(start, end - start);
  return isErrno(bytes) ? new Uint8Array(0) : bytes;
}

/** The one tree of cgroup v2, from the root of the reader's cgroup namespace. */
function cgroupLine({ threadGroup }: Task, reader: Task): string {
  const { cgroup } = threadGroup;
  const path = cgroup.pathFrom(reader.nsproxy.cgroup.root);
  return `0::${path}${cgroup.isRemoved ? " (deleted)" : ""}\n`;
}

function exePath(task: Task): Path | Errno {
  return task.mm.exeFile?.path ?? ENOENT;
}

/** Nothing reaches a disk: the bytes are those of the calls. */
function io(task: Task): string {
  const { bytesRead, bytesWritten, reads, writes } = task.threadGroup.io;
  return (
    `rchar: ${bytesRead}\nwchar: ${bytesWritten}\nsyscr: ${reads}\nsyscw: ${writes}\n` +
    "read_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n"
  );
}

function setComm(task: Task, text: string, writer: Task): 0 | Errno {
  if (writer.threadGroup !== task.threadGroup) return EINVAL;
  task.comm = text.replace(/\n$/, "").slice(0, 15);
  return 0;
}

function setOomScoreAdj(task: Task, text: string, writer: Task): 0 | Errno {
  const value = Number(text.trim());
  if (!Number.isInteger(value) || value < -1000 || value > 1000) return EINVAL;
  if (value < task.threadGroup.oomScoreAdj && !writer.credentials.has(CAP_SYS_RESOURCE))
    return EACCES;
  task.threadGroup.oomScoreAdj = value;
  return 0;
}

const NET_ROWS: readonly NodeRow<Task>[] = [
  fileRow("unix", 0o444, ({ kernel, nsproxy }) => procNetUnix(kernel.vfs.unix, nsproxy.net)),
  fileRow("dev", 0o444, ({ nsproxy }) => procNetDev(nsproxy.net)),
  fileRow("if_inet6", 0o444, ({ nsproxy }) => procNetIfInet6(nsproxy.net)),
  fileRow("route", 0o444, ({ nsproxy }) => procNetRoute(nsproxy.net)),
  fileRow("sockstat", 0o444, ({ kernel, nsproxy }) => procNetSockstat(kernel, nsproxy.net)),
  fileRow("tcp", 0o444, ({ kernel, nsproxy }) => procNetTcp(kernel, nsproxy.net, 4)),
  fileRow("tcp6", 0o444, ({ kernel, nsproxy }) => procNetTcp(kernel, nsproxy.net, 6)),
  fileRow("udp", 0o444, ({ nsproxy }) => procNetUdp(nsproxy.net, 4)),
  fileRow("udp6", 0o444, ({ nsproxy }) => procNetUdp(nsproxy.net, 6)),
];

/** Files that processes and threads have alike. */
const TASK_ROWS: readonly NodeRow<Task>[] = [
  fileRow("auxv", 0o400, (task) => task.mm.auxv),
  fileRow("cgroup", 0o444, cgroupLine),
  fileRow("cmdline", 0o444, (task) => memoryRange(task, task.mm.argStart, task.mm.argEnd)),
  fileRow("comm", 0o644, (task) => `${task.comm}\n`, setComm),
  objectRow("cwd", (task) => (task.state === "zombie" ? ENOENT : task.fs.cwd)),
  fileRow("environ", 0o400, (task) => memoryRange(task, task.mm.envStart, task.mm.envEnd)),
  objectRow("exe", exePath),
  subdirectory("fd", 0o500, (sb, task, options) => new FdDirectory(sb, task, options)),
  subdirectory("fdinfo", 0o500, (sb, task, options) => new FdInfoDirectory(sb, task, options)),
  fileRow("io", 0o400, io),
  fileRow("limits", 0o444, limits),
  fileRow("loginuid", 0o644, () => "4294967295"),
  fileRow("maps", 0o444, maps),
  fileRow("mountinfo", 0o444, mountInfo),
  fileRow("mounts", 0o444, mountTable),
  directoryRow("net", NET_ROWS),
  directoryRow("ns", NAMESPACE_ROWS),
  fileRow(
    "oom_adj",
    0o644,
    (task) => `${Math.trunc((task.threadGroup.oomScoreAdj * 17) / 1000)}\n`,
  ),
  fileRow("oom_score", 0o444, () => "0\n"),
  fileRow("oom_score_adj", 0o644, (task) => `${task.threadGroup.oomScoreAdj}\n`, setOomScoreAdj),
  MEM_ROW,
  PAGEMAP_ROW,
  fileRow(
    "personality",
    0o400,
    (task) => `${task.threadGroup.personality.toString(16).padStart(8, "0")}\n`,
  ),
  objectRow("root", (task) => (task.state === "zombie" ? ENOENT : task.fs.root)),
  fileRow(
    "schedstat",
    0o444,
    (task) => `${task.userNs + task.systemNs} 0 ${task.voluntarySwitches}\n`,
  ),
  fileRow("sessionid", 0o444, () => "4294967295"),
  fileRow("smaps", 0o444, smaps),
  procRow("sched", 0o644, (task, _reader, pids) => schedText(task, pids)),
  fileRow("stack", 0o400, () => ""),
  fileRow("syscall", 0o400, syscallLine),
  fileRow("projid_map", 0o644, () => ""),
  fileRow("arch_status", 0o444, () => ""),
  fileRow("cpuset", 0o444, () => "/\n"),
  fileRow("statm", 0o444, processStatm),
  procRow("status", 0o444, processStatus),
  fileRow("timerslack_ns", 0o666, (task) => `${task.timerSlackNs}\n`),
  ...USER_NAMESPACE_ROWS,
  fileRow("wchan", 0o444, () => "0"),
];

const THREAD_STAT: NodeRow<Task> = procRow("stat", 0o444, (task, _reader, pids) =>
  processStat(task, "thread", pids),
);

const CHILDREN: NodeRow<Task> = procRow("children", 0o444, (task, _reader, pids) =>
  childrenText(task, pids),
);

const PROCESS_ROWS: readonly NodeRow<Task>[] = [
  ...TASK_ROWS,
  fileRow("mountstats", 0o400, mountStats),
  fileRow("autogroup", 0o644, () => "/autogroup-0 nice 0\n"),
  fileRow("coredump_filter", 0o644, () => "00000033\n"),
  procRow("timers", 0o444, (task, _reader, pids) => timersText(task, pids)),
  fileRow("smaps_rollup", 0o444, smapsRollup),
  procRow("stat", 0o444, (task, _reader, pids) => processStat(task, "process", pids)),
  subdirectory(
    "task",
    0o555,
    (sb, task, options) => new ThreadsDirectory(sb as ProcSuperblock, task, options),
  ),
];

/** /proc/[pid]/task. */
class ThreadsDirectory extends VirtualDirectory {
  declare readonly superblock: ProcSuperblock;
  readonly #task: Task;

  constructor(superblock: ProcSuperblock, task: Task, options: NodeOptions) {
    super(superblock, options);
    this.#task = task;
    this.nlink = 2 + task.threadGroup.threads.size;
  }

  override lookup(name: string): Inode | Errno {
    const thread = this.superblock.pids.task(Number(name));
    if (thread === undefined || thread.threadGroup !== this.#task.threadGroup) return ENOENT;
    const ino = TASK_INO + thread.tid * 2 + 1;
    const { uid, gid } = ownersOf(thread);
    const rows = [...TASK_ROWS, THREAD_STAT, CHILDREN];
    return new TaskDirectory(this.superblock, { ino, mode: 0o555, uid, gid }, rows, thread);
  }

  protected override names(): readonly string[] {
    const { pids } = this.superblock;
    return [...this.#task.threadGroup.threads]
      .map((thread) => String(pids.show(thread.tid)))
      .sort();
  }
}
