/** Receiving from unix sockets: unix_stream_read_generic(), __unix_dgram_recvmsg(). */
import {
  EAGAIN,
  EFAULT,
  EINVAL,
  ENOTCONN,
  EOPNOTSUPP,
  isErrno,
  MSG_DONTWAIT,
  MSG_OOB,
  MSG_PEEK,
  MSG_WAITALL,
  POLLHUP,
  SOCK_SEQPACKET,
} from "@kernelet/abi";
import type { FileDescription } from "../fs/file-description.ts";
import { PendingWait } from "../kernel/pending-wait.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { landed } from "./in-flight.ts";
import { isMark, type Message } from "./message-queue.ts";
import type { SenderCredentials } from "./sender-credentials.ts";
import type { Incoming } from "./socket.ts";
import { READABLE } from "./socket-events.ts";
import type { UnixSocket } from "./unix.ts";
import { encodeUnixAddress, UNNAMED, type UnixAddress } from "./unix-address.ts";

/** What a receive gave besides bytes. */
export interface Received extends Incoming {
  /** The caller owns their references. */
  readonly files: readonly FileDescription[];
  readonly sender: SenderCredentials | null;
  /** The end of records: no message that anything could be told of. The end of a stream tells of the sender. */
  readonly isEndOfRecords?: boolean;
}

const END_OF_RECORDS: Received = {
  ...{ length: 0, fullLength: 0, flags: 0 },
  ...{ name: null, files: [], sender: null },
  isEndOfRecords: true,
};

/** Who sent the end of a stream: what scm_cookie has when no message filled it. */
const NOBODY: SenderCredentials = { pid: 0, uid: 0, gid: 0 };

function nameOf(address: UnixAddress): Uint8Array | null {
  return address.kind === "unnamed" ? null : encodeUnixAddress(address);
}

/** What a read of a stream has got so far. The bytes stay here while it sleeps: the next try has another buffer. */
class Progress extends PendingWait {
  bytes: Uint8Array = new Uint8Array(0);
  length = 0;
  /** Those, and what was copied of the message behind that had no room. */
  copied = 0;
  from: UnixAddress = UNNAMED;
  sender: SenderCredentials | null = null;
  files: readonly FileDescription[] = [];
  isBegun = false;

  override cancel(): void {
    for (const file of this.files) file.removeRef();
    this.files = [];
  }
}

/**
 * @param len bytes that are asked for; `into` has fewer where not all can be written. A datagram that has no room
 *   there is lost; of a stream, what one message had stays. As much as fits is copied either way.
 * @returns what came, or a number: an errno or BLOCKED.
 */
export function receive(
  task: Task,
  socket: UnixSocket,
  into: Uint8Array,
  flags: number,
  len: number = into.length,
): Received | SyscallResult {
  if (socket.isStream) {
    if ((flags & MSG_OOB) !== 0) return receiveUrgent(socket, into, flags, len);
    if (socket.state !== "connected") return EINVAL;
    return receiveStream(task, socket, into, flags, len);
  }
  if (socket.type === SOCK_SEQPACKET && socket.state !== "connected") return ENOTCONN;
  if ((flags & MSG_OOB) !== 0) return EOPNOTSUPP;
  return receiveRecord(task, socket, into, flags, len);
}

/** Nothing (more) is there: the error that waits, the end, or a wait. "end": nothing will come. */
function waitForInput(task: Task, socket: UnixSocket, flags: number): "end" | SyscallResult {
  const error = socket.takeError();
  if (error !== 0) return error;
  const isNonblocking = socket.isNonblocking || (flags & MSG_DONTWAIT) !== 0;
  if (isNonblocking && socket.isDatagram) return EAGAIN; // Whether it is shut is not looked at.
  if (socket.isReadShut) return "end";
  if (isNonblocking) return EAGAIN;
  return socket.wait(task, [socket.queue], READABLE | POLLHUP, "receive");
}

/** Takes the descriptors of a message, or other references to the same files. */
function filesOf(message: Message, isPeek: boolean): readonly FileDescription[] {
  const { files } = message;
  if (isPeek) for (const file of files) file.addRef();
  else {
    message.files = [];
    landed(files);
  }
  return files;
}

function receiveRecord(
  task: Task,
  socket: UnixSocket,
  into: Uint8Array,
  flags: number,
  len: number,
): Received | SyscallResult {
  const error = socket.takeError();
  if (error !== 0) return error;
  const isPeek = (flags & MSG_PEEK) !== 0;
  let skip = isPeek && socket.peekOffset > 0 ? socket.peekOffset : 0;
  let found: Message | undefined;
  for (const message of socket.received.messages) {
    found = message;
    if (skip === 0 || skip < message.bytes.length) break;
    skip -= message.bytes.length;
    found = undefined;
  }
  if (found === undefined) {
    const waited = waitForInput(task, socket, flags);
    if (waited !== "end") return waited;
    return END_OF_RECORDS;
  }
  const bytes = found.bytes.subarray(skip);
  const length = Math.min(len, bytes.length);
  const isCopied = length <= into.length;
  into.set(bytes.subarray(0, Math.min(length, into.length)));
  task.pending.copied = Math.min(length, into.length);
  const files = filesOf(found, isPeek);
  if (isPeek) {
    if (socket.peekOffset >= 0) socket.peekOffset += length;
  } else {
    if (socket.peekOffset > 0) {
      socket.peekOffset = Math.max(0, socket.peekOffset - found.bytes.length);
    }
    socket.received.remove(found);
    socket.placeQueue.wake();
  }
  if (!isCopied) {
    for (const file of files) file.removeRef();
    return EFAULT;
  }
  const { owner, sender } = found;
  const name = nameOf(owner.address);
  return { length, fullLength: bytes.length, name, files, sender, flags: 0 };
}

function receiveStream(
  task: Task,
  socket: UnixSocket,
  into: Uint8Array,
  flags: number,
  len: number,
): Received | SyscallResult {
  const { pending } = task;
  const isPeek = (flags & MSG_PEEK) !== 0;
  const before = pending.data;
  const progress = before instanceof Progress ? before : new Progress();
  if (progress === before && !isPeek) into.set(progress.bytes.subarray(0, into.length));
  if (isPeek) progress.length = 0;
  const wanted = (flags & MSG_WAITALL) !== 0 ? len : socket.receiveLowat;
  const target = Math.max(1, Math.min(wanted, len));

  const isOver = isPeek ? peekAt(socket, into, progress, len) : take(socket, into, progress, len);
  pending.copied = progress.copied;
  if (isOver === "fault" && progress.length === 0) {
    pending.data = null;
    return EFAULT;
  }
  if (isOver === false && progress.length < target) {
    const waited = waitForInput(task, socket, flags);
    if (typeof waited === "number" && (!isErrno(waited) || progress.length === 0)) {
      progress.bytes = into.slice(0, progress.length);
      pending.data = isErrno(waited) ? null : progress;
      return waited;
    }
  }
  pending.data = null;
  const { length, from, files } = progress;
  const sender = progress.isBegun ? progress.sender : NOBODY;
  return { length, fullLength: length, name: nameOf(from), files, sender, flags: 0 };
}

/** The first message says whose bytes these are; under SO_PASSCRED no others come with them. */
function isOthers(socket: UnixSocket, progress: Progress, message: Message): boolean {
  if (!progress.isBegun) {
    progress.isBegun = true;
    progress.from = message.owner.address;
    progress.sender = message.sender;
    return false;
  }
  if (!socket.passesCredentials && !socket.passesPidfd) return false;
  const { sender } = message;
  const first = progress.sender;
  return sender?.pid !== first?.pid || sender?.uid !== first?.uid || sender?.gid !== first?.gid;
}

/** Whether the read ends here, however little it has; "fault": because no more can be written. */
type IsOver = boolean | "fault";

/** Moves bytes out of the queue. */
function take(socket: UnixSocket, into: Uint8Array, progress: Progress, len: number): IsOver {
  const { received } = socket;
  for (;;) {
    const message = received.first;
    if (message === undefined) return false;
    if (isMark(message)) {
      if (progress.length > 0 && socket.urgent === null) return true;
      received.remove(message);
      continue;
    }
    if (message === socket.urgent) {
      // Reads end before it, and the next one leaves the urgent byte out: manage_oob().
      if (progress.length > 0) return true;
      socket.urgent = null;
      if (!socket.isUrgentInline) {
        received.remove(message);
        continue;
      }
    }
    if (isOthers(socket, progress, message)) return true;
    const part = message.bytes.subarray(message.start).subarray(0, len - progress.length);
    if (progress.length + part.length > into.length) {
      into.set(part.subarray(0, into.length - progress.length), progress.length);
      progress.copied = into.length;
      return "fault";
    }
    into.set(part, progress.length);
    progress.length += part.length;
    received.consume(message, part.length);
    if (socket.peekOffset > 0) socket.peekOffset = Math.max(0, socket.peekOffset - part.length);
    const hadFiles = message.files.length > 0;
    if (hadFiles) progress.files = filesOf(message, false);
    if (message.start < message.bytes.length) return true;
    received.remove(message);
    if (hadFiles || progress.length === len) return true;
  }
}

function peekAt(socket: UnixSocket, into: Uint8Array, progress: Progress, len: number): IsOver {
  let skip = Math.max(0, socket.peekOffset);
  let isOver: IsOver = false;
  let isSkipped = false; // A message that SO_PEEK_OFF leads to is not looked at for what is urgent.
  for (const message of socket.received.messages) {
    const isUrgent = message === socket.urgent;
    if (!isSkipped && (isUrgent || isMark(message))) {
      isOver = progress.length > 0 && (isUrgent || socket.urgent === null);
      if (isOver) break;
      if (!isUrgent || !socket.isUrgentInline) continue;
    }
    const unread = message.bytes.subarray(message.start);
    if (skip >= unread.length) {
      skip -= unread.length;
      isSkipped = true;
      continue;
    }
    isSkipped = false;
    isOver = isOthers(socket, progress, message);
    if (isOver) break;
    const part = unread.subarray(skip, skip + len - progress.length);
    if (progress.length + part.length > into.length) {
      into.set(part.subarray(0, into.length - progress.length), progress.length);
      progress.copied = into.length;
      isOver = "fault";
      break;
    }
    into.set(part, progress.length);
    progress.length += part.length;
    if (message.files.length > 0) progress.files = filesOf(message, true);
    const hasFiles = message.files.length > 0;
    isOver = hasFiles || skip + part.length < unread.length;
    skip = 0;
    // A peek at no bytes goes on as far as it can, and waits behind an urgent byte.
    if (hasFiles || (len > 0 && (isOver || progress.length === len))) break;
  }
  if (socket.peekOffset >= 0) socket.peekOffset += progress.length;
  return isOver;
}

/** Leaves a mark where the byte was; of two marks in a row one is enough. */
function takeUrgent(socket: UnixSocket, urgent: Message): void {
  const { received } = socket;
  const before = received.messages[received.messages.indexOf(urgent) - 1];
  if (before !== undefined && isMark(before)) received.remove(before);
  received.consume(urgent, 1);
  socket.urgent = null;
}

/** MSG_OOB: the urgent byte, once. */
function receiveUrgent(
  socket: UnixSocket,
  into: Uint8Array,
  flags: number,
  len: number,
): Received | SyscallResult {
  const { urgent } = socket;
  if (urgent === null || socket.isUrgentInline) return EINVAL;
  into.set(urgent.bytes.subarray(0, Math.min(into.length, 1)));
  if ((flags & MSG_PEEK) === 0) {
    takeUrgent(socket, urgent);
  }
  if (len > 0 && into.length === 0) return EFAULT;
  // unix_stream_recv_urg() tells no name; the byte counts even where the caller has no room for it.
  return { length: 1, fullLength: 1, name: null, files: [], sender: urgent.sender, flags: MSG_OOB };
}
