/**
 * Signal-driven input and output: O_ASYNC, signal(7) and fcntl(2), F_SETSIG; fs/fcntl.c, struct fasync_struct.
 * One of these stands on a file's queue while the flag is set.
 */
import { POLL_IN, POLL_OUT, POLLIN } from "@kernelet/abi";
import type { EventMask, Waiter, WaitQueue } from "../kernel/wait-queue.ts";
import type { FileDescription } from "./file-description.ts";
import { signalOwner } from "./file-owner.ts";

/** What a file with this operation tells its owner of. */
export interface AsyncSource {
  readonly queue: WaitQueue;
  /** POLLIN, POLLOUT: which of the queue's events concern this file. */
  readonly mask: EventMask;
}

export class AsyncWaiter implements Waiter {
  readonly exclusive = false;
  readonly mask: EventMask;
  readonly #file: FileDescription;
  readonly #queue: WaitQueue;
  /** The descriptor by which O_ASYNC was set: si_fd. */
  readonly #fd: number;

  constructor(file: FileDescription, fd: number, { queue, mask }: AsyncSource) {
    this.mask = mask;
    this.#file = file;
    this.#queue = queue;
    this.#fd = fd;
    queue.add(this);
  }

  /** Once for each time the file says it is ready, whether it was before or not. */
  wake(events: EventMask): boolean {
    const { owner, ownerSignal: signal } = this.#file;
    const reason = (events & this.mask & POLLIN) !== 0 ? POLL_IN : POLL_OUT;
    signalOwner(owner, { signal, fd: this.#fd, reason });
    return true;
  }

  remove(): void {
    this.#queue.remove(this);
  }
}
