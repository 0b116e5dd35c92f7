/** What a socket has received and nobody has read: messages, with the descriptors and credentials they carry. */
import type { FileDescription } from "../fs/file-description.ts";
import type { UnixAddress } from "./unix-address.ts";

/** SCM_CREDENTIALS. */
export interface SenderCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

export interface Message {
  readonly bytes: Uint8Array;
  readonly from: UnixAddress;
  readonly sender: SenderCredentials;
  /** Descriptors in flight: each holds a reference. */
  files: readonly FileDescription[];
}

export class MessageQueue {
  readonly #messages: Message[] = [];
  /** Bytes of the first message that were read. */
  #skip = 0;
  /** Bytes not read. */
  length = 0;

  get count(): number {
    return this.#messages.length;
  }

  get first(): Message | undefined {
    return this.#messages[0];
  }

  push(message: Message): void {
    this.#messages.push(message);
    this.length += message.bytes.length;
  }

  /** Takes the first message away, read or not. The caller owns its descriptors. */
  shift(): void {
    const message = this.#messages.shift();
    if (message === undefined) return;
    this.length -= message.bytes.length - this.#skip;
    this.#skip = 0;
  }

  /**
   * A byte stream's read: copies up to `into.length` bytes, but not past the beginning of a message that carries
   * descriptors or comes from another sender. @returns bytes copied.
   */
  readStream(into: Uint8Array, peek: boolean): number {
    const start = this.first;
    let done = 0;
    let skip = this.#skip;
    let i = 0;
    while (done < into.length) {
      const message = this.#messages[i];
      if (message === undefined || (message !== start && isBoundary(message, start))) break;
      const part = message.bytes.subarray(skip, skip + into.length - done);
      into.set(part, done);
      done += part.length;
      skip += part.length;
      if (skip < message.bytes.length) break;
      skip = 0;
      i++;
    }
    if (!peek) {
      this.#messages.splice(0, i);
      this.#skip = skip;
      this.length -= done;
    }
    return done;
  }

  /** Drops everything; descriptors in flight are closed. */
  clear(): void {
    for (const message of this.#messages) for (const file of message.files) file.removeRef();
    this.#messages.length = 0;
    this.#skip = 0;
    this.length = 0;
  }
}

function isBoundary(message: Message, start: Message | undefined): boolean {
  return message.files.length > 0 || message.sender.pid !== start?.sender.pid;
}
