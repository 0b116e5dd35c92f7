/** What clients share: the kernel that runs, its root, the streams that lead out of it, and what may be asked of it. */
import {
  FileAgent,
  type FsContext,
  type Host,
  type Kernel,
  type ThreadGroup,
} from "@kernelet/kernel";
import type { StreamEnd, StreamListener } from "../host/stream-end.ts";
import type { StreamTable } from "../host/stream-table.ts";
import type { Report } from "../report.ts";
import type { Stats } from "../requests.ts";
import type { RunLoop } from "../run-loop.ts";
import type { StreamNumbers } from "../stdio.ts";
import type { Asked } from "./requests.ts";

const PAGE_SIZE = 4096;

export interface ControlParts {
  readonly kernel: Kernel;
  /** Where processes from outside start. */
  readonly fs: FsContext;
  readonly host: Host;
  readonly isTerminal: (stream: number) => boolean;
  readonly streams: StreamTable;
  readonly streamListener: StreamListener;
  readonly loop: RunLoop;
  readonly report: () => Report;
}

export class Control implements Asked {
  readonly parts: ControlParts;
  /** Who waits for the end of processes. */
  readonly #watched: Map<ThreadGroup, () => void> = new Map();
  /** Made when somebody asks for files. */
  #files: FileAgent | null = null;

  constructor(parts: ControlParts) {
    this.parts = parts;
    parts.kernel.hooks.subscribe({
      processExited: (group) => {
        const ended = this.#watched.get(group);
        this.#watched.delete(group);
        ended?.();
      },
    });
  }

  /** Three streams that nothing had before. */
  openStreams(make: (number: number, index: number) => StreamEnd): StreamNumbers {
    const { streams } = this.parts;
    const open = (index: number): number => {
      const number = streams.newNumber();
      streams.set(number, make(number, index));
      return number;
    };
    return [open(0), open(1), open(2)];
  }

  closeStreams(numbers: StreamNumbers): void {
    for (const number of numbers) this.parts.streams.delete(number);
  }

  /** @param ended called once, while the process is being taken apart: it is not reaped yet. */
  watch(group: ThreadGroup, ended: () => void): void {
    this.#watched.set(group, ended);
  }

  // Asked.

  get files(): FileAgent {
    const { kernel, fs } = this.parts;
    this.#files ??= new FileAgent(kernel, fs);
    return this.#files;
  }

  pause(): void {
    this.parts.loop.pause();
  }

  resume(): void {
    this.parts.loop.resume();
  }

  stats(): Stats {
    const { kernel, loop } = this.parts;
    const { memory } = kernel.memory;
    const { user, system } = kernel.rootCgroup.cpuTime;
    const limit = kernel.options.memoryLimit ?? Number.POSITIVE_INFINITY;
    return {
      memoryBytes: memory.usedPages * PAGE_SIZE,
      peakMemoryBytes: memory.peakPages * PAGE_SIZE,
      memoryLimitBytes: Number.isFinite(limit) ? limit : null,
      tasks: kernel.pids.tasks.size,
      taskLimit: kernel.taskLimit,
      cpuNs: user + system,
      isPaused: loop.isPaused,
      uptimeMs: kernel.clock.monotonicNs() / 1e6,
    };
  }

  report(): Report {
    return this.parts.report();
  }

  /** The kernel is about to end: nothing of ours may be left in it. */
  release(): void {
    this.#files?.release();
    this.#files = null;
  }
}
