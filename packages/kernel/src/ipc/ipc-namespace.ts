/**
 * What ipc_namespaces(7) separates: System V objects, POSIX message queues and their limits. All state of ipc/
 * hangs on one of these, and tasks reach theirs through `ipcNamespaceOf`.
 */
import { PAGE_SIZE } from "@kernelet/abi";
import type { Clock } from "../kernel/clock.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Task } from "../kernel/task.ts";
import type { PhysicalMemory } from "../mm/physical-memory.ts";
import { IpcTable } from "./ipc-table.ts";
import { type MessageQueue, MSGMNI } from "./msg.ts";
import { SEMMNI, type SemaphoreSet } from "./sem.ts";
import { SHMMNI, type SharedSegment } from "./shm.ts";

/** Counts what objects take of the kernel's own memory, in whole pages. */
export class IpcMemory {
  readonly #memory: PhysicalMemory;
  #bytes = 0;

  constructor(memory: PhysicalMemory) {
    this.#memory = memory;
  }

  /** @returns false if there is no memory for it. */
  charge(bytes: number): boolean {
    const pages = pagesOf(this.#bytes + bytes) - pagesOf(this.#bytes);
    if (pages > 0 && !this.#memory.charge(pages)) return false;
    this.#bytes += bytes;
    return true;
  }

  uncharge(bytes: number): void {
    const pages = pagesOf(this.#bytes) - pagesOf(this.#bytes - bytes);
    this.#bytes -= bytes;
    this.#memory.uncharge(pages);
  }
}

function pagesOf(bytes: number): number {
  return Math.ceil(bytes / PAGE_SIZE);
}

export class IpcNamespace {
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly memory: IpcMemory;
  readonly shm: IpcTable<SharedSegment> = new IpcTable(SHMMNI);
  /** Pages of all segments, touched or not. */
  shmPages = 0;
  readonly sem: IpcTable<SemaphoreSet> = new IpcTable(SEMMNI);
  /** Semaphores of all sets. */
  semaphores = 0;
  readonly msg: IpcTable<MessageQueue> = new IpcTable(MSGMNI);

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.clock = kernel.clock;
    this.memory = new IpcMemory(kernel.memory.memory);
  }

  /** Nobody is in the namespace any more: its objects go. */
  release(): void {
    for (const segment of this.shm.list()) segment.remove();
    for (const set of this.sem.list()) set.remove();
    for (const queue of this.msg.list()) queue.remove();
  }
}

/** The namespace that a task's calls see. */
export function ipcNamespaceOf(task: Task): IpcNamespace {
  return task.kernel.ipc;
}
