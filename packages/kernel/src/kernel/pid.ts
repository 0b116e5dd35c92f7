/**
 * The kernel's own numbers of tasks, processes, groups and sessions, which the first PID namespace shows as they are
 * (namespaces/pid-namespace.ts). A number is free when nothing of the four uses it. They go round like Linux's
 * (idr_alloc_cyclic), so that a pid is not soon used again.
 */
import { EAGAIN, EEXIST, EINVAL, type Errno } from "@kernelet/abi";
import type { PidNamespace } from "./namespaces/pid-namespace.ts";
import type { ProcessGroup, Session } from "./session.ts";
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";

/** Below this, numbers are given only before the first wrap: RESERVED_PIDS. */
const RESERVED_PIDS = 300;

export class PidTable {
  /** kernel.pid_max: numbers are below it. */
  pidMax = 32768;
  /** The most tasks there may be: the pids controller. Beyond it fork gives EAGAIN. */
  taskLimit: number;
  #next: number;
  readonly #tasks: Map<number, Task> = new Map();
  readonly #threadGroups: Map<number, ThreadGroup> = new Map();
  readonly #processGroups: Map<number, ProcessGroup> = new Map();
  readonly #sessions: Map<number, Session> = new Map();
  /** All PID namespaces but the first. */
  readonly namespaces: Set<PidNamespace> = new Set();

  constructor(firstPid: number, taskLimit: number) {
    this.#next = firstPid;
    this.taskLimit = taskLimit;
  }

  /** The last number given, for /proc/loadavg. */
  get lastPid(): number {
    return this.#next - 1;
  }

  set lastPid(pid: number) {
    this.#next = pid + 1;
  }

  allocate(): number | Errno {
    if (this.#tasks.size >= this.taskLimit) return EAGAIN;
    for (let tries = 0; tries < this.pidMax; tries++) {
      if (this.#next >= this.pidMax) this.#next = RESERVED_PIDS;
      const pid = this.#next++;
      if (!this.isUsed(pid)) return pid;
    }
    return EAGAIN;
  }

  /** clone3's set_tid: this number and no other. */
  reserve(pid: number): number | Errno {
    if (this.#tasks.size >= this.taskLimit) return EAGAIN;
    if (pid < 1 || pid >= this.pidMax) return EINVAL;
    return this.isUsed(pid) ? EEXIST : pid;
  }

  isUsed(pid: number): boolean {
    return (
      this.#tasks.has(pid) ||
      this.#threadGroups.has(pid) ||
      this.#processGroups.has(pid) ||
      this.#sessions.has(pid)
    );
  }

  task(tid: number): Task | undefined {
    return this.#tasks.get(tid);
  }

  /** A process, zombies included. */
  threadGroup(tgid: number): ThreadGroup | undefined {
    return this.#threadGroups.get(tgid);
  }

  get processGroupCount(): number {
    return this.#processGroups.size;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  processGroup(pgid: number): ProcessGroup | undefined {
    return this.#processGroups.get(pgid);
  }

  session(sid: number): Session | undefined {
    return this.#sessions.get(sid);
  }

  /** All tasks with a number, by age. Zombie leaders included. */
  get tasks(): ReadonlyMap<number, Task> {
    return this.#tasks;
  }

  /** All processes, by age. Zombies included. */
  get threadGroups(): ReadonlyMap<number, ThreadGroup> {
    return this.#threadGroups;
  }

  get sessions(): ReadonlyMap<number, Session> {
    return this.#sessions;
  }

  addTask(task: Task): void {
    this.#tasks.set(task.tid, task);
  }

  /** The namespaces forget a number that nothing has any more; also one that was allocated in vain. */
  freeIfUnused(pid: number): void {
    if (this.namespaces.size === 0 || this.isUsed(pid)) return;
    for (const ns of this.namespaces) ns.forget(pid);
  }

  removeTask(task: Task): void {
    if (this.#tasks.get(task.tid) === task) this.#tasks.delete(task.tid);
    this.freeIfUnused(task.tid);
  }

  addThreadGroup(group: ThreadGroup): void {
    this.#threadGroups.set(group.tgid, group);
  }

  removeThreadGroup(group: ThreadGroup): void {
    this.#threadGroups.delete(group.tgid);
    this.freeIfUnused(group.tgid);
  }

  addSession(session: Session): void {
    this.#sessions.set(session.id, session);
  }

  addProcessGroup(group: ProcessGroup): void {
    this.#processGroups.set(group.id, group);
  }

  removeProcessGroup(group: ProcessGroup): void {
    this.#processGroups.delete(group.id);
    group.session.groups.delete(group);
    if (group.session.groups.size === 0) {
      this.#sessions.delete(group.session.id);
      this.freeIfUnused(group.session.id);
    }
    this.freeIfUnused(group.id);
  }
}
