/** What clients share: the kernel that runs, its root, and the streams that lead out of it. */
import type { FsContext, Host, Kernel, ThreadGroup } from "@kernelet/kernel";
import type { StreamEnd, StreamListener } from "../host/stream-end.ts";
import type { StreamTable } from "../host/stream-table.ts";
import type { StreamNumbers } from "../stdio.ts";

export interface ControlParts {
  readonly kernel: Kernel;
  /** Where processes from outside start. */
  readonly fs: FsContext;
  readonly host: Host;
  readonly isTerminal: (stream: number) => boolean;
  readonly streams: StreamTable;
  readonly streamListener: StreamListener;
  /** There is something to do for the kernel. */
  readonly wake: () => void;
}

export class Control {
  readonly parts: ControlParts;
  /** Who waits for the end of processes. */
  readonly #watched: Map<ThreadGroup, () => void> = new Map();

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
}
