/** /proc/[pid]/ns, uid_map, gid_map and setgroups: namespaces(7), user_namespaces(7). */
import { CAP_SYS_ADMIN, EACCES, EINVAL, ENOENT, EPERM, type Errno, isErrno } from "@kernelet/abi";
import { mayInspect } from "../../kernel/inspect.ts";
import { INVALID_ID } from "../../kernel/namespaces/id-map.ts";
import type { Namespace } from "../../kernel/namespaces/namespace.ts";
import { type IdKind, writeIdMap, writeSetgroups } from "../../kernel/namespaces/user-namespace.ts";
import type { Task } from "../../kernel/task.ts";
import type { Path } from "../path.ts";
import type { Walker } from "../walker.ts";
import { fileRow, type NodeRow, VirtualSymlink } from "./node.ts";

/** A link of /proc/[pid]/ns. A zombie has left all but its PID and user namespaces. */
function namespaceRow(name: string, find: (task: Task) => Namespace | null): NodeRow<Task> {
  return {
    name,
    mode: 0o777,
    make: (superblock, task, options) => {
      const target = (walker: Walker): Path | Errno => {
        if (!mayInspect(walker, task)) return EACCES;
        const ns = find(task);
        return ns === null ? ENOENT : task.kernel.vfs.nsfs.path(ns);
      };
      const text = (walker: Walker): string | Errno => {
        const path = target(walker);
        return isErrno(path) ? path : path.dentry.name;
      };
      return new VirtualSymlink(superblock, options, text, target);
    },
  };
}

function ofLive(find: (task: Task) => Namespace): (task: Task) => Namespace | null {
  return (task) => (task.isAlive ? find(task) : null);
}

export const NAMESPACE_ROWS: readonly NodeRow<Task>[] = [
  namespaceRow(
    "cgroup",
    ofLive((task) => task.nsproxy.cgroup),
  ),
  namespaceRow(
    "ipc",
    ofLive((task) => task.nsproxy.ipc),
  ),
  namespaceRow(
    "mnt",
    ofLive((task) => task.fs.namespace),
  ),
  namespaceRow(
    "net",
    ofLive((task) => task.nsproxy.net),
  ),
  namespaceRow("pid", (task) => task.pids),
  // One that has no first process yet cannot be entered.
  namespaceRow("pid_for_children", (task) => {
    if (!task.isAlive) return null;
    const { pidForChildren } = task.nsproxy;
    return pidForChildren.parent !== null && pidForChildren.init === null ? null : pidForChildren;
  }),
  namespaceRow("user", (task) => task.credentials.userNamespace),
  namespaceRow(
    "uts",
    ofLive((task) => task.nsproxy.uts),
  ),
];

/** Second numbers are those of the reader's namespace; for a namespace's own members, of its parent. */
function showMap(task: Task, kind: IdKind, reader: Task): string {
  const ns = task.credentials.userNamespace;
  const readers = reader.credentials.userNamespace;
  const lower = readers === ns && ns.parent !== null ? ns.parent : readers;
  const lowerMap = kind === "uid" ? lower.uidMap : lower.gidMap;
  const map = kind === "uid" ? ns.uidMap : ns.gidMap;
  let text = "";
  for (const { first, lowerFirst, count } of map.extents) {
    const shown = lowerMap.fromKernel(lowerFirst);
    const fields = [first, shown === INVALID_ID ? INVALID_ID : shown, count];
    text += `${fields.map((n) => String(n).padStart(10)).join(" ")}\n`;
  }
  return text;
}

function mapRow(kind: IdKind): NodeRow<Task> {
  return fileRow(
    `${kind}_map`,
    0o644,
    (task, reader) => showMap(task, kind, reader),
    (task, text, writer) => writeIdMap(task.credentials.userNamespace, kind, text, writer),
  );
}

export const USER_NAMESPACE_ROWS: readonly NodeRow<Task>[] = [
  mapRow("uid"),
  mapRow("gid"),
  fileRow(
    "setgroups",
    0o644,
    (task) => (task.credentials.userNamespace.isSetgroupsAllowed ? "allow\n" : "deny\n"),
    (task, text, writer) => {
      const ns = task.credentials.userNamespace;
      if (ns.parent === null) return text.startsWith("allow") ? 0 : EINVAL;
      if (!writer.credentials.hasIn(ns, CAP_SYS_ADMIN)) return EPERM;
      return writeSetgroups(ns, text);
    },
  ),
];
