/**
 * UDP: udp(7), net/ipv4/udp.c, net/ipv6/udp.c. A datagram to this machine goes straight into the queue of whoever is
 * bound to its port; one that nobody waits for comes back as the error that ICMP would bring.
 */
import {
  AF_UNSPEC,
  EAGAIN,
  EFAULT,
  EINVAL,
  ENOTCONN,
  type Errno,
  FIONREAD,
  IPPROTO_UDPLITE,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  MSG_PEEK,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLRDHUP,
  POLLRDNORM,
  SIOCOUTQ,
  SOL_UDP,
  TCP_CLOSE,
} from "@kernelet/abi";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import { InetSocket } from "../inet-socket.ts";
import { isIncomingError, receiveError, writeQueuedError } from "../ip/error-queue.ts";
import { type PacketInfo, writePacketInfo } from "../ip/inet-control.ts";
import type { PortTable } from "../ip/port-table.ts";
import { type Endpoint, encodeEndpoint } from "../ip/sockaddr.ts";
import type { ControlSink, Incoming, Outgoing } from "../socket.ts";
import { recordTrueSize } from "../socket-buffer.ts";
import { ARRIVED, READABLE, WRITABLE } from "../socket-events.ts";
import type { SocketOption } from "../socket-option.ts";
import { connectUdp } from "./udp-connect.ts";
import { UDP_OPTIONS_TABLE, UDPLITE_OPTIONS_TABLE } from "./udp-options.ts";
import { type CorkedDatagram, sendUdp } from "./udp-send.ts";

/** Headers that lie before the bytes in a buffer. */
const HEADERS = 128;

export interface Datagram {
  readonly bytes: Uint8Array;
  readonly from: Endpoint;
  readonly info: PacketInfo;
}

export interface IncomingDatagram extends Incoming {
  readonly datagram: Datagram;
}

export class UdpSocket extends InetSocket {
  readonly datagrams: Datagram[] = [];
  /** What `datagrams` take of the receive buffer. */
  allocated = 0;
  /** MSG_MORE and UDP_CORK: what waits for its rest. */
  corked: CorkedDatagram | null = null;
  isCorking = false;

  /** UDP-Lite: a checksum over a part of a datagram, where there were any. */
  get isLite(): boolean {
    return this.protocol === IPPROTO_UDPLITE;
  }

  override get ports(): PortTable<UdpSocket> {
    return this.isLite ? this.stack.udplitePorts : this.stack.udpPorts;
  }

  /** One that is connected hears its peer alone. */
  hearsFrom({ address, port }: Endpoint): boolean {
    const { peer } = this;
    return peer === null || (peer.port === port && peer.address.equals(address));
  }

  override connect(task: Task, bytes: Uint8Array): SyscallResult {
    if (bytes.length < 2) return EINVAL;
    if (bytes[0] === AF_UNSPEC && bytes[1] === 0) {
      this.state = TCP_CLOSE;
      this.forgetPeer();
      this.shownPort = this.localPort;
      return 0;
    }
    return connectUdp(task, this, bytes);
  }

  override shutdown(read: boolean, write: boolean): SyscallResult {
    this.isReadShut ||= read;
    this.isWriteShut ||= write;
    this.queue.wake();
    return this.state === TCP_CLOSE ? ENOTCONN : 0;
  }

  override sendMessage(task: Task, message: Outgoing): SyscallResult {
    return sendUdp(task, this, message);
  }

  override receiveMessage(
    task: Task,
    into: Uint8Array,
    flags: number,
    len: number,
  ): Incoming | SyscallResult {
    if ((flags & MSG_ERRQUEUE) !== 0) return receiveError(this, into);
    const error = this.takeError();
    if (error !== 0) return error;
    const isPeek = (flags & MSG_PEEK) !== 0;
    let skip = isPeek ? Math.max(0, this.peekOffset) : 0;
    const found = this.datagrams.find(({ bytes }) => {
      if (skip === 0 || skip < bytes.length) return true;
      skip -= bytes.length;
      return false;
    });
    if (found === undefined) return this.#waitForInput(task, flags);
    const bytes = found.bytes.subarray(skip);
    const length = Math.min(len, bytes.length);
    const isCopied = length <= into.length;
    const copied = Math.min(length, into.length);
    into.set(copied === bytes.length ? bytes : bytes.subarray(0, copied));
    task.pending.copied = copied;
    if (!isPeek) this.#remove(found);
    if (!isCopied) return EFAULT;
    if (!isPeek) return this.#told(found, length, bytes.length);
    if (this.peekOffset >= 0) this.peekOffset += length;
    return this.#told(found, length, bytes.length);
  }

  #told(datagram: Datagram, length: number, fullLength: number): IncomingDatagram {
    const name = encodeEndpoint(this.family, datagram.from);
    return { length, fullLength, name, flags: 0, datagram };
  }

  #waitForInput(task: Task, flags: number): Incoming | SyscallResult {
    if (this.isNonblocking || (flags & MSG_DONTWAIT) !== 0) return EAGAIN;
    if (this.isReadShut) return 0;
    return this.wait(task, [this.queue], READABLE | POLLERR | POLLHUP, "receive");
  }

  #remove(datagram: Datagram): void {
    const i = this.datagrams.indexOf(datagram);
    this.datagrams.splice(i, 1);
    this.allocated -= recordTrueSize(datagram.bytes.length + HEADERS);
    if (this.peekOffset > 0) {
      this.peekOffset = Math.max(0, this.peekOffset - datagram.bytes.length);
    }
  }

  /** One that finds the buffer full is lost. */
  deliver(datagram: Datagram): void {
    const size = recordTrueSize(datagram.bytes.length + HEADERS);
    if (this.allocated > 0 && this.allocated + size > this.receiveBuffer) return;
    this.allocated += size;
    this.datagrams.push(datagram);
    this.queue.wake(ARRIVED);
  }

  override writeControl(_task: Task, sink: ControlSink, got: Incoming): void {
    if (isIncomingError(got)) writeQueuedError(this, sink, got.queued);
    else if ("datagram" in got)
      writePacketInfo(this, sink, (got as IncomingDatagram).datagram.info);
  }

  protected override protocolOptions(level: number): ReadonlyMap<number, SocketOption> | null {
    if (this.isLite && (level === SOL_UDP || level === IPPROTO_UDPLITE))
      return UDPLITE_OPTIONS_TABLE;
    return level === SOL_UDP ? UDP_OPTIONS_TABLE : null;
  }

  override ioctl(task: Task, cmd: number, arg: number): SyscallResult {
    switch (cmd) {
      case FIONREAD:
        return task.mm.writeInt32(arg, this.datagrams[0]?.bytes.length ?? 0);
      case SIOCOUTQ:
        return task.mm.writeInt32(arg, 0);
      default:
        return super.ioctl(task, cmd, arg);
    }
  }

  override poll(): number {
    let events = WRITABLE;
    if (this.error !== 0 || this.errors.length > 0) events |= POLLERR;
    if (this.isReadShut) events |= POLLRDHUP | POLLIN | POLLRDNORM;
    if (this.isReadShut && this.isWriteShut) events |= POLLHUP;
    if (this.datagrams.length > 0) events |= POLLIN | POLLRDNORM;
    return events;
  }

  /** A datagram to `to` did not arrive: __udp4_lib_err(). */
  refused(error: Errno, queued: InetSocket["errors"][number]): void {
    const isAsked = queued.to.address.isV4 ? this.ip.queuesErrors : this.ip.queuesErrors6;
    if (isAsked) this.errors.push(queued);
    else if (this.peer === null) return;
    this.fail(error);
  }

  protected override release(): void {
    this.datagrams.length = 0;
    this.allocated = 0;
    this.stack.outside?.datagrams.release(this);
    this.unlist();
    this.queue.wake();
  }
}
