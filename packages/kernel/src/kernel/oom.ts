/**
 * The OOM killer: who ends when memory is used up (mm/oom_kill.c). The process with the largest resident
 * set, as oom_score_adj moves it, is told to exit; until it has, others may go over the limit by what they
 * touch before their slice ends, which is at once.
 */
import { SIGKILL, signalStatus } from "@kernelet/abi";
import type { Cgroup } from "./cgroup/cgroup.ts";
import type { Kernel } from "./kernel.ts";
import { startGroupExit } from "./signal-post.ts";
import type { ThreadGroup } from "./thread-group.ts";

/** oom_score_adj of a process that is never chosen. */
const OOM_SCORE_ADJ_MIN = -1000;
/** A victim must hold at least this part of the limit: killing smaller ones would not help. */
const WORTH_KILLING = 0.01;

/** oom_badness(): pages, or a negative number for a process that is not to be killed. */
function badness(group: ThreadGroup, limitPages: number): number {
  if (group.isDead || group.oomScoreAdj === OOM_SCORE_ADJ_MIN) return -1;
  return group.leader.mm.residentPages + (group.oomScoreAdj * limitPages) / 1000;
}

/** @returns whether a page over the limit may be given out, because memory is about to be freed. */
export function outOfMemory(kernel: Kernel): boolean {
  const { limitPages } = kernel.memory.memory;
  return killWorst(kernel, kernel.pids.threadGroups.values(), limitPages, "Out of memory");
}

/** The same for memory.max of a cgroup, among the processes in it and below. */
export function outOfCgroupMemory(cgroup: Cgroup): boolean {
  const { kernel, memory } = cgroup;
  memory.oomEvents++;
  const candidates: ThreadGroup[] = [];
  for (const below of cgroup.descendants()) candidates.push(...below.processes);
  if (candidates.some((group) => group.isExiting && !group.isDead)) return yieldToDying(kernel);
  const text = `Memory cgroup out of memory (${cgroup.path})`;
  const victim = killWorst(kernel, candidates, memory.max, text);
  if (victim) for (const { memory: counters } of cgroup.ancestors()) counters.oomKills++;
  return victim;
}

function killWorst(
  kernel: Kernel,
  candidates: Iterable<ThreadGroup>,
  limitPages: number,
  text: string,
): boolean {
  let victim: ThreadGroup | null = null;
  let worst = limitPages * WORTH_KILLING;
  for (const group of candidates) {
    if (group.isExiting && !group.isDead) return yieldToDying(kernel);
    const points = badness(group, limitPages);
    if (points > worst) {
      victim = group;
      worst = points;
    }
  }
  if (victim === null) return false;
  const { comm, mm } = victim.leader;
  const kib = mm.residentPages * 4;
  kernel.host.log(
    "error",
    `${text}: killed process ${victim.tgid} (${comm}), resident ${kib} KiB of a limit of ${limitPages * 4} KiB`,
  );
  startGroupExit(victim, signalStatus(SIGKILL));
  // The memory is free only when all who share it have gone (CLONE_VM, vfork).
  for (const group of kernel.pids.threadGroups.values()) {
    if (group !== victim && !group.isDead && group.leader.mm === mm) {
      startGroupExit(group, signalStatus(SIGKILL));
    }
  }
  return yieldToDying(kernel);
}

function yieldToDying(kernel: Kernel): true {
  const { current } = kernel.scheduler;
  if (current !== null) current.mustYield = true;
  return true;
}
