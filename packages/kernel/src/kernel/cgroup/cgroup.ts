/**
 * A control group: Documentation/admin-guide/cgroup-v2.rst. The tree is one for each kernel; fs/cgroup shows it.
 *
 * Every process is in one cgroup (there is no threaded mode). Tasks and pages are counted in all cgroups above, whether
 * or not their controller is enabled; limits hold where it is.
 */
import { EAGAIN, type Errno } from "@kernelet/abi";
import type { Kernel } from "../kernel.ts";
import type { Task } from "../task.ts";
import type { ThreadGroup } from "../thread-group.ts";
import { MemoryCounters } from "./memory-counters.ts";

export type Controller = "cpu" | "memory" | "pids";
/** In the order of cgroup.controllers. */
export const CONTROLLERS: readonly Controller[] = ["cpu", "memory", "pids"];

/** cpu.max: what a quota is of, microseconds. */
const CPU_PERIOD_US = 100_000;

export class Cgroup {
  readonly kernel: Kernel;
  readonly parent: Cgroup | null;
  readonly name: string;
  readonly children: Map<string, Cgroup> = new Map();
  /** Processes here, zombies not counted. */
  readonly processes: Set<ThreadGroup> = new Set();
  /** Controllers that the children have. */
  readonly subtreeControl: Set<Controller> = new Set();
  /** rmdir(2) has been here. */
  isRemoved = false;
  /** The root as a container shows it: with the files of any other cgroup, and the sandbox's limits in them. */
  isContainer = false;
  /** cgroup.freeze of this one. */
  freeze = false;
  maxDescendants: number = Number.POSITIVE_INFINITY;
  maxDepth: number = Number.POSITIVE_INFINITY;

  /** pids.max, and what became of it. */
  pidsMax: number = Number.POSITIVE_INFINITY;
  pidsCurrent = 0;
  pidsPeak = 0;
  /** Forks that this cgroup's limit refused. */
  pidsRefused = 0;

  readonly memory: MemoryCounters;

  /** cpu.weight and cpu.max as written: every task gets the same slice. */
  cpuWeight = 100;
  cpuMax = `max ${CPU_PERIOD_US}`;
  cpuIdle = 0;
  /** Time of tasks that have left or ended, nanoseconds. */
  userNs = 0;
  systemNs = 0;

  constructor(kernel: Kernel, parent: Cgroup | null, name: string) {
    this.kernel = kernel;
    this.parent = parent;
    this.name = name;
    this.memory = new MemoryCounters(this);
  }

  /**
   * Makes the root a container's. The limits hold for the sandbox as a whole, and not by this cgroup.
   * @param cpuShare processors that may be used; undefined: all there are
   */
  showLimits(memoryPages: number, tasks: number, cpuShare: number | undefined): void {
    this.isContainer = true;
    this.memory.max = memoryPages;
    this.pidsMax = tasks;
    if (cpuShare !== undefined)
      this.cpuMax = `${Math.round(cpuShare * CPU_PERIOD_US)} ${CPU_PERIOD_US}`;
  }

  /** Whether limits of this controller hold here. The root has none of its own. */
  has(controller: Controller): boolean {
    return this.parent?.subtreeControl.has(controller) === true;
  }

  /** cgroup.controllers: what could be enabled for the children. */
  get available(): readonly Controller[] {
    return CONTROLLERS.filter((controller) => this.parent === null || this.has(controller));
  }

  /** This cgroup and those above. */
  *ancestors(): IterableIterator<Cgroup> {
    for (let group: Cgroup | null = this; group !== null; group = group.parent) yield group;
  }

  /** This cgroup and those below, parents first. */
  *descendants(): IterableIterator<Cgroup> {
    yield this;
    for (const child of this.children.values()) yield* child.descendants();
  }

  isWithin(other: Cgroup): boolean {
    for (const group of this.ancestors()) if (group === other) return true;
    return false;
  }

  /** "/", "/a/b". */
  get path(): string {
    if (this.parent === null) return "/";
    return this.parent.parent === null ? `/${this.name}` : `${this.parent.path}/${this.name}`;
  }

  /** As seen from the cgroup namespace with this root: "/../other" for what is outside. */
  pathFrom(root: Cgroup): string {
    let up = "";
    let base = root;
    while (!this.isWithin(base) && base.parent !== null) {
      up += "/..";
      base = base.parent;
    }
    const rest = base.parent === null ? this.path : this.path.slice(base.path.length);
    return up + (rest === "/" && up !== "" ? "" : rest) || "/";
  }

  /** "populated" of cgroup.events. */
  get isPopulated(): boolean {
    for (const group of this.descendants()) if (group.processes.size > 0) return true;
    return false;
  }

  /** Whether tasks here do not run: this or a cgroup above is frozen. */
  get isFrozen(): boolean {
    // Asked before each slice: without a generator's objects.
    for (let group: Cgroup | null = this; group !== null; group = group.parent) {
      if (group.freeze) return true;
    }
    return false;
  }

  /** One more task: the pids controller. EAGAIN if a limit forbids it. */
  chargeTask(): 0 | Errno {
    for (const group of this.ancestors()) {
      if (group.has("pids") && group.pidsCurrent >= group.pidsMax) {
        group.pidsRefused++;
        return EAGAIN;
      }
    }
    this.addTasks(1);
    return 0;
  }

  /** Whether or not there is room: a move, and the end of a task. */
  addTasks(count: number): void {
    for (const group of this.ancestors()) {
      group.pidsCurrent += count;
      group.pidsPeak = Math.max(group.pidsPeak, group.pidsCurrent);
    }
  }

  /** CPU time of everything that is or was here, nanoseconds. */
  get cpuTime(): { readonly user: number; readonly system: number } {
    let user = 0;
    let system = 0;
    for (const group of this.descendants()) {
      user += group.userNs;
      system += group.systemNs;
      for (const process of group.processes) {
        for (const thread of process.threads) {
          if (!thread.isAlive) continue;
          user += thread.userNs;
          system += thread.systemNs;
        }
      }
    }
    return { user, system };
  }
}

/** A process becomes a member, with its live threads counted already or not. */
export function enterCgroup(group: ThreadGroup, cgroup: Cgroup): void {
  cgroup.processes.add(group);
  group.cgroup = cgroup;
}

/** Moves a process with its threads, and its memory (which Linux leaves charged where it is). */
export function moveToCgroup(group: ThreadGroup, to: Cgroup): void {
  const from = group.cgroup;
  if (from === to) return;
  const tasks = group.liveThreads;
  from.processes.delete(group);
  from.addTasks(-tasks);
  for (const thread of group.threads) {
    from.userNs += thread.userNs;
    from.systemNs += thread.systemNs;
    to.userNs -= thread.userNs;
    to.systemNs -= thread.systemNs;
  }
  to.addTasks(tasks);
  enterCgroup(group, to);
  const { mm } = group.leader;
  if (mm.cgroup === from && group.leader.isAlive) {
    from.memory.uncharge(mm.residentPages);
    to.memory.add(mm.residentPages);
    mm.cgroup = to;
  }
  for (const thread of group.threads) wakeIfThawed(thread);
}

/** A thread ends. */
export function leaveCgroup(task: Task): void {
  const { cgroup } = task.threadGroup;
  cgroup.addTasks(-1);
  cgroup.userNs += task.userNs;
  cgroup.systemNs += task.systemNs;
  if (task.threadGroup.liveThreads === 0) cgroup.processes.delete(task.threadGroup);
}

/** cgroup.freeze. Tasks that could run are taken from the queue when their turn comes (Kernel.runSlice). */
export function setFrozen(cgroup: Cgroup, freeze: boolean): void {
  cgroup.freeze = freeze;
  if (freeze) return;
  for (const group of cgroup.descendants()) {
    for (const process of group.processes) {
      for (const thread of process.threads) wakeIfThawed(thread);
    }
  }
}

function wakeIfThawed(task: Task): void {
  if (task.state !== "runnable" || task.threadGroup.cgroup.isFrozen) return;
  if (task.kernel.scheduler.current !== task) task.kernel.scheduler.enqueue(task);
}
