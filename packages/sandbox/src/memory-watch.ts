/**
 * The last wall against growth. The kernel counts pages of processes and files against the sandbox's limit; what else
 * they cost the host (translated code, the kernel's own objects) nobody counts one by one. So the process's size is
 * looked at now and then, and a sandbox that goes far beyond its limit ends, before the host's memory or V8's heap does.
 */

/** How often to look. Between two looks a guest can have some 100 MiB more. */
export const LOOK_EVERY_MS = 250;
/** Address spaces that processes have left are garbage that V8 does not know the size of: it is made to look. */
const COLLECT_AT = 0.6;
const COLLECT_EVERY_MS = 1000;
/** What lives takes long to mark, and may be all there is: then the time goes to the guest, not to looking again. */
const WAIT_PER_COLLECTION = 3;
/** A sandbox that waits gives back what starting and working has left: after so long, if it was at work for so long before. */
const IDLE_MS = 2000;
const WORTH_MS = 50;
/** So many looks, each with a collection, may find too much before the sandbox ends. */
const PATIENCE = 2;
/** Of V8's heap: above this it does little but collect garbage, and at 1 it ends the process. */
const HEAP_PART = 0.85;
/** Node itself, the translator's modules, and a small sandbox's programs. */
const ALLOWANCE = 1024 * 1024 * 1024;
/** Of this machine: the rest is other people's. */
const MACHINE_PART = 0.8;

/** What the process uses, in bytes. */
export interface MemoryUse {
  readonly resident: number;
  readonly heap: number;
  /** What V8 ends the process at. */
  readonly heapLimit: number;
}

export interface MemoryWatchOptions {
  /** The sandbox's limit; undefined: the machine's memory. */
  readonly memoryLimit: number | undefined;
  readonly machineBytes: number;
  readonly use: () => MemoryUse;
  /** @returns milliseconds that it took */
  readonly collectGarbage: () => number;
  /** The same, and gives all that is free back to the host, which takes longer. */
  readonly shrink: () => void;
  /** How long the kernel has run in all, and when it last did. */
  readonly activity: () => { readonly busyMs: number; readonly lastMs: number };
}

/** Twice the limit and some more: the kernel's own accounts stop a guest long before. */
export function residentLimit(memoryLimit: number | undefined, machineBytes: number): number {
  const most = machineBytes * MACHINE_PART;
  return memoryLimit === undefined ? most : Math.min(2 * memoryLimit + ALLOWANCE, most);
}

export class MemoryWatch {
  readonly #options: MemoryWatchOptions;
  readonly #residentLimit: number;
  #nextCollectMs = Number.NEGATIVE_INFINITY;
  #busyMsAtShrink = 0;
  /** Looks in a row that found too much. */
  #tooMuchInARow = 0;

  constructor(options: MemoryWatchOptions) {
    this.#options = options;
    this.#residentLimit = residentLimit(options.memoryLimit, options.machineBytes);
  }

  /** @returns why the sandbox has to end, or null. */
  look(nowMs: number): string | null {
    const use = this.#options.use();
    const why = this.#tooMuch(use, 1);
    this.#tooMuchInARow = why === null ? 0 : this.#tooMuchInARow + 1;
    if (this.#tooMuch(use, COLLECT_AT) === null) {
      this.#shrinkIfIdle(nowMs);
      return null;
    }
    if (this.#tooMuchInARow > PATIENCE) return why;
    // V8 gives memory back on threads of its own: what this frees shows at the next look.
    if (why !== null || nowMs >= this.#nextCollectMs) {
      const tookMs = this.#options.collectGarbage();
      this.#nextCollectMs = nowMs + Math.max(COLLECT_EVERY_MS, WAIT_PER_COLLECTION * tookMs);
    }
    return null;
  }

  #shrinkIfIdle(nowMs: number): void {
    const { busyMs, lastMs } = this.#options.activity();
    if (nowMs - lastMs < IDLE_MS || busyMs - this.#busyMsAtShrink < WORTH_MS) return;
    this.#busyMsAtShrink = busyMs;
    this.#options.shrink();
  }

  #tooMuch({ resident, heap, heapLimit }: MemoryUse, part: number): string | null {
    if (resident > this.#residentLimit * part) {
      return `its process uses ${mib(resident)} MiB of this machine's memory, more than ${mib(this.#residentLimit)}`;
    }
    const most = heapLimit * HEAP_PART;
    return heap > most * part
      ? `its kernel's objects use ${mib(heap)} MiB, more than ${mib(most)}`
      : null;
  }
}

function mib(bytes: number): number {
  return Math.round(bytes / (1024 * 1024));
}
