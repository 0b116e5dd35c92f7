/** /proc: proc(5). Each file's contents come from a row in a table beside its subject. */
import { ENOENT, type Errno, PROC_SUPER_MAGIC } from "@kernelet/abi";
import type { Kernel } from "../../kernel/kernel.ts";
import { Dentry } from "../dentry.ts";
import type { Inode } from "../inode.ts";
import { type FilesystemUsage, Superblock } from "../superblock.ts";
import { linkRow, type NodeRow, RowDirectory } from "./node.ts";
import { processDirectory } from "./process.ts";
import { SYS_DIRECTORY } from "./sys.ts";
import { SYSTEM_ROWS } from "./system.ts";
import { SYSVIPC_DIRECTORY } from "./sysvipc.ts";

const ROOT_ROWS: readonly NodeRow<Kernel>[] = [
  linkRow("self", (_kernel, walker) =>
    walker.threadGroup === undefined ? ENOENT : String(walker.threadGroup.tgid),
  ),
  linkRow("thread-self", (_kernel, { threadGroup, tid }) =>
    threadGroup === undefined ? ENOENT : `${threadGroup.tgid}/task/${tid}`,
  ),
  linkRow("mounts", () => "self/mounts"),
  linkRow("net", () => "self/net"),
  SYS_DIRECTORY,
  SYSVIPC_DIRECTORY,
  ...SYSTEM_ROWS,
];

const ROOT_INO = 1;

/** Rows, and a directory for each process. */
class RootDirectory extends RowDirectory<Kernel> {
  constructor(superblock: Superblock, kernel: Kernel) {
    super(superblock, { ino: ROOT_INO, mode: 0o555 }, ROOT_ROWS, kernel);
  }

  override lookup(name: string): Inode | Errno {
    if (!/^[1-9][0-9]*$/.test(name)) return super.lookup(name);
    // A thread that is not a leader has a directory too, which is not listed.
    const task = this.subject.pids.task(Number(name));
    const group = this.subject.pids.threadGroup(Number(name)) ?? task?.threadGroup;
    if (group === undefined) return ENOENT;
    return processDirectory(this.superblock, task ?? group.leader, "process");
  }

  protected override names(): readonly string[] {
    const pids = [...this.subject.pids.threadGroups.keys()].sort((a, b) => a - b);
    return [...super.names(), ...pids.map(String)];
  }

  override refresh(): 0 {
    this.nlink = 2 + this.subject.pids.threadGroups.size;
    return 0;
  }
}

export class ProcFs extends Superblock {
  readonly type = "proc";
  readonly magic: number = PROC_SUPER_MAGIC;
  readonly root: Dentry;
  override readonly isDynamic: boolean = true;
  override readonly hasFreeNames: boolean = false;

  constructor(kernel: Kernel) {
    super(kernel.vfs.newDev(), kernel.vfs.clock);
    this.root = new Dentry(this, "/", null, new RootDirectory(this, kernel));
  }

  usage(): FilesystemUsage {
    return { blockSize: 4096, blocks: 0, blocksFree: 0, files: 0, filesFree: 0 };
  }
}
