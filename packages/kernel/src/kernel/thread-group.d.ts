import type { Kernel } from "./kernel.ts";
import { PendingSignals } from "./pending-signals.ts";
import type { ItimerCpu, ItimerReal } from "./itimer.ts";
import type { PosixTimer } from "./posix-timer.ts";
import type { Rlimit } from "./rlimit.ts";
import { type Rusage } from "./rusage.ts";
import { ProcessGroup } from "./session.ts";
import type { Task } from "./task.ts";
import { WaitQueue } from "./wait-queue.ts";
/** A state change that the parent has not yet waited for. */
export interface ChildEvent {
  readonly kind: "stopped" | "continued";
  /** The stop signal, or SIGCONT. */
  readonly signo: number;
}
export declare class ThreadGroup {
  #private;
  readonly kernel: Kernel;
  readonly tgid: number;
  /** Live threads in order of creation. A leader that has exited stays until the group is gone. */
  readonly threads: Set<Task>;
  /** null: the kernel's reaper, which takes every zombie at once. */
  parent: ThreadGroup | null;
  readonly children: Set<ThreadGroup>;
  processGroup: ProcessGroup;
  /** Signals sent to the process. */
  readonly pendingSignals: PendingSignals;
  /** Woken when a signal is sent to the process or one of its threads: signalfd. */
  readonly signalQueue: WaitQueue;
  /** Woken when a child changes state. */
  readonly childQueue: WaitQueue;
  /** Woken when this process has ended: pidfd. */
  readonly exitQueue: WaitQueue;
  /** Woken when this process lets its vfork parent go on, by execve or exit. */
  readonly vforkQueue: WaitQueue;
  /** The signal for the parent at exit; usually SIGCHLD, 0 for none. */
  exitSignal: number;
  /** By resource number. */
  readonly rlimits: Rlimit[];
  /** Every thread is to exit with `exitStatus`: exit_group or a fatal signal. */
  isExiting: boolean;
  /** Wait status (wait(2)). Valid once `isExiting` or `isDead`. */
  exitStatus: number;
  /** All threads have exited; a zombie if not `isReaped`. */
  isDead: boolean;
  isReaped: boolean;
  /** Job control: all threads stopped, or about to. */
  isStopped: boolean;
  /** Threads that have yet to stop. */
  stopCount: number;
  /** The signal that stops them. */
  stopSignal: number;
  /** Not yet waited for. */
  childEvent: ChildEvent | null;
  /** execve has been called since fork: setpgid refuses. */
  hasExeced: boolean;
  /** prctl(PR_SET_CHILD_SUBREAPER). */
  isSubreaper: boolean;
  /** prctl(PR_SET_DUMPABLE). */
  dumpable: number;
  /** Signals that would end it are ignored unless handled: pid 1 of a namespace. */
  isUnkillable: boolean;
  /** personality(2). */
  personality: number;
  oomScoreAdj: number;
  /** Registrations of membarrier(2). */
  membarriers: number;
  /** The vfork parent still waits. */
  vforkPending: boolean;
  /** Of threads that have exited. */
  deadThreads: Rusage;
  /** Of children that have been waited for. */
  reapedChildren: Rusage;
  /** Largest resident set so far, pages. */
  maxResidentPages: number;
  readonly startNs: number;
  itimerReal: ItimerReal | null;
  itimerVirtual: ItimerCpu | null;
  itimerProf: ItimerCpu | null;
  readonly posixTimers: Map<number, PosixTimer>;
  nextTimerId: number;
  /** CPU seconds at which RLIMIT_CPU sends SIGXCPU again. */
  nextCpuLimitSec: number;
  constructor(
    kernel: Kernel,
    parts: {
      readonly tgid: number;
      readonly parent: ThreadGroup | null;
      readonly processGroup: ProcessGroup | null;
      readonly exitSignal: number;
      readonly rlimits: readonly Rlimit[];
    },
  );
  /** The thread whose tid is the tgid. It stays as a zombie until all threads have gone. */
  get leader(): Task;
  set leader(task: Task);
  /** The soft limit of a resource; Infinity for none. */
  soft(resource: number): number;
  get pid(): number;
  get ppid(): number;
  /** Live threads without a leader that has exited. */
  get liveThreads(): number;
}
