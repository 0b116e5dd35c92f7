/** A descriptor that an epoll instance watches: struct epitem. */
import {
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLONESHOT,
  EPOLLWAKEUP,
  POLLERR,
  POLLHUP,
} from "@kernelet/abi";
import type { EventMask, Waiter, WaitQueue } from "../../kernel/wait-queue.ts";
import type { FileDescription, FileWatcher } from "../file-description.ts";
import type { EpollDescription } from "./epoll.ts";

/** Flags among the events of epoll_ctl. */
const FLAGS = EPOLLET | EPOLLEXCLUSIVE | EPOLLONESHOT | EPOLLWAKEUP;

export class EpollItem implements Waiter, FileWatcher {
  readonly epoll: EpollDescription;
  readonly file: FileDescription;
  readonly fd: number;
  /** EPOLL* as asked for, flags included; 0 after EPOLLONESHOT has fired. */
  events: number;
  /** What epoll_wait gives back, 64 bits of the caller's. */
  data: bigint;
  readonly exclusive: boolean;
  #queues: readonly WaitQueue[] = [];

  constructor(
    epoll: EpollDescription,
    file: FileDescription,
    fd: number,
    events: number,
    data: bigint,
  ) {
    this.epoll = epoll;
    this.file = file;
    this.fd = fd;
    this.events = events;
    this.data = data;
    this.exclusive = (events & EPOLLEXCLUSIVE) !== 0;
  }

  /** Poll events of interest; errors always, unless EPOLLONESHOT has fired. */
  get mask(): EventMask {
    return this.isDisabled ? 0 : (this.events & ~FLAGS) | POLLERR | POLLHUP;
  }

  get isDisabled(): boolean {
    return (this.events & ~FLAGS) === 0 && (this.events & EPOLLONESHOT) !== 0;
  }

  get isEdgeTriggered(): boolean {
    return (this.events & EPOLLET) !== 0;
  }

  /** What holds now of what is asked for. */
  readyEvents(): number {
    const { mask } = this;
    return mask === 0 ? 0 : this.file.poll() & mask;
  }

  attach(): void {
    this.#queues = this.file.pollQueues();
    for (const queue of this.#queues) {
      if (this.exclusive) queue.add(this);
      else queue.addFirst(this);
    }
    this.file.addWatcher(this);
  }

  detach(): void {
    for (const queue of this.#queues) queue.remove(this);
    this.#queues = [];
    this.file.removeWatcher(this);
  }

  /** EPOLLONESHOT has fired: nothing more until EPOLL_CTL_MOD. */
  disable(): void {
    this.events &= FLAGS;
  }

  /** ep_poll_callback(): an exclusive item answers only if somebody waits in its epoll. */
  wake(events: EventMask): boolean {
    const { mask } = this;
    if (mask === 0 || (events & mask) === 0) return false;
    const isAwaited = !this.epoll.queue.isEmpty;
    this.epoll.itemWoken(this);
    return isAwaited;
  }

  fileClosed(): void {
    this.epoll.removeItem(this);
  }
}
