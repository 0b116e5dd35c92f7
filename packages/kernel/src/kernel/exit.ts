/**
 * The end of tasks and processes: _exit(2), exit_group(2); kernel/exit.c.
 *
 * A thread that exits gives back what it holds. The last one ends the process: children get another
 * parent, groups that lose their last link to the session are told, and the process waits as a zombie
 * for its parent to ask (wait.ts), unless that has said that it will not.
 */
import {
  CLD_DUMPED,
  CLD_EXITED,
  CLD_KILLED,
  isValidSignal,
  PTRACE_O_EXITKILL,
  SA_NOCLDWAIT,
  SIG_IGN,
  SIGCHLD,
  SIGCONT,
  SIGHUP,
  SIGKILL,
  signalStatus,
  USER_HZ,
} from "@kernelet/abi";
import { exitSemaphores } from "../ipc/sem-undo.ts";
import { collectGarbage } from "../net/in-flight.ts";
import { leaveCgroup } from "./cgroup/cgroup.ts";
import { NSEC_PER_SEC } from "./clock.ts";
import { finishVfork } from "./fork.ts";
import { leaveStop } from "./group-stop.ts";
import { cancelPendingWait } from "./pending-wait.ts";
import { hasTraceOption, stopTrace } from "./ptrace.ts";
import { exitRobustList } from "./robust-list.ts";
import { addRusage, processRusage, threadRusage } from "./rusage.ts";
import { leaveFilters } from "./seccomp/notifier.ts";
import type { ProcessGroup, Session } from "./session.ts";
import { kernelInfo, type SigInfo, userInfo } from "./siginfo.ts";
import { mayKill, sendToProcess, sendToProcessGroup } from "./signal.ts";
import { startGroupExit } from "./signal-post.ts";
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";

/** Ends one thread. `status` is a wait status; the last thread's counts unless the group was told to exit. */
export function exitTask(task: Task, status: number): void {
  if (!task.isAlive) return;
  const { kernel, threadGroup: group } = task;
  task.abandonWait();
  kernel.futexes.cancel(task);
  cancelPendingWait(task);
  exitRobustList(task);
  kernel.piFutexes.ownerExits(task);
  if (task.clearChildTid !== 0 && task.mm.users > 1) {
    task.mm.writeInt32(task.clearChildTid, 0);
    kernel.futexes.wakeAddress(task, task.clearChildTid, 1);
  }
  if (!group.isExiting) group.exitStatus = status; // synchronize_group_exit()
  endTracing(task);
  if (task.stopPending) {
    task.stopPending = false;
    leaveStop(group);
  }
  group.maxResidentPages = Math.max(group.maxResidentPages, task.mm.peakResidentPages);
  addRusage(group.deadThreads, threadRusage(task));
  task.state = "zombie";
  if (group.liveThreads === 0) finishVfork(group);
  exitSemaphores(task);
  task.fdTable.release(task);
  collectGarbage(kernel.vfs.unix.inFlight);
  task.fs.release();
  task.mm.release();
  leaveFilters(task);
  leaveCgroup(task);
  task.releaseNamespaces();
  kernel.hooks.taskExited(task, group.isExiting ? group.exitStatus : status);
  if (task !== group.leader) {
    tellTracerOfExit(task, group.isExiting ? group.exitStatus : status);
    group.threads.delete(task);
    kernel.pids.removeTask(task);
    task.state = "dead";
  }
  if (group.liveThreads === 0) exitProcess(group);
  else leaveChildren(task);
}

/** The children that this thread made go to another thread of the process: forget_original_parent(). */
function leaveChildren(task: Task): void {
  const { threadGroup: group } = task;
  if (group.children.size === 0) return;
  const heir = group.firstAlive;
  for (const child of group.children) {
    if (child.parentThread !== task) continue;
    child.parentThread = heir;
    tellOfParentsDeath(child, task);
  }
}

/** prctl(PR_SET_PDEATHSIG), of each thread for itself. Who dies must be allowed to send it. */
function tellOfParentsDeath(child: ThreadGroup, parent: Task): void {
  if (child.isDead) return;
  for (const { parentDeathSignal: signo } of child.threads) {
    if (signo === 0 || mayKill(parent, child, signo) !== 0) continue;
    sendToProcess(child, userInfo(signo, parent.threadGroup.tgid, parent.credentials.uid));
  }
}

/** All threads have gone. */
function exitProcess(group: ThreadGroup): void {
  const { kernel } = group;
  group.isDead = true;
  stopTimers(group);
  kernel.hooks.processExited(group);
  if (kernel.init === group) kernel.initExited(group.exitStatus);
  endNamespace(group);
  reparentChildren(group);
  if (group.processGroup.session.leader === group) endSession(group.processGroup.session);
  if (linksGroups(group.parent, group)) hangUpIfOrphaned(group.processGroup, group);
  group.exitQueue.wake();
  // A tracer that is not the parent comes first: the parent hears when that has waited, or is gone.
  if (hasOtherTracer(group)) tellTracerOfExit(group.leader, group.exitStatus);
  else notifyParent(group);
}

/** Whether somebody traces the process's first thread who is not its parent. */
export function hasOtherTracer(group: ThreadGroup): boolean {
  const { trace } = group.leader;
  return trace !== null && trace.tracer.threadGroup !== group.parent;
}

/** A traced thread has ended, and waits for its tracer to ask. */
function tellTracerOfExit(task: Task, status: number): void {
  const { trace } = task;
  if (trace === null) return;
  trace.stop = null;
  trace.exitStatus = status;
  const { threadGroup: group } = trace.tracer;
  if (group.isDead) return;
  if (task.isLeader) sendToProcess(group, exitInfo(task.threadGroup));
  group.childQueue.wake();
}

/** The tracer of an ended thread has waited for it, or is gone: a process is its parent's affair from now on. */
export function releaseEndedTracee(task: Task): void {
  const wasOther = hasOtherTracer(task.threadGroup);
  task.trace?.tracer.threadGroup.tracees.delete(task);
  task.trace = null;
  if (task.isLeader && wasOther && task.threadGroup.isDead) notifyParent(task.threadGroup);
}

/** The tracer's thread ends. */
function endTracing(tracer: Task): void {
  for (const task of [...tracer.threadGroup.tracees]) {
    if (task.trace?.tracer !== tracer) continue;
    if (task.trace.exitStatus !== null) {
      releaseEndedTracee(task);
      continue;
    }
    const kills = hasTraceOption(task, PTRACE_O_EXITKILL);
    stopTrace(task);
    if (kills && !task.threadGroup.isDead) {
      startGroupExit(task.threadGroup, signalStatus(SIGKILL));
    }
  }
}

/** With its first process a PID namespace ends, and everything in it, at once: zap_pid_ns_processes(). */
function endNamespace(group: ThreadGroup): void {
  const ns = group.leader.pids;
  if (ns.init !== group) return;
  ns.isDead = true;
  const status = signalStatus(SIGKILL);
  for (const other of ns.threadGroups) {
    if (other === group || other.isDead) continue;
    startGroupExit(other, status);
    for (const thread of [...other.threads]) exitTask(thread, status);
  }
}

function stopTimers(group: ThreadGroup): void {
  const { timers } = group.kernel;
  if (group.itimerReal !== null) timers.stop(group.itimerReal);
  for (const timer of group.posixTimers.values()) timers.stop(timer);
  group.posixTimers.clear();
}

/** Children go to the nearest subreaper, else to init, else to the kernel's reaper (null). */
function reparentChildren(group: ThreadGroup): void {
  if (group.children.size === 0) return;
  const heir = findHeir(group);
  for (const child of [...group.children]) {
    tellOfParentsDeath(child, group.leader);
    group.children.delete(child);
    child.parent = heir;
    child.parentThread = heir === null ? null : heir.firstAlive;
    child.exitSignal = SIGCHLD;
    heir?.children.add(child);
    if (child.isDead) notifyParent(child);
    else if (linksGroups(group, child)) hangUpIfOrphaned(child.processGroup, null);
  }
}

function findHeir(group: ThreadGroup): ThreadGroup | null {
  const ns = group.leader.pids;
  for (let heir = group.parent; heir !== null; heir = heir.parent) {
    if (heir.leader.pids !== ns) break;
    if (heir.isSubreaper && !heir.isDead) return heir;
  }
  if (ns.parent !== null) return ns.isDead ? null : ns.init;
  const { kernel } = group;
  if (kernel.options.init !== "program" || kernel.init === group) return null;
  return kernel.init;
}

/**
 * Whether this parent is what keeps its child's group from being orphaned. A group that was orphaned before is not
 * hung up again: kill_orphaned_pgrp().
 */
function linksGroups(parent: ThreadGroup | null, child: ThreadGroup): boolean {
  if (parent === null || parent.processGroup === child.processGroup) return false;
  return parent.processGroup.session === child.processGroup.session;
}

/** POSIX: stopped members of a group that nobody can continue any more get SIGHUP, then SIGCONT. */
function hangUpIfOrphaned(group: ProcessGroup, leaving: ThreadGroup | null): void {
  if (!group.hasStoppedMember() || !group.isOrphaned(leaving)) return;
  sendToProcessGroup(group, kernelInfo(SIGHUP));
  sendToProcessGroup(group, kernelInfo(SIGCONT));
}

/** The session's leader has gone: its terminal is free, and whoever used it hears of that: disassociate_ctty(1). */
function endSession(session: Session): void {
  session.leader = null;
  const { terminal, formerForeground } = session;
  session.formerForeground = null;
  if (terminal !== null) {
    if (terminal.foregroundGroup !== null) {
      sendToProcessGroup(terminal.foregroundGroup, kernelInfo(SIGHUP));
    }
    terminal.foregroundGroup = null;
    terminal.session = null;
    session.terminal = null;
  } else if (formerForeground !== null) {
    sendToProcessGroup(formerForeground, kernelInfo(SIGHUP));
    sendToProcessGroup(formerForeground, kernelInfo(SIGCONT));
  }
}

/** What SIGCHLD and waitid(2) say of an ended process. */
export function exitInfo(group: ThreadGroup, status: number = group.exitStatus): SigInfo {
  const signo = status & 0x7f;
  const usage = processRusage(group);
  return {
    signo: SIGCHLD,
    code: signo === 0 ? CLD_EXITED : (status & 0x80) !== 0 ? CLD_DUMPED : CLD_KILLED,
    pid: group.tgid,
    uid: group.leader.credentials.uid,
    status: signo === 0 ? status >>> 8 : signo,
    utime: Math.floor((usage.userNs * USER_HZ) / NSEC_PER_SEC),
    stime: Math.floor((usage.systemNs * USER_HZ) / NSEC_PER_SEC),
  };
}

function notifyParent(group: ThreadGroup): void {
  const { parent } = group;
  if (parent === null || parent.isDead) {
    reap(group);
    return;
  }
  const action = parent.leader.signalHandlers.get(SIGCHLD);
  const ignored = action.handler === SIG_IGN;
  const autoReap = group.exitSignal === SIGCHLD && (ignored || (action.flags & SA_NOCLDWAIT) !== 0);
  // clone(2) takes any number below 256; what is no signal is not sent.
  if (isValidSignal(group.exitSignal) && !(autoReap && ignored)) {
    sendToProcess(parent, { ...exitInfo(group), signo: group.exitSignal });
  }
  if (autoReap) reap(group);
  parent.childQueue.wake();
}

/** The last trace of a process: release_task(). */
export function reap(group: ThreadGroup): void {
  const { kernel } = group;
  group.isReaped = true;
  const { trace } = group.leader;
  trace?.tracer.threadGroup.tracees.delete(group.leader);
  group.leader.trace = null;
  group.leader.state = "dead";
  kernel.pids.removeTask(group.leader);
  kernel.pids.removeThreadGroup(group);
  leaveProcessGroup(group);
  group.parent?.children.delete(group);
}

/** Takes a process out of its group; an empty group is gone, and so is its number. */
export function leaveProcessGroup(group: ThreadGroup): void {
  const old = group.processGroup;
  old.members.delete(group);
  if (old.members.size === 0) group.kernel.pids.removeProcessGroup(old);
}

/** The other threads end so that one is left: execve(2). It takes the leader's number if it was not the leader. */
export function deThread(task: Task): void {
  const { kernel, threadGroup: group } = task;
  const { leader } = group;
  for (const thread of [...group.threads]) {
    if (thread === task) continue;
    if (thread !== leader) exitTask(thread, signalStatus(SIGKILL));
  }
  if (leader === task) return;
  if (leader.isAlive) exitTask(leader, signalStatus(SIGKILL));
  kernel.pids.removeTask(leader);
  kernel.pids.removeTask(task);
  if (leader.trace !== null) releaseEndedTracee(leader);
  group.threads.delete(leader);
  leader.state = "dead";
  task.tid = group.tgid;
  group.leader = task;
  kernel.pids.addTask(task);
}

/** exit_group(2): all threads end with this status; the caller at once. */
export function exitGroup(task: Task, status: number): void {
  startGroupExit(task.threadGroup, status);
  exitTask(task, task.threadGroup.exitStatus);
}
