/** What all calls that sleep at futexes have in common. */
import { EFAULT, EINVAL, type Errno, TASK_SIZE } from "@kernelet/abi";
import { PAGE_R } from "../arch/x86/processor.ts";
import { nsFromTimeSpec } from "../kernel/clock.ts";
import type { Task } from "../kernel/task.ts";
import type { FutexKey } from "../mm/memory-manager.ts";
import type { UserAccess } from "../mm/user-access.ts";
import { readTimeSpec } from "./struct-time.ts";

/**
 * The key of a word: it must be aligned, and there. @param addr signed, so that the last bits of all addresses are right.
 * @param access what else the call will do with a word that is shared.
 */
export function keyOf(
  task: Task,
  addr: number,
  isPrivate: boolean,
  access: UserAccess = PAGE_R,
): FutexKey | Errno {
  if (addr % 4 !== 0) return EINVAL;
  if (addr < 0 || addr > TASK_SIZE - 4) return EFAULT;
  return task.mm.futexKey(addr, isPrivate, access) ?? EFAULT;
}

/** How a call's timeout counts. */
export type FutexClock = "relative" | "monotonic" | "realtime";

/** When the wait ends, fixed at the first try; Infinity for never. */
export function futexDeadline(task: Task, addr: number, clock: FutexClock): number | Errno {
  const { pending, kernel } = task;
  if (pending.deadlineNs !== undefined) return pending.deadlineNs;
  let deadlineNs = Number.POSITIVE_INFINITY;
  if (addr !== 0) {
    const time = readTimeSpec(task, addr);
    if (typeof time === "number") return time;
    if (clock === "relative") deadlineNs = kernel.clock.monotonicNs() + nsFromTimeSpec(time);
    else if (clock === "realtime") deadlineNs = kernel.clock.monotonicAtRealtime(time);
    else deadlineNs = nsFromTimeSpec(time);
  }
  pending.deadlineNs = deadlineNs;
  return deadlineNs;
}
