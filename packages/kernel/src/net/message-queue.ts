/** What a socket has received and nobody has read: messages, with the descriptors and credentials they carry. */
import type { FileDescription } from "../fs/file-description.ts";
import type { SenderCredentials } from "./sender-credentials.ts";
import type { UnixAddress } from "./unix-address.ts";

/** Who sent a message: it takes room in that buffer. */
export interface MessageOwner {
  /** Looked at when the message is received: a name that the sender has got since is told, too. */
  readonly address: UnixAddress;
  /** The message is gone. */
  freed(size: number): void;
}

export interface Message {
  readonly bytes: Uint8Array;
  /** Bytes already read, of a stream. */
  start: number;
  /** Absent where neither side had asked for credentials when it was sent. */
  readonly sender: SenderCredentials | null;
  /** Descriptors in flight: each holds a reference. Empty once they were taken. */
  files: readonly FileDescription[];
  readonly owner: MessageOwner;
  /** What it takes of the owner's buffer. */
  readonly size: number;
}

/** An urgent byte that MSG_OOB has taken: what is left of it, in its place, ends a read. */
export function isMark({ start, bytes }: Message): boolean {
  return start > 0 && start === bytes.length;
}

export class MessageQueue {
  readonly messages: Message[] = [];
  /** Bytes not read. */
  length = 0;

  get count(): number {
    return this.messages.length;
  }

  get first(): Message | undefined {
    return this.messages[0];
  }

  /** Whether there is more than the mark of an urgent byte that was taken. */
  get hasUnread(): boolean {
    return this.count > 1 || (this.first !== undefined && !isMark(this.first));
  }

  push(message: Message): void {
    this.messages.push(message);
    this.length += message.bytes.length;
  }

  /** Some bytes of a message were read; `remove` it when it has no more, wherever it stands. */
  consume(message: Message, count: number): void {
    message.start += count;
    this.length -= count;
  }

  /** Takes a message away, read or not. The caller owns its descriptors. */
  remove(message: Message): void {
    const i = this.messages.indexOf(message);
    if (i < 0) return;
    this.messages.splice(i, 1);
    this.length -= message.bytes.length - message.start;
    message.owner.freed(message.size);
  }
}
