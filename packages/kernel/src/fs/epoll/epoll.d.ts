/**
 * An epoll instance: epoll(7), fs/eventpoll.c. Items whose file may have become ready stand in `#ready` in
 * the order in which that happened; epoll_wait asks each file again before it reports it.
 *
 *   level   reported → stays in #ready, to the end; asked again next time, dropped when not ready
 *   edge    reported → leaves #ready until the file wakes its queue again
 */
import { type Errno } from "@kernelet/abi";
import { WaitQueue } from "../../kernel/wait-queue.ts";
import { FileDescription } from "../file-description.ts";
import type { Path } from "../path.ts";
import { EpollItem } from "./epoll-item.ts";
export interface ReadyItem {
  readonly events: number;
  readonly data: bigint;
}
export declare class EpollDescription extends FileDescription {
  #private;
  /** Woken when an item becomes ready. */
  readonly queue: WaitQueue;
  constructor(path: Path);
  get isSeekable(): boolean;
  add(fd: number, file: FileDescription, events: number, data: bigint): 0 | Errno;
  /** The item of a descriptor, for EPOLL_CTL_MOD and EPOLL_CTL_DEL. */
  item(fd: number, file: FileDescription): EpollItem | Errno;
  modify(item: EpollItem, events: number, data: bigint): void;
  removeItem(item: EpollItem): void;
  itemWoken(item: EpollItem): void;
  /** Takes up to `limit` ready items. */
  collect(limit: number): ReadyItem[];
  poll(): number;
  pollQueues(): readonly WaitQueue[];
  /** Whether this instance is `other` or watches it, directly or not. */
  reaches(other: EpollDescription): boolean;
  /** How many instances stand below one another here, this one included. */
  depth(): number;
  protected release(): void;
  fdinfo(): string;
}
