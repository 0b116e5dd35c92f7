/**
 * One kernel: all state of one sandbox, and the doors through which the host drives it.
 *
 *   host loop:  runSlice() while "more";  "idle" → wait for input, or until nextTimerNs();  "done" → exitStatus
 *
 * Nothing here calls back later: the host delivers input, signals and the passing of time between slices.
 */
import { type Errno, ESRCH, isErrno, SIGKILL, SIGWINCH, signalStatus } from "@kernelet/abi";
import { Entry } from "../arch/x86/entry.ts";
import type { Processor } from "../arch/x86/processor.ts";
import { CgroupFs } from "../fs/cgroup/cgroupfs.ts";
import { newDevtmpfs, registerDevices } from "../fs/devtmpfs/devtmpfs.ts";
import { SysFs } from "../fs/sysfs/sysfs.ts";
import type { Tmpfs } from "../fs/tmpfs/tmpfs.ts";
import { Vfs } from "../fs/vfs.ts";
import type { Host } from "../host.ts";
import { IpcNamespace } from "../ipc/ipc-namespace.ts";
import { MemorySystem } from "../mm/memory-system.ts";
import { Outside } from "../net/outside/outside.ts";
import { TcpMemory } from "../net/tcp/tcp-memory.ts";
import { HookList } from "../security/hooks.ts";
import { Cgroup } from "./cgroup/cgroup.ts";
import { Clock } from "./clock.ts";
import { Counters } from "./counters.ts";
import { execInit } from "./exec.ts";
import { exitTask } from "./exit.ts";
import { FutexTable } from "./futex.ts";
import { createInitTask, type InitTaskOptions } from "./init.ts";
import { LoadAverage } from "./load-average.ts";
import { CgroupNamespace } from "./namespaces/cgroup-namespace.ts";
import { NamespaceRegistry } from "./namespaces/namespace.ts";
import { NetNamespace } from "./namespaces/net-namespace.ts";
import { NsProxy } from "./namespaces/nsproxy.ts";
import { PidNamespace } from "./namespaces/pid-namespace.ts";
import { UtsNamespace } from "./namespaces/uts-namespace.ts";
import { outOfMemory } from "./oom.ts";
import { PiTable } from "./pi-futex.ts";
import { PidTable } from "./pid.ts";
import { defaultRlimits, type Rlimit } from "./rlimit.ts";
import { Scheduler } from "./scheduler.ts";
import { kernelInfo } from "./siginfo.ts";
import { sendToProcess, sendToProcessGroup } from "./signal.ts";
import { startGroupExit } from "./signal-post.ts";
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";
import { TimerQueue } from "./timer-queue.ts";

export interface KernelOptions {
  readonly hostname?: string;
  /** Memory that all processes and files may use together, bytes. */
  readonly memoryLimit?: number;
  /** The most tasks at one time. */
  readonly taskLimit?: number;
  /**
   * "reaper": pid 1 is the kernel's own and takes orphans' zombies; the first program is pid 2 and dies of
   * signals like any other. "program": the first program is pid 1, with the duties of one.
   */
  readonly init?: "reaper" | "program";
  /** /sys/fs/cgroup shows the limits, as in a container; else the root of a machine's cgroups, which has none. */
  readonly isContainer?: boolean;
  /** Processors that the guest may use, for whoever asks. It is the caller who sees to it. */
  readonly cpuShare?: number;
  /** false: even lo is down, until somebody inside brings it up. */
  readonly hasLoopback?: boolean;
  /** The kernel stays when no task is left, for processes that are started later; `shutDown` ends it. */
  readonly isKept?: boolean;
}

/** What a process that comes from outside starts with. */
export interface ProcessOptions extends Omit<InitTaskOptions, "rlimits"> {
  /** Path of the program, from the working directory if it is not absolute. No search in PATH. */
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly rlimits?: readonly Rlimit[];
}

/** A device of the host's that the kernel passes input on to: a stream or the console. */
export interface HostInput {
  /** Bytes that came, or null at the end. */
  input(bytes: Uint8Array | null): void;
  /** The host takes output again. */
  writable(): void;
}

/** The terminal that the host's own stands behind. */
export interface Console extends HostInput {
  resize(columns: number, rows: number): void;
}

/** What there is at a given moment: all zero when a run has ended and nothing leaked. */
export interface Accounting {
  readonly tasks: number;
  readonly processes: number;
  readonly addressSpaces: number;
  readonly processGroups: number;
  readonly sessions: number;
  /** Pages in address spaces; those of files live on with their files. */
  readonly pages: number;
  /** Pages shared by copy-on-write. */
  readonly cowPages: number;
  /** Shared memory without a name. */
  readonly sharedMemories: number;
  readonly openFiles: number;
  readonly unixSockets: number;
  /** AF_INET and AF_INET6, of the first network namespace: connections that are ending, too. */
  readonly inetSockets: number;
  readonly timers: number;
  readonly futexWaiters: number;
}

export type SliceResult = "more" | "idle" | "done";

export class Kernel {
  readonly processor: Processor;
  readonly host: Host;
  readonly options: KernelOptions;
  readonly clock: Clock;
  readonly timers: TimerQueue = new TimerQueue();
  readonly scheduler: Scheduler = new Scheduler();
  readonly load: LoadAverage = new LoadAverage();
  /** By the kernel's own numbers. What a task sees is `task.pids`. */
  readonly pids: PidTable;
  readonly memory: MemorySystem;
  readonly vfs: Vfs;
  readonly futexes: FutexTable = new FutexTable();
  readonly piFutexes: PiTable = new PiTable(this.futexes);
  readonly tcpMemory: TcpMemory;
  readonly hooks: HookList = new HookList();
  readonly counters: Counters = new Counters();
  readonly namespaces: NamespaceRegistry = new NamespaceRegistry();
  /** The namespaces that the first process is in. */
  readonly initNamespaces: NsProxy;
  readonly initPidNamespace: PidNamespace;
  readonly rootCgroup: Cgroup;
  // Filesystems that there is one instance of, however often they are mounted.
  readonly cgroupFs: CgroupFs;
  readonly sysFs: SysFs;
  readonly devtmpfs: Tmpfs;
  readonly entry: Entry;
  /** Streams of the caller by number. Registered by whoever makes their files. */
  readonly streams: Map<number, HostInput> = new Map();
  console: Console | null = null;
  /** The first process; null before startInit. */
  init: ThreadGroup | null = null;
  /** Wait status of the first process, once it has ended. */
  exitStatus: number | null = null;
  /** `shutDown` was called, or the first process has ended: nothing can be started any more. */
  isEnding = false;

  /** The network outside; null: there is none. */
  get outside(): Outside | null {
    return this.initNamespaces.net.stack.outside;
  }

  constructor(parts: {
    readonly processor: Processor;
    readonly host: Host;
    readonly options?: KernelOptions;
  }) {
    this.processor = parts.processor;
    this.host = parts.host;
    this.options = parts.options ?? {};
    this.clock = new Clock(parts.host);
    this.pids = new PidTable(this.options.init === "program" ? 1 : 2, this.taskLimit);
    const limitPages = Math.floor((this.options.memoryLimit ?? Number.POSITIVE_INFINITY) / 4096);
    this.memory = new MemorySystem(parts.processor, limitPages);
    this.memory.memory.outOfMemory = () => outOfMemory(this);
    this.tcpMemory = new TcpMemory(this.options.memoryLimit);
    this.vfs = new Vfs(this.clock, this.memory.memory);
    this.rootCgroup = new Cgroup(this, null, "");
    if (this.options.isContainer === true) {
      this.rootCgroup.showLimits(limitPages, this.taskLimit, this.options.cpuShare);
    }
    this.cgroupFs = new CgroupFs(this);
    this.sysFs = new SysFs(this);
    registerDevices(this.vfs);
    this.devtmpfs = newDevtmpfs(this.vfs);
    this.initPidNamespace = new PidNamespace(this.pids, null, null);
    this.initNamespaces = new NsProxy({
      uts: new UtsNamespace(this.options.hostname ?? "kernelet"),
      ipc: new IpcNamespace(this),
      net: new NetNamespace(),
      cgroup: new CgroupNamespace(this.rootCgroup),
      pidForChildren: this.initPidNamespace,
    }).get();
    // Whoever boots a system brings lo up. A namespace that is made later has it down, as on Linux.
    const { stack } = this.initNamespaces.net;
    if (this.options.hasLoopback !== false) stack.lo.setUp(true);
    const { network } = parts.host;
    if (network !== undefined) stack.outside = new Outside(this, network, stack);
    this.entry = new Entry(this);
  }

  get taskLimit(): number {
    return this.options.taskLimit ?? 4096;
  }

  /** The parent's pid that a process without one shows: the kernel's reaper. */
  get reaperPid(): number {
    return this.options.init === "program" ? 0 : 1;
  }

  /** Starts the first program. @returns its task, or why it cannot be executed; nothing is left then. */
  startInit(options: ProcessOptions): Task | Errno {
    const task = this.startProcess(options);
    if (!isErrno(task)) this.init = task.threadGroup;
    return task;
  }

  /**
   * Starts a program beside the first, or without one: a process whose parent is outside, in a session of its own and in
   * the namespaces where the first is now, as nsenter(1) makes them. How it ends is told by the hook `processExited`.
   */
  startProcess(options: ProcessOptions): Task | Errno {
    if (this.isEnding) return ESRCH;
    const rlimits = options.rlimits ?? defaultRlimits(this.taskLimit);
    const nsproxy = this.init?.firstAlive?.nsproxy ?? this.initNamespaces;
    const task = createInitTask(this, { nsproxy, ...options, rlimits });
    if (isErrno(task)) return task;
    const failed = execInit(task, options.path, options.argv, options.env);
    if (failed !== 0) {
      exitTask(task, 0);
      return failed;
    }
    this.hooks.taskCreated(null, task);
    this.scheduler.enqueue(task);
    return task;
  }

  /** Fires due timers and gives the next task its slice. @param nowNs the time, from whoever knows it: a reading costs as much as a short call. */
  runSlice(nowNs: number = this.clock.monotonicNs()): SliceResult {
    this.timers.run(nowNs);
    this.load.update(nowNs, this.scheduler.runnable);
    this.vfs.dentries.shrinkIfCrowded();
    const task = this.scheduler.next();
    if (task === undefined) {
      if (this.pids.tasks.size > 0) return "idle";
      if (this.options.isKept === true && !this.isEnding) return "idle";
      if (this.outside?.finish(nowNs) === false) return "idle";
      // What outlives processes by right, System V objects and message queues, goes with the system.
      this.initNamespaces.ipc.release();
      return "done";
    }
    // A task may have ended while it was queued: execve of another thread takes it away. A frozen one comes back
    // when it is thawed; only its end may come before.
    const { threadGroup } = task;
    const isFrozen = threadGroup.cgroup.isFrozen && !threadGroup.isExiting;
    if (task.state === "runnable" && !isFrozen) {
      this.entry.run(task, nowNs);
      this.outside?.gathering.flush();
    } else this.entry.sliceEndNs = nowNs;
    return "more";
  }

  /** When the next timer is due on the host's monotonic clock; undefined if none is. */
  nextTimerNs(): number | undefined {
    const next = this.timers.nextNs;
    return next === undefined ? undefined : next + this.clock.bootNs;
  }

  /** The answer to Host.requestInput. */
  streamInput(stream: number, bytes: Uint8Array | null): void {
    this.streams.get(stream)?.input(bytes);
  }

  /** Output that the host refused with EAGAIN may be tried again. */
  streamWritable(stream: number): void {
    this.streams.get(stream)?.writable();
  }

  /** A signal that the host's process got: it goes to the foreground group of the console, else to the first process. */
  hostSignal(signo: number): void {
    const { init } = this;
    if (init === null || init.isDead) return;
    const foreground = init.processGroup.session.terminal?.foregroundGroup ?? null;
    if (foreground !== null) sendToProcessGroup(foreground, kernelInfo(signo));
    else this.signalProcess(init, signo);
  }

  /** A signal from outside, from where even pid 1 can be killed. */
  signalProcess(group: ThreadGroup, signo: number): void {
    if (group.isDead) return;
    if (group.isUnkillable && signo === SIGKILL) startGroupExit(group, signalStatus(signo));
    else sendToProcess(group, kernelInfo(signo));
  }

  /** A signal from outside for all of a process's group that are left, also after the process itself has ended. */
  signalProcessGroup(group: ThreadGroup, signo: number): void {
    for (const member of [...group.processGroup.members]) this.signalProcess(member, signo);
  }

  /** The person's terminal has another size. */
  resizeTerminal(columns: number, rows: number): void {
    if (this.console !== null) this.console.resize(columns, rows);
    else if (this.init !== null && !this.init.isDead) this.hostSignal(SIGWINCH);
  }

  /** Called by exit: without its first process a system ends, and everything with it. */
  initExited(status: number): void {
    this.exitStatus = status;
    this.shutDown();
  }

  /** Ends everything at once: a time limit, or the caller has gone. */
  shutDown(): void {
    this.isEnding = true;
    for (const group of [...this.pids.threadGroups.values()]) {
      if (!group.isDead) startGroupExit(group, signalStatus(SIGKILL));
    }
  }

  accounting(): Accounting {
    const { memory, cow } = this.memory;
    return {
      tasks: this.pids.tasks.size,
      processes: this.pids.threadGroups.size,
      addressSpaces: this.memory.addressSpaces,
      processGroups: this.pids.processGroupCount,
      sessions: this.pids.sessionCount,
      pages: memory.usedPages - memory.usedFrames,
      cowPages: cow.size,
      sharedMemories: memory.sharedMemories,
      openFiles: this.vfs.files.open,
      unixSockets: this.vfs.unix.sockets.size,
      inetSockets: this.initNamespaces.net.stack.sockets.size,
      timers: this.timers.size,
      futexWaiters: this.futexes.size,
    };
  }
}
