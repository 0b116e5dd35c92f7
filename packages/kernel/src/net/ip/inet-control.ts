/** Control messages of the Internet families: ip(7), ipv6(7); ip_cmsg_send(), ip_cmsg_recv_offset(). */
import {
  AF_INET,
  EINVAL,
  type Errno,
  IN_PKTINFO,
  IN6_PKTINFO,
  IP_PKTINFO,
  IP_RECVORIGDSTADDR,
  IP_RECVTOS,
  IP_RECVTTL,
  IP_TOS,
  IP_TTL,
  IPV6_HOPLIMIT,
  IPV6_PKTINFO,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  IPV6_RECVTCLASS,
  IPV6_TCLASS,
  SCM_CREDENTIALS,
  SCM_RIGHTS,
  SCM_TIMESTAMP,
  SCM_TIMESTAMPNS,
  SO_TIMESTAMP,
  SO_TIMESTAMPNS,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  SOL_UDP,
} from "@kernelet/abi";
import type { InetSocket } from "../inet-socket.ts";
import type { ControlMessage, ControlSink } from "../socket.ts";
import { IpAddress } from "./ip-address.ts";
import { encodeEndpoint } from "./sockaddr.ts";

/** What a sender says of one message. */
export interface SendControl {
  /** The address that is to speak. */
  source: IpAddress | null;
  /** The interface to send from; 0: any. */
  device: number;
  ttl: number | null;
  tos: number | null;
}

export function readSendControl(
  messages: readonly ControlMessage[],
  isV6: boolean,
): SendControl | Errno {
  const control: SendControl = { source: null, device: 0, ttl: null, tos: null };
  for (const { level, type, data } of messages) {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    if (level === SOL_SOCKET) {
      // They mean something to unix sockets; here they are passed over.
      if (type !== SCM_RIGHTS && type !== SCM_CREDENTIALS) return EINVAL;
    } else if (level === SOL_UDP) {
      return EINVAL; // UDP_SEGMENT is not there.
    } else if (level === SOL_IP && !isV6) {
      const failed = readIp(control, type, view, data);
      if (failed !== 0) return failed;
    } else if (level === SOL_IPV6 && isV6) {
      const failed = readIpv6(control, type, view, data);
      if (failed !== 0) return failed;
    }
  }
  return control;
}

function readIp(control: SendControl, type: number, view: DataView, data: Uint8Array): 0 | Errno {
  switch (type) {
    case IP_PKTINFO:
      if (data.length !== IN_PKTINFO.size) return EINVAL;
      control.device = view.getInt32(IN_PKTINFO.ipi_ifindex, true);
      control.source = given(IpAddress.v4(view.getUint32(IN_PKTINFO.ipi_spec_dst)));
      return 0;
    case IP_TTL: {
      if (data.length !== 4) return EINVAL;
      const ttl = view.getInt32(0, true);
      if (ttl < 1 || ttl > 255) return EINVAL;
      control.ttl = ttl;
      return 0;
    }
    case IP_TOS: {
      if (data.length !== 4 && data.length !== 1) return EINVAL;
      const tos = data.length === 4 ? view.getInt32(0, true) : view.getUint8(0);
      if (tos < 0 || tos > 255) return EINVAL;
      control.tos = tos;
      return 0;
    }
    default:
      return EINVAL;
  }
}

function given(address: IpAddress): IpAddress | null {
  return address.isAny ? null : address;
}

function readIpv6(control: SendControl, type: number, view: DataView, data: Uint8Array): 0 | Errno {
  switch (type) {
    case IPV6_PKTINFO:
      if (data.length < IN6_PKTINFO.size) return EINVAL;
      control.device = view.getInt32(IN6_PKTINFO.ipi6_ifindex, true);
      control.source = given(IpAddress.from(data.subarray(0, 16)));
      return 0;
    case IPV6_HOPLIMIT: {
      if (data.length !== 4) return EINVAL;
      const ttl = view.getInt32(0, true);
      if (ttl < -1 || ttl > 255) return EINVAL;
      control.ttl = ttl < 0 ? null : ttl;
      return 0;
    }
    case IPV6_TCLASS: {
      if (data.length !== 4) return EINVAL;
      const tos = view.getInt32(0, true);
      if (tos < -1 || tos > 255) return EINVAL;
      control.tos = tos < 0 ? null : tos;
      return 0;
    }
    default:
      return EINVAL;
  }
}

/** What a datagram tells besides its bytes. */
export interface PacketInfo {
  readonly to: IpAddress;
  readonly port: number;
  readonly device: number;
  readonly ttl: number;
  readonly tos: number;
  /** When it came, milliseconds since the epoch. */
  readonly realtimeMs: number;
}

function int(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

export function writePacketInfo(sock: InetSocket, sink: ControlSink, info: PacketInfo): void {
  writeTimestamp(sock, sink, info.realtimeMs);
  const { told, told6 } = sock.ip;
  if (sock.isV6) {
    if (told6.has(IPV6_RECVPKTINFO)) {
      const data = new Uint8Array(IN6_PKTINFO.size);
      data.set(info.to.bytes16());
      new DataView(data.buffer).setInt32(IN6_PKTINFO.ipi6_ifindex, info.device, true);
      sink.put(SOL_IPV6, IPV6_PKTINFO, data);
    }
    if (!info.to.isV4) {
      if (told6.has(IPV6_RECVHOPLIMIT)) sink.put(SOL_IPV6, IPV6_HOPLIMIT, int(info.ttl));
      if (told6.has(IPV6_RECVTCLASS)) sink.put(SOL_IPV6, IPV6_TCLASS, int(info.tos));
    }
  }
  if (!info.to.isV4) return;
  if (told.has(IP_PKTINFO)) {
    const data = new Uint8Array(IN_PKTINFO.size);
    new DataView(data.buffer).setInt32(IN_PKTINFO.ipi_ifindex, info.device, true);
    data.set(info.to.bytes4(), IN_PKTINFO.ipi_spec_dst);
    data.set(info.to.bytes4(), IN_PKTINFO.ipi_addr);
    sink.put(SOL_IP, IP_PKTINFO, data);
  }
  if (told.has(IP_RECVTTL)) sink.put(SOL_IP, IP_TTL, int(info.ttl));
  if (told.has(IP_RECVTOS)) sink.put(SOL_IP, IP_TOS, Uint8Array.of(info.tos));
  if (told.has(IP_RECVORIGDSTADDR)) {
    const name = encodeEndpoint(AF_INET, { address: info.to, port: info.port, scope: 0 });
    sink.put(SOL_IP, IP_RECVORIGDSTADDR, name);
  }
}

function writeTimestamp(sock: InetSocket, sink: ControlSink, ms: number): void {
  const isNs = (sock.options.get(SO_TIMESTAMPNS) ?? 0) !== 0;
  if (!isNs && (sock.options.get(SO_TIMESTAMP) ?? 0) === 0) return;
  const data = new Uint8Array(16);
  const view = new DataView(data.buffer);
  const sec = Math.floor(ms / 1000);
  view.setBigInt64(0, BigInt(sec), true);
  const ns = Math.floor((ms - sec * 1000) * 1e6);
  view.setBigInt64(8, BigInt(isNs ? ns : Math.floor(ns / 1000)), true);
  sink.put(SOL_SOCKET, isNs ? SCM_TIMESTAMPNS : SCM_TIMESTAMP, data);
}
