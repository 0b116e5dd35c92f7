/**
 * Watches on inodes: inotify(7).
 *
 *   inotify file ──▶ watches by descriptor ──▶ inode        (and back: notify.ts)
 */
import {
  EAGAIN,
  EEXIST,
  EFAULT,
  EINVAL,
  ENOSPC,
  ENOTTY,
  type Errno,
  FIONREAD,
  IN_IGNORED,
  IN_MASK_ADD,
  IN_MASK_CREATE,
  IN_Q_OVERFLOW,
  INOTIFY_EVENT,
  POLLIN,
  POLLRDNORM,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { WaitQueue } from "../kernel/wait-queue.ts";
import type { AsyncSource } from "./fasync.ts";
import { FileDescription } from "./file-description.ts";
import type { Inode } from "./inode.ts";
import { type InotifyAccount, MAX_QUEUED_EVENTS } from "./inotify-account.ts";
import { encodeName } from "./name.ts";
import { InotifyMarks, type Listener, type QueuedEvent, type Watch } from "./notify.ts";
import type { Path } from "./path.ts";

/** What inotify_init(2) gives. */
export class InotifyFile extends FileDescription implements Listener {
  readonly #watches: Map<number, Watch> = new Map();
  #events: QueuedEvent[] = [];
  #lastWd = 0;
  readonly #queue: WaitQueue = new WaitQueue();
  readonly #account: InotifyAccount;
  /** Who made it and is charged. */
  readonly #uid: number;

  /** Preconditions: `account` had room for one more instance of the user's, and counts it. */
  constructor(path: Path, flags: number, account: InotifyAccount, uid: number) {
    super(path, flags);
    this.#account = account;
    this.#uid = uid;
  }

  override get isSeekable(): boolean {
    return false;
  }

  override get readsBuffersApart(): boolean {
    return true;
  }

  override asyncSource(): AsyncSource {
    return { queue: this.#queue, mask: POLLIN };
  }

  /** noop_llseek(). */
  override seek(): number {
    return 0;
  }

  /** inotify_add_watch(2). @returns the watch descriptor. */
  watch(inode: Inode, mask: number): number | Errno {
    inode.marks ??= new InotifyMarks();
    const events = mask & ~IN_MASK_CREATE; // The bit means FS_RENAME in a watch's mask.
    for (const old of inode.marks.watches) {
      if (old.file !== this) continue;
      if ((mask & IN_MASK_CREATE) !== 0) return EEXIST;
      old.mask = (mask & IN_MASK_ADD) !== 0 ? old.mask | events : events;
      return old.wd;
    }
    if (!this.#account.watches.take(this.#uid)) return ENOSPC;
    const watch: Watch = { file: this, wd: ++this.#lastWd, inode, mask: events };
    this.#watches.set(watch.wd, watch);
    inode.marks.watches.add(watch);
    return watch.wd;
  }

  /** inotify_rm_watch(2). */
  unwatch(wd: number): 0 | Errno {
    const watch = this.#watches.get(wd);
    if (watch === undefined) return EINVAL;
    this.forget(watch);
    return 0;
  }

  /** Ends a watch and says so. */
  forget(watch: Watch): void {
    this.#drop(watch);
    this.enqueue({ wd: watch.wd, mask: IN_IGNORED, cookie: 0, name: "" });
  }

  #drop(watch: Watch): void {
    if (this.#watches.delete(watch.wd)) this.#account.watches.give(this.#uid);
    watch.inode.marks?.watches.delete(watch);
    if (watch.inode.marks?.watches.size === 0) watch.inode.marks = null;
  }

  enqueue(event: QueuedEvent): void {
    const last = this.#events.at(-1);
    const isRepeated =
      last !== undefined &&
      last.wd === event.wd &&
      last.mask === event.mask &&
      last.name === event.name;
    if (isRepeated) return;
    if (this.#events.length > MAX_QUEUED_EVENTS) return;
    if (this.#events.length === MAX_QUEUED_EVENTS) {
      this.#events.push({ wd: -1, mask: IN_Q_OVERFLOW, cookie: 0, name: "" });
    } else {
      this.#events.push(event);
    }
    this.#queue.wake(POLLIN | POLLRDNORM);
  }

  override read(task: Task, into: Uint8Array): SyscallResult {
    return this.readPart(task, into, into.length);
  }

  /** The event that cannot be written is lost, and what was written before it is not told of. */
  override readPart(task: Task, into: Uint8Array, len: number): SyscallResult {
    if (this.#events.length === 0) {
      if (this.isNonblocking) return EAGAIN;
      return task.block([this.#queue], { mask: POLLIN });
    }
    let done = 0;
    for (;;) {
      const event = this.#events[0];
      if (event === undefined) break;
      const record = encodeEvent(event);
      if (done + record.length > len) break;
      this.#events.shift();
      into.set(record.subarray(0, into.length - done), done);
      done += record.length;
      if (done > into.length) return EFAULT;
    }
    return done > 0 ? done : EINVAL;
  }

  override poll(): number {
    return this.#events.length > 0 ? POLLIN | POLLRDNORM : 0;
  }

  override pollQueues(): readonly WaitQueue[] {
    return [this.#queue];
  }

  override ioctl(task: Task, cmd: number, arg: number): SyscallResult {
    if (cmd !== FIONREAD) return ENOTTY;
    const bytes = this.#events.reduce((sum, event) => sum + encodeEvent(event).length, 0);
    return task.mm.writeInt32(arg, bytes);
  }

  protected override release(): void {
    for (const watch of [...this.#watches.values()]) this.#drop(watch);
    this.#events = [];
    this.#account.instances.give(this.#uid);
  }
}

/** struct inotify_event; the name is padded with NULs to a multiple of 16. */
function encodeEvent(event: QueuedEvent): Uint8Array {
  const name = encodeName(event.name);
  const len = name.length === 0 ? 0 : Math.ceil((name.length + 1) / 16) * 16;
  const record = new Uint8Array(INOTIFY_EVENT.size + len);
  const view = new DataView(record.buffer);
  view.setInt32(INOTIFY_EVENT.wd, event.wd, true);
  view.setUint32(INOTIFY_EVENT.mask, event.mask >>> 0, true);
  view.setUint32(INOTIFY_EVENT.cookie, event.cookie, true);
  view.setUint32(INOTIFY_EVENT.len, len, true);
  record.set(name, INOTIFY_EVENT.name);
  return record;
}
