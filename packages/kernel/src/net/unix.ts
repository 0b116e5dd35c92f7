/**
 * Unix domain sockets: unix(7), net/unix/af_unix.c. Stream, datagram and sequenced-packet.
 *
 *   unconnected ── listen ──▶ listening ◀─ connect ─┐   accept makes the other end
 *        └── connect, socketpair ──▶ connected ◀────┘   `peer` points both ways (stream, seqpacket)
 *
 * Each socket has a queue of what it has received; sending puts a message into the peer's.
 * Difference from Linux: descriptors in flight in a cycle of sockets that nobody can reach are not collected.
 */
import {
  EAGAIN,
  ECONNREFUSED,
  ECONNRESET,
  EDESTADDRREQ,
  EINVAL,
  EISCONN,
  EMSGSIZE,
  ENOTCONN,
  ENOTTY,
  EOPNOTSUPP,
  EPIPE,
  EPROTOTYPE,
  type Errno,
  FIONREAD,
  isErrno,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_WAITALL,
  O_NONBLOCK,
  O_RDWR,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRNORM,
  S_IFSOCK,
  SIOCOUTQ,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from "@kernelet/abi";
import type { AsyncSource } from "../fs/fasync.ts";
import { FileDescription } from "../fs/file-description.ts";
import { Inode } from "../fs/inode.ts";
import type { Path } from "../fs/path.ts";
import { brokenPipe } from "../fs/pipe/pipe-file.ts";
import type { Vfs } from "../fs/vfs.ts";
import type { Credentials } from "../kernel/credentials.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { WaitQueue } from "../kernel/wait-queue.ts";
import { type Message, MessageQueue, type SenderCredentials } from "./message-queue.ts";
import { UNNAMED, type UnixAddress } from "./unix-address.ts";
import type { UnixTable } from "./unix-table.ts";

/** net.core.wmem_default: bytes that may wait in the other's queue. */
export const DEFAULT_BUFFER_SIZE = 212_992;
/** net.unix.max_dgram_qlen. */
const MAX_DATAGRAMS = 512;

const READABLE = POLLIN | POLLRDNORM;
const WRITABLE = POLLOUT | POLLWRNORM;

/** The inode behind a socket's descriptor; a socket bound to a path has another one there. */
class SocketInode extends Inode {
  constructor(vfs: Vfs, cred: Credentials) {
    const { fsuid: uid, fsgid: gid } = cred;
    super(vfs.sockets, vfs.sockets.newIno(), { mode: S_IFSOCK | 0o777, uid, gid });
  }
  override open(): SyscallResult {
    return EOPNOTSUPP;
  }
}

/** What goes with the bytes of a message. */
export interface Ancillary {
  /** Each holds a reference that the receiver takes over, or `send` gives back. */
  readonly files: readonly FileDescription[];
  /** SCM_CREDENTIALS; absent: the sender's own. */
  readonly sender?: SenderCredentials;
}

/** What a receive gave besides bytes. */
export interface Received {
  readonly length: number;
  /** Of the whole datagram: more than `length` if it was cut. */
  readonly fullLength: number;
  readonly from: UnixAddress;
  readonly files: readonly FileDescription[];
  readonly sender: SenderCredentials | null;
}

const NOTHING: Received = { length: 0, fullLength: 0, from: UNNAMED, files: [], sender: null };

export class UnixSocket extends FileDescription {
  readonly type: number;
  readonly #table: UnixTable;
  address: UnixAddress = UNNAMED;
  /** The inode at a pathname address. */
  boundInode: Inode | null = null;
  peer: UnixSocket | null = null;
  readonly received: MessageQueue = new MessageQueue();
  readonly queue: WaitQueue = new WaitQueue();
  /** The backlog; null: not listening. */
  backlog: number | null = null;
  /** Ends that `connect` has made and `accept` has not yet given out. */
  readonly toAccept: UnixSocket[] = [];
  isReadShut = false;
  isWriteShut = false;
  isClosed = false;
  /** SO_ERROR: told once. */
  error: Errno | 0 = 0;
  /** SO_PASSCRED. */
  passesCredentials = false;
  sendBuffer: number = DEFAULT_BUFFER_SIZE;
  /** SO_RCVTIMEO and SO_SNDTIMEO; 0 is for ever. */
  receiveTimeoutNs = 0;
  sendTimeoutNs = 0;
  /** Who made the connection, or listened: SO_PEERCRED shows it to the other side. */
  identity: SenderCredentials;

  constructor(
    path: Path,
    flags: number,
    type: number,
    table: UnixTable,
    identity: SenderCredentials,
  ) {
    super(path, flags);
    this.#table = table;
    this.type = type;
    this.identity = identity;
  }

  static create(task: Task, type: number, isNonblocking: boolean): UnixSocket {
    const { vfs } = task.kernel;
    const inode = new SocketInode(vfs, task.credentials);
    const flags = O_RDWR | (isNonblocking ? O_NONBLOCK : 0);
    const path = vfs.sockets.path(`socket:[${inode.ino}]`, inode);
    return new UnixSocket(path, flags, type, vfs.unix, credentialsOf(task));
  }

  override get isSeekable(): boolean {
    return false;
  }
  /** Room is told of only after a write that found none (SOCKWQ_ASYNC_NOSPACE); here: never. */
  override asyncSource(): AsyncSource {
    return { queue: this.queue, mask: READABLE };
  }
  get isDatagram(): boolean {
    return this.type === SOCK_DGRAM;
  }
  get isListening(): boolean {
    return this.backlog !== null;
  }

  /** socketpair(2), and the two ends of a connection. */
  static join(a: UnixSocket, b: UnixSocket): void {
    a.peer = b;
    b.peer = a;
  }

  // Connections. ------------------------------------------------------------------------------------------------

  listen(task: Task, backlog: number): 0 | Errno {
    if (this.isDatagram) return EOPNOTSUPP;
    if (this.address.kind === "unnamed" || this.peer !== null) return EINVAL;
    this.backlog = Math.max(0, backlog);
    this.identity = credentialsOf(task);
    this.queue.wake();
    return 0;
  }

  /** connect(2) to a socket that was found by its address. */
  connect(task: Task, to: UnixSocket): SyscallResult {
    if (to.type !== this.type) return EPROTOTYPE;
    if (this.isDatagram) {
      this.peer = to;
      return 0;
    }
    if (this.isListening) return EINVAL;
    if (this.peer !== null) return EISCONN;
    const { backlog } = to;
    if (backlog === null || to.isClosed || to.isReadShut) return ECONNREFUSED;
    if (to.toAccept.length > backlog) {
      return this.isNonblocking ? EAGAIN : task.block([to.queue]);
    }
    const end = UnixSocket.create(task, this.type, false).addRef();
    end.address = to.address;
    end.identity = to.identity;
    end.passesCredentials = to.passesCredentials;
    this.identity = credentialsOf(task);
    UnixSocket.join(this, end);
    to.toAccept.push(end);
    to.queue.wake(READABLE);
    return 0;
  }

  /** accept(2). @returns the new end, with one reference. */
  accept(task: Task): UnixSocket | SyscallResult {
    if (this.isDatagram) return EOPNOTSUPP;
    if (!this.isListening) return EINVAL;
    const end = this.toAccept.shift();
    if (end !== undefined) {
      this.queue.wake(WRITABLE);
      return end;
    }
    if (this.isReadShut) return EINVAL;
    return this.isNonblocking ? EAGAIN : this.#wait(task, this, READABLE, this.receiveTimeoutNs);
  }

  shutdown(read: boolean, write: boolean): 0 | Errno {
    if (this.peer === null && !this.isListening && !this.isDatagram) return ENOTCONN;
    if (read) this.isReadShut = true;
    if (write) this.isWriteShut = true;
    const { peer } = this;
    if (peer !== null && !this.isDatagram) {
      // The other direction of the other end.
      if (read) peer.isWriteShut = true;
      if (write) peer.isReadShut = true;
      peer.queue.wake();
    }
    this.queue.wake();
    return 0;
  }

  // Sending. ----------------------------------------------------------------------------------------------------

  override write(task: Task, from: Uint8Array): SyscallResult {
    return this.send(task, from, 0, { files: [] }, null);
  }

  /**
   * Sends to `to`, or to the peer. The references of `ancillary.files` are used up when the first byte has gone,
   * and remain the caller's otherwise.
   */
  send(
    task: Task,
    from: Uint8Array,
    flags: number,
    ancillary: Ancillary,
    to: UnixSocket | null,
  ): SyscallResult {
    const pendingError = this.#takeError();
    if (pendingError !== 0) return pendingError;
    const target = to ?? this.peer;
    if (target === null) return this.isDatagram ? EDESTADDRREQ : ENOTCONN;
    if (this.isWriteShut) return this.#broken(task, flags);
    if (target.isClosed) return this.isDatagram ? ECONNREFUSED : this.#broken(task, flags);
    if (target.isReadShut) return this.#broken(task, flags);
    return this.type === SOCK_STREAM
      ? this.#sendStream(task, from, flags, ancillary, target)
      : this.#sendRecord(task, from, flags, ancillary, target);
  }

  #broken(task: Task, flags: number): SyscallResult {
    const { done } = task.pending;
    if (done > 0) return done;
    return (flags & MSG_NOSIGNAL) !== 0 || this.type === SOCK_SEQPACKET ? EPIPE : brokenPipe(task);
  }

  #takeError(): Errno | 0 {
    const { error } = this;
    this.error = 0;
    return error;
  }

  #sendStream(
    task: Task,
    from: Uint8Array,
    flags: number,
    ancillary: Ancillary,
    to: UnixSocket,
  ): SyscallResult {
    const { pending } = task;
    const room = Math.max(0, this.sendBuffer - to.received.length);
    const part = from.slice(pending.done, pending.done + room);
    if (part.length > 0) {
      to.#deliver(task, this, part, ancillary, pending.done === 0);
      pending.done += part.length;
    }
    if (pending.done === from.length) return pending.done;
    if (this.isNonblocking || (flags & MSG_DONTWAIT) !== 0) {
      return pending.done > 0 ? pending.done : EAGAIN;
    }
    const wait = this.#wait(task, to, WRITABLE | POLLHUP, this.sendTimeoutNs);
    return isErrno(wait) && pending.done > 0 ? pending.done : wait;
  }

  #sendRecord(
    task: Task,
    from: Uint8Array,
    flags: number,
    ancillary: Ancillary,
    to: UnixSocket,
  ): SyscallResult {
    if (from.length > this.sendBuffer) return EMSGSIZE;
    const isFull =
      to.received.count >= MAX_DATAGRAMS ||
      (to.received.count > 0 && to.received.length + from.length > this.sendBuffer);
    if (isFull) {
      if (this.isNonblocking || (flags & MSG_DONTWAIT) !== 0) return EAGAIN;
      return this.#wait(task, to, WRITABLE | POLLHUP, this.sendTimeoutNs);
    }
    to.#deliver(task, this, from.slice(), ancillary, true);
    return from.length;
  }

  #deliver(
    task: Task,
    from: UnixSocket,
    bytes: Uint8Array,
    ancillary: Ancillary,
    isFirst: boolean,
  ): void {
    this.received.push({
      bytes,
      from: from.address,
      sender: ancillary.sender ?? credentialsOf(task),
      files: isFirst ? ancillary.files : [],
    });
    this.queue.wake(READABLE);
  }

  /** Waits on `on`'s queue, as long as the timeout option says. EAGAIN when it is over. */
  #wait(task: Task, on: UnixSocket, mask: number, timeoutNs: number): SyscallResult {
    const { pending } = task;
    if (timeoutNs > 0) {
      if (task.isRetry && task.timedOut) return EAGAIN;
      pending.deadlineNs ??= task.kernel.clock.monotonicNs() + timeoutNs;
    }
    const restart = timeoutNs > 0 ? "eintr" : "restart";
    return task.block([on.queue], { mask, deadlineNs: pending.deadlineNs, restart });
  }

  // Receiving. --------------------------------------------------------------------------------------------------

  override read(task: Task, into: Uint8Array): SyscallResult {
    const got = this.receive(task, into, 0);
    if (typeof got === "number") return got;
    for (const file of got.files) file.removeRef(); // read(2) cannot take descriptors.
    return got.length;
  }

  /** @returns what came, or a number: an errno or BLOCKED. The caller owns the references of `files`. */
  receive(task: Task, into: Uint8Array, flags: number): Received | SyscallResult {
    if (this.type !== SOCK_DGRAM && this.peer === null && this.received.count === 0) {
      return this.isListening ? EINVAL : this.isReadShut ? NOTHING : ENOTCONN;
    }
    const first = this.received.first;
    if (first === undefined) return this.#nothingCame(task, flags);
    if (this.type !== SOCK_STREAM) return this.#receiveRecord(first, into, flags);
    const enough = (flags & MSG_WAITALL) !== 0 && this.received.length < into.length;
    if (
      enough &&
      !this.#isAtEnd &&
      !this.isNonblocking &&
      (flags & (MSG_PEEK | MSG_DONTWAIT)) === 0
    ) {
      const wait = this.#wait(task, this, READABLE | POLLHUP, this.receiveTimeoutNs);
      if (!isErrno(wait)) return wait;
    }
    return this.#receiveStream(first, into, flags);
  }

  get #isAtEnd(): boolean {
    return this.isReadShut || this.peer?.isClosed === true;
  }

  #nothingCame(task: Task, flags: number): Received | SyscallResult {
    const error = this.#takeError();
    if (error !== 0) return error;
    if (this.isReadShut || (this.#isAtEnd && !this.isDatagram)) return NOTHING;
    if (this.isNonblocking || (flags & MSG_DONTWAIT) !== 0) return EAGAIN;
    return this.#wait(task, this, READABLE | POLLHUP, this.receiveTimeoutNs);
  }

  #receiveStream(first: Message, into: Uint8Array, flags: number): Received {
    const peek = (flags & MSG_PEEK) !== 0;
    const length = this.received.readStream(into, peek);
    return this.#result(first, length, length, peek);
  }

  #receiveRecord(message: Message, into: Uint8Array, flags: number): Received {
    const peek = (flags & MSG_PEEK) !== 0;
    const length = Math.min(into.length, message.bytes.length);
    into.set(message.bytes.subarray(0, length));
    if (!peek) this.received.shift();
    return this.#result(message, length, message.bytes.length, peek);
  }

  #result(message: Message, length: number, fullLength: number, peek: boolean): Received {
    const { files } = message;
    if (peek) for (const file of files) file.addRef();
    else message.files = [];
    if (!peek) this.queue.wake(WRITABLE);
    const { from, sender } = message;
    return { length, fullLength, from, files, sender };
  }

  // Waiting. ----------------------------------------------------------------------------------------------------

  override poll(): number {
    let events = 0;
    if (this.isListening) return this.toAccept.length > 0 ? READABLE : 0;
    if (this.error !== 0) events |= POLLERR;
    if (this.received.count > 0 || this.isReadShut) events |= READABLE;
    if (this.isReadShut) events |= POLLRDHUP;
    if (this.isReadShut && this.isWriteShut) events |= POLLHUP;
    if (!this.isDatagram) {
      if (this.peer === null) events |= POLLHUP;
      else if (this.peer.isClosed) events |= READABLE | POLLHUP | POLLRDHUP;
    }
    const { peer } = this;
    if (
      peer === null ? this.isDatagram : this.sendBuffer > 4 * peer.received.length || peer.isClosed
    ) {
      events |= WRITABLE;
    }
    return events;
  }

  /** The peer's queue says when there is room. */
  override pollQueues(): readonly WaitQueue[] {
    return this.peer === null ? [this.queue] : [this.queue, this.peer.queue];
  }

  override ioctl(task: Task, cmd: number, arg: number): SyscallResult {
    if (cmd === FIONREAD) {
      if (this.isListening) return EINVAL;
      const first = this.received.first;
      const n = this.type === SOCK_STREAM ? this.received.length : (first?.bytes.length ?? 0);
      return task.mm.writeInt32(arg, n);
    }
    if (cmd === SIOCOUTQ) return task.mm.writeInt32(arg, this.peer?.received.length ?? 0);
    return ENOTTY;
  }

  protected override release(): void {
    this.isClosed = true;
    const { peer } = this;
    if (peer !== null && !this.isDatagram) {
      if (this.received.count > 0) peer.error = ECONNRESET; // What we did not read is lost to them.
      peer.queue.wake();
    }
    for (const end of this.toAccept.splice(0)) {
      if (end.peer !== null) end.peer.error = ECONNRESET;
      end.removeRef();
    }
    this.received.clear();
    this.queue.wake();
    this.#table.remove(this);
  }
}

function credentialsOf(task: Task): SenderCredentials {
  const { credentials: cred } = task;
  return { pid: task.threadGroup.tgid, uid: cred.euid, gid: cred.egid };
}
