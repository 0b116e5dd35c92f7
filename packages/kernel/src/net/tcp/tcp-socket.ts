/**
 * TCP: tcp(7), net/ipv4/tcp*.c. On loopback a connection is two sockets that point at each other: there is no wire
 * on which a packet could be lost, so there are no packets. What a program can tell is kept as Linux has it: states,
 * windows and buffers, FIN and RST, urgent bytes, the order of errors.
 *
 *   `unsent`    written here, and the other side's window has no room for it: takes of the send buffer
 *   `received`  has arrived, nobody has read it: takes of the receive buffer
 *
 * A byte that fits into the other's window goes straight from the writer's memory to `received` there.
 * `far` is what the socket is connected to: another socket of this kernel, or a connection of the host's.
 */
import {
  AF_UNSPEC,
  ECONNREFUSED,
  ECONNRESET,
  EINVAL,
  ENOTCONN,
  EPIPE,
  type Errno,
  ETIMEDOUT,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRNORM,
  SO_LINGER,
  SO_REUSEADDR,
  SOCK_STREAM,
  SOL_TCP,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_CLOSING,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
  TCP_LAST_ACK,
  TCP_LISTEN,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
  TCP_TIME_WAIT,
} from "@kernelet/abi";
import type { Kernel } from "../../kernel/kernel.ts";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import type { Timer } from "../../kernel/timer-queue.ts";
import { InetSocket } from "../inet-socket.ts";
import type { PortTable } from "../ip/port-table.ts";
import {
  type ControlSink,
  type Incoming,
  type Outgoing,
  type SocketMaker,
  type SocketParts,
  socketParts,
} from "../socket.ts";
import { ARRIVED } from "../socket-events.ts";
import type { SocketOption } from "../socket-option.ts";
import { ByteQueue } from "./byte-queue.ts";
import { acceptTcp, connectTcp, disconnectTcp, listenTcp, stopListening } from "./tcp-connect.ts";
import { tcpIoctl } from "./tcp-ioctl.ts";
import { TCP_OPTIONS_TABLE } from "./tcp-options.ts";
import { receiveTcp } from "./tcp-receive.ts";
import { sendTcp } from "./tcp-send.ts";

/** net.ipv4.tcp_rmem[1], tcp_wmem[1]. */
const DEFAULT_RECEIVE_BUFFER = 131_072;
const DEFAULT_SEND_BUFFER = 16_384;
/** What a send buffer grows to once there is a connection: ten segments of lo, three times. */
const CONNECTED_SEND_BUFFER = 3_939_840;
/** How far a receive buffer grows by itself. */
const MOST_RECEIVE_BUFFER = 1_048_576;
/** net.ipv4.tcp_rmem[2]. */
const MOST_RECEIVE_MEMORY = 33_554_432;
/** What each connection may hold when all together hold too much. */
const LEAST_BUFFER = 16_384;
const TIME_WAIT_NS = 60e9;
const FIN_TIMEOUT_NS = 60e9;

/** A connection's other side. */
export interface TcpFarEnd {
  /** Takes what it has room for from `sender.unsent`. */
  pull(sender: TcpSocket): void;
  /** How many bytes it would take now. */
  readonly window: number;
  /** Takes bytes that fit into the window. */
  deliver(bytes: Uint8Array): void;
  /** The byte before which `after` bytes go from now on is urgent. */
  urgent(after: number): void;
  fin(): void;
  reset(): void;
  /** Something was read: there is room for more. */
  windowOpened(): void;
  /** The socket's options have changed: some mean something on a wire. */
  peerOptionsChanged(): void;
}

/** A connection from outside that waits for a place in a listener's queue. */
export interface Admission {
  admit(listener: TcpSocket): void;
  refuse(): void;
}

/** struct socket's state: what connect(2) goes by. "disconnecting" is one that was shut down after its connect had failed. */
export type ConnectState = "unconnected" | "connecting" | "connected" | "disconnecting";

/** tp->urg_data: whether an urgent byte is there. */
export type UrgentState = "none" | "coming" | "valid" | "read";

export class TcpSocket extends InetSocket implements TcpFarEnd, Timer {
  readonly kernel: Kernel;
  far: TcpFarEnd | null = null;
  connectState: ConnectState = "unconnected";
  readonly unsent: ByteQueue;
  readonly received: ByteQueue;
  /** Bytes ever received, and read or skipped: positions in the stream. */
  receivedCount = 0;
  readCount = 0;
  sentCount = 0;
  /** A FIN stands behind what was received. SOCK_DONE once it was read. */
  hasFin = false;
  isDone = false;
  /** Our own FIN goes when `unsent` is empty. */
  mustSendFin = false;
  urgentState: UrgentState = "none";
  /** The position of the urgent byte. */
  urgentAt = 0;
  urgentByte = 0;
  /** Of `unsent`: how many bytes before the urgent one; -1 for none. */
  unsentUrgent = -1;
  /** Nobody has a descriptor any more. */
  isOrphan = false;
  /** The receive buffer was set by the program, and does not grow. */
  isReceiveBufferFixed = false;
  isSendBufferFixed = false;
  /** A writer found no room: it hears of it when a third is free. SOCK_NOSPACE. */
  hasWaitingWriter = false;

  // Of a socket that listens.
  readonly toAccept: TcpSocket[] = [];
  /** Connections that wait for a place in `toAccept`. */
  readonly toConnect: TcpSocket[] = [];
  readonly toAdmit: Admission[] = [];
  backlog = 0;
  /** Who made us and has not yet given us out; null for others. */
  listener: TcpSocket | null = null;

  /** The options of IPPROTO_TCP, by number. */
  readonly tcp: Map<number, number> = new Map();
  congestion = "cubic";

  // SYN_SENT ends when this has come; and so does a connection that nobody has a descriptor of.
  deadlineNs = 0;
  heapIndex = -1;
  sequence = 0;

  constructor(parts: SocketParts, family: number, kernel: Kernel, ownerUid: number) {
    super(parts, family, ownerUid);
    this.kernel = kernel;
    this.unsent = new ByteQueue(kernel.tcpMemory);
    this.received = new ByteQueue(kernel.tcpMemory);
    this.receiveBuffer = DEFAULT_RECEIVE_BUFFER;
    this.sendBuffer = DEFAULT_SEND_BUFFER;
  }

  override get isStream(): boolean {
    return true;
  }
  override get isListening(): boolean {
    return this.state === TCP_LISTEN;
  }
  override get ports(): PortTable<TcpSocket> {
    return this.stack.tcpPorts;
  }

  // The calls. --------------------------------------------------------------------------------------------------

  override listen(task: Task, backlog: number): SyscallResult {
    return listenTcp(task, this, backlog);
  }

  override connect(task: Task, bytes: Uint8Array): SyscallResult {
    if (bytes.length < 2) return EINVAL;
    if (bytes[0] === AF_UNSPEC && bytes[1] === 0) {
      disconnectTcp(this);
      return 0;
    }
    return connectTcp(task, this, bytes);
  }

  override accept(task: Task): TcpSocket | SyscallResult {
    return acceptTcp(task, this);
  }

  override peerName(): Uint8Array | Errno {
    if (this.state === TCP_CLOSE || this.state === TCP_SYN_SENT) return ENOTCONN;
    return super.peerName();
  }

  /** A connection that was reset before it was accepted still has a name. */
  override acceptedName(): Uint8Array | Errno {
    return super.peerName();
  }

  override shutdown(read: boolean, write: boolean): SyscallResult {
    if (this.connectState === "connecting") {
      const isOver = this.state === TCP_SYN_SENT || this.state === TCP_CLOSE;
      this.connectState = isOver ? "disconnecting" : "connected";
    }
    let result: 0 | Errno = 0;
    if (this.state === TCP_LISTEN || this.state === TCP_SYN_SENT) {
      if (this.state === TCP_SYN_SENT || read) disconnectTcp(this);
    } else {
      if (this.state === TCP_CLOSE) result = ENOTCONN;
      this.isReadShut ||= read;
      this.isWriteShut ||= write;
      if (write) this.#closeOurSide();
    }
    this.queue.wake();
    return result;
  }

  override sendMessage(task: Task, message: Outgoing): SyscallResult {
    return sendTcp(task, this, message);
  }

  override receiveMessage(
    task: Task,
    into: Uint8Array,
    flags: number,
    len: number,
  ): Incoming | SyscallResult {
    return receiveTcp(task, this, into, flags, len);
  }

  override writeControl(_task: Task, _sink: ControlSink, _got: Incoming): void {}

  protected override protocolOptions(level: number): ReadonlyMap<number, SocketOption> | null {
    return level === SOL_TCP ? TCP_OPTIONS_TABLE : null;
  }

  override ioctl(task: Task, cmd: number, arg: number): SyscallResult {
    return tcpIoctl(task, this, cmd, arg) ?? super.ioctl(task, cmd, arg);
  }

  // States. -----------------------------------------------------------------------------------------------------

  /** Both ends of a new connection: tcp_finish_connect(), tcp_init_transfer(). */
  establish(far: TcpFarEnd): void {
    this.far = far;
    this.state = TCP_ESTABLISHED;
    this.kernel.timers.stop(this);
    if (!this.isSendBufferFixed) this.sendBuffer = CONNECTED_SEND_BUFFER;
    this.queue.wake();
  }

  /** tcp_close_state(): a FIN goes behind what is unsent. */
  #closeOurSide(): void {
    if (this.state === TCP_ESTABLISHED) this.state = TCP_FIN_WAIT1;
    else if (this.state === TCP_CLOSE_WAIT) this.state = TCP_LAST_ACK;
    else return;
    this.mustSendFin = true;
    this.flushFin();
  }

  /** Sends the FIN when nothing is before it. The other side's word that it has it comes at once. */
  flushFin(): void {
    const { far } = this;
    if (!this.mustSendFin || this.unsent.length > 0 || far === null) return;
    this.mustSendFin = false;
    if (this.state === TCP_FIN_WAIT1) this.state = TCP_FIN_WAIT2;
    const { state } = this;
    far.fin();
    if (state === TCP_LAST_ACK) this.done();
    else if (state === TCP_CLOSING) this.#timeWait();
    this.#limitWait();
  }

  /**
   * Who has closed waits for somebody outside only so long: for the FIN (net.ipv4.tcp_fin_timeout), and for the next bytes
   * to be taken. Here a process answers for the other side, and its end ends the wait.
   */
  #limitWait(): void {
    const { far } = this;
    if (!this.isOrphan || far === null || far instanceof TcpSocket) return;
    this.kernel.timers.start(this, this.kernel.clock.monotonicNs() + FIN_TIMEOUT_NS);
  }

  /** The other side's FIN: tcp_fin(). */
  fin(): void {
    this.hasFin = true;
    this.isReadShut = true;
    this.isDone = true;
    switch (this.state) {
      case TCP_SYN_RECV:
      case TCP_ESTABLISHED:
        this.state = TCP_CLOSE_WAIT;
        break;
      case TCP_FIN_WAIT1:
        this.state = TCP_CLOSING;
        break;
      case TCP_FIN_WAIT2:
        this.#timeWait();
        return;
      default:
    }
    this.queue.wake(POLLIN | POLLRDNORM | POLLRDHUP | (this.isWriteShut ? POLLHUP : 0));
  }

  /** The connection is over for us in good order; its port rests for a minute. */
  #timeWait(): void {
    const { peer } = this;
    if (peer !== null && this.localPort !== 0) {
      this.ports.addTimeWait({
        family: this.family,
        local: this.source,
        localPort: this.localPort,
        peer: peer.address,
        peerPort: peer.port,
        isReusable: (this.options.get(SO_REUSEADDR) ?? 0) !== 0,
        untilNs: this.kernel.clock.monotonicNs() + TIME_WAIT_NS,
      });
    }
    this.done();
  }

  /** tcp_done(): no connection any more. What was received can still be read. */
  done(): void {
    this.state = TCP_CLOSE;
    this.far = null;
    this.isReadShut = this.isWriteShut = true;
    this.mustSendFin = false;
    this.unsent.clear();
    this.kernel.timers.stop(this);
    if (!this.isPortBound || this.isOrphan) this.releasePort();
    if (this.isOrphan) this.unlist();
    this.queue.wake();
  }

  /** The other side's RST, or what else has ended the connection: tcp_reset(), tcp_write_err(). */
  reset(why: Errno = ECONNRESET): void {
    switch (this.state) {
      case TCP_CLOSE:
        return;
      case TCP_SYN_SENT:
        this.error = ECONNREFUSED;
        break;
      case TCP_CLOSE_WAIT:
        this.error = why === ECONNRESET ? EPIPE : why;
        break;
      default:
        this.error = why;
    }
    this.done();
  }

  /** We give the connection up. */
  abort(): void {
    const { far } = this;
    this.done();
    far?.reset();
  }

  /** Nobody answered the SYN, or the FIN. */
  expire(): void {
    const { far } = this;
    if (this.state === TCP_SYN_SENT) this.failConnect(ETIMEDOUT);
    else this.done();
    far?.reset();
  }

  failConnect(error: Errno): void {
    this.error = error;
    this.done();
  }

  // Data. -------------------------------------------------------------------------------------------------------

  get window(): number {
    // Who has closed takes nothing: what comes is answered with a RST.
    if (this.isOrphan) return Number.MAX_SAFE_INTEGER;
    return Math.max(0, this.#limited(this.receiveBuffer) - this.received.length);
  }

  #limited(size: number): number {
    return this.kernel.tcpMemory.isUnderPressure ? Math.min(size, LEAST_BUFFER) : size;
  }

  /** Bytes that a writer may leave behind what is unsent. */
  get sendRoom(): number {
    return this.#limited(this.sendBuffer) - this.unsent.length;
  }

  deliver(bytes: Uint8Array): void {
    if (this.#refuseData()) return;
    this.received.append(bytes);
    this.#arrived(bytes.length);
  }

  pull(sender: TcpSocket): void {
    if (sender.unsent.length === 0) return;
    if (this.#refuseData()) return;
    const { window } = this;
    if (window <= 0) return;
    const { unsentUrgent } = sender;
    const n = sender.unsent.moveTo(this.received, window);
    if (unsentUrgent >= 0) {
      sender.unsentUrgent = unsentUrgent < n ? -1 : unsentUrgent - n;
      if (unsentUrgent < n) this.urgent(unsentUrgent);
    }
    this.#arrived(n);
  }

  /** Data for one who will not read it: tcp_rcv_state_process(), TCPABORTONDATA. */
  #refuseData(): boolean {
    const isOver = this.state === TCP_CLOSE || this.state === TCP_TIME_WAIT;
    const isHalf = this.state === TCP_FIN_WAIT1 || this.state === TCP_FIN_WAIT2;
    if (!isOver && !(isHalf && this.isReadShut)) return false;
    if (this.isOrphan) this.abort();
    else {
      const { far } = this;
      this.reset();
      far?.reset();
    }
    return true;
  }

  #arrived(n: number): void {
    this.receivedCount += n;
    if (this.urgentState === "coming" && this.urgentAt < this.receivedCount) {
      const one = new Uint8Array(1);
      this.received.peek(one, this.urgentAt - this.readCount);
      this.urgentByte = one[0] as number;
      this.urgentState = "valid";
      this.queue.wake(ARRIVED);
      return;
    }
    // tcp_data_ready(): less than SO_RCVLOWAT wakes nobody, unless no more can come.
    if (this.received.length >= this.receiveLowat || this.window === 0) this.queue.wake(ARRIVED);
  }

  /** tcp_check_urg(): comes before the byte itself. */
  urgent(after: number): void {
    const at = this.receivedCount + after;
    if (this.readCount > at) return;
    if (this.urgentState !== "none" && at <= this.urgentAt) return;
    this.signalUrgent();
    // A second urgent byte, when the first was the last one read: the first is skipped.
    if (
      this.urgentState !== "none" &&
      this.urgentAt === this.readCount &&
      !this.isUrgentInline &&
      this.readCount !== this.receivedCount
    ) {
      this.received.drop(1);
      this.readCount++;
    }
    this.urgentState = "coming";
    this.urgentAt = at;
  }

  /** Bytes were read: more may come. A buffer that is emptied at the pace of the sender grows, as Linux's does. */
  consumed(count: number): void {
    if (count === 0) return;
    if (!this.isReceiveBufferFixed && count * 2 >= this.receiveBuffer) {
      this.receiveBuffer = Math.min(this.receiveBuffer * 2, MOST_RECEIVE_BUFFER);
    }
    this.far?.windowOpened();
  }

  windowOpened(): void {
    const { far } = this;
    if (far === null || this.unsent.length === 0) return;
    far.pull(this);
    this.wroteSome();
    this.#limitWait();
  }

  /** Some of `unsent` has gone. */
  wroteSome(): void {
    this.flushFin();
    if (this.hasWaitingWriter && this.isWritableNow) {
      this.hasWaitingWriter = false;
      this.queue.wake(POLLOUT | POLLWRNORM);
    }
  }

  /** sk_stream_is_writeable(): a third of the buffer is free. */
  get isWritableNow(): boolean {
    const { length } = this.unsent;
    return this.#limited(this.sendBuffer) - length >= length / 2;
  }

  /** More than half a buffer never comes at once: tcp_set_rcvlowat(). */
  override get mostLowat(): number {
    return (this.isReceiveBufferFixed ? this.receiveBuffer : MOST_RECEIVE_MEMORY) >> 1;
  }

  override fixBuffer(which: "receive" | "send"): void {
    if (which === "receive") this.isReceiveBufferFixed = true;
    else this.isSendBufferFixed = true;
  }

  override buffersChanged(): void {
    this.queue.wake();
  }

  override optionsChanged(): void {
    this.far?.peerOptionsChanged();
  }

  peerOptionsChanged(): void {}

  // Waiting. ----------------------------------------------------------------------------------------------------

  /** How much can be read before an urgent byte stands in the way, as poll(2) counts. */
  get isReadableNow(): boolean {
    let target = Math.min(this.receiveLowat, this.receiveBuffer);
    if (this.urgentState !== "none" && this.urgentAt === this.readCount && !this.isUrgentInline) {
      target++;
    }
    // No more can come while the buffer is full: tcp_rmem_pressure().
    return this.received.length >= target || (this.window === 0 && this.received.length > 0);
  }

  override poll(): number {
    const { state } = this;
    if (state === TCP_LISTEN) return this.toAccept.length > 0 ? POLLIN | POLLRDNORM : 0;
    let events = 0;
    if ((this.isReadShut && this.isWriteShut) || state === TCP_CLOSE) events |= POLLHUP;
    if (this.isReadShut) events |= POLLIN | POLLRDNORM | POLLRDHUP;
    if (state !== TCP_SYN_SENT) {
      if (this.isReadableNow) events |= POLLIN | POLLRDNORM;
      if (this.isWriteShut || this.isWritableNow) events |= POLLOUT | POLLWRNORM;
      else this.hasWaitingWriter = true;
      if (this.urgentState === "valid") events |= POLLPRI;
    }
    if (this.error !== 0) events |= POLLERR;
    return events;
  }

  // The end. ----------------------------------------------------------------------------------------------------

  /** tcp_close(). */
  protected override release(): void {
    this.isReadShut = this.isWriteShut = true;
    this.isOrphan = true;
    if (this.state === TCP_LISTEN) {
      stopListening(this);
      this.unlist();
      return;
    }
    const isUnread = this.received.length > 0;
    this.received.clear();
    const lingers = this.options.get(SO_LINGER) ?? 0;
    if (this.state === TCP_CLOSE || this.state === TCP_SYN_SENT) {
      disconnectTcp(this);
      this.unlist();
    } else if (isUnread || (lingers !== 0 && (this.options.get(-SO_LINGER) ?? 0) === 0)) {
      this.abort();
    } else {
      this.#closeOurSide();
      this.#limitWait();
    }
    this.queue.wake();
  }

  /** A new socket for a connection that came to this one. */
  embryo(maker: SocketMaker): TcpSocket {
    const kind = { type: SOCK_STREAM, protocol: this.protocol };
    const parts = socketParts(maker, kind, this.namespace);
    const end = new TcpSocket(parts, this.family, this.kernel, this.ownerUid);
    end.receiveBuffer = this.receiveBuffer;
    end.isReceiveBufferFixed = this.isReceiveBufferFixed;
    if (this.isSendBufferFixed) end.sendBuffer = this.sendBuffer;
    end.isSendBufferFixed = this.isSendBufferFixed;
    end.receiveLowat = this.receiveLowat;
    end.receiveTimeoutNs = this.receiveTimeoutNs;
    end.sendTimeoutNs = this.sendTimeoutNs;
    end.isUrgentInline = this.isUrgentInline;
    end.isV6Only = this.isV6Only;
    end.boundDevice = this.boundDevice;
    end.isAddressBound = this.isAddressBound;
    end.congestion = this.congestion;
    end.ip.copyFrom(this.ip);
    for (const [option, value] of this.options) end.options.set(option, value);
    for (const [option, value] of this.tcp) end.tcp.set(option, value);
    end.listener = this;
    return end;
  }
}
