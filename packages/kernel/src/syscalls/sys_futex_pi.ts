/** The operations of futex(2) on locks with an owner: FUTEX_LOCK_PI, FUTEX_UNLOCK_PI, FUTEX_CMP_REQUEUE_PI and their kind. */
import {
  EAGAIN,
  EDEADLK,
  EFAULT,
  EINVAL,
  EPERM,
  type Errno,
  ETIMEDOUT,
  FUTEX_BITSET_MATCH_ANY,
  FUTEX_TID_MASK,
  FUTEX_WAITERS,
  isErrno,
} from "@kernelet/abi";
import { PAGE_W } from "../arch/x86/processor.ts";
import { type FutexWaiter, sameKey } from "../kernel/futex.ts";
import {
  LOCK_IS_HELD,
  lockAtOnce,
  type PiState,
  readWord,
  takeOver,
  taskOfWord,
  wordTid,
  wouldDeadlock,
} from "../kernel/pi-futex.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { FutexKey } from "../mm/memory-manager.ts";
import { keyOf } from "./futex-wait.ts";

export interface LockRequest {
  readonly addr: number;
  readonly isPrivate: boolean;
  readonly deadlineNs: number;
  /** FUTEX_TRYLOCK_PI. */
  readonly isTry: boolean;
}

/** FUTEX_LOCK_PI, FUTEX_LOCK_PI2, FUTEX_TRYLOCK_PI. */
export function lockPi(task: Task, request: LockRequest): SyscallResult {
  const { addr, isPrivate, deadlineNs, isTry } = request;
  const [before] = task.futexWaiters;
  if (before !== undefined) return sleepForLock(task, before, addr, deadlineNs);
  const key = keyOf(task, addr, isPrivate, PAGE_W);
  if (isErrno(key)) return key;
  const state = lockAtOnce(task, addr, key, task, false);
  if (state === "locked") return 0;
  if (typeof state === "number") return state;
  if (isTry) {
    state.left();
    return LOCK_IS_HELD;
  }
  const refused = waitForLock(task, key, state);
  if (isErrno(refused)) return refused;
  return sleepForLock(task, refused, addr, deadlineNs);
}

function waitForLock(task: Task, key: FutexKey, state: PiState): FutexWaiter | Errno {
  if (wouldDeadlock(task, state)) {
    state.left();
    return EDEADLK;
  }
  const waiter = task.kernel.futexes.add(task, key, FUTEX_BITSET_MATCH_ANY, { pi: state });
  task.futexWaiters.push(waiter);
  return waiter;
}

/** Until the lock is ours. A signal only interrupts: the call begins again. */
function sleepForLock(
  task: Task,
  waiter: FutexWaiter,
  addr: number,
  deadlineNs: number,
): SyscallResult {
  const { futexes } = task.kernel;
  if (waiter.isWoken && waiter.pi !== null) {
    task.futexWaiters = [];
    return takeOver(task, addr, waiter.pi);
  }
  if (task.timedOut || deadlineNs <= task.kernel.clock.monotonicNs()) {
    futexes.cancel(task);
    return ETIMEDOUT;
  }
  const result = task.block([waiter.queue], { deadlineNs, restart: "always" });
  if (isErrno(result)) futexes.cancel(task);
  return result;
}

/** FUTEX_UNLOCK_PI. */
export function unlockPi(task: Task, addr: number, isPrivate: boolean): SyscallResult {
  const word = readWord(task, addr);
  if (word === null) return EFAULT;
  if ((word & FUTEX_TID_MASK) >>> 0 !== wordTid(task)) return EPERM;
  const key = keyOf(task, addr, isPrivate, PAGE_W);
  if (isErrno(key)) return key;
  const { futexes, piFutexes } = task.kernel;
  const [first] = futexes.at(key);
  if (first === undefined) return task.mm.writeInt32(addr, 0) === 0 ? 0 : EFAULT;
  const state = first.pi;
  if (state === null || state.owner !== task) return EINVAL;
  const next = wordTid(first.task) | FUTEX_WAITERS;
  if (task.mm.writeInt32(addr, next) !== 0) return EFAULT;
  piFutexes.handOver(state);
  return 0;
}

export interface RequeueWait {
  readonly addr: number;
  readonly value: number;
  readonly lockAddr: number;
  readonly isPrivate: boolean;
  readonly deadlineNs: number;
}

/** FUTEX_WAIT_REQUEUE_PI: waits at one word, and comes back with the lock of another. */
export function waitRequeuePi(task: Task, request: RequeueWait): SyscallResult {
  const { addr, value, lockAddr, isPrivate, deadlineNs } = request;
  const { futexes } = task.kernel;
  let [waiter] = task.futexWaiters;
  if (waiter === undefined) {
    if (addr === lockAddr) return EINVAL;
    const requeueTo = keyOf(task, lockAddr, isPrivate, PAGE_W);
    if (isErrno(requeueTo)) return requeueTo;
    const key = keyOf(task, addr, isPrivate);
    if (isErrno(key)) return key;
    const word = readWord(task, addr);
    if (word === null) return EFAULT;
    if (word !== value) return EAGAIN;
    if (sameKey(key, requeueTo)) return EINVAL;
    waiter = futexes.add(task, key, FUTEX_BITSET_MATCH_ANY, { requeueTo });
    task.futexWaiters.push(waiter);
  }
  if (waiter.isWoken) {
    task.futexWaiters = [];
    return waiter.pi === null ? 0 : takeOver(task, lockAddr, waiter.pi);
  }
  if (task.timedOut || deadlineNs <= task.kernel.clock.monotonicNs()) {
    futexes.cancel(task);
    return ETIMEDOUT;
  }
  const isMoved = waiter.pi !== null;
  const result = task.block([waiter.queue], { deadlineNs, restart: "always" });
  if (!isErrno(result)) return result;
  futexes.cancel(task);
  // Once it was moved, the first word has changed, and to begin again would only say so.
  return isMoved ? EAGAIN : result;
}

export interface RequeuePi {
  readonly from: number;
  readonly to: number;
  readonly isPrivate: boolean;
  readonly wakeCount: number;
  readonly moveCount: number;
  readonly expected: number;
}

/** FUTEX_CMP_REQUEUE_PI: gives the lock to the first waiter, or lets it and others wait for the lock. */
export function requeuePi(task: Task, request: RequeuePi): SyscallResult {
  const { from, to, isPrivate, wakeCount, moveCount, expected } = request;
  if (wakeCount < 0 || moveCount < 0) return EINVAL;
  if (from === to || wakeCount !== 1) return EINVAL;
  const fromKey = keyOf(task, from, isPrivate);
  if (isErrno(fromKey)) return fromKey;
  const toKey = keyOf(task, to, isPrivate, PAGE_W);
  if (isErrno(toKey)) return toKey;
  if (sameKey(fromKey, toKey)) return EINVAL;
  const word = readWord(task, from);
  if (word === null) return EFAULT;
  if (word !== expected) return EAGAIN;

  const { futexes } = task.kernel;
  const [first] = futexes.at(fromKey);
  if (first === undefined) return 0;
  if (!isPaired(first, toKey)) return EINVAL;
  const locked = lockAtOnce(task, to, toKey, first.task, moveCount > 0);
  if (isErrno(locked)) return locked;
  let count = 0;
  if (locked === "locked") {
    futexes.wakeOne(first);
    count++;
  }
  return moveAll(task, request, fromKey, toKey, locked === "locked" ? null : locked, count);
}

/** FUTEX_WAIT_REQUEUE_PI and FUTEX_CMP_REQUEUE_PI must mean the same lock. */
function isPaired(waiter: FutexWaiter, lock: FutexKey): boolean {
  return waiter.pi === null && waiter.requeueTo !== null && sameKey(waiter.requeueTo, lock);
}

function moveAll(
  task: Task,
  request: RequeuePi,
  fromKey: FutexKey,
  toKey: FutexKey,
  found: PiState | null,
  already: number,
): SyscallResult {
  const { futexes, piFutexes } = task.kernel;
  let count = already;
  let state = found;
  let failed: Errno | 0 = 0;
  for (const waiter of futexes.at(fromKey)) {
    if (count - request.wakeCount >= request.moveCount) break;
    if (!isPaired(waiter, toKey)) {
      failed = EINVAL;
      break;
    }
    // The lock has just been given to somebody: that is who the others wait for.
    state ??= piFutexes.newState(toKey, ownerOf(task, request.to) ?? waiter.task);
    if (wouldDeadlock(waiter.task, state)) {
      failed = EDEADLK;
      break;
    }
    waiter.pi = state;
    futexes.move(waiter, toKey);
    count++;
  }
  state?.left();
  return failed !== 0 ? failed : count;
}

function ownerOf(task: Task, addr: number): Task | undefined {
  const word = readWord(task, addr) ?? 0;
  return taskOfWord(task, (word & FUTEX_TID_MASK) >>> 0);
}
