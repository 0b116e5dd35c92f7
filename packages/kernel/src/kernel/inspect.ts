/** Who may look into a process: ptrace(2), "Ptrace access mode checking" (PTRACE_MODE_READ with the file system ids). */
import { CAP_SYS_PTRACE } from "@kernelet/abi";
import type { Credentials } from "./credentials.ts";
import type { Task } from "./task.ts";

/** As much of a task as the check needs: path walks bring no more. */
export interface Inspector {
  readonly credentials: Credentials;
  readonly threadGroup?: { readonly tgid: number };
}

/** SUID_DUMP_USER. */
const DUMPABLE = 1;

export function mayInspect(from: Inspector, task: Task): boolean {
  const { credentials: cred } = from;
  const to = task.credentials;
  if (from.threadGroup?.tgid === task.threadGroup.tgid) return true;
  const sameUser = cred.fsuid === to.euid && cred.fsuid === to.suid && cred.fsuid === to.uid;
  const sameGroup = cred.fsgid === to.egid && cred.fsgid === to.sgid && cred.fsgid === to.gid;
  const isCapable = cred.hasIn(to.userNamespace, CAP_SYS_PTRACE);
  if (!(sameUser && sameGroup) && !isCapable) return false;
  if (task.threadGroup.dumpable !== DUMPABLE && !isCapable) return false;
  // cap_ptrace_access_check(): no more than one can do oneself.
  const isSubset =
    cred.userNamespace === to.userNamespace && to.permitted.isSubsetOf(cred.effective);
  return isSubset || isCapable;
}
