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
import { type Errno } from "@kernelet/abi";
import type { Registers } from "../arch/x86/processor.ts";
import type { FdTable } from "../fs/fd-table.ts";
import type { FsContext } from "../fs/fs-context.ts";
import type { MemoryManager } from "../mm/memory-manager.ts";
import { SyscallArgs } from "../syscalls/args.ts";
import type { Credentials } from "./credentials.ts";
import type { FutexWaiter } from "./futex.ts";
import type { Kernel } from "./kernel.ts";
import { PendingSignals } from "./pending-signals.ts";
import type { RestartBlock } from "./restart.ts";
import { BLOCKED } from "./result.ts";
import type { SignalHandlers } from "./signal-handlers.ts";
import { SignalSet } from "./signal-set.ts";
import type { ThreadGroup } from "./thread-group.ts";
import type { Timer } from "./timer-queue.ts";
import type { EventMask, WaitQueue } from "./wait-queue.ts";
export type TaskState = "runnable" | "blocked" | "stopped" | "zombie" | "dead";
/** What a blocked call remembers between its tries: plain data, empty at the first try. */
export interface PendingCall {
  /** Bytes or items already moved. */
  done: number;
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
}
export declare class Task implements Timer {
  #private;
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
  /** At most 15 bytes; shown by ps. */
  comm: string;
  state: TaskState;
  /** In the run queue. Owner: Scheduler. */
  isQueued: boolean;
  /** sched_yield: the slice ends after this call. */
  mustYield: boolean;
  /** Signals sent to this thread alone. */
  readonly pendingSignals: PendingSignals;
  /** Blocked signals. */
  readonly signalMask: SignalSet;
  /** The mask to come back after a call that replaced it (sigsuspend, ppoll …): Linux's TIF_RESTORE_SIGMASK. */
  savedSignalMask: SignalSet | null;
  /** Signals that sigtimedwait waits for: not lost when ignored. */
  readonly waitedSignals: SignalSet;
  signalStack: SignalStack;
  /** A signal (or a group stop, or the end) is to be dealt with before user space: TIF_SIGPENDING. Kept by signal.ts. */
  signalPending: boolean;
  /** The restart error with which the call ended, 0 for none: signal delivery turns it into EINTR or a restart. */
  restartError: Errno | 0;
  /** The exception that the next frame shows in sigcontext: trapno, err, cr2. */
  readonly fault: {
    trapno: number;
    errorCode: number;
    cr2: number;
  };
  /** This thread must take part in a group stop: JOBCTL_STOP_PENDING. */
  stopPending: boolean;
  readonly args: SyscallArgs;
  /** Number of the call being made, -1 outside calls or when it must not restart: orig_rax. */
  syscallNumber: number;
  readonly pending: PendingCall;
  /** A blocked call is to be tried again when the task runs. */
  isInCall: boolean;
  /** Whether the handler runs again after a wait. */
  isRetry: boolean;
  /** Whether this retry is because the deadline has passed. */
  timedOut: boolean;
  /** For restart_syscall(2). */
  restartBlock: RestartBlock | null;
  /** Where this task waits in futex(2) and futex_waitv(2). */
  futexWaiters: FutexWaiter[];
  /** set_tid_address(2): cleared and woken at exit. */
  clearChildTid: number;
  /** set_robust_list(2). */
  robustListHead: number;
  /** prctl(PR_SET_PDEATHSIG). */
  parentDeathSignal: number;
  /** sched(7); nothing but the numbers: every task gets the same slice. */
  schedPolicy: number;
  schedPriority: number;
  nice: number;
  /** ioprio_set(2); 0: follows nice. */
  ioPriority: number;
  /** prctl(PR_SET_TIMERSLACK), nanoseconds. */
  timerSlackNs: number;
  /** CPU time, nanoseconds. */
  userNs: number;
  systemNs: number;
  /** Monotonic time of creation. */
  readonly startNs: number;
  minorFaults: number;
  voluntarySwitches: number;
  involuntarySwitches: number;
  /** The deadline of a wait: this object is its own timer. */
  deadlineNs: number;
  heapIndex: number;
  sequence: number;
  /** Only a fatal signal ends the wait. */
  isKillableOnly: boolean;
  constructor(kernel: Kernel, parts: TaskParts);
  get isLeader(): boolean;
  get isAlive(): boolean;
  /**
   * Waits until one of the queues is woken, the deadline passes, or a signal comes; then the handler
   * is called again, finds the condition (or `timedOut`, or neither), and either returns or blocks
   * again. With a signal pending this gives the restart error instead of BLOCKED, so a handler that has
   * moved something already can return that instead.
   *
   * @returns what the handler must return.
   */
  block(queues: readonly WaitQueue[], options?: BlockOptions): typeof BLOCKED | Errno;
  /** As `block`, with a mask for each queue: poll(2). */
  blockOn(
    waits: readonly {
      readonly queue: WaitQueue;
      readonly mask: EventMask;
    }[],
    options?: BlockOptions,
  ): typeof BLOCKED | Errno;
  /** Makes a blocked task runnable; the call it waits in is tried again. */
  wakeUp(): void;
  /** Leaves "stopped" or "blocked" for good reason: SIGCONT, or the end. */
  resume(): void;
  /** The deadline of a wait has come. */
  expire(_nowNs: number): void;
  /** The task ends: it waits for nothing any more. */
  abandonWait(): void;
  /** A new call begins: nothing is pending. */
  resetPending(): void;
}
