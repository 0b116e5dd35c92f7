/** New namespaces for unshare(2) and clone(2): create_user_ns() and create_new_namespaces(). */
import {
  CAP_SYS_ADMIN,
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUTS,
  EINVAL,
  ENOSPC,
  EPERM,
  type Errno,
  isErrno,
} from "@kernelet/abi";
import type { FsContext } from "../../fs/fs-context.ts";
import { copyMountNamespace } from "../../fs/mount-namespace.ts";
import { IpcNamespace } from "../../ipc/ipc-namespace.ts";
import { BitSet64 } from "../bit-set.ts";
import { allCapabilities, type Credentials } from "../credentials.ts";
import type { Task } from "../task.ts";
import { CgroupNamespace } from "./cgroup-namespace.ts";
import { INVALID_ID } from "./id-map.ts";
import type { NamespaceKind, NamespaceOrigin } from "./namespace.ts";
import { NetNamespace } from "./net-namespace.ts";
import { NsProxy } from "./nsproxy.ts";
import { MAX_PID_NAMESPACE_LEVEL, PidNamespace } from "./pid-namespace.ts";
import { MAX_USER_NAMESPACE_LEVEL, ownerOf, UserNamespace } from "./user-namespace.ts";

/** Namespaces that create_new_namespaces makes; CLONE_NEWUSER comes before. */
export const NSPROXY_FLAGS: number =
  CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP;

/** All capabilities, in `ns` and nowhere else: set_cred_user_ns(). */
export function credentialsIn(old: Credentials, ns: UserNamespace): Credentials {
  const next = old.copy();
  next.userNamespace = ns;
  next.securebits = 0;
  next.permitted = allCapabilities();
  next.effective = allCapabilities();
  next.bounding = allCapabilities();
  next.inheritable = new BitSet64();
  next.ambient = new BitSet64();
  return next;
}

/** Credentials in a user namespace that did not exist before. */
export function unshareUser(task: Task): Credentials | Errno {
  const old = task.credentials;
  const parent = old.userNamespace;
  const { fs } = task;
  if (parent.level >= MAX_USER_NAMESPACE_LEVEL) return ENOSPC;
  // A directory tree that one was shut into must not become one's own.
  if (!fs.root.equals(fs.namespace.rootPath)) return EPERM;
  const isMapped =
    parent.uidMap.fromKernel(old.euid) !== INVALID_ID &&
    parent.gidMap.fromKernel(old.egid) !== INVALID_ID;
  if (!isMapped) return EPERM;
  const registry = task.kernel.namespaces;
  const inum = registry.allocate("user");
  if (isErrno(inum)) return inum;
  return credentialsIn(old, new UserNamespace(parent, old, { inum, owner: parent, registry }));
}

/**
 * A copy of the task's NsProxy with new namespaces where `flags` ask for them. With CLONE_NEWNS, `fs` (which nobody
 * else uses) goes into a new mount namespace.
 */
export function unshareNamespaces(
  task: Task,
  flags: number,
  user: UserNamespace,
  credentials: Credentials,
  fs: FsContext,
): NsProxy | Errno {
  if (!credentials.hasIn(user, CAP_SYS_ADMIN)) return EPERM;
  const old = task.nsproxy;
  const made: { -readonly [K in keyof NsProxy]?: NsProxy[K] } = {};
  const origin = (kind: NamespaceKind): NamespaceOrigin | Errno => {
    const registry = task.kernel.namespaces;
    const inum = registry.allocate(kind);
    return isErrno(inum) ? inum : { inum, owner: user, registry };
  };
  if ((flags & CLONE_NEWPID) !== 0) {
    const parent = old.pidForChildren;
    if (task.pids !== parent || !user.isWithin(ownerOf(parent))) return EINVAL;
    if (parent.level >= MAX_PID_NAMESPACE_LEVEL) return ENOSPC;
  }
  if ((flags & CLONE_NEWNS) !== 0) {
    const result = copyMountNamespace(task.kernel, fs, user);
    if (result !== 0) return result;
  }
  if ((flags & CLONE_NEWUTS) !== 0) {
    const from = origin("uts");
    if (isErrno(from)) return from;
    made.uts = old.uts.copy(from);
  }
  if ((flags & CLONE_NEWIPC) !== 0) {
    const from = origin("ipc");
    if (isErrno(from)) return from;
    made.ipc = new IpcNamespace(task.kernel, from);
  }
  if ((flags & CLONE_NEWPID) !== 0) {
    const from = origin("pid");
    if (isErrno(from)) return from;
    made.pidForChildren = new PidNamespace(task.kernel.pids, old.pidForChildren, from);
  }
  if ((flags & CLONE_NEWCGROUP) !== 0) {
    const from = origin("cgroup");
    if (isErrno(from)) return from;
    made.cgroup = new CgroupNamespace(task.threadGroup.cgroup, from);
  }
  if ((flags & CLONE_NEWNET) !== 0) {
    const from = origin("net");
    if (isErrno(from)) return from;
    made.net = new NetNamespace(from);
  }
  return new NsProxy({
    uts: made.uts ?? old.uts,
    ipc: made.ipc ?? old.ipc,
    net: made.net ?? old.net,
    cgroup: made.cgroup ?? old.cgroup,
    pidForChildren: made.pidForChildren ?? old.pidForChildren,
  });
}

/** Puts credentials on a task, which keeps their user namespace alive. */
export function setCredentials(task: Task, next: Credentials): void {
  const old = task.credentials;
  next.userNamespace.get();
  task.credentials = next;
  old.userNamespace.put();
}

export function setNsProxy(task: Task, next: NsProxy): void {
  const old = task.nsproxy;
  task.nsproxy = next.get();
  old.put();
}
