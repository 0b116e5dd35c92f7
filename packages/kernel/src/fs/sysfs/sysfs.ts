/** /sys: sysfs(5). What programs ask for when they count processors and look at memory. */
import { SYSFS_MAGIC } from "@kernelet/abi";
import type { Kernel } from "../../kernel/kernel.ts";
import { Dentry } from "../dentry.ts";
import { directoryRow, fileRow, type NodeRow, RowDirectory } from "../procfs/node.ts";
import { type FilesystemUsage, Superblock } from "../superblock.ts";

function fixed(name: string, value: string): NodeRow<Kernel> {
  return fileRow(name, 0o444, () => `${value}\n`);
}

const CPU_ROWS: readonly NodeRow<Kernel>[] = [
  directoryRow("cpu0", [
    directoryRow("topology", [
      fixed("core_id", "0"),
      fixed("physical_package_id", "0"),
      fixed("thread_siblings", "1"),
      fixed("thread_siblings_list", "0"),
      fixed("core_siblings", "1"),
      fixed("core_siblings_list", "0"),
    ]),
  ]),
  fixed("online", "0"),
  fixed("possible", "0"),
  fixed("present", "0"),
  fixed("offline", ""),
  fixed("isolated", ""),
  fixed("kernel_max", "0"),
];

const NODE_ROWS: readonly NodeRow<Kernel>[] = [
  directoryRow("node0", [fixed("cpulist", "0"), fixed("cpumap", "1")]),
  fixed("online", "0"),
  fixed("possible", "0"),
  fixed("has_cpu", "0"),
  fixed("has_memory", "0"),
  fixed("has_normal_memory", "0"),
];

const ROWS: readonly NodeRow<Kernel>[] = [
  directoryRow("block", []),
  directoryRow("bus", []),
  directoryRow("class", [
    directoryRow("net", []),
    directoryRow("tty", []),
    directoryRow("mem", []),
  ]),
  directoryRow("dev", [directoryRow("block", []), directoryRow("char", [])]),
  directoryRow("devices", [
    directoryRow("system", [directoryRow("cpu", CPU_ROWS), directoryRow("node", NODE_ROWS)]),
  ]),
  directoryRow("firmware", []),
  directoryRow("fs", [directoryRow("cgroup", [])]),
  directoryRow("kernel", [
    directoryRow("mm", [
      directoryRow("transparent_hugepage", [
        fixed("enabled", "always madvise [never]"),
        fixed("defrag", "always defer defer+madvise madvise [never]"),
        fixed("hpage_pmd_size", "2097152"),
        fixed("use_zero_page", "0"),
      ]),
    ]),
    directoryRow("security", []),
  ]),
  directoryRow("module", []),
  directoryRow("power", []),
];

export class SysFs extends Superblock {
  readonly type = "sysfs";
  readonly magic: number = SYSFS_MAGIC;
  readonly root: Dentry;
  override readonly isDynamic: boolean = true;

  constructor(kernel: Kernel) {
    super(kernel.vfs.newDev(), kernel.vfs.clock, kernel.vfs.files);
    const root = new RowDirectory(this, { ino: 1, mode: 0o555 }, ROWS, kernel);
    this.root = new Dentry(this, "/", null, root);
  }

  usage(): FilesystemUsage {
    return { blockSize: 4096, blocks: 0, blocksFree: 0, files: 0, filesFree: 0 };
  }
}
