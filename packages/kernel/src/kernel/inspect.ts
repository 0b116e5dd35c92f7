/** Who may look into a process: ptrace(2), "Ptrace access mode checking". */
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

/**
 * Which of one's ids and capabilities count: "fs" where /proc is read (PTRACE_MODE_FSCREDS), "real" for system calls that
 * name a process (PTRACE_MODE_REALCREDS).
 */
export type InspectAs = "fs" | "real";

export function mayInspect(from: Inspector, task: Task, as: InspectAs = "fs"): boolean {
  const { credentials: cred } = from;
  const to = task.credentials;
  if (from.threadGroup?.tgid === task.threadGroup.tgid) return true;
  const uid = as === "fs" ? cred.fsuid : cred.uid;
  const gid = as === "fs" ? cred.fsgid : cred.gid;
  const sameUser = uid === to.euid && uid === to.suid && uid === to.uid;
  const sameGroup = gid === to.egid && gid === to.sgid && gid === to.gid;
  const isCapable = cred.hasIn(to.userNamespace, CAP_SYS_PTRACE);
  if (!(sameUser && sameGroup) && !isCapable) return false;
  if (task.threadGroup.dumpable !== DUMPABLE && !isCapable) return false;
  // cap_ptrace_access_check(): no more than one can do oneself.
  const own = as === "fs" ? cred.effective : cred.permitted;
  const isSubset = cred.userNamespace === to.userNamespace && to.permitted.isSubsetOf(own);
  return isSubset || isCapable;
}
