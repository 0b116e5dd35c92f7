/**
 * The memory controller: memory.max, memory.high and what they count. Pages of address spaces are charged to the
 * cgroup of the process that made the address space, and move with it. Files in tmpfs count for the sandbox as a whole
 * only.
 */
import { outOfCgroupMemory } from "../oom.ts";
import type { Cgroup } from "./cgroup.ts";

export class MemoryCounters {
  readonly cgroup: Cgroup;
  /** Pages; Infinity for "max". */
  max: number = Number.POSITIVE_INFINITY;
  high: number = Number.POSITIVE_INFINITY;
  /** Protections: kept and shown, nothing is ever reclaimed. */
  low = 0;
  min = 0;
  swapMax: number = Number.POSITIVE_INFINITY;
  swapHigh: number = Number.POSITIVE_INFINITY;
  oomGroup = 0;
  /** Pages of this cgroup and those below. */
  current = 0;
  peak = 0;
  /** memory.events. */
  highEvents = 0;
  maxEvents = 0;
  oomEvents = 0;
  oomKills = 0;

  constructor(cgroup: Cgroup) {
    this.cgroup = cgroup;
  }

  /** `pages` more become resident. @returns false if a limit forbids it and nobody can be killed. */
  charge(pages: number): boolean {
    for (const group of this.cgroup.ancestors()) {
      const { memory } = group;
      if (!group.has("memory")) continue;
      if (memory.current + pages > memory.max) {
        memory.maxEvents++;
        if (!outOfCgroupMemory(group)) return false;
      }
      if (memory.current + pages > memory.high) memory.highEvents++;
    }
    this.add(pages);
    return true;
  }

  /** Whether or not there is room: a process moves here. */
  add(pages: number): void {
    for (const { memory } of this.cgroup.ancestors()) {
      memory.current += pages;
      memory.peak = Math.max(memory.peak, memory.current);
    }
  }

  uncharge(pages: number): void {
    for (const { memory } of this.cgroup.ancestors()) memory.current -= pages;
  }
}
