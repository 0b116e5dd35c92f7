/** unshare(2), setns(2): what a process shares with others. */
import {
  CLONE_FILES,
  CLONE_FS,
  CLONE_NEWNS,
  CLONE_NEWUSER,
  CLONE_SIGHAND,
  CLONE_SYSVSEM,
  CLONE_THREAD,
  CLONE_VM,
  EINVAL,
  EPERM,
  type Errno,
  ESRCH,
  isErrno,
} from "@kernelet/abi";
import { NamespaceFile } from "../fs/nsfs.ts";
import { pidfdTarget } from "../fs/pidfd.ts";
import { exitSemaphores } from "../ipc/sem-undo.ts";
import { mayInspect } from "../kernel/inspect.ts";
import {
  NSPROXY_FLAGS,
  setCredentials,
  setNsProxy,
  unshareNamespaces,
  unshareUser,
} from "../kernel/namespaces/create.ts";
import { enterNamespaces } from "../kernel/namespaces/enter.ts";
import { NAMESPACE_FLAGS, type Namespace } from "../kernel/namespaces/namespace.ts";
import { namespacesOf } from "../kernel/namespaces/of-task.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

const NAMESPACES = NSPROXY_FLAGS | CLONE_NEWUSER;
const SHARED = CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | CLONE_THREAD | CLONE_SIGHAND | CLONE_VM;

/** What one flag brings with it: ksys_unshare(). */
function implied(flags: number): number {
  let all = flags;
  if ((all & CLONE_NEWUSER) !== 0) all |= CLONE_THREAD | CLONE_FS;
  if ((all & CLONE_VM) !== 0) all |= CLONE_SIGHAND;
  if ((all & CLONE_SIGHAND) !== 0) all |= CLONE_THREAD;
  if ((all & CLONE_NEWNS) !== 0) all |= CLONE_FS;
  return all;
}

export function unshare(task: Task, args: SyscallArgs): SyscallResult {
  const flags = implied(args.uint(0));
  if ((flags & ~(SHARED | NAMESPACES)) !== 0) return EINVAL;
  // These three can only be confirmed, by a process with one thread.
  if ((flags & (CLONE_THREAD | CLONE_SIGHAND | CLONE_VM)) !== 0) {
    if (task.threadGroup.liveThreads > 1) return EINVAL;
  }
  if ((flags & CLONE_VM) !== 0 && task.mm.users > 1) return EINVAL;
  const result = (flags & NAMESPACES) === 0 ? 0 : unshareSpaces(task, flags);
  if (result !== 0) return result;
  if ((flags & CLONE_FS) !== 0 && task.fs.refs > 1) {
    const shared = task.fs;
    task.fs = shared.fork();
    shared.release();
  }
  if ((flags & CLONE_FILES) !== 0 && task.fdTable.refs > 1) {
    const shared = task.fdTable;
    task.fdTable = shared.fork();
    shared.release(task);
  }
  return 0;
}

function unshareSpaces(task: Task, flags: number): 0 | Errno {
  let { credentials } = task;
  if ((flags & CLONE_NEWUSER) !== 0) {
    const next = unshareUser(task);
    if (isErrno(next)) return next;
    credentials = next;
  }
  const user = credentials.userNamespace;
  user.get();
  const fs = task.fs.refs > 1 ? task.fs.fork() : task.fs.addRef();
  const nsproxy =
    (flags & NSPROXY_FLAGS) === 0
      ? task.nsproxy
      : unshareNamespaces(task, flags, user, credentials, fs);
  if (isErrno(nsproxy)) {
    fs.release();
    user.put();
    return nsproxy;
  }
  if (nsproxy.ipc !== task.nsproxy.ipc) exitSemaphores(task);
  const shared = task.fs;
  task.fs = fs;
  shared.release();
  if (nsproxy !== task.nsproxy) setNsProxy(task, nsproxy);
  if (credentials !== task.credentials) setCredentials(task, credentials);
  user.put();
  return 0;
}

/** setns(2): by a file of nsfs, or all that `flags` name of the process of a pidfd. */
export function setns(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(1);
  const file = task.fdTable.file(args.fd(0));
  if (isErrno(file)) return file;
  if (file instanceof NamespaceFile) {
    const ns = file.namespace;
    if (flags !== 0 && flags !== NAMESPACE_FLAGS[ns.kind]) return EINVAL;
    return enterNamespaces(task, [ns]);
  }
  const target = pidfdTarget(task, args.fd(0));
  if (isErrno(target)) return EINVAL;
  if (flags === 0 || (flags & ~NAMESPACES) !== 0) return EINVAL;
  if (target.isDead) return ESRCH;
  if (!mayInspect(task, target.leader)) return EPERM;
  const wanted: Namespace[] = [];
  for (const ns of namespacesOf(target.leader)) {
    if ((flags & NAMESPACE_FLAGS[ns.kind]) !== 0) wanted.push(ns);
  }
  return enterNamespaces(task, wanted);
}
