/**
 * PID namespaces: pid_namespaces(7). Everything in the kernel goes by the kernel's own numbers (PidTable), which are
 * those of the first namespace; a namespace below has a number of its own for each of them that it can see. System
 * calls and /proc translate at the edge.
 *
 *   kernel      7     8     9     a child namespace made by 7; 8 is its first process
 *   child       -     1     2
 */
import { EAGAIN, EEXIST, EINVAL, type Errno, isErrno } from "@kernelet/abi";
import type { PidTable } from "../pid.ts";
import type { ProcessGroup, Session } from "../session.ts";
import type { Task } from "../task.ts";
import type { ThreadGroup } from "../thread-group.ts";
import { Namespace, type NamespaceOrigin } from "./namespace.ts";

/** How deep they may be nested; beyond it unshare(2) gives ENOSPC. */
export const MAX_PID_NAMESPACE_LEVEL = 32;
/** Below this, numbers are given only before the first wrap: RESERVED_PIDS. */
const RESERVED_PIDS = 300;

export class PidNamespace extends Namespace {
  readonly table: PidTable;
  readonly parent: PidNamespace | null;
  readonly level: number;
  /** The process with number 1: it gets orphans, and all end with it. Null before it is made, and in the first namespace. */
  init: ThreadGroup | null = null;
  /** Its init has ended: nothing new can be made here (ENOMEM). */
  isDead = false;
  /** kernel.pid_max. */
  pidMax = 32768;
  #next = 1;
  /** Numbers here by those of the kernel, and back. Empty in the first namespace, where both are the same. */
  readonly #shown: Map<number, number> = new Map();
  readonly #kernel: Map<number, number> = new Map();

  constructor(table: PidTable, parent: PidNamespace | null, origin: NamespaceOrigin | null) {
    super("pid", origin);
    this.table = table;
    this.parent = parent?.get() ?? null;
    this.level = parent === null ? 0 : parent.level + 1;
    if (parent !== null) table.namespaces.add(this);
  }

  protected override released(): void {
    this.table.namespaces.delete(this);
    this.parent?.put();
  }

  /** Whether this is `other` or below it. */
  isWithin(other: PidNamespace): boolean {
    for (let ns: PidNamespace | null = this; ns !== null; ns = ns.parent) {
      if (ns === other) return true;
    }
    return false;
  }

  /** The number here of what has this number in the kernel; 0 if it cannot be seen: pid_nr_ns(). */
  show(id: number): number {
    return this.parent === null ? id : (this.#shown.get(id) ?? 0);
  }

  /** The kernel's number of what has this number here; 0 for none, which nothing has: find_pid_ns(). */
  kernelId(nr: number): number {
    return this.parent === null ? nr : (this.#kernel.get(nr) ?? 0);
  }

  /** The last number given, for /proc/loadavg. */
  get lastPid(): number {
    return this.parent === null ? this.table.lastPid : this.#next - 1;
  }

  /** /proc/sys/kernel/ns_last_pid. */
  set lastPid(nr: number) {
    if (this.parent === null) this.table.lastPid = nr;
    else this.#next = nr + 1;
  }

  /** Picks numbers for `id` here and above; `wanted[0]` for this namespace, and so on up. Undone by `PidTable`. */
  assign(id: number, wanted: readonly number[] = []): 0 | Errno {
    if (this.parent === null) return 0;
    const nr = this.#pick(wanted[0] ?? 0);
    if (isErrno(nr)) return nr;
    const above = this.parent.assign(id, wanted.slice(1));
    if (above !== 0) return above;
    this.#shown.set(id, nr);
    this.#kernel.set(nr, id);
    return 0;
  }

  #pick(wanted: number): number | Errno {
    if (wanted !== 0) {
      if (wanted < 1 || wanted >= this.pidMax) return EINVAL;
      if (wanted !== 1 && this.init === null) return EINVAL;
      return this.#kernel.has(wanted) ? EEXIST : wanted;
    }
    for (let tries = 0; tries < this.pidMax; tries++) {
      if (this.#next >= this.pidMax) this.#next = RESERVED_PIDS;
      const nr = this.#next++;
      if (!this.#kernel.has(nr)) return nr;
    }
    return EAGAIN;
  }

  /** The kernel's number `id` is free again. */
  forget(id: number): void {
    const nr = this.#shown.get(id);
    if (nr === undefined) return;
    this.#shown.delete(id);
    this.#kernel.delete(nr);
  }

  // What the numbers here name. ----------------------------------------------------------------------------------

  isUsed(nr: number): boolean {
    return this.table.isUsed(this.kernelId(nr));
  }

  task(nr: number): Task | undefined {
    return this.table.task(this.kernelId(nr));
  }

  threadGroup(nr: number): ThreadGroup | undefined {
    return this.table.threadGroup(this.kernelId(nr));
  }

  processGroup(nr: number): ProcessGroup | undefined {
    return this.table.processGroup(this.kernelId(nr));
  }

  session(nr: number): Session | undefined {
    return this.table.session(this.kernelId(nr));
  }

  /** Tasks that have a number here, by age. Zombie leaders included. */
  get tasks(): Task[] {
    const all = [...this.table.tasks.values()];
    return this.parent === null ? all : all.filter((task) => this.#shown.has(task.tid));
  }

  /** Processes that have a number here, by age. Zombies included. */
  get threadGroups(): ThreadGroup[] {
    const all = [...this.table.threadGroups.values()];
    return this.parent === null ? all : all.filter((group) => this.#shown.has(group.tgid));
  }
}
