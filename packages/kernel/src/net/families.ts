/** The families of sockets: one row each. Others are EAFNOSUPPORT, as on a Linux without them. */
import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_UNIX,
  EAFNOSUPPORT,
  EINVAL,
  EOPNOTSUPP,
  EPERM,
  EPROTONOSUPPORT,
  type Errno,
  ESOCKTNOSUPPORT,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPPROTO_UDPLITE,
  isErrno,
  SOCK_DGRAM,
  SOCK_PACKET,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from "@kernelet/abi";
import type { Task } from "../kernel/task.ts";
import { NetlinkSocket } from "./netlink/netlink-socket.ts";
import { type Socket, socketParts } from "./socket.ts";
import { TcpSocket } from "./tcp/tcp-socket.ts";
import { UdpSocket } from "./udp/udp-socket.ts";
import { UnixSocket } from "./unix.ts";

/** The arguments of socket(2). */
export interface SocketKind {
  readonly family: number;
  /** Without flags. */
  readonly type: number;
  readonly protocol: number;
  readonly isNonblocking: boolean;
}

interface Family {
  readonly create: (task: Task, kind: SocketKind) => Socket | Errno;
  readonly pair?: (task: Task, kind: SocketKind) => readonly [Socket, Socket] | Errno;
}

const FAMILIES: ReadonlyMap<number, Family> = new Map<number, Family>([
  [AF_UNIX, { create: createUnix, pair: pairUnix }],
  [AF_INET, { create: createInet }],
  [AF_INET6, { create: createInet }],
  [AF_NETLINK, { create: createNetlink }],
]);

/** __sock_create(): a number that is no family's comes before the type, a family that is absent after it. */
const FAMILY_COUNT = 46;

function checkKind({ family, type }: SocketKind): 0 | Errno {
  if (family < 0 || family >= FAMILY_COUNT) return EAFNOSUPPORT;
  return type > SOCK_PACKET ? EINVAL : 0;
}

export function createSocket(task: Task, kind: SocketKind): Socket | Errno {
  const refused = checkKind(kind);
  if (refused !== 0) return refused;
  return FAMILIES.get(kind.family)?.create(task, kind) ?? EAFNOSUPPORT;
}

export function createSocketPair(task: Task, kind: SocketKind): readonly [Socket, Socket] | Errno {
  const wrong = checkKind(kind);
  if (wrong !== 0) return wrong;
  const family = FAMILIES.get(kind.family);
  if (family === undefined) return EAFNOSUPPORT;
  if (family.pair !== undefined) return family.pair(task, kind);
  const refused = family.create(task, kind);
  if (isErrno(refused)) return refused;
  refused.addRef().removeRef();
  return EOPNOTSUPP;
}

const IPPROTO_MAX = 263;

/** inet_create(): the protocol of a type, if any; a raw socket needs a capability. */
function createInet(task: Task, kind: SocketKind): Socket | Errno {
  const { family, type, protocol } = kind;
  if (protocol < 0 || protocol >= IPPROTO_MAX) return EINVAL;
  const own = type === SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
  if (type === SOCK_RAW && protocol !== 0) return EPERM;
  if (type !== SOCK_STREAM && type !== SOCK_DGRAM) return ESOCKTNOSUPPORT;
  const isLite = type === SOCK_DGRAM && protocol === IPPROTO_UDPLITE;
  if (protocol !== 0 && protocol !== own && !isLite) return EPROTONOSUPPORT;
  const { net } = task.nsproxy;
  const parts = socketParts(task, { ...kind, protocol: isLite ? protocol : own }, net);
  const { kernel, credentials } = task;
  return type === SOCK_STREAM
    ? new TcpSocket(parts, family, kernel, credentials.fsuid)
    : new UdpSocket(parts, family, credentials.fsuid);
}

/** NETLINK_ROUTE and NETLINK_SOCK_DIAG: nobody answers at another protocol. */
function createNetlink(task: Task, kind: SocketKind): Socket | Errno {
  if (kind.type !== SOCK_RAW && kind.type !== SOCK_DGRAM) return ESOCKTNOSUPPORT;
  const parts = socketParts(task, kind, task.nsproxy.net);
  const ports = parts.namespace.stack.netlinkPorts.get(kind.protocol);
  return ports === undefined ? EPROTONOSUPPORT : new NetlinkSocket(parts, ports);
}

function unixType({ type, protocol }: SocketKind): number | Errno {
  if (protocol !== 0 && protocol !== AF_UNIX) return EPROTONOSUPPORT;
  // Linux makes a datagram socket of SOCK_RAW.
  if (type === SOCK_RAW) return SOCK_DGRAM;
  return [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET].includes(type) ? type : ESOCKTNOSUPPORT;
}

function createUnix(task: Task, kind: SocketKind): UnixSocket | Errno {
  const type = unixType(kind);
  return isErrno(type) ? type : UnixSocket.create(task, type, kind.isNonblocking);
}

function pairUnix(task: Task, kind: SocketKind): readonly [UnixSocket, UnixSocket] | Errno {
  const type = unixType(kind);
  if (isErrno(type)) return type;
  const a = UnixSocket.create(task, type, kind.isNonblocking);
  const b = UnixSocket.create(task, type, kind.isNonblocking);
  UnixSocket.pair(task, a, b);
  return [a, b];
}
