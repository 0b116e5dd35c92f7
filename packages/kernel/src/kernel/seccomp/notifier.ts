/**
 * System calls that another process answers: seccomp_unotify(2). A task whose filter says so waits with a notice, which the
 * holder of the filter's listener receives, looks at, and answers.
 *
 *   made ── SECCOMP_IOCTL_NOTIF_RECV ──▶ received ── SECCOMP_IOCTL_NOTIF_SEND ──▶ answered: the task goes on
 */
import { ENOSYS, type Errno, isErrno, POLLHUP, POLLIN, POLLOUT } from "@kernelet/abi";
import { PendingWait } from "../pending-wait.ts";
import type { SyscallResult } from "../result.ts";
import type { Task } from "../task.ts";
import { WaitQueue } from "../wait-queue.ts";

/** What becomes of the call. */
export interface Answer {
  readonly value: number;
  /** As it was given: a negative errno, or 0. */
  readonly error: number;
  /** The call is made after all: SECCOMP_USER_NOTIF_FLAG_CONTINUE. */
  readonly continues: boolean;
}

export class Notice extends PendingWait {
  readonly id: number;
  readonly task: Task;
  readonly notifier: Notifier;
  /** struct seccomp_data. */
  readonly data: Uint8Array;
  isReceived = false;
  answer: Answer | null = null;
  /** Woken when there is an answer. */
  readonly queue: WaitQueue = new WaitQueue();

  constructor(id: number, task: Task, notifier: Notifier, data: Uint8Array) {
    super();
    this.id = id;
    this.task = task;
    this.notifier = notifier;
    this.data = data;
  }

  reply(answer: Answer): void {
    this.answer = answer;
    this.queue.wake();
  }

  /** The task waits no more. */
  override cancel(): void {
    this.notifier.notices.delete(this.id);
  }
}

export class Notifier {
  /** By id, the oldest first. */
  readonly notices: Map<number, Notice> = new Map();
  /** SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: once its notice was received, only a fatal signal ends a wait. */
  readonly waitsKillable: boolean;
  /** Its descriptors are closed: nobody answers any more. */
  isClosed = false;
  readonly queue: WaitQueue = new WaitQueue();
  #lastId: number;

  /** @param firstId Linux begins anywhere, so that ids of two listeners are not taken for each other. */
  constructor(waitsKillable: boolean, firstId: number) {
    this.waitsKillable = waitsKillable;
    this.#lastId = firstId;
  }

  /** The next notice that nobody has received. */
  get waiting(): Notice | undefined {
    for (const notice of this.notices.values()) if (!notice.isReceived) return notice;
    return undefined;
  }

  get hasReceived(): boolean {
    for (const { isReceived, answer } of this.notices.values()) {
      if (isReceived && answer === null) return true;
    }
    return false;
  }

  add(task: Task, data: Uint8Array): Notice {
    const notice = new Notice(++this.#lastId, task, this, data);
    this.notices.set(notice.id, notice);
    this.queue.wake(POLLIN);
    return notice;
  }

  received(notice: Notice): void {
    notice.isReceived = true;
    if (this.waitsKillable) notice.task.isKillableOnly = true;
    this.queue.wake(POLLOUT);
  }

  /** The last descriptor is closed. */
  close(): void {
    this.isClosed = true;
    for (const notice of this.notices.values()) {
      if (notice.answer === null) notice.reply({ value: 0, error: ENOSYS, continues: false });
    }
  }

  /** A task that the filter held has ended: perhaps there is none left. */
  taskEnded(): void {
    this.queue.wake(POLLHUP);
  }
}

/** Puts the task's call before the listener, and waits. */
export function askListener(task: Task, notifier: Notifier, data: Uint8Array): SyscallResult {
  if (notifier.isClosed) return ENOSYS;
  const notice = notifier.add(task, data);
  task.pending.data = notice;
  const wait = task.block([notice.queue]);
  if (isErrno(wait)) drop(task, notice);
  return wait;
}

/** @returns undefined if the call is to be made. */
export function goOnAsking(task: Task, notice: Notice): SyscallResult | undefined {
  const { answer } = notice;
  if (answer === null) {
    const isKillable = notice.isReceived && notice.notifier.waitsKillable;
    const wait = task.block([notice.queue], { restart: isKillable ? "killable" : "restart" });
    if (isErrno(wait)) drop(task, notice);
    return wait;
  }
  drop(task, notice);
  if (answer.continues) {
    task.resetPending();
    return undefined;
  }
  return answer.error === 0 ? answer.value : (answer.error as Errno);
}

function drop(task: Task, notice: Notice): void {
  notice.cancel();
  task.pending.data = null;
}

/** The task has ended: listeners of its filters hear of that. */
export function leaveFilters(task: Task): void {
  let filter = task.seccomp?.filter ?? null;
  for (; filter !== null; filter = filter.previous) filter.notifier?.taskEnded();
}
