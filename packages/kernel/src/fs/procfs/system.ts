/** Files of /proc that tell of the whole system. */
import { CPUINFO_FLAGS, CPUINFO_MODEL } from "../../arch/x86/cpuinfo.ts";
import { processCpuNs } from "../../kernel/cpu-time.ts";
import type { Kernel } from "../../kernel/kernel.ts";
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
    ["SwapTotal", 0],
    ["SwapFree", 0],
    ["Dirty", 0],
    ["Writeback", 0],
    ["AnonPages", anonymous],
    ["Mapped", 0],
    ["Shmem", shared],
    ["Slab", 0],
    ["PageTables", 0],
    ["CommitLimit", total],
    ["Committed_AS", total - free],
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
    ["power management", ""],
  ];
  return `${rows.map(([name, value]) => `${name.length < 8 ? `${name}\t` : name}\t: ${value}\n`).join("")}\n`;
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

function loadavg(kernel: Kernel): string {
  const running = kernel.scheduler.runnable + 1;
  const load = running.toFixed(2);
  return `${load} ${load} ${load} ${running}/${kernel.pids.tasks.size} ${kernel.pids.lastPid}\n`;
}

const FILESYSTEMS: readonly string[] = [
  "nodev\tsysfs",
  "nodev\ttmpfs",
  "nodev\tproc",
  "nodev\tdevtmpfs",
  "nodev\tsockfs",
  "nodev\tpipefs",
  "nodev\tdevpts",
  "nodev\toverlay",
  "nodev\t9p",
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
  fileRow(
    "vmstat",
    0o444,
    (kernel) =>
      `nr_free_pages ${memoryPages(kernel).free}\npgfault ${kernel.counters.pageFaults}\n`,
  ),
  fileRow("modules", 0o444, () => ""),
  fileRow("partitions", 0o444, () => "major minor  #blocks  name\n\n"),
  fileRow("diskstats", 0o444, () => ""),
  fileRow("cgroups", 0o444, () => "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"),
];
