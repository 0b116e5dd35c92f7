/**
 * A process: the threads that share a pid (signal_struct and its thread group). Its parent, children
 * and exit status are the process's, not a thread's.
 */
import { RLIM_NLIMITS } from "@kernelet/abi";
import { KernelBug } from "./bug.ts";
import type { Cgroup } from "./cgroup/cgroup.ts";
import type { ItimerCpu, ItimerReal } from "./itimer.ts";
import type { Kernel } from "./kernel.ts";
import { PendingSignals } from "./pending-signals.ts";
import type { PosixTimer } from "./posix-timer.ts";
import type { Rlimit } from "./rlimit.ts";
import { noRusage, type Rusage } from "./rusage.ts";
import { type ControllingTerminal, ProcessGroup, Session } from "./session.ts";
import type { Task } from "./task.ts";
import { WaitQueue } from "./wait-queue.ts";

/** A state change that the parent has not yet waited for. */
export interface ChildEvent {
  readonly kind: "stopped" | "continued";
  /** The stop signal, or SIGCONT. */
  readonly signo: number;
}

export interface IoCounters {
  bytesRead: number;
  bytesWritten: number;
  reads: number;
  writes: number;
}

export class ThreadGroup {
  readonly kernel: Kernel;
  readonly tgid: number;
  #leader: Task | null = null;
  /** Live threads in order of creation. A leader that has exited stays until the group is gone. */
  readonly threads: Set<Task> = new Set();
  /** null: the kernel's reaper, which takes every zombie at once. */
  parent: ThreadGroup | null;
  /** The parent's thread that made it, or that has taken it over: __WNOTHREAD, PR_SET_PDEATHSIG. */
  parentThread: Task | null = null;
  readonly children: Set<ThreadGroup> = new Set();
  /** Threads that one of this process's threads traces: ptrace(2). */
  readonly tracees: Set<Task> = new Set();
  processGroup: ProcessGroup;
  /** Kept after the end. Owner: cgroup.ts. */
  cgroup: Cgroup;
  /** Signals sent to the process. */
  readonly pendingSignals: PendingSignals = new PendingSignals();
  /** Woken when a signal is sent to the process or one of its threads: signalfd. */
  readonly signalQueue: WaitQueue = new WaitQueue();
  /** Woken when a child changes state. */
  readonly childQueue: WaitQueue = new WaitQueue();
  /** Who sleeps on this process's CPU time, or that of a thread of it. */
  readonly cpuClockQueue: WaitQueue = new WaitQueue();
  /** How much CPU time the process must have used before it is worth to wake them; Infinity: nobody sleeps. */
  nextCpuWakeNs: number = Number.POSITIVE_INFINITY;
  /** Woken when this process has ended: pidfd. */
  readonly exitQueue: WaitQueue = new WaitQueue();
  /** Woken when this process lets its vfork parent go on, by execve or exit. */
  readonly vforkQueue: WaitQueue = new WaitQueue();
  /** The signal for the parent at exit; usually SIGCHLD, 0 for none. */
  exitSignal: number;
  /** By resource number. */
  readonly rlimits: Rlimit[];

  /** What /proc/[pid]/io shows: bytes and calls of read(2), write(2) and their kin. */
  readonly io: IoCounters = { bytesRead: 0, bytesWritten: 0, reads: 0, writes: 0 };

  /** Every thread is to exit with `exitStatus`: exit_group or a fatal signal. */
  isExiting = false;
  /** Wait status (wait(2)). Valid once `isExiting` or `isDead`. */
  exitStatus = 0;
  /** All threads have exited; a zombie if not `isReaped`. */
  isDead = false;
  isReaped = false;
  /** Job control: all threads stopped, or about to. */
  isStopped = false;
  /** Threads that have yet to stop. */
  stopCount = 0;
  /** The signal that stops them. */
  stopSignal = 0;
  /** Not yet waited for. */
  childEvent: ChildEvent | null = null;
  /** TIOCNOTTY: the session's terminal is not this process's, nor its children's. */
  hasLeftTerminal = false;
  /** execve has been called since fork: setpgid refuses. */
  hasExeced = false;
  /** prctl(PR_SET_CHILD_SUBREAPER). */
  isSubreaper = false;
  /** prctl(PR_SET_THP_DISABLE). */
  isThpDisabled = false;
  /** prctl(PR_SET_DUMPABLE). */
  dumpable = 1;
  /** Signals that would end it are ignored unless handled: pid 1 of a namespace. */
  isUnkillable = false;
  /** personality(2). */
  personality = 0;
  oomScoreAdj = 0;
  /** Registrations of membarrier(2): of the memory, so a fork has them and execve forgets them. */
  membarriers = 0;
  /** The vfork parent still waits. */
  vforkPending = false;

  /** Of threads that have exited. */
  deadThreads: Rusage;
  /** Of children that have been waited for. */
  reapedChildren: Rusage;
  /** Largest resident set so far, pages. */
  maxResidentPages = 0;
  readonly startNs: number;

  itimerReal: ItimerReal | null = null;
  itimerVirtual: ItimerCpu | null = null;
  itimerProf: ItimerCpu | null = null;
  readonly posixTimers: Map<number, PosixTimer> = new Map();
  nextTimerId = 0;
  /** CPU seconds at which RLIMIT_CPU sends SIGXCPU again. */
  nextCpuLimitSec = 0;

  constructor(
    kernel: Kernel,
    parts: {
      readonly tgid: number;
      readonly parent: ThreadGroup | null;
      readonly processGroup: ProcessGroup | null;
      readonly exitSignal: number;
      readonly rlimits: readonly Rlimit[];
      /** Absent: the parent's, or the root. */
      readonly cgroup?: Cgroup;
    },
  ) {
    this.kernel = kernel;
    this.tgid = parts.tgid;
    this.parent = parts.parent;
    this.exitSignal = parts.exitSignal;
    this.rlimits = parts.rlimits.slice(0, RLIM_NLIMITS).map((limit) => ({ ...limit }));
    this.deadThreads = noRusage();
    this.reapedChildren = noRusage();
    this.startNs = kernel.clock.monotonicNs();
    this.processGroup = parts.processGroup ?? new ProcessGroup(parts.tgid, new Session(this));
    this.processGroup.members.add(this);
    this.cgroup = parts.cgroup ?? parts.parent?.cgroup ?? kernel.rootCgroup;
  }

  /** The thread whose tid is the tgid. It stays as a zombie until all threads have gone. */
  get leader(): Task {
    if (this.#leader === null) throw new KernelBug("thread group without leader");
    return this.#leader;
  }

  set leader(task: Task) {
    this.#leader = task;
  }

  /** The soft limit of a resource; Infinity for none. */
  soft(resource: number): number {
    return this.rlimits[resource]?.soft ?? Number.POSITIVE_INFINITY;
  }

  /** The hard limit of RLIMIT_*; Infinity for none. */
  hard(resource: number): number {
    return this.rlimits[resource]?.hard ?? Number.POSITIVE_INFINITY;
  }

  /** The controlling terminal. */
  get terminal(): ControllingTerminal | null {
    return this.hasLeftTerminal ? null : this.processGroup.session.terminal;
  }

  get pid(): number {
    return this.tgid;
  }

  /** The kernel's number of the parent. Others see it through their PID namespace. */
  get ppid(): number {
    return this.parent === null ? this.kernel.reaperPid : this.parent.tgid;
  }

  /** Any thread that has not exited; null once the process is dead. */
  get firstAlive(): Task | null {
    for (const thread of this.threads) if (thread.isAlive) return thread;
    return null;
  }

  /** Live threads without a leader that has exited. */
  get liveThreads(): number {
    let n = 0;
    for (const thread of this.threads) if (thread.isAlive) n++;
    return n;
  }
}
