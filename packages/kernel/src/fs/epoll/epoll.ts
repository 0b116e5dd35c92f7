/**
 * An epoll instance: epoll(7), fs/eventpoll.c. Items whose file may have become ready stand in `#ready` in
 * the order in which that happened; epoll_wait asks each file again before it reports it.
 *
 *   level   reported → stays in #ready, to the end; asked again next time, dropped when not ready
 *   edge    reported → leaves #ready until the file wakes its queue again
 */
import {
  EEXIST,
  ELOOP,
  ENOENT,
  EPOLLONESHOT,
  type Errno,
  O_RDWR,
  POLLIN,
  POLLRDNORM,
} from "@kernelet/abi";
import { WaitQueue } from "../../kernel/wait-queue.ts";
import { FileDescription } from "../file-description.ts";
import type { Path } from "../path.ts";
import { EpollItem } from "./epoll-item.ts";

/** The most watches in a chain of epoll instances: EP_MAX_NESTS. */
const MAX_NESTS = 4;

export class EpollDescription extends FileDescription {
  /** By descriptor and file: the same number may stand for another file later. */
  readonly #items: Map<number, EpollItem[]> = new Map();
  readonly #ready: Set<EpollItem> = new Set();
  /** Instances that watch this one, once for each item. */
  readonly #watchedBy: EpollDescription[] = [];
  /** Woken when an item becomes ready. */
  readonly queue: WaitQueue = new WaitQueue();

  constructor(path: Path) {
    super(path, O_RDWR);
  }

  override get isSeekable(): boolean {
    return false;
  }

  /** noop_llseek(): no error, and no effect. */
  override seek(): number {
    return this.pos;
  }

  #find(fd: number, file: FileDescription): EpollItem | undefined {
    return this.#items.get(fd)?.find((item) => item.file === file);
  }

  add(fd: number, file: FileDescription, events: number, data: bigint): 0 | Errno {
    if (file instanceof EpollDescription && this.#isTooDeep(file)) return ELOOP;
    if (this.#find(fd, file) !== undefined) return EEXIST;
    const item = new EpollItem(this, file, fd, events, data);
    const items = this.#items.get(fd);
    if (items === undefined) this.#items.set(fd, [item]);
    else items.push(item);
    item.attach();
    if (file instanceof EpollDescription) file.#watchedBy.push(this);
    if (item.readyEvents() !== 0) this.itemWoken(item);
    return 0;
  }

  /** The item of a descriptor, for EPOLL_CTL_MOD and EPOLL_CTL_DEL. */
  item(fd: number, file: FileDescription): EpollItem | Errno {
    return this.#find(fd, file) ?? ENOENT;
  }

  /** The file that is watched as `fd`; of several, the one with this number: kcmp(2). */
  target(fd: number, number: number): FileDescription | Errno {
    return this.#items.get(fd)?.[number]?.file ?? ENOENT;
  }

  modify(item: EpollItem, events: number, data: bigint): void {
    item.events = events;
    item.data = data;
    if (item.readyEvents() !== 0 && !this.#ready.has(item)) this.itemWoken(item);
  }

  /** Preconditions: `item` is one of ours. */
  removeItem(item: EpollItem): void {
    item.detach();
    const { file } = item;
    if (file instanceof EpollDescription) {
      file.#watchedBy.splice(file.#watchedBy.indexOf(this), 1);
    }
    this.#ready.delete(item);
    const items = this.#items.get(item.fd) ?? [];
    items.splice(items.indexOf(item), 1);
    if (items.length === 0) this.#items.delete(item.fd);
  }

  itemWoken(item: EpollItem): void {
    if (item.mask === 0) return;
    this.#ready.add(item);
    this.queue.wake(POLLIN | POLLRDNORM);
  }

  /**
   * Reports up to `limit` ready items. One that `store` cannot take stays ready, and ends the report.
   * @returns how many, or store's error if it was the first.
   */
  collect(
    limit: number,
    store: (i: number, events: number, data: bigint) => 0 | Errno,
  ): number | Errno {
    let found = 0;
    // Those that are put back at the end are not for this report.
    let left = this.#ready.size;
    for (const item of this.#ready) {
      if (found === limit || left-- === 0) break;
      const events = item.readyEvents();
      if (events !== 0) {
        const failed = store(found, events, item.data);
        if (failed !== 0) return found > 0 ? found : failed;
        found++;
      }
      this.#ready.delete(item);
      if (events === 0) continue;
      if ((item.events & EPOLLONESHOT) !== 0) item.disable();
      else if (!item.isEdgeTriggered) this.#ready.add(item);
    }
    return found;
  }

  /** Items that turn out not to be ready leave `#ready`: __ep_eventpoll_poll(). */
  override poll(): number {
    for (const item of this.#ready) {
      if (item.readyEvents() !== 0) return POLLIN | POLLRDNORM;
      this.#ready.delete(item);
    }
    return 0;
  }

  override pollQueues(): readonly WaitQueue[] {
    return [this.queue];
  }

  *#watched(): IterableIterator<EpollItem> {
    for (const items of this.#items.values()) yield* items;
  }

  /** ep_loop_check(): loops, and chains through this instance that would be too long, counted both ways. */
  #isTooDeep(below: EpollDescription): boolean {
    if (below.reaches(this)) return true;
    return below.depth() + this.height() > MAX_NESTS + 1;
  }

  /** Whether this instance is `other` or watches it, directly or not. */
  reaches(other: EpollDescription): boolean {
    if (this === other) return true;
    for (const { file } of this.#watched()) {
      if (file instanceof EpollDescription && file.reaches(other)) return true;
    }
    return false;
  }

  /** How many instances watch one another up from here, this one included. */
  height(): number {
    let highest = 0;
    for (const watcher of this.#watchedBy) highest = Math.max(highest, watcher.height());
    return highest + 1;
  }

  /** How many instances stand below one another here, this one included. */
  depth(): number {
    let deepest = 0;
    for (const { file } of this.#watched()) {
      if (file instanceof EpollDescription) deepest = Math.max(deepest, file.depth());
    }
    return deepest + 1;
  }

  protected override release(): void {
    for (const item of [...this.#watched()]) this.removeItem(item);
  }

  override fdinfo(): string {
    let text = "";
    for (const { fd, events, data, file, mask: asked } of this.#watched()) {
      const tfd = String(fd).padStart(8);
      const mask = ((events | asked) >>> 0).toString(16).padStart(8);
      const value = data.toString(16).padStart(16);
      text += `tfd: ${tfd} events: ${mask} data: ${value}  pos:${file.pos} ino:${file.inode.ino.toString(16)}\n`;
    }
    return text;
  }
}
