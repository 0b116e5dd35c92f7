/**
 * System V message queues: msgget(2), msgop(2), msgctl(2), ipc/msg.c.
 *
 * A message goes straight to the first waiting receiver that wants its type; only what nobody waits for is queued.
 */
import { E2BIG, EAGAIN, EIDRM, ENOMEM, type Errno } from "@kernelet/abi";
import { PendingWait } from "../kernel/pending-wait.ts";
import type { Task } from "../kernel/task.ts";
import { WaitQueue } from "../kernel/wait-queue.ts";
import type { IpcNamespace } from "./ipc-namespace.ts";
import { IpcObject, secondsNow } from "./ipc-object.ts";

export const MSGMNI = 32000;
/** Bytes of a message, and of all messages of a queue unless IPC_SET says otherwise. */
export const MSGMAX = 8192;
export const MSGMNB = 16384;
/** What the kernel's own structures take, for a message and for a queue: what is charged. */
const MESSAGE_BYTES = 64;
const QUEUE_BYTES = 256;

export interface IpcMessage {
  readonly type: bigint;
  readonly text: Uint8Array;
}

/** Which message a receiver takes: msgrcv(2). */
export type MessageChoice =
  | { readonly kind: "any" }
  | { readonly kind: "equal" | "other" | "lowest"; readonly type: bigint }
  /** MSG_COPY: the message at a place. */
  | { readonly kind: "number"; readonly index: bigint };

/** A msgrcv(2) that sleeps. */
export class MessageReceiver extends PendingWait {
  readonly messages: MessageQueue;
  readonly choice: MessageChoice;
  readonly maxSize: number;
  readonly pid: number;
  readonly queue: WaitQueue = new WaitQueue();
  result: IpcMessage | Errno | null = null;

  constructor(messages: MessageQueue, choice: MessageChoice, maxSize: number, pid: number) {
    super();
    this.messages = messages;
    this.choice = choice;
    this.maxSize = maxSize;
    this.pid = pid;
  }

  override cancel(): void {
    this.messages.cancel(this);
  }
}

export class MessageQueue extends IpcObject {
  readonly #namespace: IpcNamespace;
  readonly #messages: IpcMessage[] = [];
  #receivers: MessageReceiver[] = [];
  /** Senders wait here for room. */
  readonly senders: WaitQueue = new WaitQueue();
  /** Bytes inside, and the most that there may be. */
  bytes = 0;
  maxBytes: number = MSGMNB;
  stime = 0;
  rtime = 0;
  lspid = 0;
  lrpid = 0;

  constructor(task: Task, namespace: IpcNamespace, key: number, mode: number) {
    super(key, mode, task.credentials, namespace.clock);
    this.#namespace = namespace;
  }

  get count(): number {
    return this.#messages.length;
  }

  fits(size: number): boolean {
    return size + this.bytes <= this.maxBytes && 1 + this.count <= this.maxBytes;
  }

  /** Preconditions: it fits. ENOMEM: there is no memory for it. */
  send(message: IpcMessage, pid: number): 0 | Errno {
    if (!this.#handOver(message)) {
      if (!this.#namespace.memory.charge(MESSAGE_BYTES + message.text.length)) return ENOMEM;
      this.#messages.push(message);
      this.bytes += message.text.length;
    }
    this.lspid = pid;
    this.stime = secondsNow(this.#namespace.clock);
    return 0;
  }

  /** pipelined_send(). A receiver whose buffer is too small hears of it and gets nothing. */
  #handOver(message: IpcMessage): boolean {
    for (const receiver of [...this.#receivers]) {
      if (!matches(receiver.choice, message)) continue;
      this.cancel(receiver);
      const isTooBig = receiver.maxSize < message.text.length;
      receiver.result = isTooBig ? E2BIG : message;
      receiver.queue.wake();
      if (isTooBig) continue;
      this.lrpid = receiver.pid;
      this.rtime = secondsNow(this.#namespace.clock);
      return true;
    }
    return false;
  }

  find(choice: MessageChoice): IpcMessage | undefined {
    if (choice.kind === "number") return this.#messages[Number(choice.index)];
    if (choice.kind !== "lowest") return this.#messages.find((message) => matches(choice, message));
    let best: IpcMessage | undefined;
    for (const message of this.#messages) {
      if (message.type <= choice.type && (best === undefined || message.type < best.type))
        best = message;
    }
    return best;
  }

  take(message: IpcMessage, pid: number): void {
    this.#messages.splice(this.#messages.indexOf(message), 1);
    this.bytes -= message.text.length;
    this.#namespace.memory.uncharge(MESSAGE_BYTES + message.text.length);
    this.lrpid = pid;
    this.rtime = secondsNow(this.#namespace.clock);
    this.senders.wake();
  }

  wait(receiver: MessageReceiver): void {
    this.#receivers.push(receiver);
  }

  cancel(receiver: MessageReceiver): void {
    this.#receivers = this.#receivers.filter((other) => other !== receiver);
  }

  #expunge(errno: Errno): void {
    for (const receiver of this.#receivers) {
      receiver.result = errno;
      receiver.queue.wake();
    }
    this.#receivers = [];
    this.senders.wake();
  }

  /** Other rights or limits: whoever waits looks again. */
  recheck(): void {
    this.#expunge(EAGAIN);
  }

  /** IPC_RMID: whoever waits gets EIDRM. */
  remove(): void {
    this.#namespace.msg.remove(this);
    this.#namespace.memory.uncharge(QUEUE_BYTES + this.bytes + this.count * MESSAGE_BYTES);
    this.#messages.length = 0;
    this.bytes = 0;
    this.#expunge(EIDRM);
  }
}

function matches(choice: MessageChoice, { type }: IpcMessage): boolean {
  switch (choice.kind) {
    case "equal":
      return type === choice.type;
    case "other":
      return type !== choice.type;
    case "lowest":
      return type <= choice.type;
    default:
      return true;
  }
}

/** A queue that is not yet in the table. */
export function newMessageQueue(
  task: Task,
  namespace: IpcNamespace,
  key: number,
  mode: number,
  full: 0 | Errno,
): MessageQueue | Errno {
  if (full !== 0) return full;
  if (!namespace.memory.charge(QUEUE_BYTES)) return ENOMEM;
  return new MessageQueue(task, namespace, key, mode);
}
