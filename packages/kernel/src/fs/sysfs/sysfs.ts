/** /sys: sysfs(5). What programs ask for when they count processors and look at memory. */
import { SYSFS_MAGIC } from "@kernelet/abi";
import type { Kernel } from "../../kernel/kernel.ts";
import type { NetDevice } from "../../net/ip/net-device.ts";
import { Dentry } from "../dentry.ts";
import { directoryRow, fileRow, type NodeRow, RowDirectory } from "../procfs/node.ts";
import { type FilesystemUsage, Superblock } from "../superblock.ts";

function fixed(name: string, value: string): NodeRow<Kernel> {
  return fileRow(name, 0o444, () => `${value}\n`);
}

/** Caches of the processor, as CPUID leaf 4 describes them (packages/cpu, cpuid.ts). */
const CACHES: readonly (readonly [type: string, level: number, ways: number, kib: number])[] = [
  ["Data", 1, 8, 32],
  ["Instruction", 1, 4, 32],
  ["Unified", 2, 8, 256],
  ["Unified", 3, 16, 32 * 1024],
];
const CACHE_LINE = 64;

const CACHE_ROWS: readonly NodeRow<Kernel>[] = CACHES.map(([type, level, ways, kib], index) =>
  directoryRow(`index${index}`, [
    fixed("coherency_line_size", String(CACHE_LINE)),
    fixed("id", "0"),
    fixed("level", String(level)),
    fixed("number_of_sets", String((kib * 1024) / (ways * CACHE_LINE))),
    fixed("physical_line_partition", "1"),
    fixed("shared_cpu_list", "0"),
    fixed("shared_cpu_map", "1"),
    fixed("size", `${kib}K`),
    fixed("type", type),
    fixed("ways_of_associativity", String(ways)),
  ]),
);

const CPU_ROWS: readonly NodeRow<Kernel>[] = [
  directoryRow("cpu0", [
    directoryRow("cache", CACHE_ROWS),
    directoryRow("topology", [
      fixed("core_id", "0"),
      fixed("physical_package_id", "0"),
      fixed("thread_siblings", "1"),
      fixed("thread_siblings_list", "0"),
      fixed("core_siblings", "1"),
      fixed("core_siblings_list", "0"),
      fixed("core_cpus", "1"),
      fixed("core_cpus_list", "0"),
      fixed("package_cpus", "1"),
      fixed("package_cpus_list", "0"),
      fixed("die_id", "0"),
      fixed("die_cpus_list", "0"),
    ]),
    directoryRow("cache", []),
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

/** lo of the reader's network namespace. */
function ofLo(name: string, value: (device: NetDevice) => string | number): NodeRow<Kernel> {
  return fileRow(name, 0o444, (_kernel, reader) => `${value(reader.nsproxy.net.stack.lo)}\n`);
}

const LO_ROWS: readonly NodeRow<Kernel>[] = [
  ofLo("address", () => "00:00:00:00:00:00"),
  ofLo("addr_len", () => 6),
  ofLo("broadcast", () => "00:00:00:00:00:00"),
  ofLo("carrier", () => 1),
  ofLo("flags", ({ flags }) => `0x${flags.toString(16)}`),
  ofLo("ifindex", ({ index }) => index),
  ofLo("mtu", ({ mtu }) => mtu),
  ofLo("operstate", ({ isUp }) => (isUp ? "unknown" : "down")),
  directoryRow("statistics", [
    ofLo("rx_bytes", ({ received }) => received.bytes),
    ofLo("rx_packets", ({ received }) => received.packets),
    ofLo("tx_bytes", ({ sent }) => sent.bytes),
    ofLo("tx_packets", ({ sent }) => sent.packets),
  ]),
  ofLo("tx_queue_len", ({ txQueueLength }) => txQueueLength),
  ofLo("type", ({ hardwareType }) => hardwareType),
];

const ROWS: readonly NodeRow<Kernel>[] = [
  directoryRow("block", []),
  directoryRow("bus", []),
  directoryRow("class", [
    directoryRow("net", [directoryRow("lo", LO_ROWS)]),
    directoryRow("tty", []),
    directoryRow("mem", []),
    directoryRow("block", []),
    directoryRow("misc", []),
  ]),
  directoryRow("dev", [directoryRow("block", []), directoryRow("char", [])]),
  directoryRow("devices", [
    directoryRow("system", [directoryRow("cpu", CPU_ROWS), directoryRow("node", NODE_ROWS)]),
  ]),
  directoryRow("firmware", []),
  directoryRow("fs", [directoryRow("cgroup", [])]),
  directoryRow("kernel", [
    fixed("uevent_seqnum", "0"),
    fixed("cpu_byteorder", "little"),
    fixed("address_bits", "64"),
    fixed("fscaps", "1"),
    fixed("profiling", "0"),
    directoryRow("cgroup", [
      fixed("delegate", "cgroup.procs\ncgroup.threads\ncgroup.subtree_control"),
      fixed("features", "nsdelegate\nfavordynmods\nmemory_localevents\nmemory_recursiveprot"),
    ]),
    directoryRow("debug", []),
    directoryRow("tracing", []),
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
