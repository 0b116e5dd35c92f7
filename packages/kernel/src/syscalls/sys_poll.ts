/** poll(2), ppoll(2): waits for any of a list of descriptors. */
import {
  EFAULT,
  EINTR,
  EINVAL,
  ERESTART_RESTARTBLOCK,
  ERESTARTNOHAND,
  type Errno,
  isErrno,
  POLLERR,
  POLLFD,
  POLLHUP,
  POLLNVAL,
  RLIMIT_NOFILE,
} from "@kernelet/abi";
import { PAGE_R } from "../arch/x86/processor.ts";
import { timeSpecFromNs } from "../kernel/clock.ts";
import { BLOCKED, type SyscallResult } from "../kernel/result.ts";
import { setSignalMask } from "../kernel/signal.ts";
import type { Task } from "../kernel/task.ts";
import type { EventMask, WaitQueue } from "../kernel/wait-queue.ts";
import type { SyscallArgs } from "./args.ts";
import { isUserRange } from "./iovec.ts";
import { optionalSignalSet } from "./struct-sigset.ts";
import { deadlineIn, relativeDeadline, writeTimeSpec } from "./struct-time.ts";

/** Reported whether asked for or not. */
const ALWAYS = POLLERR | POLLHUP;

/** A queue to sleep on while nothing is ready. */
export interface PollWait {
  readonly queue: WaitQueue;
  readonly mask: EventMask;
}

/** The milliseconds of poll(2) and epoll_wait(2) as a deadline: negative is for ever. Fixed at the first try. */
export function deadlineFromMs(task: Task, timeoutMs: number): number {
  const { pending } = task;
  if (pending.deadlineNs === undefined) {
    pending.deadlineNs =
      timeoutMs < 0 ? Number.POSITIVE_INFINITY : deadlineIn(task, timeoutMs * 1_000_000);
  }
  return pending.deadlineNs;
}

/** Whether a call with this deadline has nothing to wait for any more. */
export function isPast(task: Task, deadlineNs: number): boolean {
  return task.timedOut || deadlineNs <= task.kernel.clock.monotonicNs();
}

/** Puts a mask in place for the length of the call: at the first try only. */
export function replaceSignalMask(task: Task, addr: number, size: number): 0 | Errno {
  if (task.isRetry) return 0;
  const set = optionalSignalSet(task, addr, size);
  if (set === null) return 0;
  if (isErrno(set)) return set;
  task.savedSignalMask = task.signalMask.copy();
  setSignalMask(task, set);
  return 0;
}

/**
 * The call is over: its mask goes. Only a call that a signal ended leaves it to signal delivery, so that the handler
 * runs under it; else a signal that came meanwhile stays blocked. Linux's restore_saved_sigmask_unless().
 */
export function restoreSignalMask(task: Task, result: SyscallResult): SyscallResult {
  const { savedSignalMask: saved } = task;
  const isInterrupted = result === EINTR || result === ERESTARTNOHAND;
  if (saved === null || result === BLOCKED || isInterrupted) return result;
  task.savedSignalMask = null;
  setSignalMask(task, saved);
  return result;
}

export function poll(task: Task, args: SyscallArgs): SyscallResult {
  const deadlineNs = deadlineFromMs(task, args.int(2));
  return pollUntil(task, args.pointer(0), args.uint(1), deadlineNs);
}

/** poll(2) with a deadline: also what restart_syscall(2) goes on with. */
export function pollUntil(
  task: Task,
  addr: number,
  count: number,
  deadlineNs: number,
): SyscallResult {
  const result = pollOnce(task, addr, count, deadlineNs, "restart-block");
  if (result === ERESTART_RESTARTBLOCK)
    task.restartBlock = { kind: "poll", deadlineNs, addr, count };
  return result;
}

function pollOnce(
  task: Task,
  addr: number,
  count: number,
  deadlineNs: number,
  restart: "restart-block" | "nohand",
): SyscallResult {
  if (count > task.threadGroup.soft(RLIMIT_NOFILE)) return EINVAL;
  const { mm } = task;
  const size = count * POLLFD.size;
  if (size > 0 && mm.accessibleLength(addr, size, PAGE_R) < size) return EFAULT;
  const waits: PollWait[] = [];
  const found: number[] = [];
  let ready = 0;
  for (let i = 0; i < count; i++) {
    const at = addr + i * POLLFD.size;
    const fd = mm.space.view.getInt32(at + POLLFD.fd, true);
    const events = mm.space.view.getUint16(at + POLLFD.events, true) | ALWAYS;
    const revents = fd < 0 ? 0 : pollDescriptor(task, fd, events, waits);
    found.push(revents);
    if (revents !== 0) ready++;
  }
  let result: SyscallResult = ready;
  // Without time to wait, too, a signal goes first.
  if (ready === 0 && (task.signalPending || !isPast(task, deadlineNs))) {
    result = task.blockOn(waits, { deadlineNs, restart });
    if (result === BLOCKED) return result;
  }
  // Asked for even if there is nothing to store: user_write_access_begin().
  if (!isUserRange({ addr, len: size })) return EFAULT;
  const stored = storeEvents(task, addr, found);
  return isErrno(stored) ? stored : result;
}

function pollDescriptor(task: Task, fd: number, events: number, waits: PollWait[]): number {
  const file = task.fdTable.get(fd);
  if (file === null || file.isPath) return POLLNVAL;
  const revents = file.poll() & events;
  if (revents === 0) for (const queue of file.pollQueues()) waits.push({ queue, mask: events });
  return revents;
}

/** Only `revents` is written back: the program may change the rest meanwhile. */
function storeEvents(task: Task, addr: number, found: readonly number[]): 0 | Errno {
  const { mm } = task;
  for (const [i, revents] of found.entries()) {
    const at = addr + i * POLLFD.size + POLLFD.revents;
    const prepared = mm.prepareWrite(at, 2);
    if (prepared !== 0) return prepared;
    mm.space.view.setUint16(at, revents, true);
  }
  return 0;
}

export function ppoll(task: Task, args: SyscallArgs): SyscallResult {
  const timeoutAddr = args.pointer(2);
  const deadlineNs = relativeDeadline(task, timeoutAddr);
  if (isErrno(deadlineNs)) return deadlineNs;
  const masked = replaceSignalMask(task, args.pointer(3), args.size(4));
  if (isErrno(masked)) return masked;
  const result = pollOnce(task, args.pointer(0), args.uint(1), deadlineNs, "nohand");
  return restoreSignalMask(task, storeRemaining(task, timeoutAddr, deadlineNs, result));
}

/** Linux writes what is left of the time back (poll_select_finish), so a restarted call waits for no more than that. */
export function storeRemaining(
  task: Task,
  addr: number,
  deadlineNs: number,
  result: SyscallResult,
): SyscallResult {
  if (addr === 0 || result === BLOCKED) return result;
  const left = Math.max(deadlineNs - task.kernel.clock.monotonicNs(), 0);
  const stored = writeTimeSpec(task, addr, timeSpecFromNs(left));
  // Where it cannot be written the call could not be restarted rightly.
  return isErrno(stored) && result === ERESTARTNOHAND ? EINTR : result;
}
