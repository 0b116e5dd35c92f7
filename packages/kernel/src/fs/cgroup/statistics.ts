/** cpu.stat, memory.stat and memory.events. */
import { PAGE_SIZE } from "@kernelet/abi";
import type { Cgroup } from "../../kernel/cgroup/cgroup.ts";
import type { MemoryCounters } from "../../kernel/cgroup/memory-counters.ts";

const NSEC_PER_USEC = 1000;

function lines(rows: readonly (readonly [string, number])[]): string {
  return rows.map(([name, value]) => `${name} ${value}\n`).join("");
}

/** Nobody is ever throttled. */
export function cpuStat(cgroup: Cgroup): string {
  const { user, system } = cgroup.cpuTime;
  const usec = (ns: number): number => Math.max(0, Math.floor(ns / NSEC_PER_USEC));
  const rows: [string, number][] = [
    ["usage_usec", usec(user + system)],
    ["user_usec", usec(user)],
    ["system_usec", usec(system)],
    ["nice_usec", 0],
  ];
  if (cgroup.has("cpu")) {
    for (const name of ["nr_periods", "nr_throttled", "throttled_usec", "nr_bursts", "burst_usec"])
      rows.push([name, 0]);
  }
  return lines(rows);
}

export function memoryEvents(memory: MemoryCounters): string {
  return lines([
    ["low", 0],
    ["high", memory.highEvents],
    ["max", memory.maxEvents],
    ["oom", memory.oomEvents],
    ["oom_kill", memory.oomKills],
    ["oom_group_kill", 0],
  ]);
}

/** Only pages of address spaces are charged: all of them are "anon". */
export function memoryStat(memory: MemoryCounters): string {
  const zero = [
    "file",
    "kernel",
    "kernel_stack",
    "pagetables",
    "shmem",
    "file_mapped",
    "file_dirty",
  ];
  const lists = ["inactive_anon", "inactive_file", "active_file", "unevictable", "slab"];
  return lines([
    ["anon", memory.current * PAGE_SIZE],
    ...zero.map((name): [string, number] => [name, 0]),
    ["active_anon", memory.current * PAGE_SIZE],
    ...lists.map((name): [string, number] => [name, 0]),
  ]);
}
