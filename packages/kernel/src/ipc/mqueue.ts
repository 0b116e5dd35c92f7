/**
 * A POSIX message queue: mq_send(3), mq_receive(3), mq_notify(3), ipc/mqueue.c.
 *
 * The highest priority goes first, and among equals the oldest. A message goes straight to a receiver that waits, and
 * a sender that waits gets its message in when somebody takes one out: in the order in which they came.
 */
import { ENOMEM, type Errno, SI_MESGQ, SIGEV_SIGNAL } from "@kernelet/abi";
import type { FileDescription } from "../fs/file-description.ts";
import { type Creation, Inode } from "../fs/inode.ts";
import type { Path } from "../fs/path.ts";
import { PendingWait } from "../kernel/pending-wait.ts";
import { sendToProcess } from "../kernel/signal.ts";
import type { Task } from "../kernel/task.ts";
import type { ThreadGroup } from "../kernel/thread-group.ts";
import { WaitQueue } from "../kernel/wait-queue.ts";
import { MqueueFile } from "./mqueue-file.ts";
import type { MqueueAttributes, MqueueFs } from "./mqueue-fs.ts";

/** Size that stat(2) shows, and the most that read(2) gives. */
const FILE_SIZE = 80;
/** What the kernel's own structure takes for a message. */
const MESSAGE_BYTES = 64;

export interface PriorityMessage {
  readonly priority: number;
  readonly text: Uint8Array;
}

/** mq_notify(3): who is told once that a message came to an empty queue. */
export interface MqueueNotification {
  readonly owner: ThreadGroup;
  /** SIGEV_*. */
  readonly notify: number;
  readonly signo: number;
  readonly value: bigint;
  /** SIGEV_THREAD: tells the C library's thread, which listens at a netlink socket. */
  readonly channel: NotificationChannel | null;
}

export interface NotificationChannel {
  /** The message has come, or the registration is over. */
  tell(event: "woken" | "removed"): void;
}

/** mq_timedsend(2) or mq_timedreceive(2) that sleeps. */
export class MqueueWaiter extends PendingWait {
  readonly #mqueue: MqueueInode;
  readonly queue: WaitQueue = new WaitQueue();
  /** What is to be sent, or what was received; null while a receiver waits. */
  message: PriorityMessage | null;
  isDone = false;
  readonly #isSender: boolean;

  /** @param message to be sent, and charged; null to receive one. */
  constructor(mqueue: MqueueInode, message: PriorityMessage | null) {
    super();
    this.#mqueue = mqueue;
    this.#isSender = message !== null;
    this.message = message;
    this.#list.add(this);
  }

  get #list(): Set<MqueueWaiter> {
    return this.#isSender ? this.#mqueue.senders : this.#mqueue.receivers;
  }

  finish(): void {
    this.isDone = true;
    this.#list.delete(this);
    this.queue.wake();
  }

  override cancel(): void {
    const isWaiting = this.#list.delete(this);
    if (isWaiting && this.#isSender && this.message !== null) this.#mqueue.uncharge(this.message);
  }
}

export class MqueueInode extends Inode {
  declare readonly superblock: MqueueFs;
  readonly attributes: MqueueAttributes;
  /** Next to be received last. */
  readonly #messages: PriorityMessage[] = [];
  /** Bytes inside. */
  #bytes = 0;
  readonly senders: Set<MqueueWaiter> = new Set();
  readonly receivers: Set<MqueueWaiter> = new Set();
  /** For poll(2): woken when a message was queued or taken. */
  readonly queue: WaitQueue = new WaitQueue();
  notification: MqueueNotification | null = null;
  /** Whose RLIMIT_MSGQUEUE it counts against, whoever owns it later. */
  readonly #accountedTo: number;

  constructor(superblock: MqueueFs, made: Creation, attributes: MqueueAttributes) {
    super(superblock, superblock.newIno(), made);
    this.attributes = attributes;
    this.size = FILE_SIZE;
    this.#accountedTo = made.uid;
    superblock.account(made.uid, attributes, 1);
  }

  override get blocks(): number {
    return 0;
  }

  get count(): number {
    return this.#messages.length;
  }

  get isFull(): boolean {
    return this.count >= this.attributes.maxMessages;
  }

  override open(_task: Task, path: Path, flags: number): FileDescription {
    return new MqueueFile(path, flags, this);
  }

  /** Memory for a message that is to wait here. @returns false if there is none. */
  charge(message: PriorityMessage): boolean {
    return this.superblock.memory.charge(MESSAGE_BYTES + message.text.length);
  }

  uncharge(message: PriorityMessage): void {
    this.superblock.memory.uncharge(MESSAGE_BYTES + message.text.length);
  }

  /** Preconditions: it is not full. */
  send(task: Task, message: PriorityMessage): 0 | Errno {
    const [receiver] = this.receivers;
    if (receiver !== undefined) {
      receiver.message = message;
      receiver.finish();
    } else {
      if (!this.charge(message)) return ENOMEM;
      this.#insert(message);
      this.queue.wake();
      this.#notify(task);
    }
    this.touch("atime", "mtime", "ctime");
    return 0;
  }

  #insert(message: PriorityMessage): void {
    let low = 0;
    let high = this.#messages.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#messages[middle] as PriorityMessage).priority < message.priority) low = middle + 1;
      else high = middle;
    }
    this.#messages.splice(low, 0, message);
    this.#bytes += message.text.length;
  }

  /** Takes the first message; null if there is none. A sender that waits gets its message in. */
  receive(): PriorityMessage | null {
    const message = this.#messages.pop();
    if (message === undefined) return null;
    this.#bytes -= message.text.length;
    this.uncharge(message);
    this.touch("atime", "mtime", "ctime");
    const [sender] = this.senders;
    if (sender?.message != null) {
      this.#insert(sender.message); // Charged when it began to wait.
      sender.finish();
    } else {
      this.queue.wake();
    }
    return message;
  }

  /** __do_notify(): once, and only for a queue that was empty. */
  #notify(task: Task): void {
    const registered = this.notification;
    if (registered === null || this.count !== 1) return;
    this.notification = null;
    const { owner, notify, signo, value, channel } = registered;
    if (notify === SIGEV_SIGNAL && !owner.isDead) {
      const pid = task.threadGroup.tgid;
      sendToProcess(owner, { signo, code: SI_MESGQ, pid, uid: task.credentials.uid, value });
    }
    channel?.tell("woken");
  }

  /** The owner wants to hear no more, or has closed the queue. */
  removeNotification(): void {
    this.notification?.channel?.tell("removed");
    this.notification = null;
  }

  /** What read(2) gives. */
  status(): string {
    const registered = this.notification;
    const signo = registered?.notify === SIGEV_SIGNAL ? registered.signo : 0;
    const fields = [
      `QSIZE:${String(this.#bytes).padEnd(10)}`,
      `NOTIFY:${String(registered?.notify ?? 0).padEnd(5)}`,
      `SIGNO:${String(signo).padEnd(5)}`,
      `NOTIFY_PID:${String(registered?.owner.tgid ?? 0).padEnd(6)}`,
    ];
    return `${fields.join(" ")}\n`;
  }

  override evict(): void {
    for (const message of this.#messages) this.uncharge(message);
    this.#messages.length = 0;
    this.superblock.account(this.#accountedTo, this.attributes, -1);
  }
}
