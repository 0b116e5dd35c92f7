/** Who may change how another task is scheduled: setpriority(2), sched(7), ioprio_set(2). */
import { CAP_SYS_NICE } from "@kernelet/abi";
import type { Task } from "./task.ts";

/** check_same_owner(). */
export function isOwnerOf(from: Task, to: Task): boolean {
  const { euid } = from.credentials;
  return euid === to.credentials.euid || euid === to.credentials.uid;
}

/** cap_safe_nice(): nobody touches a task that may do more than he may. */
export function mayTouch(from: Task, to: Task): boolean {
  const target = to.credentials;
  return (
    target.permitted.isSubsetOf(from.credentials.permitted) ||
    from.credentials.hasIn(target.userNamespace, CAP_SYS_NICE)
  );
}
