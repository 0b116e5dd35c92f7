import type { EventMask, Waiter } from "../../kernel/wait-queue.ts";
import type { FileDescription, FileWatcher } from "../file-description.ts";
import type { EpollDescription } from "./epoll.ts";
export declare class EpollItem implements Waiter, FileWatcher {
  #private;
  readonly epoll: EpollDescription;
  readonly file: FileDescription;
  readonly fd: number;
  /** EPOLL* as asked for, flags included; 0 after EPOLLONESHOT has fired. */
  events: number;
  /** What epoll_wait gives back, 64 bits of the caller's. */
  data: bigint;
  readonly exclusive: boolean;
  constructor(
    epoll: EpollDescription,
    file: FileDescription,
    fd: number,
    events: number,
    data: bigint,
  );
  /** Poll events of interest; errors always, unless EPOLLONESHOT has fired. */
  get mask(): EventMask;
  get isDisabled(): boolean;
  get isEdgeTriggered(): boolean;
  /** What holds now of what is asked for. */
  readyEvents(): number;
  attach(): void;
  detach(): void;
  /** EPOLLONESHOT has fired: nothing more until EPOLL_CTL_MOD. */
  disable(): void;
  wake(_events: EventMask): void;
  fileClosed(): void;
}
