/**
 * Queueing a signal and waking the thread that is to take it: kernel/signal.c, __send_signal_locked() without
 * prepare_signal(). Below job control (group-stop.ts), which posts SIGCHLD and is itself what SIGCONT sets going;
 * everybody else sends with signal.ts.
 */
import {
  defaultAction,
  EAGAIN,
  type Errno,
  RLIMIT_SIGPENDING,
  SI_KERNEL,
  SI_TIMER,
  SI_USER,
  SIG_DFL,
  SIGKILL,
  SIGRTMIN,
  SIGSTOP,
  signalStatus,
} from "@kernelet/abi";
import type { SigInfo } from "./siginfo.ts";
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";

/** Works out `signalPending` anew: recalc_sigpending(). After each change of a mask or a queue. */
export function recalcSignalPending(task: Task): void {
  const group = task.threadGroup;
  task.signalPending =
    group.isExiting ||
    task.stopPending ||
    (task.trace !== null && (task.trace.isInterrupted || task.trace.verdict !== undefined)) ||
    task.pendingSignals.set.hasUnblocked(task.signalMask) ||
    group.pendingSignals.set.hasUnblocked(task.signalMask);
}

export type SignalScope = "thread" | "process";

/** Queues the signal unless it is ignored, and wakes a thread for it. The process is not dead. */
export function postSignal(task: Task, info: SigInfo, scope: SignalScope): 0 | Errno {
  if (isIgnored(task, info)) return 0;
  const group = task.threadGroup;
  const pending = scope === "thread" ? task.pendingSignals : group.pendingSignals;
  const isRealtime = info.signo >= SIGRTMIN;
  if (!isRealtime && pending.set.has(info.signo)) return 0;
  if (mayQueue(task, info)) pending.add(infoSeenBy(task, info));
  // A real-time signal that says something must not be lost silently; of others, that they were sent remains.
  else if (isRealtime && info.code !== SI_USER && info.code !== SI_KERNEL) return EAGAIN;
  else pending.addBare(info.signo);
  group.signalQueue.wake();
  complete(task, info, scope);
  return 0;
}

/**
 * RLIMIT_SIGPENDING counts all that is queued for the receiving user. What kill(2) or the kernel says with a standard
 * signal is always kept: there is at most one of each. A timer's signal was counted by timer_create(2).
 */
function mayQueue(task: Task, info: SigInfo): boolean {
  if (info.signo < SIGRTMIN && info.code >= 0) return true;
  if (info.code === SI_TIMER) return true;
  const { threadGroup: group, credentials } = task;
  const limit = group.soft(RLIMIT_SIGPENDING);
  if (limit === Number.POSITIVE_INFINITY) return true;
  return queuedSignals(group.kernel.pids.threadGroups.values(), credentials.uid) < limit;
}

/** Signals queued for the processes of a user, and timers that may queue one: SigQ of /proc/[pid]/status. */
export function queuedSignals(groups: Iterable<ThreadGroup>, uid: number): number {
  let count = 0;
  for (const group of groups) {
    if (group.leader.credentials.uid !== uid) continue;
    count += group.pendingSignals.size + group.posixTimers.size;
    for (const thread of group.threads) count += thread.pendingSignals.size;
  }
  return count;
}

/** Blocked signals are never ignored: by the time they are unblocked there may be a handler. */
function isIgnored(task: Task, info: SigInfo): boolean {
  const { signo } = info;
  if (task.signalMask.has(signo)) return false;
  // A tracer may want to know of it.
  if (task.trace !== null && signo !== SIGKILL) return false;
  if (task.threadGroup.isUnkillable && !isForced(task, info)) {
    if (task.signalHandlers.get(signo).handler === SIG_DFL) return true;
  }
  return task.signalHandlers.ignores(signo);
}

/** Processes above a PID namespace, and the kernel, can kill and stop its first process. */
function isForced(task: Task, { signo, pid }: SigInfo): boolean {
  if (signo !== SIGKILL && signo !== SIGSTOP) return false;
  return task.pids.parent !== null && task.pids.show(pid ?? 0) === 0;
}

/** Numbers as the receiver's namespaces have them. What a program made itself stays as it is. */
export function infoSeenBy(task: Task, info: SigInfo): SigInfo {
  const { userNamespace } = task.credentials;
  const isFirst = task.pids.parent === null && userNamespace.parent === null;
  if (isFirst || info.pid === undefined || info.raw !== undefined) return info;
  const uid = userNamespace.uidMap.shown(info.uid ?? 0);
  return { ...info, pid: task.pids.show(info.pid), uid };
}

function wants(task: Task, signo: number): boolean {
  if (!task.isAlive) return false;
  if (task.signalMask.has(signo) && !task.waitedSignals.has(signo)) return false;
  return signo === SIGKILL || task.state !== "stopped";
}

/** Finds the thread that is to take the signal and wakes it: complete_signal(). */
function complete(target: Task, info: SigInfo, scope: SignalScope): void {
  const group = target.threadGroup;
  const { signo } = info;
  let taker: Task | undefined;
  if (wants(target, signo)) taker = target;
  else if (scope === "process") taker = [...group.threads].find((thread) => wants(thread, signo));
  if (taker === undefined) return;

  const fatal =
    taker.signalHandlers.get(signo).handler === SIG_DFL &&
    defaultAction(signo) === "term" &&
    !taker.signalMask.has(signo) &&
    (taker.trace === null || signo === SIGKILL);
  if (fatal && !group.isExiting) {
    if (signo !== SIGKILL) group.kernel.hooks.signalDelivered(taker, info);
    group.kernel.counters.signals++;
    startGroupExit(group, signalStatus(signo));
    return;
  }
  wakeForSignal(taker);
}

/** Makes a thread look at its signals. A wait that only a fatal signal ends goes on. */
export function wakeForSignal(task: Task): void {
  task.signalPending = true;
  if (!task.isKillableOnly) task.wakeUp();
}

/** Every thread of the process ends, with this wait status: do_group_exit(). The first status counts. */
export function startGroupExit(group: ThreadGroup, status: number): void {
  if (group.isExiting) return;
  group.isExiting = true;
  group.exitStatus = status;
  group.isStopped = false;
  group.stopCount = 0;
  for (const thread of group.threads) {
    if (!thread.isAlive) continue;
    thread.signalPending = true;
    thread.resume();
    // One that was frozen is not queued.
    if (thread.state === "runnable") group.kernel.scheduler.enqueue(thread);
  }
}
