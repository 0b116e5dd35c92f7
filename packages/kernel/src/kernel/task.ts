/**
 * A thread: what the scheduler runs and what makes system calls (task_struct).
 *
 *                 block()                    wake, signal, timeout
 *   runnable ───────────────▶ blocked ──────────────────────────────▶ runnable (the call is tried again)
 *      │  ▲
 *      │  └─ SIGCONT ── stopped ◀── group stop
 *      └───── exit ───▶ zombie ── reaped by the parent, or at once for a thread ──▶ dead
 *
 * A task never holds a JavaScript stack between slices: all that a blocked call needs is in `pending`
 * and in the registers, which still hold the call's arguments.
 */
import {
  EINTR,
  ERESTART_RESTARTBLOCK,
  ERESTARTNOHAND,
  ERESTARTNOINTR,
  ERESTARTSYS,
  type Errno,
} from "@kernelet/abi";
import type { Registers } from "../arch/x86/processor.ts";
import type { FdTable } from "../fs/fd-table.ts";
import type { FsContext } from "../fs/fs-context.ts";
import type { UndoList } from "../ipc/sem-undo.ts";
import type { MemoryManager } from "../mm/memory-manager.ts";
import { SyscallArgs } from "../syscalls/args.ts";
import type { Credentials } from "./credentials.ts";
import type { FutexWaiter } from "./futex.ts";
import type { Kernel } from "./kernel.ts";
import type { NsProxy } from "./namespaces/nsproxy.ts";
import type { PidNamespace } from "./namespaces/pid-namespace.ts";
import { PendingSignals } from "./pending-signals.ts";
import type { Trace } from "./ptrace.ts";
import type { RestartBlock } from "./restart.ts";
import { BLOCKED } from "./result.ts";
import type { RseqArea } from "./rseq.ts";
import type { SeccompState } from "./seccomp/seccomp.ts";
import type { SignalHandlers } from "./signal-handlers.ts";
import { SignalSet } from "./signal-set.ts";
import type { ThreadGroup } from "./thread-group.ts";
import type { Timer } from "./timer-queue.ts";
import type { EventMask, Waiter, WaitQueue } from "./wait-queue.ts";

/** struct io_context. */
export interface IoContext {
  /** As ioprio_set(2) takes it: class and level. */
  priority: number;
}

export type TaskState = "runnable" | "blocked" | "stopped" | "zombie" | "dead";

/** What a blocked call remembers between its tries: plain data, empty at the first try. */
export interface PendingCall {
  /** Bytes or items already moved. */
  done: number;
  /** Bytes that a read has copied out, where that is more than it gives: up to where the caller's memory ends. */
  copied: number;
  /** Absolute monotonic deadline, fixed at the first try. */
  deadlineNs: number | undefined;
  /** Anything else; the handler knows its shape. Plain data. */
  data: unknown;
}

/**
 * What a signal does to the blocked call:
 *   restart        again if the handler has SA_RESTART or there is none, else EINTR (ERESTARTSYS)
 *   always         again, whatever the handler says (ERESTARTNOINTR)
 *   nohand         again if no handler runs, else EINTR (ERESTARTNOHAND)
 *   restart-block  by restart_syscall(2) with `task.restartBlock` if no handler runs, else EINTR
 *   eintr          EINTR always
 *   killable       nothing but a fatal signal ends the wait
 */
export type RestartMode = "restart" | "always" | "nohand" | "restart-block" | "eintr" | "killable";

export interface BlockOptions {
  /** Events of interest, for all queues. */
  readonly mask?: EventMask;
  /** Monotonic nanoseconds at which the call is tried again with `timedOut` set. */
  readonly deadlineNs?: number | undefined;
  readonly restart?: RestartMode;
}

const RESTART_ERRNO: Record<Exclude<RestartMode, "killable">, Errno> = {
  restart: ERESTARTSYS,
  always: ERESTARTNOINTR,
  nohand: ERESTARTNOHAND,
  "restart-block": ERESTART_RESTARTBLOCK,
  eintr: EINTR,
};

/** The place of a task on one wait queue. */
class TaskWaiter implements Waiter {
  readonly exclusive = false;
  readonly task: Task;
  readonly queue: WaitQueue;
  readonly mask: EventMask;

  constructor(task: Task, queue: WaitQueue, mask: EventMask) {
    this.task = task;
    this.queue = queue;
    this.mask = mask;
  }

  wake(_events: EventMask): boolean {
    this.task.wakeUp();
    return true;
  }
}

/** The alternate signal stack of sigaltstack(2). */
export interface SignalStack {
  sp: number;
  size: number;
  flags: number;
}

export interface TaskParts {
  readonly tid: number;
  readonly registers: Registers;
  readonly threadGroup: ThreadGroup;
  readonly mm: MemoryManager;
  readonly fdTable: FdTable;
  readonly fs: FsContext;
  readonly credentials: Credentials;
  readonly signalHandlers: SignalHandlers;
  /** Null: those of the first process. The task takes a reference. */
  readonly nsproxy?: NsProxy;
  readonly pids?: PidNamespace;
}

export class Task implements Timer {
  readonly kernel: Kernel;
  /** Changes only when a thread that is not the leader calls execve and takes the leader's. */
  tid: number;
  threadGroup: ThreadGroup;
  /** One object for life: execve resets it in place. */
  readonly registers: Registers;
  /** Shared with CLONE_VM. Owner of one reference until exit. */
  mm: MemoryManager;
  /** Shared with CLONE_FILES. Owner of one reference until exit. */
  fdTable: FdTable;
  /** Shared with CLONE_FS. Owner of one reference until exit. */
  fs: FsContext;
  /** Never changed in place. */
  credentials: Credentials;
  /** Shared with CLONE_SIGHAND. */
  signalHandlers: SignalHandlers;
  /** Replaced by unshare and setns. Owner of one reference until exit. */
  nsproxy: NsProxy;
  /** The PID namespace that the task is in, for life. */
  readonly pids: PidNamespace;
  /** At most 15 bytes; shown by ps. */
  comm = "";
  state: TaskState = "runnable";
  /** In the run queue. Owner: Scheduler. */
  isQueued = false;
  /** sched_yield: the slice ends after this call. */
  mustYield = false;

  /** Signals sent to this thread alone. */
  readonly pendingSignals: PendingSignals = new PendingSignals();
  /** Blocked signals. */
  readonly signalMask: SignalSet = new SignalSet();
  /** The mask to come back after a call that replaced it (sigsuspend, ppoll …): Linux's TIF_RESTORE_SIGMASK. */
  savedSignalMask: SignalSet | null = null;
  /** Signals that sigtimedwait waits for: not lost when ignored. */
  readonly waitedSignals: SignalSet = new SignalSet();
  signalStack: SignalStack = { sp: 0, size: 0, flags: 2 };
  /** A signal (or a group stop, or the end) is to be dealt with before user space: TIF_SIGPENDING. Kept by signal.ts. */
  signalPending = false;
  /** The restart error with which the call ended, 0 for none: signal delivery turns it into EINTR or a restart. */
  restartError: Errno | 0 = 0;
  /** The exception that the next frame shows in sigcontext: trapno, err, cr2. */
  readonly fault: { trapno: number; errorCode: number; cr2: number } = {
    trapno: 0,
    errorCode: 0,
    cr2: 0,
  };
  /** This thread must take part in a group stop: JOBCTL_STOP_PENDING. */
  stopPending = false;

  readonly args: SyscallArgs;
  /** Number of the call being made, -1 outside calls or when it must not restart: orig_rax. */
  syscallNumber = -1;
  readonly pending: PendingCall = { done: 0, copied: 0, deadlineNs: undefined, data: null };
  /** A blocked call is to be tried again when the task runs. */
  isInCall = false;
  /** Whether the handler runs again after a wait. */
  isRetry = false;
  /** Whether this retry is because the deadline has passed. */
  timedOut = false;
  /** Traced by another thread: ptrace(2). */
  trace: Trace | null = null;
  /** The tracer has gone at a call's beginning: the call is still to be made. */
  isCallDue = false;
  /** For restart_syscall(2). */
  restartBlock: RestartBlock | null = null;
  /** Where this task waits in futex(2) and futex_waitv(2). */
  futexWaiters: FutexWaiter[] = [];

  /** System V semaphores: what the process takes back at its end; shared with CLONE_SYSVSEM, null while there is none. */
  undoList: UndoList | null = null;

  /** set_tid_address(2): cleared and woken at exit. */
  clearChildTid = 0;
  /** set_robust_list(2). */
  robustListHead = 0;
  /** rseq(2): null while nothing is registered. Inherited by fork, not by a thread; execve drops it. */
  rseq: RseqArea | null = null;
  /** The task has not run since it was interrupted: a sequence that it stands in is aborted before it does. */
  isRseqDue = false;
  /** seccomp(2): null while every call is allowed. Inherited, and kept by execve. */
  seccomp: SeccompState | null = null;
  /** prctl(PR_SET_PDEATHSIG). */
  parentDeathSignal = 0;
  /** sched(7); nothing but the numbers: every task gets the same slice. */
  schedPolicy = 0;
  schedPriority = 0;
  nice = 0;
  /** Made by the first ioprio_set(2); null: priority follows nice. Shared by CLONE_IO. */
  ioContext: IoContext | null = null;
  /** prctl(PR_SET_TIMERSLACK), nanoseconds. */
  timerSlackNs = 50_000;
  /** prctl(PR_MCE_KILL): 0 late, 1 early, 2 as the system does. */
  mceKill = 2;
  /** CPU time, nanoseconds. */
  userNs = 0;
  systemNs = 0;
  /** Monotonic time of creation. */
  readonly startNs: number;
  minorFaults = 0;
  voluntarySwitches = 0;
  involuntarySwitches = 0;

  /** The deadline of a wait: this object is its own timer. */
  deadlineNs = 0;
  heapIndex = -1;
  sequence = 0;
  #waiters: TaskWaiter[] = [];
  /** Only a fatal signal ends the wait. */
  isKillableOnly = false;

  constructor(kernel: Kernel, parts: TaskParts) {
    this.kernel = kernel;
    this.tid = parts.tid;
    this.registers = parts.registers;
    this.threadGroup = parts.threadGroup;
    this.mm = parts.mm;
    this.fdTable = parts.fdTable;
    this.fs = parts.fs;
    this.credentials = parts.credentials;
    this.signalHandlers = parts.signalHandlers;
    this.nsproxy = (parts.nsproxy ?? kernel.initNamespaces).get();
    this.pids = (parts.pids ?? kernel.initPidNamespace).get();
    this.credentials.userNamespace.get();
    this.args = new SyscallArgs(parts.registers);
    this.startNs = kernel.clock.monotonicNs();
  }

  /** At exit, and for a task that could not be completed. */
  releaseNamespaces(): void {
    this.nsproxy.put();
    this.pids.put();
    this.credentials.userNamespace.put();
  }

  get isLeader(): boolean {
    return this.threadGroup.leader === this;
  }

  get isAlive(): boolean {
    return this.state !== "zombie" && this.state !== "dead";
  }

  /**
   * Waits until one of the queues is woken, the deadline passes, or a signal comes; then the handler
   * is called again, finds the condition (or `timedOut`, or neither), and either returns or blocks
   * again. With a signal pending this gives the restart error instead of BLOCKED, so a handler that has
   * moved something already can return that instead.
   *
   * @returns what the handler must return.
   */
  block(queues: readonly WaitQueue[], options: BlockOptions = {}): typeof BLOCKED | Errno {
    const mask = options.mask ?? 0xffffffff;
    const interrupted = this.#interrupted(options.restart ?? "restart");
    if (interrupted !== 0) return interrupted;
    for (const queue of queues) this.#wait(queue, mask);
    return this.#sleep(options);
  }

  /** As `block`, with a mask for each queue: poll(2). */
  blockOn(
    waits: readonly { readonly queue: WaitQueue; readonly mask: EventMask }[],
    options: BlockOptions = {},
  ): typeof BLOCKED | Errno {
    const interrupted = this.#interrupted(options.restart ?? "restart");
    if (interrupted !== 0) return interrupted;
    for (const wait of waits) this.#wait(wait.queue, wait.mask);
    return this.#sleep(options);
  }

  #interrupted(mode: RestartMode): Errno | 0 {
    if (mode === "killable") return this.threadGroup.isExiting ? ERESTARTNOINTR : 0;
    return this.signalPending ? RESTART_ERRNO[mode] : 0;
  }

  #wait(queue: WaitQueue, mask: EventMask): void {
    const waiter = new TaskWaiter(this, queue, mask);
    if (this.#waiters.length === 0) this.#waiters = [waiter];
    else this.#waiters.push(waiter);
    queue.add(waiter);
  }

  #sleep({ deadlineNs, restart }: BlockOptions): typeof BLOCKED {
    this.isKillableOnly = restart === "killable";
    if (deadlineNs !== undefined && deadlineNs !== Number.POSITIVE_INFINITY) {
      this.kernel.timers.start(this, deadlineNs);
    }
    this.state = "blocked";
    this.timedOut = false;
    return BLOCKED;
  }

  /** Makes a blocked task runnable; the call it waits in is tried again. */
  wakeUp(): void {
    if (this.state !== "blocked") return;
    this.#leaveQueues();
    this.state = "runnable";
    this.kernel.scheduler.enqueue(this);
  }

  /** Leaves "stopped" or "blocked" for good reason: SIGCONT, or the end. */
  resume(): void {
    if (this.state === "blocked") this.wakeUp();
    else if (this.state === "stopped") {
      this.state = "runnable";
      this.kernel.scheduler.enqueue(this);
    }
  }

  /** The deadline of a wait has come. */
  expire(_nowNs: number): void {
    this.timedOut = true;
    this.wakeUp();
  }

  #leaveQueues(): void {
    for (const waiter of this.#waiters) waiter.queue.remove(waiter);
    if (this.#waiters.length > 0) this.#waiters = [];
    this.kernel.timers.stop(this);
  }

  /** The task ends: it waits for nothing any more. */
  abandonWait(): void {
    this.#leaveQueues();
  }

  /** A new call begins: nothing is pending. */
  resetPending(): void {
    this.isInCall = false;
    const pending = this.pending;
    pending.done = 0;
    pending.copied = 0;
    pending.deadlineNs = undefined;
    pending.data = null;
    this.isRetry = false;
    this.timedOut = false;
  }
}
