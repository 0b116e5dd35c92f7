/** What is to happen when a process has used so much CPU time: looked at after each of its slices. */
import { RLIMIT_CPU, SIGKILL, SIGXCPU, signalStatus } from "@kernelet/abi";
import { NSEC_PER_SEC } from "./clock.ts";
import { processCpuNs } from "./cpu-time.ts";
import { kernelInfo } from "./siginfo.ts";
import { sendToProcess } from "./signal.ts";
import { startGroupExit } from "./signal-post.ts";
import type { ThreadGroup } from "./thread-group.ts";

function processHasUsed(group: ThreadGroup, cpuNs: number): boolean {
  return cpuNs !== Number.POSITIVE_INFINITY && processCpuNs(group) >= cpuNs;
}

export function checkCpuTimers(group: ThreadGroup): void {
  if (processHasUsed(group, group.nextCpuWakeNs)) {
    group.nextCpuWakeNs = Number.POSITIVE_INFINITY;
    group.cpuClockQueue.wake();
  }
  group.itimerVirtual?.check();
  group.itimerProf?.check();
  if (group.posixTimers.size > 0) {
    for (const timer of group.posixTimers.values()) if (timer.isCpuTimer) timer.check();
  }
  const limit = group.rlimits[RLIMIT_CPU];
  if (limit === undefined || limit.soft === Number.POSITIVE_INFINITY) return;
  const usedSec = processCpuNs(group) / NSEC_PER_SEC;
  if (usedSec >= limit.hard) startGroupExit(group, signalStatus(SIGKILL));
  else if (usedSec >= limit.soft && usedSec >= group.nextCpuLimitSec) {
    // Once a second until the hard limit, as Linux does by raising the soft one.
    group.nextCpuLimitSec = Math.max(limit.soft, Math.floor(usedSec)) + 1;
    sendToProcess(group, kernelInfo(SIGXCPU));
  }
}
