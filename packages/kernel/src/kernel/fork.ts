/**
 * Making tasks: clone(2), clone3(2), fork(2), vfork(2); kernel/fork.c, copy_process().
 */
import {
  CAP_SYS_ADMIN,
  CAP_SYS_RESOURCE,
  CLONE_CHILD_CLEARTID,
  CLONE_CHILD_SETTID,
  CLONE_DETACHED,
  CLONE_FILES,
  CLONE_FS,
  CLONE_IO,
  CLONE_NEWIPC,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUSER,
  CLONE_PARENT,
  CLONE_PARENT_SETTID,
  CLONE_PIDFD,
  CLONE_PTRACE,
  CLONE_SETTLS,
  CLONE_SIGHAND,
  CLONE_SYSVSEM,
  CLONE_THREAD,
  CLONE_UNTRACED,
  CLONE_VFORK,
  CLONE_VM,
  EAGAIN,
  EINVAL,
  ENOMEM,
  type Errno,
  IOPRIO_CLASS_NONE,
  IOPRIO_CLASS_SHIFT,
  isErrno,
  O_CLOEXEC,
  PTRACE_EVENT_CLONE,
  PTRACE_EVENT_FORK,
  PTRACE_EVENT_VFORK,
  PTRACE_O_TRACECLONE,
  PTRACE_O_TRACEFORK,
  PTRACE_O_TRACEVFORK,
  RLIMIT_NPROC,
  SCHED_FIFO,
  SCHED_NORMAL,
  SCHED_RESET_ON_FORK,
  SCHED_RR,
  SIGCHLD,
  SS_DISABLE,
} from "@kernelet/abi";
import { Reg } from "../arch/x86/processor.ts";
import type { FsContext } from "../fs/fs-context.ts";
import { openPidfd } from "../fs/pidfd.ts";
import { exitSemaphores, shareUndoList } from "../ipc/sem-undo.ts";
import { ADDRESS_SPACE_PAGES } from "../mm/physical-memory.ts";
import { type Cgroup, enterCgroup } from "./cgroup/cgroup.ts";
import type { Credentials } from "./credentials.ts";
import { NSPROXY_FLAGS, unshareNamespaces, unshareUser } from "./namespaces/create.ts";
import type { NsProxy } from "./namespaces/nsproxy.ts";
import type { PidNamespace } from "./namespaces/pid-namespace.ts";
import { hasTraceOption, inheritTrace } from "./ptrace.ts";
import { type IoContext, Task } from "./task.ts";
import { ThreadGroup } from "./thread-group.ts";

/** What the four calls have in common: struct kernel_clone_args. */
export interface CloneRequest {
  /** CLONE_* of the low 32 bits, without the exit signal. */
  readonly flags: number;
  readonly exitSignal: number;
  /** Stack pointer of the child, 0 to keep the parent's. */
  readonly stackPointer: number;
  readonly tls: number;
  readonly parentTidAddr: number;
  readonly childTidAddr: number;
  readonly pidfdAddr: number;
  readonly clearHandlers?: boolean;
  /** clone3's set_tid: numbers in the child's PID namespace and those above it. */
  readonly wantedTids?: readonly number[];
  /** CLONE_INTO_CGROUP. */
  readonly cgroup?: Cgroup;
}

function check(task: Task, request: CloneRequest): 0 | Errno {
  const { flags } = request;
  const has = (flag: number) => (flags & flag) !== 0;
  if (has(CLONE_FS) && has(CLONE_NEWNS | CLONE_NEWUSER)) return EINVAL;
  if (has(CLONE_THREAD) && !has(CLONE_SIGHAND)) return EINVAL;
  if (has(CLONE_SIGHAND) && !has(CLONE_VM)) return EINVAL;
  if (has(CLONE_PARENT) && task.threadGroup.isUnkillable) return EINVAL;
  if (has(CLONE_THREAD)) {
    if (has(CLONE_NEWUSER | CLONE_NEWPID)) return EINVAL;
    if (task.nsproxy.pidForChildren !== task.pids) return EINVAL;
  }
  if (has(CLONE_NEWIPC) && has(CLONE_SYSVSEM)) return EINVAL;
  if (has(CLONE_PIDFD) && has(CLONE_DETACHED | CLONE_THREAD)) return EINVAL;
  if (request.clearHandlers === true && has(CLONE_SIGHAND)) return EINVAL;
  return checkProcessLimit(task);
}

function checkProcessLimit(task: Task): 0 | Errno {
  const limit = task.threadGroup.soft(RLIMIT_NPROC);
  const { pids } = task.kernel;
  const { credentials } = task;
  if (pids.tasks.size < limit || credentials.uid === 0) return 0;
  if (credentials.has(CAP_SYS_RESOURCE) || credentials.has(CAP_SYS_ADMIN)) return 0;
  let mine = 0;
  for (const other of pids.tasks.values()) if (other.credentials.uid === credentials.uid) mine++;
  return mine >= limit ? EAGAIN : 0;
}

/** Makes a task; it is runnable and returns 0 from the call. Either it exists completely or nothing has changed. */
export function cloneTask(parent: Task, request: CloneRequest): Task | Errno {
  const { kernel } = parent;
  const { flags } = request;
  const refused = check(parent, request);
  if (refused !== 0) return refused;
  const copiesMemory = (flags & CLONE_VM) === 0;
  if (copiesMemory && !kernel.memory.memory.hasRoom(ADDRESS_SPACE_PAGES)) return ENOMEM;
  const cgroup = request.cgroup ?? parent.threadGroup.cgroup;
  const noRoom = cgroup.chargeTask();
  if (noRoom !== 0) return noRoom;
  const spaces = namespacesOfChild(parent, flags);
  if (isErrno(spaces)) {
    cgroup.addTasks(-1);
    return spaces;
  }
  const { nsproxy, credentials, fs } = spaces;
  const tid = pickTid(parent, nsproxy.pidForChildren, request);
  if (isErrno(tid)) {
    cgroup.addTasks(-1);
    releaseSpaces(spaces);
    return tid;
  }

  const isThread = (flags & CLONE_THREAD) !== 0;
  const group = isThread ? parent.threadGroup : newThreadGroup(parent, request, tid, cgroup);
  const registers = kernel.processor.createRegisters();
  registers.copyFrom(parent.registers);
  registers.set(Reg.rax, 0);
  if (request.stackPointer !== 0) registers.set(Reg.rsp, request.stackPointer);
  if ((flags & CLONE_SETTLS) !== 0) registers.fsBase = request.tls;

  const sharesMemory = (flags & CLONE_VM) !== 0;
  const mm = sharesMemory ? parent.mm.addRef() : parent.mm.fork();
  if (!sharesMemory) {
    mm.limits = group;
    mm.cgroup = cgroup;
  }
  const fdTable = (flags & CLONE_FILES) !== 0 ? parent.fdTable.addRef() : parent.fdTable.fork();
  const sharesHandlers = (flags & CLONE_SIGHAND) !== 0;
  const signalHandlers = sharesHandlers ? parent.signalHandlers : parent.signalHandlers.copy();
  if (request.clearHandlers === true) signalHandlers.flush();

  const child = new Task(kernel, {
    tid,
    registers,
    threadGroup: group,
    mm,
    fdTable,
    fs,
    credentials,
    signalHandlers,
    nsproxy,
    pids: nsproxy.pidForChildren,
  });
  releaseUser(parent, credentials);
  inherit(parent, child, flags);
  if ((flags & CLONE_SYSVSEM) !== 0) shareUndoList(parent, child);
  if (!isThread) group.leader = child;
  group.threads.add(child);
  const stored = storeTids(parent, child, request);
  if (isErrno(stored)) {
    undo(child);
    return stored;
  }
  kernel.pids.addTask(child);
  if (!isThread) {
    kernel.pids.addThreadGroup(group);
    enterCgroup(group, cgroup);
    beginNamespace(child);
    group.parent?.children.add(group);
    group.vforkPending = (flags & CLONE_VFORK) !== 0;
  }
  kernel.counters.forks++;
  kernel.hooks.taskCreated(parent, child);
  const event = traceEventOf(request);
  const isWanted = event !== null && hasTraceOption(parent, event.option);
  inheritTrace(parent, child, isWanted || (flags & CLONE_PTRACE) !== 0);
  kernel.scheduler.enqueue(child);
  return child;
}

export interface TraceEvent {
  readonly event: number;
  readonly option: number;
}

/** What a tracer hears of a new task as: kernel_clone(). */
export function traceEventOf(request: CloneRequest): TraceEvent | null {
  if ((request.flags & CLONE_UNTRACED) !== 0) return null;
  if ((request.flags & CLONE_VFORK) !== 0) {
    return { event: PTRACE_EVENT_VFORK, option: PTRACE_O_TRACEVFORK };
  }
  if (request.exitSignal !== SIGCHLD) {
    return { event: PTRACE_EVENT_CLONE, option: PTRACE_O_TRACECLONE };
  }
  return { event: PTRACE_EVENT_FORK, option: PTRACE_O_TRACEFORK };
}

/** The kernel's number of the child, which has others in the PID namespaces that it can be seen from. */
function pickTid(parent: Task, ns: PidNamespace, request: CloneRequest): number | Errno {
  const { pids } = parent.kernel;
  const wanted = request.wantedTids ?? [];
  if (ns.isDead) return ENOMEM;
  if (wanted.length > ns.level + 1) return EINVAL;
  const root = wanted[ns.level] ?? 0;
  const tid = root === 0 ? pids.allocate() : pids.reserve(root);
  if (isErrno(tid)) return tid;
  const assigned = ns.assign(tid, wanted);
  return assigned === 0 ? tid : assigned;
}

interface Spaces {
  readonly credentials: Credentials;
  readonly nsproxy: NsProxy;
  readonly fs: FsContext;
}

/** copy_creds(), copy_fs() and copy_namespaces(). */
function namespacesOfChild(parent: Task, flags: number): Spaces | Errno {
  let { credentials, nsproxy } = parent;
  if ((flags & CLONE_NEWUSER) !== 0) {
    const next = unshareUser(parent);
    if (isErrno(next)) return next;
    credentials = next;
    credentials.userNamespace.get();
  }
  const fs = (flags & CLONE_FS) !== 0 ? parent.fs.addRef() : parent.fs.fork();
  if ((flags & NSPROXY_FLAGS) !== 0) {
    const user = credentials.userNamespace;
    const made = unshareNamespaces(parent, flags, user, credentials, fs);
    if (isErrno(made)) {
      fs.release();
      releaseUser(parent, credentials);
      return made;
    }
    nsproxy = made;
  }
  // A new PID namespace is the child's own; its children are in it too.
  return { credentials, nsproxy, fs };
}

/** A user namespace made for the child: it has its own reference now, or there is no child. */
function releaseUser(parent: Task, credentials: Credentials): void {
  if (credentials !== parent.credentials) credentials.userNamespace.put();
}

function releaseSpaces({ nsproxy, fs }: Spaces): void {
  fs.release();
  nsproxy.get().put();
}

/** The first process of a PID namespace takes its orphans, and signals of the others cannot end it. */
function beginNamespace(child: Task): void {
  const { pids, threadGroup } = child;
  if (pids.parent === null || pids.init !== null) return;
  pids.init = threadGroup;
  threadGroup.isUnkillable = true;
}

function newThreadGroup(
  task: Task,
  request: CloneRequest,
  tgid: number,
  cgroup: Cgroup,
): ThreadGroup {
  const from = task.threadGroup;
  const sibling = (request.flags & CLONE_PARENT) !== 0;
  const group = new ThreadGroup(task.kernel, {
    tgid,
    parent: sibling ? from.parent : from,
    processGroup: from.processGroup,
    exitSignal: sibling ? from.exitSignal : request.exitSignal,
    rlimits: from.rlimits,
    cgroup,
  });
  group.parentThread = sibling ? from.parentThread : task;
  group.dumpable = from.dumpable;
  group.hasLeftTerminal = from.hasLeftTerminal;
  group.isThpDisabled = from.isThpDisabled;
  group.oomScoreAdj = from.oomScoreAdj;
  group.membarriers = from.membarriers;
  group.personality = from.personality;
  return group;
}

function inherit(parent: Task, child: Task, flags: number): void {
  child.comm = parent.comm;
  child.signalMask.assign(parent.signalMask);
  // A thread has no alternate stack of its own yet; a vfork child still runs on its parent's stacks.
  const keepsStack = (flags & (CLONE_VM | CLONE_VFORK)) !== CLONE_VM;
  child.signalStack = keepsStack
    ? { ...parent.signalStack }
    : { sp: 0, size: 0, flags: SS_DISABLE };
  child.rseq = (flags & CLONE_VM) !== 0 ? null : parent.rseq;
  child.seccomp = parent.seccomp;
  child.mceKill = parent.mceKill;
  child.nice = parent.nice;
  child.ioContext = ioContextFor(parent, flags);
  child.timerSlackNs = parent.timerSlackNs;
  const policy = parent.schedPolicy & ~SCHED_RESET_ON_FORK;
  if (policy === parent.schedPolicy) {
    child.schedPolicy = policy;
    child.schedPriority = parent.schedPriority;
  } else if (policy === SCHED_FIFO || policy === SCHED_RR) {
    child.schedPolicy = SCHED_NORMAL;
    child.nice = 0;
  } else {
    child.schedPolicy = policy;
    child.nice = Math.max(parent.nice, 0);
  }
}

/** copy_io(): the same, or one of its own if a priority was set. */
function ioContextFor({ ioContext }: Task, flags: number): IoContext | null {
  if (ioContext === null || (flags & CLONE_IO) !== 0) return ioContext;
  return ioContext.priority >>> IOPRIO_CLASS_SHIFT === IOPRIO_CLASS_NONE ? null : { ...ioContext };
}

function storeTids(parent: Task, child: Task, request: CloneRequest): 0 | Errno {
  const { flags } = request;
  if ((flags & CLONE_PIDFD) !== 0) {
    const fd = openPidfd(parent, child.threadGroup, O_CLOEXEC);
    if (isErrno(fd)) return fd;
    const stored = parent.mm.writeInt32(request.pidfdAddr, fd);
    if (isErrno(stored)) {
      parent.fdTable.remove([fd]);
      return stored;
    }
  }
  // As in Linux, bad addresses here are nobody's error: the child exists.
  if ((flags & CLONE_PARENT_SETTID) !== 0) {
    parent.mm.writeInt32(request.parentTidAddr, parent.pids.show(child.tid));
  }
  if ((flags & CLONE_CHILD_SETTID) !== 0) {
    child.mm.writeInt32(request.childTidAddr, child.pids.show(child.tid));
  }
  if ((flags & CLONE_CHILD_CLEARTID) !== 0) child.clearChildTid = request.childTidAddr;
  return 0;
}

/** The child could not be completed: everything that it holds goes back. */
function undo(child: Task): void {
  const group = child.threadGroup;
  group.cgroup.addTasks(-1);
  exitSemaphores(child);
  child.fdTable.release(child);
  child.fs.release();
  child.mm.release();
  child.releaseNamespaces();
  child.kernel.pids.freeIfUnused(child.tid);
  child.state = "dead";
  group.threads.delete(child);
  if (group.leader === child) group.processGroup.members.delete(group);
}

/** execve and exit: the vfork parent goes on. */
export function finishVfork(group: ThreadGroup): void {
  if (!group.vforkPending) return;
  group.vforkPending = false;
  group.vforkQueue.wake();
}
