/**
 * Numbers of tasks, processes, groups and sessions: one PID namespace (pid_namespaces(7)). A number is
 * free when nothing of the four uses it. They go round like Linux's (idr_alloc_cyclic), so that a pid is
 * not soon used again.
 */
import { type Errno } from "@kernelet/abi";
import type { ProcessGroup, Session } from "./session.ts";
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";
export declare class PidNamespace {
  #private;
  /** kernel.pid_max: numbers are below it. */
  pidMax: number;
  /** The most tasks there may be: the pids controller. Beyond it fork gives EAGAIN. */
  taskLimit: number;
  constructor(firstPid: number, taskLimit: number);
  /** The last number given, for /proc/loadavg. */
  get lastPid(): number;
  allocate(): number | Errno;
  /** clone3's set_tid: this number and no other. */
  reserve(pid: number): number | Errno;
  isUsed(pid: number): boolean;
  task(tid: number): Task | undefined;
  /** A process, zombies included. */
  threadGroup(tgid: number): ThreadGroup | undefined;
  processGroup(pgid: number): ProcessGroup | undefined;
  session(sid: number): Session | undefined;
  /** All tasks with a number, by age. Zombie leaders included. */
  get tasks(): ReadonlyMap<number, Task>;
  /** All processes, by age. Zombies included. */
  get threadGroups(): ReadonlyMap<number, ThreadGroup>;
  get sessions(): ReadonlyMap<number, Session>;
  addTask(task: Task): void;
  removeTask(task: Task): void;
  addThreadGroup(group: ThreadGroup): void;
  removeThreadGroup(group: ThreadGroup): void;
  addSession(session: Session): void;
  addProcessGroup(group: ProcessGroup): void;
  removeProcessGroup(group: ProcessGroup): void;
}
