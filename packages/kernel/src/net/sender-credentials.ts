/** Who sent a message, or made a connection: SCM_CREDENTIALS, SO_PEERCRED, SCM_PIDFD. */
import type { Task } from "../kernel/task.ts";
import type { ThreadGroup } from "../kernel/thread-group.ts";

export interface SenderCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  /** The process itself, where it is known. */
  readonly group?: ThreadGroup;
}

export function credentialsOf(task: Task): SenderCredentials {
  const { credentials: cred, threadGroup: group } = task;
  return { pid: group.tgid, uid: cred.euid, gid: cred.egid, group };
}
