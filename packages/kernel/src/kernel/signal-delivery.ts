/**
 * Taking signals, on the way back to user space: kernel/signal.c get_signal(), arch/x86/kernel/signal.c.
 * Here, and only here, it is decided whether an interrupted call gives EINTR or is made again.
 */
import {
  defaultAction,
  EINTR,
  ERESTART_RESTARTBLOCK,
  ERESTARTNOHAND,
  ERESTARTSYS,
  NSIG,
  PTRACE_EVENT_EXIT,
  PTRACE_O_TRACEEXIT,
  SA_RESETHAND,
  SA_RESTART,
  SI_TIMER,
  SI_USER,
  SIG_DFL,
  SIG_IGN,
  SIGALRM,
  SIGKILL,
  SIGSTOP,
  signalStatus,
  syscallNumber,
} from "@kernelet/abi";
import { Reg } from "../arch/x86/processor.ts";
import { setupSignalFrame } from "../arch/x86/signal-frame.ts";
import { exitTask } from "./exit.ts";
import { participateInStop, stopGroup } from "./group-stop.ts";
import type { PendingSignals } from "./pending-signals.ts";
import { stopForEvent, stopForInterrupt, stopForSignal } from "./ptrace.ts";
import { resumeRseq } from "./rseq.ts";
import type { SigInfo } from "./siginfo.ts";
import { blockedByHandler, forceSegv, SYNCHRONOUS_SIGNALS, setSignalMask } from "./signal.ts";
import type { SignalAction } from "./signal-handlers.ts";
import { recalcSignalPending, startGroupExit } from "./signal-post.ts";
import type { SignalSet } from "./signal-set.ts";
import type { Task } from "./task.ts";

/** Length of the SYSCALL instruction: to make a call again, rip goes back by this much. */
const SYSCALL_INSTRUCTION_LENGTH = 2;
const NR_RESTART_SYSCALL = syscallNumber("restart_syscall") as number;

/** Whether `handleSignals` has anything to do before user space. */
export function hasSignalWork(task: Task): boolean {
  return task.signalPending || task.restartError !== 0 || task.savedSignalMask !== null;
}

/**
 * Takes signals until none is left. Afterwards the task is ready for user space (perhaps in a handler),
 * stopped, or gone.
 */
export function handleSignals(task: Task): void {
  const group = task.threadGroup;
  for (;;) {
    if (group.isExiting) {
      exitTask(task, group.exitStatus);
      return;
    }
    if (task.stopPending) {
      participateInStop(task);
      return;
    }
    const info = nextSignal(task);
    if (info === undefined) break;
    if (info === STOPPED) return;
    const { signo } = info;
    const action = task.signalHandlers.get(signo);
    if (action.handler === SIG_IGN) continue;
    if (action.handler !== SIG_DFL) {
      if ((action.flags & SA_RESETHAND) !== 0) task.signalHandlers.reset(signo);
      runHandler(task, info, action);
      continue;
    }
    if (takeDefaultAction(task, info)) return;
  }
  if (task.restartError !== 0) restartCall(task);
  if (task.savedSignalMask !== null) {
    const mask = task.savedSignalMask;
    task.savedSignalMask = null;
    setSignalMask(task, mask);
    if (task.signalPending) handleSignals(task);
  }
}

/** The task has stopped for its tracer instead. */
const STOPPED = "stopped";

/** The next signal to be acted on: what the tracer lets through of those that are taken. */
function nextSignal(task: Task): SigInfo | undefined | typeof STOPPED {
  for (;;) {
    const { trace } = task;
    if (trace === null) return dequeueSignal(task, task.signalMask);
    const { verdict } = trace;
    if (verdict !== undefined) {
      trace.verdict = undefined;
      recalcSignalPending(task);
      if (verdict === null) continue;
      // Blocked by now: it waits like any other.
      if (!task.signalMask.has(verdict.signo)) return verdict;
      task.pendingSignals.add(verdict);
      continue;
    }
    if (trace.isInterrupted) {
      stopForInterrupt(task);
      return STOPPED;
    }
    const info = dequeueSignal(task, task.signalMask);
    if (info === undefined || info.signo === SIGKILL) return info;
    stopForSignal(task, info);
    return STOPPED;
  }
}

/** @returns true if the task is not to run: it stopped or ended. */
function takeDefaultAction(task: Task, info: SigInfo): boolean {
  const group = task.threadGroup;
  const { signo } = info;
  const action = defaultAction(signo);
  if (action === "ign" || action === "cont") return false;
  if (group.isUnkillable && signo !== SIGKILL && signo !== SIGSTOP) return false;
  if (action === "stop") {
    // A group that nobody could continue is not stopped from the keyboard.
    if (signo !== SIGSTOP && group.processGroup.isOrphaned()) return false;
    task.kernel.hooks.signalDelivered(task, info);
    stopGroup(task, signo);
    return true;
  }
  task.kernel.hooks.signalDelivered(task, info);
  task.kernel.counters.signals++;
  // No core is ever written, since RLIMIT_CORE is 0 unless raised; the bit would claim one.
  startGroupExit(group, signalStatus(signo, false));
  const { exitStatus: status } = group;
  if (stopForEvent(task, PTRACE_EVENT_EXIT, PTRACE_O_TRACEEXIT, status)) return true;
  exitTask(task, status);
  return true;
}

/** Takes the next signal that `mask` does not block: synchronous first, then by number, thread before process. */
export function dequeueSignal(task: Task, mask: SignalSet): SigInfo | undefined {
  const info =
    takeSynchronous(task, mask) ??
    takeFrom(task.pendingSignals, mask) ??
    takeFrom(task.threadGroup.pendingSignals, mask);
  recalcSignalPending(task);
  if (info?.signo === SIGALRM) task.threadGroup.itimerReal?.signalTaken();
  if (info?.code !== SI_TIMER) return info;
  const timer = task.threadGroup.posixTimers.get(info.timerId ?? -1);
  return timer === undefined ? info : timer.signalTaken(info);
}

function takeSynchronous(task: Task, mask: SignalSet): SigInfo | undefined {
  const pending = task.pendingSignals;
  if (!pending.set.intersects(SYNCHRONOUS_SIGNALS)) return undefined;
  for (const info of pending) {
    if (info.code <= SI_USER || !SYNCHRONOUS_SIGNALS.has(info.signo)) continue;
    if (!mask.has(info.signo)) return pending.take(info.signo);
  }
  return undefined;
}

function takeFrom(pending: PendingSignals, mask: SignalSet): SigInfo | undefined {
  if (!pending.set.hasUnblocked(mask)) return undefined;
  for (const signo of SYNCHRONOUS_SIGNALS) {
    if (pending.set.has(signo) && !mask.has(signo)) return pending.take(signo);
  }
  for (let signo = 1; signo <= NSIG; signo++) {
    if (pending.set.has(signo) && !mask.has(signo)) return pending.take(signo);
  }
  return undefined;
}

/** Sends the task into a handler: handle_signal(). */
function runHandler(task: Task, info: SigInfo, action: SignalAction): void {
  const { registers } = task;
  switch (task.restartError) {
    case 0:
      break;
    case ERESTART_RESTARTBLOCK:
    case ERESTARTNOHAND:
      registers.set(Reg.rax, EINTR);
      break;
    case ERESTARTSYS:
      if ((action.flags & SA_RESTART) === 0) registers.set(Reg.rax, EINTR);
      else repeatCall(task, task.syscallNumber);
      break;
    default:
      repeatCall(task, task.syscallNumber);
  }
  task.restartError = 0;
  task.kernel.hooks.signalDelivered(task, info);
  task.kernel.counters.signals++;
  if (task.rseq !== null) resumeRseq(task, task.rseq, info.signo);
  if (!setupSignalFrame(task, info, action)) {
    forceSegv(task, info.signo);
    return;
  }
  task.savedSignalMask = null;
  const mask = task.signalMask.copy();
  mask.union(blockedByHandler(info.signo, action));
  setSignalMask(task, mask);
}

/** No handler runs: the interrupted call goes on. */
function restartCall(task: Task): void {
  const isBlock = task.restartError === ERESTART_RESTARTBLOCK;
  repeatCall(task, isBlock ? NR_RESTART_SYSCALL : task.syscallNumber);
  task.restartError = 0;
}

function repeatCall(task: Task, nr: number): void {
  task.registers.set(Reg.rax, nr);
  task.registers.rip -= SYSCALL_INSTRUCTION_LENGTH;
}
