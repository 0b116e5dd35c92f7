/** An open POSIX message queue. Messages go by mq_timedsend(2) and mq_timedreceive(2); read(2) tells its state. */
import { EINVAL, type Errno, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from "@kernelet/abi";
import { FileDescription } from "../fs/file-description.ts";
import { encodeName } from "../fs/name.ts";
import type { Path } from "../fs/path.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { WaitQueue } from "../kernel/wait-queue.ts";
import type { MqueueInode } from "./mqueue.ts";

export class MqueueFile extends FileDescription {
  readonly mqueue: MqueueInode;

  constructor(path: Path, flags: number, mqueue: MqueueInode) {
    super(path, flags);
    this.mqueue = mqueue;
  }

  override read(_task: Task, into: Uint8Array, off: number | null): SyscallResult {
    const at = off ?? this.pos;
    const part = encodeName(this.mqueue.status()).subarray(at, at + into.length);
    into.set(part);
    if (off === null) this.pos += part.length;
    return part.length;
  }

  override write(): SyscallResult {
    return EINVAL;
  }

  override poll(): number {
    const { mqueue } = this;
    let events = 0;
    if (mqueue.count > 0) events |= POLLIN | POLLRDNORM;
    if (!mqueue.isFull) events |= POLLOUT | POLLWRNORM;
    return events;
  }

  override pollQueues(): readonly WaitQueue[] {
    return [this.mqueue.queue];
  }

  /** Whoever closes a descriptor of the queue gives up its notification. */
  override flush(task: Task): 0 | Errno {
    if (this.mqueue.notification?.owner === task.threadGroup) this.mqueue.removeNotification();
    return 0;
  }
}
