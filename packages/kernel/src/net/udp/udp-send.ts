/** Sending datagrams: udp_sendmsg(), udpv6_sendmsg(), and who gets them: __udp4_lib_lookup(), __udp4_lib_rcv(). */
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  EACCES,
  EAFNOSUPPORT,
  ECONNREFUSED,
  EDESTADDRREQ,
  EFAULT,
  EINVAL,
  EMSGSIZE,
  ENETUNREACH,
  ENODEV,
  EOPNOTSUPP,
  EPIPE,
  type Errno,
  isErrno,
  MSG_MORE,
  MSG_NOSIGNAL,
  MSG_OOB,
  SO_BROADCAST,
  SO_REUSEPORT,
  SOCKADDR_IN,
} from "@kernelet/abi";
import { brokenPipe } from "../../fs/pipe/pipe-file.ts";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import type { InetSocket } from "../inet-socket.ts";
import { readSendControl, type SendControl } from "../ip/inet-control.ts";
import { ANY4, type IpAddress } from "../ip/ip-address.ts";
import { DEFAULT_TTL } from "../ip/ip-settings.ts";
import type { PortTable } from "../ip/port-table.ts";
import type { Route } from "../ip/route.ts";
import {
  decodeSockaddrIn,
  decodeSockaddrIn6,
  type Endpoint,
  familyOf,
  SHORT_SOCKADDR_IN6,
} from "../ip/sockaddr.ts";
import type { Outgoing } from "../socket.ts";
import type { Datagram, UdpSocket } from "./udp-socket.ts";

const UDP_HEADER = 8;
const IP_HEADER = 20;
const MOST = 65_535;
/** "Port unreachable": ICMP's type and code. */
const UNREACHABLE4 = { type: 3, code: 3 };
const UNREACHABLE6 = { type: 1, code: 4 };

/** The first part of a datagram that is sent in parts. */
export interface CorkedDatagram {
  readonly to: Endpoint;
  readonly route: Route;
  readonly control: SendControl;
  bytes: Uint8Array;
}

export function sendUdp(task: Task, sock: UdpSocket, message: Outgoing): SyscallResult {
  const { bytes, length, flags } = message;
  const bound = sock.autobind(task);
  if (bound !== 0) return bound;
  const { corked } = sock;
  const mustWait = (flags & MSG_MORE) !== 0 || sock.isCorking;
  if (corked !== null) {
    const misnamed = sock.isV6 ? refusedRest(sock, corked, message.name) : 0;
    if (misnamed !== 0) return misnamed;
    const refused = corked.to.address.isV4 ? refusedByVersion4(message) : 0;
    if (refused !== 0) return refused;
    if (isTooLong(corked.bytes.length + length, corked.to.address)) return EMSGSIZE;
    if (bytes.length < length) return EFAULT;
    const all = new Uint8Array(corked.bytes.length + length);
    all.set(corked.bytes);
    all.set(bytes, corked.bytes.length);
    corked.bytes = all;
    const sent = mustWait ? 0 : uncork(task, sock);
    return sent === 0 ? bytes.length : sent;
  }
  const to = target(sock, message);
  if (isErrno(to)) return to;
  const control = readSendControl(message.control, !to.address.isV4);
  if (isErrno(control)) return control;
  if (control.device !== 0 && sock.stack.device(control.device) === undefined) return ENODEV;
  const route = routeOf(sock, to, control);
  if (isErrno(route)) return route;
  if (isTooLong(length, route.to)) return EMSGSIZE;
  const error = sock.takeError();
  if (error !== 0) return error;
  if (sock.isWriteShut) return (flags & MSG_NOSIGNAL) !== 0 ? EPIPE : brokenPipe(task);
  if (bytes.length < length) return EFAULT;
  const datagram = { to: { ...to, address: route.to }, route, control, bytes: bytes.slice() };
  const sent = mustWait ? 0 : transmit(task, sock, datagram);
  if (mustWait) sock.corked = datagram;
  return sent === 0 ? bytes.length : sent;
}

/** Sends what was held back. */
export function uncork(task: Task, sock: UdpSocket): 0 | Errno {
  const { corked } = sock;
  sock.corked = null;
  return corked === null ? 0 : transmit(task, sock, corked);
}

function isTooLong(length: number, to: IpAddress): boolean {
  return length + UDP_HEADER + (to.isV4 ? IP_HEADER : 0) > MOST;
}

/** What udp_sendmsg() looks at before all else, and udpv6_sendmsg() not at all. */
function refusedByVersion4({ length, flags }: Outgoing): 0 | Errno {
  if (length > MOST) return EMSGSIZE;
  return (flags & MSG_OOB) !== 0 ? EOPNOTSUPP : 0;
}

function target(sock: UdpSocket, message: Outgoing): Endpoint | Errno {
  const { name } = message;
  if (!sock.isV6) return target4(sock, message);
  const misnamed = refusedName(sock, name);
  if (misnamed !== 0) return misnamed;
  const family = name === null ? AF_UNSPEC : familyOf(name);
  if (family === AF_INET) return target4(sock, message);
  const isNamed = name !== null && family === AF_INET6;
  let to = isNamed ? decodeSockaddrIn6(name) : connected(sock);
  if (isErrno(to)) return to;
  if (isNamed && to.address.isAny && !sock.source.isAny && sock.source.isV4)
    to = { ...to, address: ANY4 };
  if (to.address.isV4) {
    const refused = sock.isV6Only ? ENETUNREACH : refusedByVersion4(message);
    if (refused !== 0) return refused;
  }
  return isNamed && to.port === 0 ? EINVAL : to;
}

/** What udpv6_sendmsg() thinks of a name before all else. */
function refusedName(sock: UdpSocket, name: Uint8Array | null): 0 | Errno {
  if (name === null) return 0;
  if (name.length < 2) return EINVAL;
  switch (familyOf(name)) {
    case AF_INET6:
      return name.length < SHORT_SOCKADDR_IN6 ? EINVAL : 0;
    case AF_INET:
      return sock.isV6Only ? ENETUNREACH : 0;
    case AF_UNSPEC:
      return 0;
    default:
      return EINVAL;
  }
}

/** The same, of what follows a datagram's beginning: its name means nothing any more, but its version does. */
function refusedRest(sock: UdpSocket, { to }: CorkedDatagram, name: Uint8Array | null): 0 | Errno {
  const misnamed = refusedName(sock, name);
  if (misnamed !== 0 || name === null || to.address.isV4) return misnamed;
  const family = familyOf(name);
  const isV4 = family === AF_INET6 ? decodeSockaddrIn6(name).address.isV4 : family === AF_INET;
  return isV4 ? EINVAL : 0;
}

function connected(sock: UdpSocket): Endpoint | Errno {
  return sock.peer ?? EDESTADDRREQ;
}

function target4(sock: UdpSocket, message: Outgoing): Endpoint | Errno {
  const refused = refusedByVersion4(message);
  if (refused !== 0) return refused;
  const { name } = message;
  if (name === null) return connected(sock);
  if (name.length < SOCKADDR_IN.size) return EINVAL;
  const family = familyOf(name);
  if (family !== AF_INET && family !== AF_UNSPEC) return EAFNOSUPPORT;
  const to = decodeSockaddrIn(name);
  return to.port === 0 ? EINVAL : to;
}

function routeOf(sock: UdpSocket, to: Endpoint, control: SendControl): Route | Errno {
  const { address } = to;
  // An IPv6 socket that is bound to an address of one version cannot speak to the other: the other way, it is isV6Only.
  if (!sock.local.isAny && sock.local.isV4 && !address.isV4) return EAFNOSUPPORT;
  const route = sock.route(address);
  if (isErrno(route)) return route;
  if (route.kind === "broadcast" && (sock.options.get(SO_BROADCAST) ?? 0) === 0) return EACCES;
  return control.source === null ? route : { ...route, source: control.source };
}

function transmit(task: Task, sock: UdpSocket, datagram: CorkedDatagram): 0 | Errno {
  const { to, route, control, bytes } = datagram;
  const { device } = route;
  if (route.kind === "unicast") {
    return sock.stack.outside?.datagrams.send(sock, to, bytes) ?? ENETUNREACH;
  }
  device.count(bytes.length + UDP_HEADER + (to.address.isV4 ? 20 : 40));
  const from: Endpoint = { address: route.source, port: sock.localPort, scope: 0 };
  const { ip } = sock;
  const isMulticast = route.kind === "multicast";
  const hops = isMulticast ? ip.multicastTtl : ip.ttl;
  const hops6 = isMulticast ? ip.multicastHops : ip.hopLimit;
  const chosen = to.address.isV4 ? hops : hops6;
  const standard = isMulticast ? 1 : DEFAULT_TTL;
  const delivered: Datagram = {
    bytes,
    from,
    info: {
      to: to.address,
      port: to.port,
      device: device.index,
      ttl: control.ttl ?? (chosen < 0 ? standard : chosen),
      tos: control.tos ?? (to.address.isV4 ? ip.tos : ip.trafficClass),
      realtimeMs: task.kernel.clock.realtimeMs(),
    },
  };
  const receivers =
    route.kind === "local"
      ? receiver(sock.ports, to, from)
      : listeners(sock, to, from, device.index);
  for (const other of receivers) other.deliver(delivered);
  if (receivers.length > 0 || route.kind !== "local") return 0;
  const unreachable = to.address.isV4 ? UNREACHABLE4 : UNREACHABLE6;
  // ICMP's error is for whom an answer would have reached: __udp4_lib_err().
  for (const other of receiver(sock.ports, from, to)) {
    other.refused(ECONNREFUSED, {
      errno: ECONNREFUSED,
      ...unreachable,
      offender: to.address,
      to,
      payload: bytes,
    });
  }
  return 0;
}

/** A datagram from outside. @returns whether there was somebody for it. */
export function deliverUdp(ports: PortTable<UdpSocket>, to: Endpoint, datagram: Datagram): boolean {
  const receivers = receiver(ports, to, datagram.from);
  for (const other of receivers) other.deliver(datagram);
  return receivers.length > 0;
}

/** compute_score(): how well a socket fits; -1 if not at all. */
function scoreOf(sock: UdpSocket, to: Endpoint, from: Endpoint): number {
  const { local, peer } = sock;
  if (!hears(sock, to.address)) return -1;
  let score = sock.isV6 ? 1 : 2;
  if (!local.isAny) score += 4;
  if (peer !== null) {
    // Port 0 can be connected to, and is any.
    if (peer.port !== 0 && peer.port !== from.port) return -1;
    if (!peer.address.equals(from.address)) return -1;
    score += peer.port !== 0 ? 8 : 4;
  }
  return score;
}

/** Whether packets to `address` reach a socket that is bound where this one is. */
function hears(sock: UdpSocket, address: IpAddress): boolean {
  const { local } = sock;
  if (!local.isAny) return local.equals(address);
  if (!sock.isV6 || local.isV4) return address.isV4;
  return !(sock.isV6Only && address.isV4);
}

/** The one socket that gets a datagram; of those that share a port, by who sends. */
function receiver(ports: PortTable<UdpSocket>, to: Endpoint, from: Endpoint): readonly UdpSocket[] {
  let best: UdpSocket[] = [];
  let bestScore = -1;
  for (const other of ports.at(to.port) ?? []) {
    const score = scoreOf(other, to, from);
    if (score < 0 || score < bestScore) continue;
    if (score > bestScore) best = [];
    bestScore = score;
    best.push(other);
  }
  const shared = best.filter((other) => (other.options.get(SO_REUSEPORT) ?? 0) !== 0);
  if (shared.length > 1 && shared.length === best.length) {
    return [shared[(from.port + from.address.word) % shared.length] as UdpSocket];
  }
  // Without SO_REUSEPORT, who was bound last hears it.
  const last = best.at(-1);
  return last === undefined ? [] : [last];
}

/** Whether what goes to a group comes back: on lo always. */
function isHeardHere(sock: UdpSocket, device: number): boolean {
  return sock.ip.multicastLoop || device === sock.stack.lo.index;
}

/** All that hear a group or a broadcast: __udp4_lib_mcast_deliver(). */
function listeners(
  sock: UdpSocket,
  to: Endpoint,
  from: Endpoint,
  device: number,
): readonly UdpSocket[] {
  const { stack } = sock;
  const isGroup = to.address.isMulticast;
  const isMember = (other: InetSocket): boolean =>
    other.ip.memberships.some((own) => own.device === device && own.group.equals(to.address));
  const all = [...(sock.ports.at(to.port) ?? [])];
  const isJoined = [...stack.sockets].some(isMember);
  if (isGroup && (!isJoined || !isHeardHere(sock, device))) return [];
  return all.filter((other) => {
    if (scoreOf(other, to, from) < 0) return false;
    return !isGroup || isMember(other) || (other.ip.multicastAll && !other.isV6);
  });
}
