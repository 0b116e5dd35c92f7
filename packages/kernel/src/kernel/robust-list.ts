/**
 * Robust futexes: get_robust_list(2), Documentation/locking/robust-futexes.rst. A thread that dies with
 * locks held leaves them marked FUTEX_OWNER_DIED, and a waiter is woken.
 *
 * The list is the thread's own data, so nothing in it is believed: bad pointers end the walk.
 */
import {
  FUTEX_OWNER_DIED,
  FUTEX_TID_MASK,
  FUTEX_WAITERS,
  isErrno,
  ROBUST_LIST_HEAD,
  ROBUST_LIST_LIMIT,
} from "@kernelet/abi";
import { wordTid } from "./pi-futex.ts";
import type { Task } from "./task.ts";

/** Bit 0 of a list pointer: the futex is priority inheriting. */
const PI_BIT = 1;

export function exitRobustList(task: Task): void {
  const head = task.robustListHead;
  if (head === 0) return;
  task.robustListHead = 0;
  const { mm } = task;
  const offset = mm.readS64(head + ROBUST_LIST_HEAD.futex_offset);
  const pendingEntry = mm.readU64(head + ROBUST_LIST_HEAD.list_op_pending);
  let entry = mm.readU64(head + ROBUST_LIST_HEAD.list);
  if (offset === null || isErrno(pendingEntry)) return;

  const pending = pendingEntry - (pendingEntry % 2);
  for (let n = 0; n < ROBUST_LIST_LIMIT && !isErrno(entry); n++) {
    const node: number = entry - (entry % 2);
    if (node === head) break;
    const next = mm.readU64(node);
    if (node !== pending && !ownerDied(task, node + offset, entry % 2 === PI_BIT, false)) return;
    entry = next;
  }
  if (pending !== 0) ownerDied(task, pending + offset, pendingEntry % 2 === PI_BIT, true);
}

/** @returns false if the word cannot be accessed. */
function ownerDied(task: Task, addr: number, isPi: boolean, isPending: boolean): boolean {
  if (addr % 4 !== 0) return false;
  const word = task.mm.readInt32(addr);
  if (word === null) return false;
  const value = word >>> 0;
  // The owner released the lock but died before it could wake anybody.
  if (isPending && !isPi && value === 0) {
    task.kernel.futexes.wakeAddress(task, addr, 1);
    return true;
  }
  if ((value & FUTEX_TID_MASK) >>> 0 !== wordTid(task)) return true;
  const died = ((value & FUTEX_WAITERS) | FUTEX_OWNER_DIED) >>> 0;
  if (isErrno(task.mm.writeUint32(addr, died))) return false;
  if (!isPi && (value & FUTEX_WAITERS) !== 0) task.kernel.futexes.wakeAddress(task, addr, 1);
  return true;
}
