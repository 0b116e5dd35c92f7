/**
 * Unix domain sockets: unix(7), net/unix/af_unix.c. Stream, datagram and sequenced-packet.
 *
 *   unconnected ── listen ──▶ listening ◀─ connect ─┐   accept makes the other end
 *        └── connect, socketpair ──▶ connected ◀────┘   `peer` points both ways (stream, seqpacket)
 *
 * Each socket has a queue of what it has received; sending (unix-send.ts) puts a message into the peer's, and takes
 * room in the sender's own buffer until the message was read (unix-receive.ts).
 */
import {
  AF_UNIX,
  EAGAIN,
  ECONNREFUSED,
  ECONNRESET,
  EINVAL,
  EISCONN,
  ENOTCONN,
  EOPNOTSUPP,
  EPERM,
  EPROTOTYPE,
  type Errno,
  FIONREAD,
  POLL_PRI,
  POLLERR,
  POLLHUP,
  POLLPRI,
  POLLRDHUP,
  SIGURG,
  SIOCATMARK,
  SIOCOUTQ,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
} from "@kernelet/abi";
import type { AsyncSource } from "../fs/fasync.ts";
import { signalOwner } from "../fs/file-owner.ts";
import type { Inode } from "../fs/inode.ts";
import type { NetNamespace } from "../kernel/namespaces/net-namespace.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { WaitQueue } from "../kernel/wait-queue.ts";
import { CarriedSocket } from "./carried-socket.ts";
import { collectGarbage, landed } from "./in-flight.ts";
import { isMark, type Message, type MessageOwner, MessageQueue } from "./message-queue.ts";
import { credentialsOf, type SenderCredentials } from "./sender-credentials.ts";
import { type ControlSink, type Outgoing, type SocketParts, socketParts } from "./socket.ts";
import { ARRIVED, READABLE, WRITABLE } from "./socket-events.ts";
import type { SocketOption } from "./socket-option.ts";
import { encodeUnixAddress, UNNAMED, type UnixAddress } from "./unix-address.ts";
import { sendUnix, writeUnixControl } from "./unix-control.ts";
import { bindUnix, connectUnix } from "./unix-names.ts";
import { UNIX_OPTIONS } from "./unix-options.ts";
import { type Received, receive } from "./unix-receive.ts";
import type { UnixTable } from "./unix-table.ts";

/** net.unix.max_dgram_qlen: datagrams that may wait in the queue of somebody who is not connected to the sender. */
const MAX_DATAGRAMS = 512;

/** SO_PEERCRED of a socket without peer. */
const NOBODY: SenderCredentials = { pid: 0, uid: 0xffffffff, gid: 0xffffffff };

/** As TCP's: a stream that has been connected never is unconnected again. */
export type SocketState = "unconnected" | "listening" | "connected";

export class UnixSocket extends CarriedSocket implements MessageOwner {
  readonly family: number = AF_UNIX;
  readonly table: UnixTable;
  state: SocketState = "unconnected";
  address: UnixAddress = UNNAMED;
  /** The inode at a pathname address. */
  boundInode: Inode | null = null;
  peer: UnixSocket | null = null;
  override readonly received: MessageQueue = new MessageQueue();
  /** Senders that are not our peer wait here for a place in `received`; those who connect, for one in `toAccept`. */
  readonly placeQueue: WaitQueue = new WaitQueue();
  /** The most that may wait: datagrams, or connections when it listens. */
  backlog: number = MAX_DATAGRAMS;
  /** Made by somebody's `connect`, and not yet given out by `accept`. */
  isUnaccepted = false;
  /** Ends that `connect` has made and `accept` has not yet given out. */
  override readonly toAccept: UnixSocket[] = [];
  isReadShut = false;
  isWriteShut = false;
  isClosed = false;
  /** The urgent byte of a stream: MSG_OOB. */
  urgent: Message | null = null;
  /** What unread messages of ours take of `sendBuffer`. */
  allocated = 0;
  /** SO_PASSCRED, SO_PASSPIDFD. */
  passesCredentials = false;
  passesPidfd = false;
  /** SO_PEERCRED. */
  peerIdentity: SenderCredentials = NOBODY;

  constructor(parts: SocketParts, table: UnixTable) {
    super(parts);
    this.table = table;
    table.sockets.add(this);
  }

  static create(
    task: Task,
    type: number,
    isNonblocking: boolean,
    namespace: NetNamespace = task.nsproxy.net,
  ): UnixSocket {
    return new UnixSocket(
      socketParts(task, { type, isNonblocking }, namespace),
      task.kernel.vfs.unix,
    );
  }

  override get allInFlight(): Set<CarriedSocket> {
    return this.table.inFlight;
  }
  /** Room is told of only after a write that found none (SOCKWQ_ASYNC_NOSPACE); here: never. */
  override asyncSource(): AsyncSource {
    return { queue: this.queue, mask: READABLE };
  }
  get isDatagram(): boolean {
    return this.type === SOCK_DGRAM;
  }
  override get isStream(): boolean {
    return this.type === SOCK_STREAM;
  }
  override get isListening(): boolean {
    return this.state === "listening";
  }

  /** socketpair(2). */
  static pair(task: Task, a: UnixSocket, b: UnixSocket): void {
    a.#join(b);
    a.peerIdentity = b.peerIdentity = credentialsOf(task);
  }

  #join(other: UnixSocket): void {
    this.peer = other;
    other.peer = this;
    this.state = other.state = "connected";
  }

  // Connections. ------------------------------------------------------------------------------------------------

  override listen(task: Task, backlog: number): 0 | Errno {
    if (this.isDatagram) return EOPNOTSUPP;
    if (this.address.kind === "unnamed" || this.state === "connected") return EINVAL;
    if (backlog > this.backlog) this.placeQueue.wake();
    this.backlog = backlog;
    this.state = "listening";
    this.peerIdentity = credentialsOf(task);
    return 0;
  }

  override bind(task: Task, bytes: Uint8Array): SyscallResult {
    return bindUnix(task, this, bytes);
  }

  override connect(task: Task, bytes: Uint8Array): SyscallResult {
    return connectUnix(task, this, bytes);
  }

  override localName(): Uint8Array {
    return encodeUnixAddress(this.address);
  }

  override peerName(): Uint8Array | Errno {
    return this.peer === null ? ENOTCONN : encodeUnixAddress(this.peer.address);
  }

  /** connect(2) to a socket that was found by its address. */
  connectTo(task: Task, to: UnixSocket): SyscallResult {
    if (to.type !== this.type) return EPROTOTYPE;
    return this.isDatagram ? this.#connectDatagrams(to) : this.#connectStream(task, to);
  }

  #connectDatagrams(to: UnixSocket): 0 | Errno {
    if (!to.takesFrom(this)) return EPERM;
    if (this.peer !== to) this.disconnect();
    this.peer = to;
    this.state = "connected";
    return 0;
  }

  /** What came from an old peer is dropped, and one that was connected to us hears of it. */
  disconnect(): void {
    const old = this.peer;
    this.peer = null;
    this.state = "unconnected";
    if (old === null || this.received.count === 0) return;
    this.dropReceived();
    if (!old.isClosed && old.peer === this) old.fail(ECONNRESET);
  }

  #connectStream(task: Task, to: UnixSocket): SyscallResult {
    if (!to.isListening || to.isReadShut || to.isClosed) return ECONNREFUSED;
    if (to.toAccept.length > to.backlog) {
      return this.isNonblocking ? EAGAIN : this.wait(task, [to.placeQueue], 0xffffffff, "send");
    }
    if (this.state === "connected") return EISCONN;
    if (this.isListening) return EINVAL;
    const end = UnixSocket.create(task, this.type, false, to.namespace).addRef();
    end.address = to.address;
    end.isUnaccepted = true;
    end.peerIdentity = credentialsOf(task);
    this.peerIdentity = to.peerIdentity;
    this.#join(end);
    to.toAccept.push(end);
    to.queue.wake(ARRIVED);
    return 0;
  }

  /** accept(2). @returns the new end, with one reference. */
  override accept(task: Task): UnixSocket | SyscallResult {
    if (this.isDatagram) return EOPNOTSUPP;
    if (!this.isListening) return EINVAL;
    const error = this.takeError();
    if (error !== 0) return error;
    const end = this.toAccept.shift();
    if (end === undefined) {
      if (this.isNonblocking) return EAGAIN; // Whether it is shut is not looked at.
      return this.isReadShut ? EINVAL : this.wait(task, [this.queue], READABLE, "receive");
    }
    end.isUnaccepted = false;
    end.passesCredentials = this.passesCredentials;
    end.passesPidfd = this.passesPidfd;
    this.placeQueue.wake();
    return end;
  }

  override shutdown(read: boolean, write: boolean): 0 {
    this.#shut(read, write);
    if (!this.isDatagram && this.peer !== null) this.peer.#shut(write, read);
    return 0;
  }

  #shut(read: boolean, write: boolean): void {
    this.isReadShut ||= read;
    this.isWriteShut ||= write;
    this.queue.wake();
    this.placeQueue.wake();
  }

  /** An abstract name, for who would be answered and has none: unix(7), "Autobind feature". */
  autobind(): void {
    if (this.address.kind !== "unnamed") return;
    this.address = { kind: "abstract", name: this.table.autobind(this) };
  }

  /** SIGURG for the owner. */
  signalUrgent(): void {
    signalOwner(this.owner, { signal: SIGURG, fd: -1, reason: POLL_PRI });
  }

  // Messages. ---------------------------------------------------------------------------------------------------

  /** unix_may_send(): one that is connected takes datagrams of its peer only. */
  takesFrom(sender: UnixSocket): boolean {
    return this.peer === null || this.peer === sender;
  }

  /** Whether a datagram of `sender` has no place here now. */
  isFullFor(sender: UnixSocket): boolean {
    return this !== sender && this.peer !== sender && this.received.count > this.backlog;
  }

  get hasRoom(): boolean {
    return this.allocated < this.sendBuffer;
  }

  /** A message of ours was read or dropped. */
  freed(size: number): void {
    this.allocated -= size;
    if (this.#isWritable) this.queue.wake(WRITABLE);
  }

  override sendMessage(task: Task, message: Outgoing): SyscallResult {
    return sendUnix(task, this, message);
  }

  override receiveMessage(
    task: Task,
    into: Uint8Array,
    flags: number,
    len: number,
  ): Received | SyscallResult {
    return receive(task, this, into, flags, len);
  }

  override discard(got: Received): void {
    for (const file of got.files) file.removeRef();
  }

  override writeControl(task: Task, sink: ControlSink, got: Received, flags: number): void {
    writeUnixControl(task, this, sink, got, flags);
  }

  override optionsAt(level: number): ReadonlyMap<number, SocketOption> | Errno {
    return level === SOL_SOCKET ? UNIX_OPTIONS : EOPNOTSUPP;
  }

  // Waiting. ----------------------------------------------------------------------------------------------------

  /** unix_writable(): a quarter of the buffer in use is the most that poll(2) calls room. */
  get #isWritable(): boolean {
    return !this.isListening && this.allocated * 4 <= this.sendBuffer;
  }

  override poll(): number {
    let events = 0;
    if (this.error !== 0) events |= POLLERR;
    if (this.isReadShut && this.isWriteShut) events |= POLLHUP;
    if (this.isReadShut) events |= POLLRDHUP | READABLE;
    if (this.received.count > 0 || this.toAccept.length > 0) events |= READABLE;
    if (this.urgent !== null) events |= POLLPRI;
    if (!this.isDatagram && this.state === "unconnected") events |= POLLHUP;
    const isPeerFull = this.peer?.isFullFor(this) === true && this.type !== SOCK_STREAM;
    if (this.#isWritable && !isPeerFull) events |= WRITABLE;
    return events;
  }

  override pollQueues(): readonly WaitQueue[] {
    const { peer } = this;
    const dependsOnPeer = peer !== null && peer.peer !== this && !this.isStream;
    return dependsOnPeer ? [this.queue, peer.placeQueue] : [this.queue];
  }

  override ioctl(task: Task, cmd: number, arg: number): SyscallResult {
    switch (cmd) {
      case FIONREAD: {
        if (this.isListening) return EINVAL;
        const { first, length } = this.received;
        const isWhole = this.type === SOCK_STREAM || this.type === SOCK_SEQPACKET;
        return task.mm.writeInt32(arg, isWhole ? length : (first?.bytes.length ?? 0));
      }
      case SIOCOUTQ:
        return task.mm.writeInt32(arg, this.allocated);
      case SIOCATMARK:
        return this.isStream ? task.mm.writeInt32(arg, this.#isAtMark ? 1 : 0) : EOPNOTSUPP;
      default:
        return super.ioctl(task, cmd, arg);
    }
  }

  /** sockatmark(3): the urgent byte is next, or one stood here and no other has come since. */
  get #isAtMark(): boolean {
    const [first, next] = this.received.messages;
    if (first === undefined) return false;
    if (!isMark(first)) return first === this.urgent;
    return this.urgent === null || next === this.urgent;
  }

  // The end. ----------------------------------------------------------------------------------------------------

  /** Drops everything that nobody has read; descriptors in flight are closed. */
  override dropReceived(): void {
    this.urgent = null;
    for (const message of [...this.received.messages]) {
      const { files } = message;
      message.files = [];
      this.received.remove(message);
      landed(files);
      for (const file of files) file.removeRef();
    }
    this.placeQueue.wake();
  }

  protected override release(): void {
    this.isClosed = true;
    this.table.remove(this);
    const { peer } = this;
    if (peer !== null && !this.isDatagram) {
      if (this.received.hasUnread) peer.error = ECONNRESET; // What we did not read is lost to them.
      peer.#shut(true, true);
    }
    for (const end of this.toAccept.splice(0)) {
      if (end.peer !== null) end.peer.error = ECONNRESET;
      end.removeRef();
    }
    this.dropReceived();
    this.queue.wake();
    this.placeQueue.wake();
    this.peer = null;
    collectGarbage(this.table.inFlight);
  }
}
