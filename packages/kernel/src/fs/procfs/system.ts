/** Files of /proc that tell of the whole system. */
import { CPUINFO_FLAGS, CPUINFO_MODEL } from "../../arch/x86/cpuinfo.ts";
import { processCpuNs } from "../../kernel/cpu-time.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Task } from "../../kernel/task.ts";
import { fileRow, type NodeRow } from "./node.ts";

const NSEC_PER_TICK = 10_000_000;
const NSEC_PER_SEC = 1_000_000_000;
/** Where no limit was given: what a machine of its own would have. */
const DEFAULT_MEMORY_PAGES = 1024 * 1024;

function version(kernel: Kernel): string {
  const { sysname, release, version: build } = kernel.initNamespaces.uts;
  return `${sysname} version ${release} (kernelet@kernelet) (kernelet) ${build}\n`;
}

function uptime(kernel: Kernel): string {
  const up = kernel.clock.monotonicNs() / NSEC_PER_SEC;
  const idle = Math.max(0, up - busyNs(kernel) / NSEC_PER_SEC);
  return `${up.toFixed(2)} ${idle.toFixed(2)}\n`;
}

function busyNs(kernel: Kernel): number {
  let ns = 0;
  for (const group of kernel.pids.threadGroups.values()) ns += processCpuNs(group);
  return ns;
}

/** Memory as sysinfo(2) and /proc/meminfo see it, in pages. */
function memoryPages(kernel: Kernel): { readonly total: number; readonly free: number } {
  const { limitPages, usedPages } = kernel.memory.memory;
  const total = Number.isFinite(limitPages) ? limitPages : DEFAULT_MEMORY_PAGES;
  return { total, free: Math.max(0, total - usedPages) };
}

function meminfo(kernel: Kernel): string {
  const { total, free } = memoryPages(kernel);
  let anonymous = 0;
  const seen = new Set<unknown>();
  for (const group of kernel.pids.threadGroups.values()) {
    if (group.isDead || seen.has(group.leader.mm)) continue;
    seen.add(group.leader.mm);
    anonymous += group.leader.mm.residentPages;
  }
  const shared = Math.max(0, total - free - anonymous);
  const rows: readonly (readonly [string, number])[] = [
    ["MemTotal", total],
    ["MemFree", free],
    ["MemAvailable", free],
    ["Buffers", 0],
    ["Cached", shared],
    ["SwapCached", 0],
    ["Active", anonymous],
    ["Inactive", shared],
    ["Active(anon)", anonymous],
    ["Inactive(anon)", 0],
    ["Active(file)", 0],
    ["Inactive(file)", shared],
    ["Unevictable", 0],
    ["Mlocked", 0],
    ["SwapTotal", 0],
    ["SwapFree", 0],
    ["Dirty", 0],
    ["Writeback", 0],
    ["AnonPages", anonymous],
    ["Mapped", 0],
    ["Shmem", shared],
    ["KReclaimable", 0],
    ["Slab", 0],
    ["SReclaimable", 0],
    ["SUnreclaim", 0],
    ["KernelStack", 0],
    ["PageTables", 0],
    ["NFS_Unstable", 0],
    ["Bounce", 0],
    ["WritebackTmp", 0],
    ["CommitLimit", total],
    ["Committed_AS", total - free],
    ["VmallocTotal", 0],
    ["VmallocUsed", 0],
    ["VmallocChunk", 0],
    ["Percpu", 0],
    ["AnonHugePages", 0],
    ["ShmemHugePages", 0],
    ["ShmemPmdMapped", 0],
    ["FileHugePages", 0],
    ["FilePmdMapped", 0],
  ];
  return rows
    .map(([name, pages]) => `${`${name}:`.padEnd(15)} ${String(pages * 4).padStart(8)} kB\n`)
    .join("");
}

function cpuinfo(): string {
  const rows: readonly (readonly [string, string])[] = [
    ["processor", "0"],
    ["vendor_id", CPUINFO_MODEL.vendor],
    ["cpu family", String(CPUINFO_MODEL.family)],
    ["model", String(CPUINFO_MODEL.model)],
    ["model name", CPUINFO_MODEL.name],
    ["stepping", String(CPUINFO_MODEL.stepping)],
    ["cpu MHz", "1000.000"],
    ["cache size", "0 KB"],
    ["physical id", "0"],
    ["siblings", "1"],
    ["core id", "0"],
    ["cpu cores", "1"],
    ["apicid", "0"],
    ["initial apicid", "0"],
    ["fpu", "yes"],
    ["fpu_exception", "yes"],
    ["cpuid level", "13"],
    ["wp", "yes"],
    ["flags", CPUINFO_FLAGS.join(" ")],
    ["bugs", ""],
    ["bogomips", "2000.00"],
    ["clflush size", "64"],
    ["cache_alignment", "64"],
    ["address sizes", "32 bits physical, 48 bits virtual"],
  ];
  const lines = rows.map(
    ([name, value]) => `${name.length < 8 ? `${name}\t` : name}\t: ${value}\n`,
  );
  return `${lines.join("")}power management:\n\n`;
}

function stat(kernel: Kernel): string {
  const busy = Math.floor(busyNs(kernel) / NSEC_PER_TICK);
  const idle = Math.max(0, Math.floor(kernel.clock.monotonicNs() / NSEC_PER_TICK) - busy);
  const cpu = `${busy} 0 0 ${idle} 0 0 0 0 0 0`;
  const { counters, pids, scheduler } = kernel;
  return [
    `cpu  ${cpu}`,
    `cpu0 ${cpu}`,
    "intr 0",
    `ctxt ${counters.contextSwitches}`,
    `btime ${kernel.clock.bootTimeSec()}`,
    `processes ${pids.lastPid}`,
    `procs_running ${scheduler.runnable + 1}`,
    "procs_blocked 0",
    "softirq 0 0 0 0 0 0 0 0 0 0 0",
    "",
  ].join("\n");
}

function loadavg(kernel: Kernel, reader: Task): string {
  const running = kernel.scheduler.runnable + 1;
  const loads = kernel.load.loads.map((load) => load.toFixed(2)).join(" ");
  return `${loads} ${running}/${kernel.pids.tasks.size} ${reader.pids.lastPid}\n`;
}

/** Those of fs/filesystems.ts, and those that only the kernel mounts. */
/** The counters that vmstat(8) and its like look for; nothing is read from a disk or swapped. */
function vmstat(kernel: Kernel): string {
  const { free } = memoryPages(kernel);
  const rows: readonly (readonly [string, number])[] = [
    ["nr_free_pages", free],
    ["nr_anon_pages", kernel.memory.memory.usedPages],
    ["nr_mapped", 0],
    ["nr_file_pages", 0],
    ["nr_dirty", 0],
    ["nr_writeback", 0],
    ["nr_shmem", 0],
    ["pgpgin", 0],
    ["pgpgout", 0],
    ["pswpin", 0],
    ["pswpout", 0],
    ["pgalloc_normal", kernel.counters.pageFaults],
    ["pgfree", 0],
    ["pgfault", kernel.counters.pageFaults],
    ["pgmajfault", 0],
    ["oom_kill", 0],
  ];
  return rows.map(([name, value]) => `${name} ${value}\n`).join("");
}

const FILESYSTEMS: readonly string[] = [
  "nodev\tsysfs",
  "nodev\ttmpfs",
  "nodev\tproc",
  "nodev\tcgroup2",
  "nodev\tdevtmpfs",
  "nodev\tsockfs",
  "nodev\tpipefs",
  "nodev\tramfs",
  "nodev\tdevpts",
  "nodev\tmqueue",
  "nodev\toverlay",
];

const DEVICES = `Character devices:
  1 mem
  4 tty
  5 /dev/tty
  5 /dev/console
  5 /dev/ptmx
128 ptm
136 pts

Block devices:
`;

export const SYSTEM_ROWS: readonly NodeRow<Kernel>[] = [
  fileRow("version", 0o444, version),
  fileRow("uptime", 0o444, uptime),
  fileRow("meminfo", 0o444, meminfo),
  fileRow("cpuinfo", 0o444, cpuinfo),
  fileRow("stat", 0o444, stat),
  fileRow("loadavg", 0o444, loadavg),
  fileRow("filesystems", 0o444, () => `${FILESYSTEMS.join("\n")}\n`),
  fileRow("cmdline", 0o444, () => "\n"),
  fileRow("devices", 0o444, () => DEVICES),
  fileRow("swaps", 0o444, () => "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"),
  fileRow("vmstat", 0o444, (kernel) => vmstat(kernel)),
  fileRow("modules", 0o444, () => ""),
  fileRow("partitions", 0o444, () => "major minor  #blocks  name\n\n"),
  fileRow("diskstats", 0o444, () => ""),
  fileRow("cgroups", 0o444, () => "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"),
];
