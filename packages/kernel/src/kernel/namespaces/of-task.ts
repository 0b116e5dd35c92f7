/** All namespaces of a task, in the order of /proc/[pid]/ns. */
import type { Task } from "../task.ts";
import type { Namespace } from "./namespace.ts";

export function namespacesOf(task: Task): readonly Namespace[] {
  const { cgroup, ipc, net, uts } = task.nsproxy;
  return [cgroup, ipc, task.fs.namespace, net, task.pids, task.credentials.userNamespace, uts];
}
