/** /proc: proc(5). Each file's contents come from a row in a table beside its subject. */
import { EINVAL, ENOENT, type Errno, PROC_SUPER_MAGIC } from "@kernelet/abi";
import { mayInspect } from "../../kernel/inspect.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { PidNamespace } from "../../kernel/namespaces/pid-namespace.ts";
import type { Task } from "../../kernel/task.ts";
import { Dentry } from "../dentry.ts";
import type { Inode } from "../inode.ts";
import { type FilesystemUsage, Superblock } from "../superblock.ts";
import type { Walker } from "../walker.ts";
import { linkRow, type NodeRow, RowDirectory, VirtualSymlink } from "./node.ts";
import { processDirectory } from "./process.ts";
import { SYS_DIRECTORY } from "./sys.ts";
import { SYSTEM_ROWS } from "./system.ts";
import { ACTIVITY_ROWS } from "./system-activity.ts";
import { SYSVIPC_DIRECTORY } from "./sysvipc.ts";

/** "hidepid=2,gid=5": proc(5), "Mount options". */
export interface ProcOptions {
  /** 0 everything is open, 1 no files of others, 2 nor their directories, 4 as 2 by ptrace access. */
  readonly hidePid: number;
  /** A group that sees everything. */
  readonly gid: number;
}

const HIDE_PID_NAMES: Readonly<Record<string, number>> = {
  off: 0,
  noaccess: 1,
  invisible: 2,
  ptraceable: 4,
};

export function parseProcOptions(data: string): ProcOptions | Errno {
  let hidePid = 0;
  let gid = 0;
  for (const option of data.split(",")) {
    const [key, value = ""] = option.split("=", 2);
    if (key === "") continue;
    if (key === "gid" && /^\d+$/.test(value)) gid = Number(value);
    else if (key === "hidepid") {
      const mode = /^[0124]$/.test(value) ? Number(value) : HIDE_PID_NAMES[value];
      if (mode === undefined) return EINVAL;
      hidePid = mode;
    } else if (!(key === "subset" && value === "pid")) return EINVAL;
  }
  return { hidePid, gid };
}

/** A link that says something about the walker, in the numbers of the mount's namespace. */
function procLinkRow(
  name: string,
  target: (pids: PidNamespace, walker: Walker) => string | Errno,
): NodeRow<Kernel> {
  return {
    name,
    mode: 0o777,
    make: (superblock, _kernel, options) =>
      new VirtualSymlink(superblock, options, (walker) =>
        superblock instanceof ProcFs ? target(superblock.pids, walker) : ENOENT,
      ),
  };
}

const ROOT_ROWS: readonly NodeRow<Kernel>[] = [
  procLinkRow("self", (pids, { threadGroup }) => {
    const tgid = pids.show(threadGroup?.tgid ?? 0);
    return tgid === 0 ? ENOENT : String(tgid);
  }),
  procLinkRow("thread-self", (pids, { threadGroup, tid }) => {
    const tgid = pids.show(threadGroup?.tgid ?? 0);
    return tgid === 0 ? ENOENT : `${tgid}/task/${pids.show(tid ?? 0)}`;
  }),
  linkRow("mounts", () => "self/mounts"),
  linkRow("net", () => "self/net"),
  SYS_DIRECTORY,
  SYSVIPC_DIRECTORY,
  ...SYSTEM_ROWS,
  ...ACTIVITY_ROWS,
];

const ROOT_INO = 1;

/** Rows, and a directory for each process. */
class RootDirectory extends RowDirectory<Kernel> {
  declare readonly superblock: ProcFs;

  constructor(superblock: ProcFs, kernel: Kernel) {
    super(superblock, { ino: ROOT_INO, mode: 0o555 }, ROOT_ROWS, kernel);
  }

  override lookup(name: string): Inode | Errno {
    if (!/^[1-9][0-9]*$/.test(name)) return super.lookup(name);
    // A thread that is not a leader has a directory too, which is not listed.
    const { pids } = this.superblock;
    const task = pids.task(Number(name));
    const group = pids.threadGroup(Number(name)) ?? task?.threadGroup;
    if (group === undefined || this.superblock.hides(group.leader) === "directory") return ENOENT;
    return processDirectory(this.superblock, task ?? group.leader, "process");
  }

  protected override names(): readonly string[] {
    const { pids } = this.superblock;
    const seen = pids.threadGroups.filter(
      (group) => this.superblock.hides(group.leader) !== "directory",
    );
    const numbers = seen.map((group) => pids.show(group.tgid)).sort((a, b) => a - b);
    return [...super.names(), ...numbers.map(String)];
  }

  override refresh(): 0 {
    this.nlink = 2 + this.superblock.pids.threadGroups.length;
    return 0;
  }
}

export class ProcFs extends Superblock {
  readonly type = "proc";
  readonly magic: number = PROC_SUPER_MAGIC;
  readonly root: Dentry;
  override readonly isDynamic: boolean = true;
  override readonly hasFreeNames: boolean = false;

  /** Whose processes it shows: those of the namespace that it was mounted from. */
  readonly pids: PidNamespace;
  readonly settings: ProcOptions;

  constructor(kernel: Kernel, pids: PidNamespace, settings: ProcOptions = { hidePid: 0, gid: 0 }) {
    super(kernel.vfs.newDev(), kernel.vfs.clock, kernel.vfs.files);
    this.pids = pids;
    this.settings = settings;
    this.root = new Dentry(this, "/", null, new RootDirectory(this, kernel));
  }

  /** What "hidepid" hides of a task from the one that is in a call: its files, or even its directory. */
  hides(task: Task): "nothing" | "files" | "directory" {
    const { hidePid, gid } = this.settings;
    if (hidePid === 0) return "nothing";
    const reader = task.kernel.scheduler.current;
    if (reader === null || mayInspect(reader, task)) return "nothing";
    if (hidePid < 4 && reader.credentials.inGroup(gid)) return "nothing";
    return hidePid === 1 ? "files" : "directory";
  }

  override options(): string {
    const { hidePid, gid } = this.settings;
    const hidden = Object.keys(HIDE_PID_NAMES).find((name) => HIDE_PID_NAMES[name] === hidePid);
    return [gid === 0 ? "" : `gid=${gid}`, hidePid === 0 ? "" : `hidepid=${hidden}`]
      .filter((option) => option !== "")
      .join(",");
  }

  usage(): FilesystemUsage {
    return { blockSize: 4096, blocks: 0, blocksFree: 0, files: 0, filesFree: 0 };
  }
}
