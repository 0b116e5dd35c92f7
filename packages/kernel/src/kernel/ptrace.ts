/**
 * One thread watches another: ptrace(2), kernel/ptrace.c. What a tracee does of itself is here: it stops, tells, and goes
 * on as the tracer said. The calls of the tracer are in syscalls/sys_ptrace.ts.
 *
 *   running ── a call's begin or end, a signal, an event ──▶ stopped, `stop` says why ── wait(2) reports it
 *      ▲───────────────── PTRACE_CONT, PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_DETACH ──────────┘
 *
 * A tracee in such a stop is "stopped" like one of a group stop, but only its tracer, or its end, lets it go on.
 */
import {
  CLD_STOPPED,
  CLD_TRAPPED,
  PTRACE_EVENT_STOP,
  PTRACE_O_TRACESYSGOOD,
  SA_NOCLDSTOP,
  SI_USER,
  SIG_IGN,
  SIGCHLD,
  SIGSTOP,
  SIGTRAP,
} from "@kernelet/abi";
import type { SigInfo } from "./siginfo.ts";
import { infoSeenBy, postSignal, recalcSignalPending } from "./signal-post.ts";
import type { Task } from "./task.ts";

export type StopKind = "signal" | "entry" | "exit" | "event" | "group" | "seccomp";

export interface TraceStop {
  readonly kind: StopKind;
  /** What wait(2) gives above 0x7f: a signal, and the event in bits 8 and up. */
  readonly code: number;
  /** PTRACE_GETSIGINFO; null gives EINVAL. */
  readonly info: SigInfo | null;
  /** PTRACE_GETEVENTMSG. */
  readonly message: number;
  /** wait(2) has reported it. */
  isReported: boolean;
}

/** How a tracee goes on. */
export type TraceMode = "cont" | "syscall" | "step";

/** Of a tracee: who traces it, and where it is with that. */
export interface Trace {
  readonly tracer: Task;
  readonly isSeized: boolean;
  options: number;
  mode: TraceMode;
  /** Null while it runs. */
  stop: TraceStop | null;
  /** Stops that follow when it goes on from this one. */
  readonly queued: TraceStop[];
  message: number;
  /** PTRACE_LISTEN: it stays in its group stop, and tells what becomes of that. */
  isListening: boolean;
  /** It is to stop with PTRACE_EVENT_STOP: PTRACE_INTERRUPT, or its first instruction. */
  isInterrupted: boolean;
  /** What the tracer made of the signal that it stopped for; null: nothing. Undefined: it did not stop for one. */
  verdict: SigInfo | null | undefined;
  /** The system call at whose beginning it stopped is still to be made; "unfiltered": seccomp has been asked. */
  atEntry: "filtered" | "unfiltered" | null;
  /** Wait status of one that has ended and that its tracer has not waited for. */
  exitStatus: number | null;
}

/** `task` is traced from now on. Preconditions: it is not yet, and may be. */
export function startTrace(task: Task, tracer: Task, isSeized: boolean, options = 0): Trace {
  const trace: Trace = {
    tracer,
    isSeized,
    options,
    mode: "cont",
    stop: null,
    queued: [],
    message: 0,
    isListening: false,
    isInterrupted: false,
    verdict: undefined,
    atEntry: null,
    exitStatus: null,
  };
  task.trace = trace;
  tracer.threadGroup.tracees.add(task);
  return trace;
}

export function hasTraceOption(task: Task, option: number): boolean {
  return task.trace !== null && (task.trace.options & option) !== 0;
}

/** Whether only its tracer lets it go on. */
export function isHeld(task: Task): boolean {
  return task.trace !== null && task.trace.stop !== null && !task.trace.isListening;
}

/** Stops the task and tells its tracer. */
function stopForTracer(task: Task, stop: TraceStop): void {
  const { trace } = task;
  if (trace === null) return;
  trace.stop = stop;
  trace.message = stop.message;
  task.state = "stopped";
  tellTracer(task, stop);
}

function tellTracer(task: Task, { kind, code }: TraceStop): void {
  const { trace } = task;
  if (trace === null) return;
  const { tracer } = trace;
  const group = tracer.threadGroup;
  if (group.isDead) return;
  const action = tracer.signalHandlers.get(SIGCHLD);
  if (action.handler !== SIG_IGN && (action.flags & SA_NOCLDSTOP) === 0) {
    const info = {
      signo: SIGCHLD,
      code: kind === "group" ? CLD_STOPPED : CLD_TRAPPED,
      pid: task.tid,
      uid: task.credentials.uid,
      status: code & 0x7f,
    };
    postSignal(group.leader, info, "process");
  }
  group.childQueue.wake();
}

/** What PTRACE_GETSIGINFO says of a stop that no signal caused: ptrace_do_notify(). */
function noticeInfo(task: Task, signo: number, code: number): SigInfo {
  const { tid, credentials } = task;
  return { signo, code, pid: task.pids.show(tid), uid: credentials.uid };
}

function callStop(task: Task, kind: "entry" | "exit"): TraceStop {
  const code = SIGTRAP | (hasTraceOption(task, PTRACE_O_TRACESYSGOOD) ? 0x80 : 0);
  const message = kind === "entry" ? 1 : 2;
  return { kind, code, info: noticeInfo(task, SIGTRAP, code), message, isReported: false };
}

function eventOf(task: Task, event: number, message: number, kind: StopKind = "event"): TraceStop {
  const code = SIGTRAP | (event << 8);
  return { kind, code, info: noticeInfo(task, SIGTRAP, code), message, isReported: false };
}

/** A system call begins. @returns whether the task has stopped, with the call still to be made. */
export function stopAtEntry(task: Task): boolean {
  if (task.trace === null || task.trace.mode !== "syscall") return false;
  task.trace.atEntry = "filtered";
  stopForTracer(task, callStop(task, "entry"));
  return true;
}

/** seccomp's RET_TRACE: the tracer decides about the call. */
export function stopForSeccomp(task: Task, event: number, data: number): void {
  if (task.trace === null) return;
  task.trace.atEntry = "unfiltered";
  stopForTracer(task, eventOf(task, event, data, "seccomp"));
}

/** A system call has its result in rax. @returns whether the task has stopped, now or already for an event of the call. */
export function stopAtExit(task: Task): boolean {
  const { trace } = task;
  if (trace === null || trace.mode === "cont") return false;
  if (trace.mode === "step") {
    const info = noticeInfo(task, SIGTRAP, SIGTRAP);
    stopForTracer(task, { kind: "exit", code: SIGTRAP, info, message: 0, isReported: false });
    return true;
  }
  stopForTracer(task, callStop(task, "exit"));
  return true;
}

/** An event that the tracer wants to hear of. @returns whether the task has stopped. */
export function stopForEvent(task: Task, event: number, option: number, message: number): boolean {
  if (!hasTraceOption(task, option)) return false;
  stopForTracer(task, eventOf(task, event, message));
  return true;
}

/** An event at the end of a call: the call's own stop follows, if it is wanted when the task goes on. */
export function stopBeforeExit(task: Task, event: number, option: number, message: number): void {
  if (!stopForEvent(task, event, option, message)) return;
  task.trace?.queued.push(callStop(task, "exit"));
}

/** PTRACE_EVENT_STOP: interrupted, or new and seized; or a group stop, which `signo` began. */
export function stopForInterrupt(task: Task): void {
  const { trace, threadGroup: group } = task;
  if (trace === null) return;
  trace.isInterrupted = false;
  if (group.isStopped) stopWithGroup(task, group.stopSignal);
  else stopForTracer(task, eventOf(task, PTRACE_EVENT_STOP, 0));
}

/** The task's part of a group stop, as its tracer sees it. */
export function stopWithGroup(task: Task, signo: number): void {
  const { trace } = task;
  if (trace === null) return;
  const code = signo | (trace.isSeized ? PTRACE_EVENT_STOP << 8 : 0);
  const info = trace.isSeized ? noticeInfo(task, signo, code) : null;
  stopForTracer(task, { kind: "group", code, info, message: 0, isReported: false });
}

/** A signal was taken, and the tracer decides what becomes of it. */
export function stopForSignal(task: Task, info: SigInfo): void {
  stopForTracer(task, { kind: "signal", code: info.signo, info, message: 0, isReported: false });
}

/** Goes on to a stop that follows the one before. @returns whether the task has stopped again. */
export function takeQueuedStop(task: Task): boolean {
  const { trace } = task;
  const next = trace?.queued.shift();
  if (trace === null || next === undefined) return false;
  if (next.kind === "exit" && trace.mode !== "syscall") return takeQueuedStop(task);
  stopForTracer(task, next);
  return true;
}

/** The tracer lets it go on; `signo` is what becomes of the signal that it stopped for. */
export function resumeTracee(task: Task, mode: TraceMode, signo: number): void {
  const { trace } = task;
  if (trace === null) return;
  const { stop } = trace;
  trace.mode = mode;
  release(task, stop, signo, trace);
}

function release(task: Task, stop: TraceStop | null, signo: number, trace: Trace): void {
  trace.stop = null;
  trace.isListening = false;
  if (stop?.kind === "signal") {
    const { tracer } = trace;
    const own = { signo, code: SI_USER, pid: tracer.threadGroup.tgid, uid: tracer.credentials.uid };
    const changed = stop.info?.signo === signo ? stop.info : infoSeenBy(task, own);
    trace.verdict = signo === 0 ? null : changed;
  } else if ((stop?.kind === "entry" || stop?.kind === "exit") && signo !== 0) {
    const { tracer } = trace;
    const pid = tracer.threadGroup.tgid;
    postSignal(task, { signo, code: SI_USER, pid, uid: tracer.credentials.uid }, "thread");
  }
  recalcSignalPending(task);
  task.resume();
}

/** The task is traced no more, and goes on with `signo`. One that its process's group stop holds stays stopped. */
export function stopTrace(task: Task, signo = 0): void {
  const { trace, threadGroup: group } = task;
  if (trace === null) return;
  trace.tracer.threadGroup.tracees.delete(task);
  const { stop } = trace;
  trace.mode = "cont";
  trace.queued.length = 0;
  trace.isInterrupted = false;
  if (task.isAlive && task.state === "stopped" && stop !== null) {
    if (group.isStopped && signo === 0) trace.stop = null;
    else release(task, stop, signo, trace);
  }
  if (trace.verdict !== undefined && trace.verdict !== null) {
    task.pendingSignals.add(trace.verdict);
  }
  // A call at whose beginning it stood is still to be made.
  task.isCallDue = trace.atEntry !== null;
  task.trace = null;
  recalcSignalPending(task);
}

/** A tracee's child is traced from its first instruction, if its maker's tracer wants that. */
export function inheritTrace(parent: Task, child: Task, isWanted: boolean): void {
  const { trace } = parent;
  if (trace === null || !isWanted) return;
  const own = startTrace(child, trace.tracer, trace.isSeized, trace.options);
  if (trace.isSeized) own.isInterrupted = true;
  else child.pendingSignals.add({ signo: SIGSTOP, code: SI_USER, pid: 0, uid: 0 });
  child.signalPending = true;
}
