/** Files of /proc that count events of a machine's parts: most of them never happen here, and say so. */
import type { Kernel } from "../../kernel/kernel.ts";
import type { Task } from "../../kernel/task.ts";
import { directoryRow, fileRow, type NodeRow } from "./node.ts";

const SOFTIRQS: readonly string[] = [
  "HI",
  "TIMER",
  "NET_TX",
  "NET_RX",
  "BLOCK",
  "IRQ_POLL",
  "TASKLET",
  "SCHED",
  "HRTIMER",
  "RCU",
];

function softirqs(): string {
  const head = `${"CPU0".padStart(24)}       \n`;
  return head + SOFTIRQS.map((name) => `${`${name}:`.padStart(13)} ${"0".padStart(10)}\n`).join("");
}

/** Interrupts of no device: the timer alone. */
function interrupts(): string {
  return "           CPU0       \nLOC:          0   Local timer interrupts\nERR:          0\nMIS:          0\n";
}

/** Free pages in blocks of 2^n: one zone, in the largest blocks that there are. */
function buddyinfo(kernel: Kernel): string {
  const { limitPages, usedPages } = kernel.memory.memory;
  const total = Number.isFinite(limitPages) ? limitPages : 1024 * 1024;
  let free = Math.max(0, total - usedPages);
  const counts: number[] = [];
  for (let order = 10; order >= 0; order--) {
    counts.unshift(Math.floor(free / 2 ** order));
    free %= 2 ** order;
  }
  return `Node 0, zone   Normal ${counts.map((n) => `${String(n).padStart(6)} `).join("")}\n`;
}

/** Nothing is ever reclaimed and no disk waited for. */
function pressure(): string {
  const line = "avg10=0.00 avg60=0.00 avg300=0.00 total=0";
  return `some ${line}\nfull ${line}\n`;
}

/** proc_locks(5): of files that somebody has open. */
function locks(kernel: Kernel, reader: Task): string {
  const lines: string[] = [];
  const seen: Set<unknown> = new Set();
  for (const task of kernel.pids.tasks.values()) {
    if (!task.isAlive) continue;
    for (const fd of task.fdTable.fds()) {
      const inode = task.fdTable.get(fd)?.inode;
      const held = inode?.locks ?? null;
      if (inode === undefined || held === null || seen.has(inode)) continue;
      seen.add(inode);
      const { dev } = inode.superblock;
      const hex = (n: number): string => n.toString(16).padStart(2, "0");
      const place = `${hex(dev >>> 8)}:${hex(dev & 0xff)}:${inode.ino}`;
      for (const { isExclusive, pid } of held.flocks) {
        const shown = reader.pids.show(pid);
        lines.push(`FLOCK  ADVISORY  ${isExclusive ? "WRITE" : "READ "} ${shown} ${place} 0 EOF`);
      }
      for (const { isExclusive, pid, start, end } of held.records) {
        const shown = pid < 0 ? pid : reader.pids.show(pid);
        const last = Number.isFinite(end) && end <= 2 ** 53 ? String(end - 1) : "EOF";
        const kind = pid < 0 ? "OFDLCK" : "POSIX ";
        const mode = isExclusive ? "WRITE" : "READ ";
        lines.push(`${kind} ADVISORY  ${mode} ${shown} ${place} ${start} ${last}`);
      }
    }
  }
  return lines.map((line, i) => `${i + 1}: ${line}\n`).join("");
}

export const ACTIVITY_ROWS: readonly NodeRow<Kernel>[] = [
  fileRow("softirqs", 0o444, softirqs),
  fileRow("interrupts", 0o444, interrupts),
  fileRow("buddyinfo", 0o444, buddyinfo),
  directoryRow("pressure", [
    fileRow("cpu", 0o444, pressure),
    fileRow("io", 0o444, pressure),
    fileRow("memory", 0o444, pressure),
  ]),
  fileRow("locks", 0o444, locks),
  fileRow("misc", 0o444, () => ""),
  fileRow("consoles", 0o444, () => ""),
  fileRow("mdstat", 0o444, () => "Personalities : \nunused devices: <none>\n"),
  fileRow("execdomains", 0o444, () => "0-0\tLinux           \t[kernel]\n"),
  fileRow("iomem", 0o400, () => ""),
  fileRow("ioports", 0o400, () => ""),
];
