/**
 * One kernel: all state of one sandbox, and the doors through which the host drives it.
 *
 *   host loop:  runSlice() until "idle" → wait for input or until nextTimerNs() → hostInput / runSlice() …
 */
import type { Errno } from "@kernelet/abi";
import type { Processor } from "../arch/x86/processor.ts";
import type { FileDescription } from "../fs/file-description.ts";
import type { FsContext } from "../fs/fs-context.ts";
import type { Host } from "../host.ts";
import { MemorySystem } from "../mm/memory-system.ts";
import type { PhysicalMemory } from "../mm/physical-memory.ts";
import { HookList } from "../security/hooks.ts";
import { Clock } from "./clock.ts";
import { Counters } from "./counters.ts";
import type { Credentials } from "./credentials.ts";
import { FutexTable } from "./futex.ts";
import { PidNamespace } from "./pid.ts";
import { type Rlimit, defaultRlimits } from "./rlimit.ts";
import { Scheduler } from "./scheduler.ts";
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";
import { TimerQueue } from "./timer-queue.ts";
import { UtsNamespace } from "./uts.ts";

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
}

export interface InitOptions {
  /** Path inside, or an open file. */
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  /** Root, working directory, umask: as fs/boot made them. */
  readonly fs: FsContext;
  readonly credentials: Credentials;
  /** Descriptors 0, 1, 2 …; one object may be there several times. */
  readonly stdio: readonly FileDescription[];
  readonly rlimits?: readonly Rlimit[];
}

/** What there is at a given moment: all zero when a run has ended and nothing leaked. */
export interface Accounting {
  readonly tasks: number;
  readonly zombies: number;
  readonly fileDescriptions: number;
  readonly pages: number;
  readonly timers: number;
  readonly futexWaiters: number;
}

export class Kernel {
  readonly processor: Processor;
  readonly host: Host;
  readonly options: KernelOptions;
  readonly clock: Clock;
  readonly timers: TimerQueue = new TimerQueue();
  readonly scheduler: Scheduler = new Scheduler();
  readonly pids: PidNamespace;
  /** What all address spaces share; makes the first one (and exec's): `mm.createMemoryManager()`. */
  readonly mm: MemorySystem;
  readonly memory: PhysicalMemory;
  readonly futexes: FutexTable = new FutexTable();
  readonly hooks: HookList = new HookList();
  readonly counters: Counters = new Counters();
  readonly uts: UtsNamespace;
  /** The first process; null before startInit. */
  init: ThreadGroup | null = null;

  constructor(parts: {
    readonly processor: Processor;
    readonly host: Host;
    readonly options?: KernelOptions;
  }) {
    this.processor = parts.processor;
    this.host = parts.host;
    this.options = parts.options ?? {};
    this.clock = new Clock(parts.host);
    const taskLimit = this.options.taskLimit ?? 4096;
    this.pids = new PidNamespace(this.options.init === "program" ? 1 : 2, taskLimit);
    this.mm = new MemorySystem(parts.processor, (this.options.memoryLimit ?? 2 ** 32) / 4096);
    this.memory = this.mm.memory;
    this.uts = new UtsNamespace(this.options.hostname ?? "kernelet");
  }

  /** Who orphans get as a parent when that is the kernel's own reaper. */
  get reaperPid(): number {
    return this.options.init === "program" ? 0 : 1;
  }
  // startInit, runSlice, nextTimerNs, streamInput, streamWritable, hostSignal, resizeTerminal, accounting follow.
}
