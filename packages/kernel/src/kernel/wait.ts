/** Waiting for children: wait4(2), waitid(2); kernel/exit.c, do_wait(). */
import {
  __WALL,
  __WCLONE,
  __WNOTHREAD,
  CLD_CONTINUED,
  CLD_STOPPED,
  CLD_TRAPPED,
  CONTINUED_STATUS,
  ECHILD,
  type Errno,
  SIGCHLD,
  SIGCONT,
  stopStatus,
  WCONTINUED,
  WEXITED,
  WNOHANG,
  WNOWAIT,
  WSTOPPED,
} from "@kernelet/abi";
import { exitInfo, hasOtherTracer, reap, releaseEndedTracee } from "./exit.ts";
import type { BLOCKED } from "./result.ts";
import { addRusage, processRusage, type Rusage } from "./rusage.ts";
import type { SigInfo } from "./siginfo.ts";
import { infoSeenBy } from "./signal-post.ts";
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";

/** Which children: all of those that match. */
export type ChildSelector =
  | { readonly kind: "any" }
  | { readonly kind: "pid"; readonly pid: number }
  | { readonly kind: "group"; readonly pgid: number };

export interface WaitedChild {
  /** As the caller's PID namespace has it. */
  readonly pid: number;
  /** As wait4 stores it. */
  readonly status: number;
  /** As waitid stores it. */
  readonly info: SigInfo;
  readonly usage: Rusage;
}

function matches(child: ThreadGroup, selector: ChildSelector, options: number): boolean {
  if (selector.kind === "pid" && child.tgid !== selector.pid) return false;
  if (selector.kind === "group" && child.processGroup.id !== selector.pgid) return false;
  if ((options & __WALL) !== 0) return true;
  // A "clone" child tells its parent by something other than SIGCHLD.
  return (child.exitSignal !== SIGCHLD) === ((options & __WCLONE) !== 0);
}

/**
 * Takes one state change of a child. Children of all threads count, unless __WNOTHREAD asks for the caller's own.
 * @returns null with WNOHANG if there is nothing yet.
 */
export function waitForChild(
  task: Task,
  selector: ChildSelector,
  options: number,
): WaitedChild | null | Errno | typeof BLOCKED {
  const group = task.threadGroup;
  let candidates = 0;
  for (const tracee of group.tracees) {
    if (!matchesTracee(task, tracee, selector, options)) continue;
    candidates++;
    const waited = takeTracee(task, tracee, options);
    if (waited !== null) return waited;
  }
  for (const child of group.children) {
    if ((options & __WNOTHREAD) !== 0 && child.parentThread !== task) continue;
    if (!matches(child, selector, options)) continue;
    candidates++;
    if (hasOtherTracer(child)) continue;
    const waited = take(task, child, options);
    if (waited !== null) return waited;
  }
  if (candidates === 0) return ECHILD;
  if ((options & WNOHANG) !== 0) return null;
  return task.block([group.childQueue]);
}

/** Clone children or not, tracees are waited for by all calls. */
function matchesTracee(
  task: Task,
  tracee: Task,
  selector: ChildSelector,
  options: number,
): boolean {
  if ((options & __WNOTHREAD) !== 0 && tracee.trace?.tracer !== task) return false;
  if (selector.kind === "pid") return tracee.tid === selector.pid;
  if (selector.kind === "group") return tracee.threadGroup.processGroup.id === selector.pgid;
  return true;
}

/** What a stopped or ended tracee has to report. */
function takeTracee(task: Task, tracee: Task, options: number): WaitedChild | null {
  const { trace } = tracee;
  if (trace === null) return null;
  const keep = (options & WNOWAIT) !== 0;
  if (trace.exitStatus !== null) {
    if ((options & WEXITED) === 0) return null;
    const status = trace.exitStatus;
    const waited = reportOf(task, tracee, status, exitInfo(tracee.threadGroup, status));
    if (!keep) releaseEndedTracee(tracee);
    return waited;
  }
  const { stop } = trace;
  if (stop === null || stop.isReported || tracee.state !== "stopped" || trace.isListening) {
    return null;
  }
  if (!keep) stop.isReported = true;
  const code = stop.kind === "group" ? CLD_STOPPED : CLD_TRAPPED;
  const info = { signo: SIGCHLD, code, status: stop.code, uid: tracee.credentials.uid };
  return reportOf(task, tracee, stopStatus(stop.code), info);
}

function reportOf(task: Task, tracee: Task, status: number, info: SigInfo): WaitedChild {
  const pid = task.pids.show(tracee.tid);
  return { pid, status, info: { ...info, pid }, usage: totalUsage(tracee.threadGroup) };
}

function take(task: Task, child: ThreadGroup, options: number): WaitedChild | null {
  const parent = task.threadGroup;
  // A number that is free again has none in a namespace.
  const pid = task.pids.show(child.tgid);
  const keep = (options & WNOWAIT) !== 0;
  if (child.isDead) {
    if ((options & WEXITED) === 0) return null;
    const usage = totalUsage(child);
    const info = infoSeenBy(task, exitInfo(child));
    if (!keep) {
      addRusage(parent.reapedChildren, usage);
      reap(child);
    }
    return { pid, status: child.exitStatus, info, usage };
  }
  const event = child.childEvent;
  // Of a tracee its stops were reported.
  if (event === null || child.leader.trace !== null) return null;
  if ((options & (event.kind === "stopped" ? WSTOPPED : WCONTINUED)) === 0) return null;
  if (!keep) child.childEvent = null;
  const stopped = event.kind === "stopped";
  return {
    pid,
    status: stopped ? stopStatus(event.signo) : CONTINUED_STATUS,
    info: {
      signo: SIGCHLD,
      code: stopped ? CLD_STOPPED : CLD_CONTINUED,
      pid,
      uid: child.leader.credentials.uid,
      status: stopped ? event.signo : SIGCONT,
    },
    usage: totalUsage(child),
  };
}

/** Of the process and of those that it has waited for. */
function totalUsage(group: ThreadGroup): Rusage {
  const usage = processRusage(group);
  addRusage(usage, group.reapedChildren);
  return usage;
}
