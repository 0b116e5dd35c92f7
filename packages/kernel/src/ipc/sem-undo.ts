/**
 * What a process will take back of its semaphore operations when it ends: SEM_UNDO, struct sem_undo. Threads, and
 * whoever was made with CLONE_SYSVSEM, share one list; the last of them to go carries it out.
 */
import type { Task } from "../kernel/task.ts";
import { SEMVMX, type SemaphoreSet } from "./sem.ts";

/** The greatest adjustment: SEMAEM. */
export const SEMAEM: number = SEMVMX;

/** The adjustments of one list for one set. */
export class SemUndo {
  readonly set: SemaphoreSet;
  readonly #list: UndoList;
  /** Made with the first adjustment. */
  readonly #adjustments: Map<number, number> = new Map();

  constructor(list: UndoList, set: SemaphoreSet) {
    this.#list = list;
    this.set = set;
    set.undos.add(this);
  }

  /** @returns false if the adjustment would be too great: nothing has changed. */
  adjust(num: number, by: number): boolean {
    const next = (this.#adjustments.get(num) ?? 0) + by;
    if (next < -SEMAEM - 1 || next > SEMAEM) return false;
    if (next === 0) this.#adjustments.delete(num);
    else this.#adjustments.set(num, next);
    return true;
  }

  clear(num: number): void {
    this.#adjustments.delete(num);
  }

  /** The set is gone. */
  forget(): void {
    this.#list.undos.delete(this.set);
  }

  /** The last user of the list is gone. A value stays within its bounds whatever the adjustment. */
  carryOut(pid: number): void {
    const { set } = this;
    set.undos.delete(this);
    for (const [num, by] of this.#adjustments) {
      const value = (set.values[num] as number) + by;
      set.values[num] = Math.min(Math.max(value, 0), SEMVMX);
      set.pids[num] = pid;
    }
    set.update(true);
  }
}

export class UndoList {
  /** Tasks that use it. */
  refs = 1;
  readonly undos: Map<SemaphoreSet, SemUndo> = new Map();

  addRef(): this {
    this.refs++;
    return this;
  }

  for(set: SemaphoreSet): SemUndo {
    let undo = this.undos.get(set);
    if (undo === undefined) {
      undo = new SemUndo(this, set);
      this.undos.set(set, undo);
    }
    return undo;
  }
}

/** The list of a task, made on first use: CLONE_SYSVSEM shares it from then on. */
export function undoListOf(task: Task): UndoList {
  task.undoList ??= new UndoList();
  return task.undoList;
}

/** clone(2): CLONE_SYSVSEM shares the list, even one that is still empty. */
export function shareUndoList(parent: Task, child: Task): void {
  child.undoList = undoListOf(parent).addRef();
}

/** exit_sem(): at exit, and for unshare(CLONE_SYSVSEM). */
export function exitSemaphores(task: Task): void {
  const list = task.undoList;
  if (list === null) return;
  task.undoList = null;
  if (--list.refs > 0) return;
  for (const undo of list.undos.values()) undo.carryOut(task.threadGroup.tgid);
  list.undos.clear();
}
