/** Making tasks: clone(2), clone3(2), fork(2), vfork(2), set_tid_address(2). */
import {
  CAP_CHECKPOINT_RESTORE,
  CAP_SYS_ADMIN,
  CLONE_ARGS,
  CLONE_ARGS_SIZE_VER0,
  CLONE_CLEAR_SIGHAND,
  CLONE_DETACHED,
  CLONE_INTO_CGROUP,
  CLONE_PARENT,
  CLONE_PARENT_SETTID,
  CLONE_PIDFD,
  CLONE_THREAD,
  CLONE_VFORK,
  CLONE_VM,
  CSIGNAL,
  E2BIG,
  EFAULT,
  EINVAL,
  EPERM,
  type Errno,
  isErrno,
  NSIG,
  PAGE_SIZE,
  PTRACE_EVENT_VFORK_DONE,
  PTRACE_O_TRACEVFORKDONE,
  SIGCHLD,
} from "@kernelet/abi";
import { cgroupOfDescriptor } from "../fs/cgroup/cgroupfs.ts";
import { type CloneRequest, cloneTask, traceEventOf } from "../kernel/fork.ts";
import { MAX_PID_NAMESPACE_LEVEL, type PidNamespace } from "../kernel/namespaces/pid-namespace.ts";
import { ownerOf } from "../kernel/namespaces/user-namespace.ts";
import { stopBeforeExit, stopForEvent } from "../kernel/ptrace.ts";
import { BLOCKED, type SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { copyStruct } from "./copy-struct.ts";

/** `pending.data` of vfork: it has waited for the child. */
const WAITED = "waited";

const NOTHING = {
  stackPointer: 0,
  tls: 0,
  parentTidAddr: 0,
  childTidAddr: 0,
  pidfdAddr: 0,
} as const;

/** clone(2), with the arguments in x86-64's order. */
export function clone(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.uint(0);
  const pidfd = (flags & CLONE_PIDFD) !== 0;
  // One argument serves two flags here; clone3 has a field for each.
  if (pidfd && (flags & CLONE_PARENT_SETTID) !== 0 && !task.isRetry) return EINVAL;
  return cloneAndWait(task, {
    flags: flags & ~CSIGNAL,
    exitSignal: flags & CSIGNAL,
    stackPointer: args.pointer(1),
    parentTidAddr: args.pointer(2),
    pidfdAddr: args.pointer(2),
    childTidAddr: args.pointer(3),
    tls: args.pointer(4),
  });
}

export function fork(task: Task): SyscallResult {
  return cloneAndWait(task, { ...NOTHING, flags: 0, exitSignal: SIGCHLD });
}

export function vfork(task: Task): SyscallResult {
  return cloneAndWait(task, { ...NOTHING, flags: CLONE_VFORK | CLONE_VM, exitSignal: SIGCHLD });
}

/** clone3(2). Fields that a newer kernel would know must be zero. */
export function clone3(task: Task, args: SyscallArgs): SyscallResult {
  if (task.isRetry) return waitForVfork(task);
  const request = readCloneArgs(task, args.pointer(0), args.size(1));
  return isErrno(request) ? request : cloneAndWait(task, request);
}

function readCloneArgs(task: Task, addr: number, size: number): CloneRequest | Errno {
  if (size > PAGE_SIZE) return E2BIG;
  if (size < CLONE_ARGS_SIZE_VER0) return EINVAL;
  const bytes = copyStruct(task, addr, CLONE_ARGS.size, size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const word = (offset: number) => Number(view.getBigUint64(offset, true));

  const flags = word(CLONE_ARGS.flags);
  if (flags >= CLONE_INTO_CGROUP * 2) return EINVAL;
  const cgroup =
    flags >= CLONE_INTO_CGROUP ? cgroupOfDescriptor(task, word(CLONE_ARGS.cgroup)) : undefined;
  if (isErrno(cgroup)) return cgroup;
  const clearHandlers = flags >= CLONE_CLEAR_SIGHAND;
  const low = (flags % CLONE_CLEAR_SIGHAND) | 0;
  // CLONE_DETACHED and the bits of the exit signal have no meaning here (CLONE_NEWTIME is one of these).
  if ((low & (CLONE_DETACHED | CSIGNAL)) !== 0) return EINVAL;
  const exitSignal = word(CLONE_ARGS.exit_signal);
  if (exitSignal > NSIG) return EINVAL;
  if ((low & (CLONE_THREAD | CLONE_PARENT)) !== 0 && exitSignal !== 0) return EINVAL;

  const stack = word(CLONE_ARGS.stack);
  const stackSize = word(CLONE_ARGS.stack_size);
  if ((stack === 0) !== (stackSize === 0)) return EINVAL;
  if (stack + stackSize > task.mm.space.end) return EINVAL;
  const wantedTids = readSetTid(task, word(CLONE_ARGS.set_tid), word(CLONE_ARGS.set_tid_size));
  if (isErrno(wantedTids)) return wantedTids;
  return {
    flags: low,
    exitSignal,
    stackPointer: stack + stackSize,
    tls: word(CLONE_ARGS.tls),
    parentTidAddr: word(CLONE_ARGS.parent_tid),
    childTidAddr: word(CLONE_ARGS.child_tid),
    pidfdAddr: word(CLONE_ARGS.pidfd),
    clearHandlers,
    wantedTids,
    ...(cgroup === undefined ? {} : { cgroup }),
  };
}

/** Numbers for the innermost PID namespace first. */
function readSetTid(task: Task, addr: number, count: number): readonly number[] | Errno {
  if (addr === 0 && count === 0) return [];
  if (addr === 0 || count === 0 || count > MAX_PID_NAMESPACE_LEVEL) return EINVAL;
  const tids: number[] = [];
  let ns: PidNamespace | null = task.nsproxy.pidForChildren;
  for (let i = 0; i < count; i++) {
    const tid = task.mm.readInt32(addr + 4 * i);
    if (tid === null) return EFAULT;
    if (tid < 1) return EINVAL;
    if (ns !== null && !mayChooseTids(task, ns)) return EPERM;
    ns = ns?.parent ?? null;
    tids.push(tid);
  }
  return tids;
}

function mayChooseTids({ credentials }: Task, ns: PidNamespace): boolean {
  const owner = ownerOf(ns);
  return (
    credentials.hasIn(owner, CAP_CHECKPOINT_RESTORE) || credentials.hasIn(owner, CAP_SYS_ADMIN)
  );
}

function cloneAndWait(task: Task, request: CloneRequest): SyscallResult {
  if (task.isRetry) return waitForVfork(task);
  const child = cloneTask(task, request);
  if (isErrno(child)) return child;
  task.pending.done = child.tid;
  const told = traceEventOf(request);
  const shown = task.trace === null ? 0 : task.trace.tracer.pids.show(child.tid);
  // The tracer hears of the child before the call goes on.
  if (told !== null && stopForEvent(task, told.event, told.option, shown)) return BLOCKED;
  return waitForVfork(task);
}

/** The parent sleeps until the child has another program or is gone; only a fatal signal ends that. */
function waitForVfork(task: Task): SyscallResult {
  const tid = task.pending.done;
  const child = task.kernel.pids.threadGroup(tid);
  if (child === undefined) return task.pids.show(tid);
  if (!child.vforkPending) {
    if (task.pending.data === WAITED) {
      const shown = task.trace === null ? 0 : task.trace.tracer.pids.show(tid);
      stopBeforeExit(task, PTRACE_EVENT_VFORK_DONE, PTRACE_O_TRACEVFORKDONE, shown);
    }
    return task.pids.show(tid);
  }
  task.pending.data = WAITED;
  return task.block([child.vforkQueue], { restart: "killable" });
}

/** set_tid_address(2). */
export function setTidAddress(task: Task, args: SyscallArgs): SyscallResult {
  task.clearChildTid = args.pointer(0);
  return task.pids.show(task.tid);
}
