/**
 * What ipc_namespaces(7) separates: System V objects, POSIX message queues and their limits. All state of ipc/
 * hangs on one of these, and tasks reach theirs through `ipcNamespaceOf`.
 */
import type { Clock } from "../kernel/clock.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Namespace, type NamespaceOrigin } from "../kernel/namespaces/namespace.ts";
import type { Task } from "../kernel/task.ts";
import { IpcMemory } from "./ipc-memory.ts";
import { IpcTable } from "./ipc-table.ts";
import { MqueueFs } from "./mqueue-fs.ts";
import { type MessageQueue, MSGMNI } from "./msg.ts";
import { SEMMNI, type SemaphoreSet } from "./sem.ts";
import { SHMMNI, type SharedSegment } from "./shm.ts";

export class IpcNamespace extends Namespace {
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
  #mqueue: MqueueFs | null = null;

  constructor(kernel: Kernel, origin: NamespaceOrigin | null = null) {
    super("ipc", origin);
    this.kernel = kernel;
    this.clock = kernel.clock;
    this.memory = new IpcMemory(kernel.memory.memory);
  }

  /** POSIX message queues. */
  get mqueue(): MqueueFs {
    this.#mqueue ??= new MqueueFs(this.kernel.vfs, this.memory);
    return this.#mqueue;
  }

  /** Nobody is in the namespace any more: its objects go. */
  protected override released(): void {
    this.release();
  }

  release(): void {
    this.#mqueue?.clear();
    for (const segment of this.shm.list()) segment.remove();
    for (const set of this.sem.list()) set.remove();
    for (const queue of this.msg.list()) queue.remove();
  }
}

/** The namespace that a task's calls see. */
export function ipcNamespaceOf(task: Task): IpcNamespace {
  return task.nsproxy.ipc;
}
