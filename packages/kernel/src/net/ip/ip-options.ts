/** The options of IPPROTO_IP: ip(7), do_ip_setsockopt(), do_ip_getsockopt(). */
import {
  CAP_NET_ADMIN,
  CAP_NET_RAW,
  EADDRINUSE,
  EADDRNOTAVAIL,
  EINVAL,
  ENODEV,
  ENOPROTOOPT,
  ENOTCONN,
  EPERM,
  EPROTO,
  type Errno,
  IP_ADD_MEMBERSHIP,
  IP_BIND_ADDRESS_NO_PORT,
  IP_CHECKSUM,
  IP_DROP_MEMBERSHIP,
  IP_FREEBIND,
  IP_HDRINCL,
  IP_MINTTL,
  IP_MREQN,
  IP_MTU,
  IP_MTU_DISCOVER,
  IP_MULTICAST_ALL,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IP_NODEFRAG,
  IP_OPTIONS,
  IP_PKTINFO,
  IP_PROTOCOL,
  IP_RECVERR,
  IP_RECVOPTS,
  IP_RECVORIGDSTADDR,
  IP_RECVTOS,
  IP_RECVTTL,
  IP_RETOPTS,
  IP_TOS,
  IP_TRANSPARENT,
  IP_TTL,
  IP_UNICAST_IF,
  isErrno,
  SOCK_RAW,
  SOCK_STREAM,
} from "@kernelet/abi";
import type { Task } from "../../kernel/task.ts";
import type { InetSocket } from "../inet-socket.ts";
import { intBytes, mapFlag, type OptionRows, type SocketOption } from "../socket-option.ts";
import { ANY4, IpAddress } from "./ip-address.ts";
import { DEFAULT_TTL } from "./ip-settings.ts";
import type { NetDevice } from "./net-device.ts";
import type { NetStack } from "./net-stack.ts";

/** Bits of the type of service that belong to TCP. */
const ECN = 3;
const PMTUDISC_OMIT = 5;
/** IP_MAX_MTU. */
const MOST_MTU = 65_535;
/** Without the header. */
const MOST_MTU6 = 65_575;

/** What recvmsg(2) tells besides. */
function told(option: number): SocketOption<InetSocket> {
  return {
    get: ({ ip }) => (ip.told.has(option) ? 1 : 0),
    set({ ip }, value) {
      if (value !== 0) ip.told.add(option);
      else ip.told.delete(option);
      return 0;
    },
  };
}

type Flag = "isFreebind" | "bindsWithoutPort" | "multicastLoop" | "multicastAll";

function flag(field: Flag, isStrict = false): SocketOption<InetSocket> {
  return {
    least: field === "bindsWithoutPort" ? 0 : 1,
    get: ({ ip }) => (ip[field] ? 1 : 0),
    set({ ip }, value) {
      if (isStrict && value !== 0 && value !== 1) return EINVAL;
      ip[field] = value !== 0;
      return 0;
    },
  };
}

const tos: SocketOption<InetSocket> = {
  get: ({ ip }) => ip.tos,
  set(sock, value) {
    const { ip } = sock;
    ip.tos = (sock.type === SOCK_STREAM ? (value & ~ECN) | (ip.tos & ECN) : value) & 0xff;
    return 0;
  },
};

const ttl: SocketOption<InetSocket> = {
  get: ({ ip }) => (ip.ttl < 0 ? DEFAULT_TTL : ip.ttl),
  set({ ip }, value) {
    if (value !== -1 && (value < 1 || value > 255)) return EINVAL;
    ip.ttl = value;
    return 0;
  },
};

const multicastTtl: SocketOption<InetSocket> = {
  least: 1,
  get: ({ ip }) => ip.multicastTtl,
  set(sock, value) {
    if (sock.type === SOCK_STREAM) return EINVAL;
    if (value < -1 || value > 255) return EINVAL;
    sock.ip.multicastTtl = value === -1 ? 1 : value;
    return 0;
  },
};

const recvErr: SocketOption<InetSocket> = {
  get: ({ ip }) => (ip.queuesErrors ? 1 : 0),
  set(sock, value) {
    sock.ip.queuesErrors = value !== 0;
    if (value === 0) sock.errors.length = 0;
    return 0;
  },
};

const mtuDiscover: SocketOption<InetSocket> = {
  get: ({ ip }) => ip.mtuDiscover,
  set({ ip }, value) {
    if (value < 0 || value > PMTUDISC_OMIT) return EINVAL;
    ip.mtuDiscover = value;
    return 0;
  },
};

/** The path's to the peer, by the peer's version: ipv4_mtu(), ip6_mtu(). */
export function pathMtu(sock: InetSocket): number {
  if (sock.peer === null) return ENOTCONN;
  const { address } = sock.peer;
  const route = sock.route(address);
  if (isErrno(route)) return ENOTCONN;
  return Math.min(route.device.mtu, address.isV4 ? MOST_MTU : MOST_MTU6);
}

const transparent: SocketOption<InetSocket> = {
  least: 1,
  get: ({ ip }) => (ip.isTransparent ? 1 : 0),
  set(sock, value, _bytes, { credentials }) {
    if (value !== 0 && !credentials.has(CAP_NET_RAW) && !credentials.has(CAP_NET_ADMIN))
      return EPERM;
    sock.ip.isTransparent = value !== 0;
    return 0;
  },
};

const minTtl: SocketOption<InetSocket> = {
  least: 1,
  get: ({ ip }) => ip.minTtl,
  set({ ip }, value) {
    if (value < 0 || value > 255) return EINVAL;
    ip.minTtl = value;
    return 0;
  },
};

const headerIncluded: SocketOption<InetSocket> = {
  get: (sock) => (sock.ip.includesHeader ? 1 : 0),
  set(sock, value) {
    if (sock.type !== SOCK_RAW) return ENOPROTOOPT;
    sock.ip.includesHeader = value !== 0;
    return 0;
  },
};

const nodefrag: SocketOption<InetSocket> = {
  get: (sock) => (sock.ip.isNodefrag ? 1 : 0),
  set(sock, value) {
    if (sock.type !== SOCK_RAW) return ENOPROTOOPT;
    sock.ip.isNodefrag = value !== 0;
    return 0;
  },
};

/** An in_addr, an ip_mreq or an ip_mreqn: the address and the interface that are named. */
function readMreq(
  bytes: Uint8Array,
): { group: IpAddress; address: IpAddress; index: number } | Errno {
  if (bytes.length < IP_MREQN.imr_ifindex) return EINVAL;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    group: IpAddress.v4(view.getUint32(IP_MREQN.imr_multiaddr)),
    address: IpAddress.v4(view.getUint32(IP_MREQN.imr_address)),
    index: bytes.length >= IP_MREQN.size ? view.getInt32(IP_MREQN.imr_ifindex, true) : 0,
  };
}

function deviceWith(stack: NetStack, address: IpAddress): NetDevice | undefined {
  return stack.devices.find(
    (device) => device.isUp && device.addresses.some((own) => own.address.equals(address)),
  );
}

const multicastIf: SocketOption<InetSocket> = {
  size: IP_MREQN.size,
  get: ({ ip }) => (ip.multicastSource ?? ANY4).bytes4(),
  set(sock, value, bytes) {
    if (sock.type === SOCK_STREAM) return EINVAL;
    let address = IpAddress.v4(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));
    let index = 0;
    if (bytes.length >= IP_MREQN.imr_ifindex) {
      const mreq = readMreq(bytes);
      if (isErrno(mreq)) return mreq;
      ({ address, index } = mreq);
    }
    if (index === 0 && address.isAny) {
      sock.ip.multicastDevice = 0;
      sock.ip.multicastSource = null;
      return value === 0 || bytes.length >= IP_MREQN.imr_ifindex ? 0 : EADDRNOTAVAIL;
    }
    const device = index !== 0 ? sock.stack.device(index) : deviceWith(sock.stack, address);
    if (device === undefined) return EADDRNOTAVAIL;
    sock.ip.multicastDevice = device.index;
    sock.ip.multicastSource = address;
    return 0;
  },
};

/** ip_mc_find_dev(): the interface, or the one with the address, or where the route to the group goes. */
function groupDevice(sock: InetSocket, mreq: { address: IpAddress; index: number }): number {
  if (mreq.index !== 0) return sock.stack.device(mreq.index)?.index ?? 0;
  if (!mreq.address.isAny) return deviceWith(sock.stack, mreq.address)?.index ?? 0;
  return sock.stack.devices.find((device) => !device.isLoopback && device.isUp)?.index ?? 0;
}

function join(sock: InetSocket, _value: number, bytes: Uint8Array): 0 | Errno {
  if (sock.type === SOCK_STREAM) return EPROTO;
  const mreq = readMreq(bytes);
  if (isErrno(mreq)) return mreq;
  if (!mreq.group.isMulticast) return EINVAL;
  const device = groupDevice(sock, mreq);
  if (device === 0) return ENODEV;
  const { memberships } = sock.ip;
  const isOwn = memberships.some((own) => own.device === device && own.group.equals(mreq.group));
  if (isOwn) return EADDRINUSE;
  memberships.push({ group: mreq.group, device });
  return 0;
}

function leave(sock: InetSocket, _value: number, bytes: Uint8Array): 0 | Errno {
  if (sock.type === SOCK_STREAM) return EPROTO;
  const mreq = readMreq(bytes);
  if (isErrno(mreq)) return mreq;
  const device = groupDevice(sock, mreq);
  if (device === 0) return ENODEV;
  const { memberships } = sock.ip;
  const i = memberships.findIndex((own) => own.device === device && own.group.equals(mreq.group));
  if (i < 0) return EADDRNOTAVAIL;
  memberships.splice(i, 1);
  return 0;
}

const unicastIf: SocketOption<InetSocket> = {
  isExact: true,
  get: ({ ip }) => swapped(ip.unicastDevice),
  set(sock, _value, bytes) {
    const index = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    if (index !== 0 && sock.stack.device(index) === undefined) return EADDRNOTAVAIL;
    if (index !== 0 && sock.boundDevice !== 0 && sock.boundDevice !== index) return EINVAL;
    sock.ip.unicastDevice = index;
    return 0;
  },
};

/** As the program sees it: in the order of the network. */
export function swapped(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function noOptions(_sock: InetSocket, _task: Task): Uint8Array {
  return new Uint8Array(0);
}

const kept = (option: number): SocketOption<InetSocket> => mapFlag(({ ip }) => ip.kept, option);

const ROWS: OptionRows<InetSocket> = [
  [IP_TOS, tos],
  [IP_TTL, ttl],
  [IP_HDRINCL, headerIncluded],
  [IP_OPTIONS, { get: noOptions, set: (_sock, value) => (value === 0 ? 0 : EINVAL) }],
  [IP_RECVOPTS, told(IP_RECVOPTS)],
  [IP_RETOPTS, told(IP_RETOPTS)],
  [IP_PKTINFO, told(IP_PKTINFO)],
  [IP_MTU_DISCOVER, mtuDiscover],
  [IP_RECVERR, recvErr],
  [IP_RECVTTL, told(IP_RECVTTL)],
  [IP_RECVTOS, told(IP_RECVTOS)],
  [IP_MTU, { get: pathMtu }],
  [IP_FREEBIND, flag("isFreebind")],
  [IP_TRANSPARENT, transparent],
  [IP_RECVORIGDSTADDR, told(IP_RECVORIGDSTADDR)],
  [IP_MINTTL, minTtl],
  [IP_NODEFRAG, nodefrag],
  [IP_CHECKSUM, kept(IP_CHECKSUM)],
  [IP_BIND_ADDRESS_NO_PORT, flag("bindsWithoutPort")],
  [IP_MULTICAST_IF, multicastIf],
  [IP_MULTICAST_TTL, multicastTtl],
  [IP_MULTICAST_LOOP, flag("multicastLoop")],
  [IP_ADD_MEMBERSHIP, { size: IP_MREQN.size, set: join }],
  [IP_DROP_MEMBERSHIP, { size: IP_MREQN.size, set: leave }],
  [IP_MULTICAST_ALL, flag("multicastAll", true)],
  [IP_UNICAST_IF, unicastIf],
  [IP_PROTOCOL, { get: (sock) => intBytes(sock.protocol) }],
];

export const IP_OPTIONS_TABLE: ReadonlyMap<number, SocketOption> = new Map(ROWS as OptionRows);
