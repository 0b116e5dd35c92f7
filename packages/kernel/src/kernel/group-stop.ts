/**
 * Job control: all threads of a process stop together and go on together; the parent is told.
 * signal(7); kernel/signal.c, do_signal_stop().
 *
 *   running ── stop signal taken by one thread ──▶ stopping (stopCount threads to go) ──▶ stopped
 *      ▲──────────────────────────── SIGCONT ──────────────────┴───────────────────────────┘
 */
import {
  CLD_CONTINUED,
  CLD_STOPPED,
  SA_NOCLDSTOP,
  SIG_IGN,
  SIGCHLD,
  SIGCONT,
  USER_HZ,
} from "@kernelet/abi";
import { NSEC_PER_SEC } from "./clock.ts";
import { isHeld, stopWithGroup } from "./ptrace.ts";
import { processRusage } from "./rusage.ts";
import { postSignal, wakeForSignal } from "./signal-post.ts";
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";

/** A thread has taken a stop signal: all threads are to stop, this one at once. */
export function stopGroup(task: Task, signo: number): void {
  const group = task.threadGroup;
  group.stopSignal = signo;
  group.stopCount = 0;
  for (const thread of group.threads) {
    if (!thread.isAlive || thread.state === "stopped") continue;
    thread.stopPending = true;
    group.stopCount++;
    if (thread !== task) wakeForSignal(thread);
  }
  participateInStop(task);
}

/** This thread's part: it stops, and the last one tells the parent. */
export function participateInStop(task: Task): void {
  task.stopPending = false;
  task.state = "stopped";
  if (task.trace !== null) stopWithGroup(task, task.threadGroup.stopSignal);
  leaveStop(task.threadGroup);
}

/** One thread fewer has yet to stop: it stopped, or it exited. */
export function leaveStop(group: ThreadGroup): void {
  if (group.stopCount === 0) return;
  group.stopCount--;
  if (group.stopCount > 0) return;
  group.isStopped = true;
  group.childEvent = { kind: "stopped", signo: group.stopSignal };
  group.kernel.hooks.groupStopped(group.leader, group.stopSignal);
  notifyParentOfStop(group, CLD_STOPPED, group.stopSignal);
}

/** SIGCONT was sent. */
export function continueGroup(group: ThreadGroup): void {
  const wasStopped = group.isStopped;
  group.isStopped = false;
  group.stopCount = 0;
  for (const thread of group.threads) {
    thread.stopPending = false;
    if (thread.trace?.isListening === true) tellOfContinue(thread);
    else if (thread.state === "stopped" && !isHeld(thread)) thread.resume();
  }
  if (!wasStopped) return;
  group.childEvent = { kind: "continued", signo: SIGCONT };
  notifyParentOfStop(group, CLD_CONTINUED, SIGCONT);
}

/** PTRACE_LISTEN: its tracer hears that the group stop is over, in a stop of its own. */
function tellOfContinue(thread: Task): void {
  const { trace } = thread;
  if (trace === null) return;
  trace.isListening = false;
  trace.isInterrupted = true;
  trace.stop = null;
  thread.signalPending = true;
  thread.resume();
}

function notifyParentOfStop(group: ThreadGroup, code: number, status: number): void {
  const parent = group.parent;
  if (parent === null || parent.isDead) return;
  const action = parent.leader.signalHandlers.get(SIGCHLD);
  if (action.handler !== SIG_IGN && (action.flags & SA_NOCLDSTOP) === 0) {
    const usage = processRusage(group);
    const info = {
      signo: SIGCHLD,
      code,
      pid: group.tgid,
      uid: group.leader.credentials.uid,
      status,
      utime: Math.floor((usage.userNs * USER_HZ) / NSEC_PER_SEC),
      stime: Math.floor((usage.systemNs * USER_HZ) / NSEC_PER_SEC),
    };
    postSignal(parent.leader, info, "process");
  }
  parent.childQueue.wake();
}
