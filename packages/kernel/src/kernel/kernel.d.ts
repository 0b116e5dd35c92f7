/**
 * One kernel: all state of one sandbox, and the doors through which the host drives it.
 *
 *   host loop:  runSlice() while "more";  "idle" → wait for input, or until nextTimerNs();  "done" → exitStatus
 *
 * Nothing here calls back later: the host delivers input, signals and the passing of time between slices.
 */
import { type Errno } from "@kernelet/abi";
import { Entry } from "../arch/x86/entry.ts";
import type { Processor } from "../arch/x86/processor.ts";
import { Vfs } from "../fs/vfs.ts";
import type { Host } from "../host.ts";
import { MemorySystem } from "../mm/memory-system.ts";
import { HookList } from "../security/hooks.ts";
import { Clock } from "./clock.ts";
import { Counters } from "./counters.ts";
import { FutexTable } from "./futex.ts";
import { type InitTaskOptions } from "./init.ts";
import { PidNamespace } from "./pid.ts";
import { type Rlimit } from "./rlimit.ts";
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
export interface InitOptions extends Omit<InitTaskOptions, "rlimits"> {
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
  readonly pages: number;
  readonly timers: number;
  readonly futexWaiters: number;
}
export type SliceResult = "more" | "idle" | "done";
export declare class Kernel {
  readonly processor: Processor;
  readonly host: Host;
  readonly options: KernelOptions;
  readonly clock: Clock;
  readonly timers: TimerQueue;
  readonly scheduler: Scheduler;
  readonly pids: PidNamespace;
  readonly memory: MemorySystem;
  readonly vfs: Vfs;
  readonly futexes: FutexTable;
  readonly hooks: HookList;
  readonly counters: Counters;
  readonly uts: UtsNamespace;
  readonly entry: Entry;
  /** Streams of the caller by number. Registered by whoever makes their files. */
  readonly streams: Map<number, HostInput>;
  console: Console | null;
  /** The first process; null before startInit. */
  init: ThreadGroup | null;
  /** Wait status of the first process, once it has ended. */
  exitStatus: number | null;
  constructor(parts: {
    readonly processor: Processor;
    readonly host: Host;
    readonly options?: KernelOptions;
  });
  get taskLimit(): number;
  /** The parent's pid that a process without one shows: the kernel's reaper. */
  get reaperPid(): number;
  /** Starts the first program. @returns its task, or why it cannot be executed; nothing is left then. */
  startInit(options: InitOptions): Task | Errno;
  /** Fires due timers and gives the next task its slice. */
  runSlice(): SliceResult;
  /** When the next timer is due on the host's monotonic clock; undefined if none is. */
  nextTimerNs(): number | undefined;
  /** The answer to Host.requestInput. */
  streamInput(stream: number, bytes: Uint8Array | null): void;
  /** Output that the host refused with EAGAIN may be tried again. */
  streamWritable(stream: number): void;
  /** A signal that the host's process got: it goes to the foreground group of the console, else to the first process. */
  hostSignal(signo: number): void;
  /** The person's terminal has another size. */
  resizeTerminal(columns: number, rows: number): void;
  /** Called by exit: without its first process a system ends, and everything with it. */
  initExited(status: number): void;
  /** Ends everything at once: a time limit, or the caller has gone. */
  shutDown(): void;
  accounting(): Accounting;
}
