/** Going into namespaces that exist: setns(2), the `install` operations of each kind. */
import { CAP_SYS_ADMIN, CAP_SYS_CHROOT, EINVAL, EPERM, type Errno } from "@kernelet/abi";
import { MountNamespace } from "../../fs/mount.ts";
import { IpcNamespace } from "../../ipc/ipc-namespace.ts";
import type { Credentials } from "../credentials.ts";
import type { Task } from "../task.ts";
import { CgroupNamespace } from "./cgroup-namespace.ts";
import { credentialsIn, setCredentials, setNsProxy } from "./create.ts";
import type { Namespace } from "./namespace.ts";
import { NetNamespace } from "./net-namespace.ts";
import { NsProxy, type NsProxyParts } from "./nsproxy.ts";
import { PidNamespace } from "./pid-namespace.ts";
import { ownerOf, UserNamespace } from "./user-namespace.ts";
import { UtsNamespace } from "./uts-namespace.ts";

/** What a call is going to change; nothing is until all of it is allowed (struct nsset). */
interface Entry {
  credentials: Credentials;
  mount: MountNamespace | null;
  readonly parts: { -readonly [K in keyof NsProxyParts]: NsProxyParts[K] };
}

/** Enters all of `namespaces`, the user namespace first, or none. */
export function enterNamespaces(task: Task, namespaces: readonly Namespace[]): 0 | Errno {
  const { uts, ipc, net, cgroup, pidForChildren } = task.nsproxy;
  const entry: Entry = {
    credentials: task.credentials,
    mount: null,
    parts: { uts, ipc, net, cgroup, pidForChildren },
  };
  const users = namespaces.filter((ns) => ns instanceof UserNamespace);
  const others = namespaces.filter((ns) => !(ns instanceof UserNamespace));
  for (const ns of [...users, ...others]) {
    const refused = install(task, entry, ns);
    if (refused !== 0) return refused;
  }
  if (entry.credentials !== task.credentials) setCredentials(task, entry.credentials);
  if (others.some((ns) => ns !== entry.mount)) setNsProxy(task, new NsProxy(entry.parts));
  if (entry.mount !== null) {
    const root = entry.mount.rootPath;
    task.fs.enter(entry.mount, root, root);
  }
  return 0;
}

function install(task: Task, entry: Entry, ns: Namespace): 0 | Errno {
  const { credentials: cred } = entry;
  if (ns instanceof UserNamespace) {
    if (ns === cred.userNamespace || task.threadGroup.liveThreads > 1) return EINVAL;
    if (task.fs.refs > 1) return EINVAL;
    if (!cred.hasIn(ns, CAP_SYS_ADMIN)) return EPERM;
    entry.credentials = credentialsIn(cred, ns);
    return 0;
  }
  if (!cred.hasIn(ownerOf(ns), CAP_SYS_ADMIN) || !cred.hasHere(CAP_SYS_ADMIN)) return EPERM;
  const { parts } = entry;
  if (ns instanceof MountNamespace) {
    if (!cred.hasHere(CAP_SYS_CHROOT)) return EPERM;
    if (task.fs.refs > 1) return EINVAL;
    entry.mount = ns;
  } else if (ns instanceof PidNamespace) {
    if (!ns.isWithin(task.pids)) return EINVAL;
    parts.pidForChildren = ns;
  } else if (ns instanceof UtsNamespace) parts.uts = ns;
  else if (ns instanceof IpcNamespace) parts.ipc = ns;
  else if (ns instanceof NetNamespace) parts.net = ns;
  else if (ns instanceof CgroupNamespace) parts.cgroup = ns;
  else return EINVAL;
  return 0;
}
