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
  EAGAIN,
  ECONNREFUSED,
  ECONNRESET,
  EINVAL,
  EISCONN,
  ENOTTY,
  EOPNOTSUPP,
  EPERM,
  EPROTOTYPE,
  type Errno,
  FIONREAD,
  O_NONBLOCK,
  O_RDWR,
  POLL_PRI,
  POLLERR,
  POLLHUP,
  POLLPRI,
  POLLRDHUP,
  S_IFSOCK,
  SIGURG,
  SIOCATMARK,
  SIOCOUTQ,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from "@kernelet/abi";
import type { AsyncSource } from "../fs/fasync.ts";
import { signalOwner } from "../fs/file-owner.ts";
import { Inode } from "../fs/inode.ts";
import type { Path } from "../fs/path.ts";
import type { Vfs } from "../fs/vfs.ts";
import type { Credentials } from "../kernel/credentials.ts";
import type { NetNamespace } from "../kernel/namespaces/net-namespace.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { WaitQueue } from "../kernel/wait-queue.ts";
import { CarriedSocket } from "./carried-socket.ts";
import { collectGarbage, landed } from "./in-flight.ts";
import { type Message, type MessageOwner, MessageQueue } from "./message-queue.ts";
import { credentialsOf, type SenderCredentials } from "./sender-credentials.ts";
import { READABLE, WRITABLE } from "./socket-events.ts";
import { UNNAMED, type UnixAddress } from "./unix-address.ts";
import { receive } from "./unix-receive.ts";
import { send } from "./unix-send.ts";
import type { UnixTable } from "./unix-table.ts";

/** net.core.wmem_default: what a new socket's messages may take. */
export const DEFAULT_BUFFER_SIZE = 212_992;
/** net.unix.max_dgram_qlen: datagrams that may wait in the queue of somebody who is not connected to the sender. */
const MAX_DATAGRAMS = 512;

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

/** SO_PEERCRED of a socket without peer. */
const NOBODY: SenderCredentials = { pid: 0, uid: 0xffffffff, gid: 0xffffffff };

/** As TCP's: a stream that has been connected never is unconnected again. */
export type SocketState = "unconnected" | "listening" | "connected";

export class UnixSocket extends CarriedSocket implements MessageOwner {
  readonly type: number;
  readonly table: UnixTable;
  /** Where its abstract name, and those that it connects to, belong: the maker's. */
  readonly namespace: NetNamespace;
  state: SocketState = "unconnected";
  address: UnixAddress = UNNAMED;
  /** The inode at a pathname address. */
  boundInode: Inode | null = null;
  peer: UnixSocket | null = null;
  override readonly received: MessageQueue = new MessageQueue();
  /** Woken when anything here changes: input, room, a hang-up. */
  readonly queue: WaitQueue = new WaitQueue();
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
  /** SO_ERROR: told once. */
  error: Errno | 0 = 0;
  /** The urgent byte of a stream: MSG_OOB. */
  urgent: Message | null = null;
  /** What unread messages of ours take of `sendBuffer`. */
  allocated = 0;
  sendBuffer: number = DEFAULT_BUFFER_SIZE;
  receiveBuffer: number = DEFAULT_BUFFER_SIZE;
  /** SO_RCVLOWAT. */
  receiveLowat = 1;
  /** SO_PEEK_OFF; -1: off. */
  peekOffset = -1;
  /** SO_RCVTIMEO and SO_SNDTIMEO; 0 is for ever. */
  receiveTimeoutNs = 0;
  sendTimeoutNs = 0;
  /** SO_PASSCRED, SO_PASSPIDFD, SO_OOBINLINE. */
  passesCredentials = false;
  passesPidfd = false;
  isUrgentInline = false;
  /** Options that are kept and mean nothing here. */
  readonly options: Map<number, number> = new Map();
  /** SO_PEERCRED. */
  peerIdentity: SenderCredentials = NOBODY;

  constructor(path: Path, flags: number, type: number, table: UnixTable, namespace: NetNamespace) {
    super(path, flags);
    this.table = table;
    this.namespace = namespace;
    this.type = type;
    table.sockets.add(this);
  }

  static create(
    task: Task,
    type: number,
    isNonblocking: boolean,
    namespace: NetNamespace = task.nsproxy.net,
  ): UnixSocket {
    const { vfs } = task.kernel;
    const inode = new SocketInode(vfs, task.credentials);
    const flags = O_RDWR | (isNonblocking ? O_NONBLOCK : 0);
    const path = vfs.sockets.path(`socket:[${inode.ino}]`, inode);
    return new UnixSocket(path, flags, type, vfs.unix, namespace);
  }

  override get allInFlight(): Set<CarriedSocket> {
    return this.table.inFlight;
  }
  override get isSeekable(): boolean {
    return false;
  }
  override get continuesWrites(): boolean {
    return this.isStream;
  }
  /** Room is told of only after a write that found none (SOCKWQ_ASYNC_NOSPACE); here: never. */
  override asyncSource(): AsyncSource {
    return { queue: this.queue, mask: READABLE };
  }
  get isDatagram(): boolean {
    return this.type === SOCK_DGRAM;
  }
  get isStream(): boolean {
    return this.type === SOCK_STREAM;
  }
  get isListening(): boolean {
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

  listen(task: Task, backlog: number): 0 | Errno {
    if (this.isDatagram) return EOPNOTSUPP;
    if (this.address.kind === "unnamed" || this.state === "connected") return EINVAL;
    if (backlog > this.backlog) this.placeQueue.wake();
    this.backlog = backlog;
    this.state = "listening";
    this.peerIdentity = credentialsOf(task);
    return 0;
  }

  /** connect(2) to a socket that was found by its address. */
  connect(task: Task, to: UnixSocket): SyscallResult {
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
    to.queue.wake(READABLE);
    return 0;
  }

  /** accept(2). @returns the new end, with one reference. */
  accept(task: Task): UnixSocket | SyscallResult {
    if (this.isDatagram) return EOPNOTSUPP;
    if (!this.isListening) return EINVAL;
    const end = this.toAccept.shift();
    if (end === undefined) {
      if (this.isReadShut) return EINVAL;
      return this.isNonblocking ? EAGAIN : this.wait(task, [this.queue], READABLE, "receive");
    }
    end.isUnaccepted = false;
    end.passesCredentials = this.passesCredentials;
    end.passesPidfd = this.passesPidfd;
    this.placeQueue.wake();
    return end;
  }

  /** The caller of `accept` has no descriptor for it: somebody else may have. */
  giveBack(end: UnixSocket): void {
    end.isUnaccepted = true;
    this.toAccept.unshift(end);
  }

  shutdown(read: boolean, write: boolean): 0 {
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

  fail(error: Errno): void {
    this.error = error;
    this.queue.wake(POLLERR);
  }

  takeError(): Errno | 0 {
    const { error } = this;
    this.error = 0;
    return error;
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

  override write(task: Task, from: Uint8Array): SyscallResult {
    return send(task, this, { bytes: from, flags: 0, ancillary: { files: [] }, to: null });
  }

  override read(task: Task, into: Uint8Array): SyscallResult {
    if (into.length === 0) return 0;
    const got = receive(task, this, into, 0);
    if (typeof got === "number") return got;
    for (const file of got.files) file.removeRef(); // read(2) cannot take descriptors.
    return got.length;
  }

  /** Waits as long as the timeout option says: EAGAIN when that is over. */
  wait(
    task: Task,
    queues: readonly WaitQueue[],
    mask: number,
    direction: "send" | "receive",
  ): SyscallResult {
    const { pending } = task;
    const timeoutNs = direction === "send" ? this.sendTimeoutNs : this.receiveTimeoutNs;
    if (timeoutNs > 0) {
      pending.deadlineNs ??= task.kernel.clock.monotonicNs() + timeoutNs;
      if (task.timedOut || pending.deadlineNs <= task.kernel.clock.monotonicNs()) return EAGAIN;
    }
    const restart = timeoutNs > 0 ? "eintr" : "restart";
    return task.block(queues, { mask, deadlineNs: pending.deadlineNs, restart });
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
        return this.isListening ? EINVAL : task.mm.writeInt32(arg, this.allocated);
      case SIOCATMARK: {
        const isAtMark = this.urgent !== null && this.received.first === this.urgent;
        return task.mm.writeInt32(arg, isAtMark ? 1 : 0);
      }
      default:
        return ENOTTY;
    }
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
      if (this.received.count > 0) peer.error = ECONNRESET; // What we did not read is lost to them.
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
