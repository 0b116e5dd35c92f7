/**
 * Sending signals: signal(7), kernel/signal.c. A signal goes to a thread or to a process, is held in
 * `pendingSignals` until a thread takes it (signal-delivery.ts), and wakes that thread.
 */
import {
  CAP_KILL,
  EPERM,
  type Errno,
  SA_NODEFER,
  SIG_DFL,
  SIGBUS,
  SIGCONT,
  SIGFPE,
  SIGILL,
  SIGSEGV,
  SIGSTOP,
  SIGSYS,
  SIGTRAP,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
} from "@kernelet/abi";
import { continueGroup } from "./group-stop.ts";
import type { ProcessGroup } from "./session.ts";
import { kernelInfo, type SigInfo } from "./siginfo.ts";
import { postSignal, recalcSignalPending, type SignalScope, wakeForSignal } from "./signal-post.ts";
import { SignalSet } from "./signal-set.ts";
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";

const STOP_SIGNALS: SignalSet = SignalSet.of(SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU);
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

function send(task: Task, info: SigInfo, scope: SignalScope): 0 | Errno {
  if (task.threadGroup.isDead) return 0;
  if (info.signo === SIGCONT || STOP_SIGNALS.has(info.signo)) prepare(task.threadGroup, info.signo);
  return postSignal(task, info, scope);
}

/**
 * What sending does before anything is queued: stop and continue signals cancel each other, and
 * SIGCONT continues a stopped process even if it blocks or ignores the signal. prepare_signal().
 */
function prepare(group: ThreadGroup, signo: number): void {
  const cancelled = signo === SIGCONT ? STOP_SIGNALS : CONTINUE_SIGNAL;
  group.pendingSignals.flush(cancelled);
  for (const thread of group.threads) thread.pendingSignals.flush(cancelled);
  if (signo === SIGCONT) continueGroup(group);
  for (const thread of group.threads) recalcSignalPending(thread);
}

/**
 * A signal that the task's own instruction caused, and that it cannot escape: if it is blocked or
 * ignored, its default action is taken (force_sig_info).
 */
export function forceSignal(task: Task, info: SigInfo): void {
  const { signo } = info;
  if (task.signalMask.has(signo) || task.signalHandlers.ignores(signo)) {
    task.signalHandlers.reset(signo);
    task.signalMask.delete(signo);
  }
  if (task.signalHandlers.get(signo).handler === SIG_DFL) task.threadGroup.isUnkillable = false;
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
  if (same || from.hasIn(to.userNamespace, CAP_KILL)) return 0;
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
