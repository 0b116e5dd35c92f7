/**
 * Sending signals: signal(7), kernel/signal.c. A signal goes to a thread or to a process, is held in
 * `pendingSignals` until a thread takes it (signal-delivery.ts), and wakes that thread.
 */
import {
  CAP_KILL,
  defaultAction,
  EAGAIN,
  EPERM,
  type Errno,
  RLIMIT_SIGPENDING,
  SA_NODEFER,
  SI_KERNEL,
  SI_USER,
  SIG_DFL,
  SIGBUS,
  SIGCONT,
  SIGFPE,
  SIGILL,
  SIGKILL,
  SIGRTMIN,
  SIGSEGV,
  SIGSTOP,
  SIGSYS,
  SIGTRAP,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
  signalStatus,
} from "@kernelet/abi";
import { continueGroup } from "./group-stop.ts";
import type { ProcessGroup } from "./session.ts";
import { kernelInfo, type SigInfo } from "./siginfo.ts";
import { SignalSet } from "./signal-set.ts";
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";

export const STOP_SIGNALS: SignalSet = SignalSet.of(SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU);
const CONTINUE_SIGNAL: SignalSet = SignalSet.of(SIGCONT);

/** Signals that an instruction causes; they are taken before others. */
export const SYNCHRONOUS_SIGNALS: SignalSet = SignalSet.of(
  SIGSEGV,
  SIGBUS,
  SIGILL,
  SIGTRAP,
  SIGFPE,
  SIGSYS,
);

/** Works out `signalPending` anew: recalc_sigpending(). After each change of a mask or a queue. */
export function recalcSignalPending(task: Task): void {
  const group = task.threadGroup;
  task.signalPending =
    group.isExiting ||
    task.stopPending ||
    task.pendingSignals.set.hasUnblocked(task.signalMask) ||
    group.pendingSignals.set.hasUnblocked(task.signalMask);
}

/** Replaces the mask of blocked signals. SIGKILL and SIGSTOP stay out of it. */
export function setSignalMask(task: Task, mask: SignalSet): void {
  task.signalMask.assign(mask.withoutUnblockable());
  recalcSignalPending(task);
  retargetSharedSignals(task.threadGroup, task);
}

/** A thread that blocks a process's pending signal leaves it to another that does not. */
function retargetSharedSignals(group: ThreadGroup, but: Task): void {
  if (group.pendingSignals.set.isEmpty) return;
  for (const thread of group.threads) {
    if (thread === but || thread.signalPending || !thread.isAlive) continue;
    if (group.pendingSignals.set.hasUnblocked(thread.signalMask)) wakeForSignal(thread);
  }
}

/** Sends a signal to a process. Permission has been checked. */
export function sendToProcess(group: ThreadGroup, info: SigInfo): 0 | Errno {
  return send(group.leader, info, "process");
}

/** Sends a signal to one thread. Permission has been checked. */
export function sendToThread(task: Task, info: SigInfo): 0 | Errno {
  return send(task, info, "thread");
}

/** Sends to every process of a group: Ctrl-C, kill(-pgid). */
export function sendToProcessGroup(group: ProcessGroup, info: SigInfo): void {
  for (const member of [...group.members]) sendToProcess(member, info);
}

function send(task: Task, info: SigInfo, scope: "thread" | "process"): 0 | Errno {
  const group = task.threadGroup;
  if (group.isDead) return 0;
  if (!prepare(task, info.signo)) return 0;
  const pending = scope === "thread" ? task.pendingSignals : group.pendingSignals;
  const limit = group.rlimits[RLIMIT_SIGPENDING]?.soft ?? Number.POSITIVE_INFINITY;
  if (info.signo >= SIGRTMIN && info.code !== SI_USER && info.code !== SI_KERNEL) {
    // A real-time signal that says something must not be lost silently.
    if (pending.size >= limit) return EAGAIN;
  }
  if (!pending.add(info)) return 0;
  group.signalQueue.wake();
  complete(task, info, scope);
  return 0;
}

/**
 * What sending does before anything is queued: stop and continue signals cancel each other, and
 * SIGCONT continues a stopped process even if it blocks or ignores the signal.
 * @returns false if the signal has no further effect.
 */
function prepare(task: Task, signo: number): boolean {
  const group = task.threadGroup;
  if (STOP_SIGNALS.has(signo)) {
    group.pendingSignals.flush(CONTINUE_SIGNAL);
    for (const thread of group.threads) {
      thread.pendingSignals.flush(CONTINUE_SIGNAL);
      recalcSignalPending(thread);
    }
  } else if (signo === SIGCONT) {
    group.pendingSignals.flush(STOP_SIGNALS);
    for (const thread of group.threads) thread.pendingSignals.flush(STOP_SIGNALS);
    continueGroup(group);
    for (const thread of group.threads) recalcSignalPending(thread);
  }
  return !isIgnored(task, signo);
}

/** Blocked signals are never ignored: by the time they are unblocked there may be a handler. */
function isIgnored(task: Task, signo: number): boolean {
  if (task.signalMask.has(signo) || task.waitedSignals.has(signo)) return false;
  if (task.savedSignalMask?.has(signo) === true) return false;
  if (task.threadGroup.isUnkillable) {
    if (task.signalHandlers.get(signo).handler === SIG_DFL) return true;
  }
  return task.signalHandlers.ignores(signo);
}

function wants(task: Task, signo: number): boolean {
  if (!task.isAlive) return false;
  if (task.signalMask.has(signo) && !task.waitedSignals.has(signo)) return false;
  return signo === SIGKILL || task.state !== "stopped";
}

/** Finds the thread that is to take the signal and wakes it: complete_signal(). */
function complete(target: Task, info: SigInfo, scope: "thread" | "process"): void {
  const group = target.threadGroup;
  const { signo } = info;
  let taker: Task | undefined;
  if (wants(target, signo)) taker = target;
  else if (scope === "process") taker = [...group.threads].find((thread) => wants(thread, signo));
  if (taker === undefined) return;

  const fatal =
    taker.signalHandlers.get(signo).handler === SIG_DFL &&
    defaultAction(signo) === "term" &&
    !taker.waitedSignals.has(signo);
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
  }
}

/**
 * A signal that the task's own instruction caused, and that it cannot escape: if it is blocked or
 * ignored, its default action is taken (force_sig_info).
 */
export function forceSignal(task: Task, info: SigInfo): void {
  const { signo } = info;
  const action = task.signalHandlers.get(signo);
  if (task.signalMask.has(signo) || task.signalHandlers.ignores(signo)) {
    task.signalHandlers.reset(signo);
    task.signalMask.delete(signo);
  }
  if (action.handler === SIG_DFL) task.threadGroup.isUnkillable = false;
  // Added even if one is pending: this one describes the instruction.
  if (task.pendingSignals.set.has(signo)) task.pendingSignals.flush(SignalSet.of(signo));
  task.pendingSignals.add(info);
  task.signalPending = true;
}

/** The frame of a handler could not be written: SIGSEGV, and no second try for SIGSEGV itself. */
export function forceSegv(task: Task, whileDelivering: number): void {
  if (whileDelivering === SIGSEGV) task.signalHandlers.reset(SIGSEGV);
  forceSignal(task, kernelInfo(SIGSEGV));
}

/** Whether `sender` may send to `target`: kill(2), check_kill_permission(). */
export function mayKill(sender: Task, target: ThreadGroup, signo: number): 0 | Errno {
  if (sender.threadGroup === target) return 0;
  const from = sender.credentials;
  const to = target.leader.credentials;
  const same =
    from.euid === to.suid || from.euid === to.uid || from.uid === to.suid || from.uid === to.uid;
  if (same || from.has(CAP_KILL)) return 0;
  const sameSession = sender.threadGroup.processGroup.session === target.processGroup.session;
  return signo === SIGCONT && sameSession ? 0 : EPERM;
}

/** The signals that a handler with this action runs with, besides those blocked already. */
export function blockedByHandler(
  signo: number,
  action: { readonly flags: number; readonly mask: SignalSet },
): SignalSet {
  const mask = action.mask.copy();
  if ((action.flags & SA_NODEFER) === 0) mask.add(signo);
  return mask;
}
